"""What texts name: columns, dimensions and joins by their paths, and what stands in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from sqlglot import exp

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.bind.grain import is_grain
from semantic.catalog import Catalog, Model, bare
from semantic.check import samples
from semantic.expr import parse
from semantic.faults import SemanticError
from semantic.impact.nodes import Node
from semantic.source import Text
from semantic.spec import types as spec
from semantic.views.extending import extended

_BRACES = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_BRANCH = re.compile(r"\{%|\{\{[^}]*\bif\b")
_WORD = re.compile(r"[^\W\d]\w*")


class Texts:
    """Reads the texts of one catalog; ``branching`` are those that say one thing or another."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.definitions = Definitions(catalog, values(catalog, samples(catalog)))
        Questions(self.definitions, Metrics(self.definitions))
        self.macros = {str(macro.name): macro for macro in catalog.spec.macros}
        self.parsed: dict[str, exp.Expr | None] = {}
        self.branching: list[str] = []
        self.views = _views(catalog)

    def text(self, model: str, text: Text | None, inside: str | None = None) -> Iterator[Node]:
        """What an expression over rows of a model reads."""
        for names in self.names(text):
            yield from self.path(model, names, inside)
        yield from self.rest(text)

    def expression(self, home: str, text: Text | None, own: str) -> Iterator[Node]:
        """What a metric's text reads: other metrics by their names, else columns and dimensions."""
        for names in self.names(text):
            single = len(names) == 1
            model = self.catalog.models.get(home)
            column = (
                model is not None and single and bool(model.column(names[0]) or model.dimension(names[0]))
            )
            if single and names[0] in self.catalog.metrics and names[0] != own and not column:
                yield Node("metric", names[0])
            else:
                yield from self.path(home, names)
                if not home and names[0] in self.catalog.models:
                    yield from self.events(names[0], None)
        yield from self.rest(text)

    def rest(self, text: Text | None) -> Iterator[Node]:
        """Parameters, macros and functions that a text names."""
        yield from self.braces(text)
        tree = self.tree(text)
        if tree is not None:
            yield from self.functions(tree)

    def braces(self, text: str | None) -> Iterator[Node]:
        """Parameters and macros that a text names in braces."""
        if text is not None and "{" in text and _BRANCH.search(text):
            self.branching.append(" ".join(text.split()))
        for part in _BRACES.findall(text or ""):
            for word in _WORD.findall(part):
                if word in self.macros:
                    yield Node("macro", word)
                if word in self.catalog.parameters:
                    yield Node("parameter", word)

    def functions(self, tree: exp.Expr) -> Iterator[Node]:
        """The project's own functions that a tree calls."""
        for call in tree.find_all(exp.Anonymous):
            if str(call.this) in self.catalog.functions:
                yield Node("function", str(call.this))

    def tree(self, text: Text | None) -> exp.Expr | None:
        """The tree of a text, if it can be read."""
        if text is not None and text not in self.parsed:
            self.parsed[text] = None
            with suppress(SemanticError):
                self.parsed[text] = self.definitions.parse(text)
        return self.parsed[text] if text is not None else None

    def names(self, text: Text | None) -> list[tuple[str, ...]]:
        """The names in a text, in their order."""
        tree = self.tree(text)
        return [parse.names(node) for node in parse.columns(tree)] if tree is not None else []

    def path(self, home: str, names: tuple[str, ...], inside: str | None = None) -> Iterator[Node]:
        """What a path from a model means: joins on the way, and what stands at its end."""
        catalog = self.catalog
        if not names or names[0] == "time":
            return
        for start in dict.fromkeys((home, names[0])):
            if start not in catalog.models or (len(names) == 1 and start != home):
                continue
            walks = catalog.forward(start, names[:-1]) if len(names) > 1 else ((),)
            for walk in walks:
                yield from self.walked(start, walk)
                end = catalog.end(start, walk)
                found = [*self.named(end, names[-1], inside if not walk else None)]
                if not found and is_grain(names[-1]) and len(names) > 1:
                    found = [*self.path(home, names[:-1], inside)]
                yield from found
            if walks:
                return
            if is_grain(names[-1]) and len(names) > 2:
                yield from self.path(home, names[:-1], inside)
                return

    def walked(self, model: str, walk: tuple[str, ...]) -> Iterator[Node]:
        """The joins of a walk; one that is derived from the other side's is that one."""
        for edge in self.catalog.edges(model, walk):
            declared = any(join.role == edge.role for join in self.catalog.models[edge.origin].spec.joins)
            if declared:
                yield Node("join", f"{edge.origin}.{edge.role}")
            yield Node("model", edge.target)

    def named(self, model: Model, name: str, inside: str | None = None) -> Iterator[Node]:
        """The dimension or the column of that name."""
        dimension = model.dimension(name)
        column = model.column(name)
        if dimension is not None and dimension.name != inside:
            yield Node("dimension", f"{model.name}.{dimension.name}")
        elif column is not None:
            yield Node("column", f"{model.name}.{bare(column.name)}")
        elif not model.declared:
            yield Node("column", f"{model.name}.{bare(name)}")

    def events(self, model: str, time: Text | None) -> Iterator[Node]:
        """The rows of a model along its time."""
        yield Node("model", model)
        axis = time or self.catalog.models[model].spec.time
        if axis is not None:
            yield Node("calendar", "calendar")
            yield from self.text(model, axis)


def _views(catalog: Catalog) -> dict[str, spec.View]:
    try:
        return extended(catalog.spec.views)
    except SemanticError:
        return {str(view.name): view for view in catalog.spec.views}
