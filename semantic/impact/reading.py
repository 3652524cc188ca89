"""What the texts of definitions name: they follow a macro or a parameter as well as a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from sqlglot import exp

from semantic.bind import Definitions, Metrics, Questions, values
from semantic.bind.grain import is_grain
from semantic.bind.relations import named_model, table_parts
from semantic.catalog import Catalog, Model, bare, output
from semantic.check import samples
from semantic.expr import parse
from semantic.faults import SemanticError
from semantic.impact.nodes import Node
from semantic.query import Extract
from semantic.source import Text
from semantic.spec import types as spec
from semantic.views.asking import asked
from semantic.views.extending import extended

_BRACES = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_BRANCH = re.compile(r"\{%|\{\{[^}]*\bif\b")
_WORD = re.compile(r"[^\W\d]\w*")


class Reader:
    """Reads the texts of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.definitions = Definitions(catalog, values(catalog, samples(catalog)))
        Questions(self.definitions, Metrics(self.definitions))
        self.macros = {str(macro.name): macro for macro in catalog.spec.macros}
        self.parsed: dict[str, exp.Expr | None] = {}
        self.branching: list[str] = []
        self.views = _views(catalog)

    def all(self) -> Iterator[tuple[Node, list[Node]]]:
        """Every definition with what it reads itself."""
        catalog = self.catalog
        for source in catalog.spec.sources:
            yield Node("source", str(source.name)), [*self.braces(source.sql)]
            for column in source.columns:
                name = bare(column.name)
                yield Node("source column", f"{source.name}.{name}"), [Node("source", str(source.name))]
        for macro in self.macros.values():
            yield Node("macro", str(macro.name)), [*self.braces(macro.sql)]
        for name in catalog.parameters:
            yield Node("parameter", name), []
        for name in catalog.functions:
            yield Node("function", name), []
        for model in catalog.models.values():
            yield from self.model(model)
        for metric in catalog.metrics.values():
            yield Node("metric", str(metric.name)), [*self.metric(metric, None)]
        for policy in catalog.spec.policies:
            governed = [Node("model", str(policy.model))] if policy.model is not None else []
            yield (
                Node("policy", str(policy.name)),
                [*governed, *(Node("metric", str(m)) for m in policy.metrics)],
            )
        for view in self.views.values():
            yield Node("view", str(view.name)), [*self.view(view)]

    # --- models -------------------------------------------------------------------------------------

    def model(self, model: Model) -> Iterator[tuple[Node, list[Node]]]:
        """A model with its columns, dimensions and joins."""
        name, given = model.name, model.spec
        own = Node("model", name)
        yield own, [*self.rows(model)]
        for column in model.columns.values():
            yield Node("column", f"{name}.{bare(column.name)}"), [own, *self.column(model, bare(column.name))]
        for dimension in model.dimensions.values():
            node = Node("dimension", f"{name}.{dimension.name}")
            yield node, [own, *self.dimension(model, dimension)]
        for join in given.joins:
            yield Node("join", f"{name}.{join.role}"), [*self.join(model, join)]

    def rows(self, model: Model) -> Iterator[Node]:
        """What makes the rows of a model."""
        given, relation = model.spec, model.relation
        if given.source is not None:
            yield Node("source", str(given.source))
        if relation.table is not None:
            yield from self.objects(tuple(part.name.lower() for part in table_parts(relation.table)))
        if relation.sql is not None:
            yield from self.braces(relation.sql)
            with suppress(SemanticError):
                yield from self.select(self.definitions.statement(model.name))
        if given.query is not None:
            yield from self.question(model, given.query)

    def parts(self, model: Model) -> Iterator[Node]:
        """What belongs to a model beside its rows."""
        given = model.spec
        for column in model.columns if given.query is not None else ():
            yield Node("column", f"{model.name}.{column}")
        keys = (part for key in (given.primary_key, *given.unique) for part in key)
        for text in (*keys, *(given.valid or ()), given.time):
            yield from self.text(model.name, text)

    def select(self, tree: exp.Expr) -> Iterator[Node]:
        """What a SELECT reads: models with what it may name of them, objects of views, functions."""
        words = {each.name.lower() for each in tree.find_all(exp.Identifier)}
        for table in tree.find_all(exp.Table):
            model = self.catalog.models.get(table.name) if named_model(table) else None
            if model is None:
                parts = (table.catalog, table.db, table.name)
                yield from self.objects(tuple(part.lower() for part in parts if part))
                continue
            yield Node("model", model.name)
            for name in (*model.dimensions, *model.columns):
                if name.lower() in words:
                    yield from self.named(model, name)
        yield from self.functions(tree)

    def objects(self, name: tuple[str, ...]) -> Iterator[Node]:
        """The views of the project whose object a table's name may be."""
        for view in self.views.values():
            parts = (*_parts(view.schema), str(view.alias or view.name).strip('"').lower())
            size = min(len(name), len(parts))
            if name[-size:] == parts[-size:]:
                yield Node("view", str(view.name))

    def question(self, model: Model, query: spec.Question) -> Iterator[Node]:
        """What decides the rows of a model that is made from a question."""
        for name in (query.start, query.of):
            if name is not None:
                yield Node("model", str(name))
        home = str(query.start or query.of)
        for path in query.by:
            yield from self.path(home, tuple(path.partition(" as ")[0].strip().split(".")))
        for text in query.where:
            yield from self.text(home, text)
        yield from self.kept(model, query)
        if query.window is not None:
            time = self.catalog.models[home].spec.time if home in self.catalog.models else None
            for bound in (query.window.start, query.window.until):
                yield from self.braces(bound)
            yield from self.text(home, time)

    def kept(self, model: Model, query: spec.Question) -> Iterator[Node]:
        """What the groups of a model's question have to meet."""
        inner = {str(metric.name) for metric in query.metrics}
        for names in (names for text in query.having for names in self.names(text)):
            if len(names) == 1 and names[0] in inner:
                yield Node("column", f"{model.name}.{bare(names[0])}")
            elif len(names) == 1 and names[0] in self.catalog.metrics:
                yield Node("metric", names[0])

    def column(self, model: Model, name: str) -> Iterator[Node]:
        """What a column of a model's rows is made of."""
        query = model.spec.query
        if query is None:
            if model.spec.source is not None:
                yield Node("source column", f"{model.spec.source}.{name}")
            return
        for metric in query.metrics:
            if bare(metric.name) == name:
                yield from self.metric(metric, query)
        for path in query.by:
            if bare(output(path)) == name:
                home = str(query.start or query.of)
                yield from self.path(home, tuple(path.partition(" as ")[0].strip().split(".")))

    def dimension(self, model: Model, given: spec.Dimension) -> Iterator[Node]:
        """What a dimension is made of."""
        texts = [
            given.sql,
            given.bands.sql if given.bands else None,
            *(given.rules.by if given.rules else ()),
        ]
        if not any(texts):
            yield Node("column", f"{model.name}.{bare(given.name)}")
        for text in texts:
            yield from self.text(model.name, text, inside=str(given.name))

    def join(self, model: Model, join: spec.Join) -> Iterator[Node]:
        """What a join compares."""
        yield Node("model", model.name)
        yield Node("model", str(join.to))
        for left, right in join.on:
            yield from self.text(model.name, left)
            yield from self.text(str(join.to), right)
        for bound in join.valid or ():
            yield from self.text(str(join.to), bound)
        edge = model.edges.get(str(join.role))
        if edge is None or not self.catalog.by_time(edge):
            yield from self.text(model.name, join.at)

    # --- metrics ------------------------------------------------------------------------------------

    def metric(self, given: spec.Metric, query: spec.Question | None) -> Iterator[Node]:
        """What a metric reads: metrics, models with their time, columns, dimensions, joins."""
        home = str(given.model or (query.start if query else None) or "")
        if home in self.catalog.models:
            yield from self.events(home, given.time)
        for text in (given.sql, given.filter if given.metric is None else None, given.having, given.metric):
            yield from self.expression(home, text, str(given.name))
        for each in sorted(self.homes([str(given.metric)])) if given.metric is not None else ():
            yield from self.expression(each, given.filter, str(given.name))
        for path in (*given.per, *given.total_over, *given.share_over, *given.rank_over,
                     *given.cumulative_share_over, *given.ignoring):  # fmt: skip
            yield from self.path(home, tuple(path.split(".")))
        if given.conversion is not None:
            yield from self.pair(given.conversion, (given.conversion.by, *given.conversion.same))
            yield from self.braces(given.conversion.until)
            yield from self.text(str(given.conversion.start), given.conversion.from_filter)
            yield from self.text(str(given.conversion.to), given.conversion.to_filter)
        if given.retention is not None:
            yield from self.pair(given.retention, (given.retention.by,))
        snapshots = given.not_additive_over
        for text in (*snapshots.per, snapshots.of) if snapshots is not None else ():
            yield from self.text(home, text)
        for model in self.catalog.models.values():
            sampled = str(given.sampled.each) if given.sampled is not None else ""
            named = {
                str(given.to_date),
                sampled,
                *(getattr(x, "name", "") for x in (given.window, given.offset)),
            }
            if named & set(map(str, model.spec.periods)):
                yield Node("model", model.name)

    def pair(self, events: Any, keys: Iterable[tuple[Text, Text]]) -> Iterator[Node]:
        """Events of two models, and what tells whose they are."""
        sides = [
            str(getattr(events, key)) for key in ("start", "to", "cohort", "activity") if hasattr(events, key)
        ]
        for side in sides:
            yield from self.events(side, None)
        for both in keys:
            for side, text in zip(sides, both, strict=True):
                yield from self.text(side, text)

    def events(self, model: str, time: Text | None) -> Iterator[Node]:
        """The rows of a model along its time."""
        yield Node("model", model)
        axis = time or self.catalog.models[model].spec.time
        if axis is not None:
            yield Node("calendar", "calendar")
            yield from self.text(model, axis)

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

    # --- views --------------------------------------------------------------------------------------

    def view(self, view: spec.View) -> Iterator[Node]:
        """What a view shows and what decides its rows."""
        with suppress(SemanticError):
            question, _ = asked(view)
            if isinstance(question, Extract):
                yield from self.extract(question)
                return
            for name in map(str, question.metrics):
                yield Node("metric", name)
            homes = {str(question.start)} if question.start is not None else set()
            for home in sorted(homes | self.homes(map(str, question.metrics))) or [""]:
                for by in question.by:
                    yield from self.path(home, by.parts)
                for _, paths in question.paths:
                    for path in paths:
                        yield from self.path(home, tuple(path.split(".")))
                for text in (*question.where, *question.having):
                    yield from self.expression(home, text, "")
                if question.top is not None:
                    yield from self.path(home, tuple(question.top.path.split(".")))
            if question.top is not None:
                yield Node("metric", str(question.top.metric))
            yield from (Node("parameter", str(name)) for name, _ in view.parameters)

    def homes(self, metrics: Iterable[str]) -> set[str]:
        """The models whose rows some metrics are about."""
        found: set[str] = set()
        waiting, seen = list(metrics), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.catalog.metrics:
                continue
            seen.add(name)
            given = self.catalog.metrics[name]
            events = (
                given.conversion.start if given.conversion else None,
                given.retention.cohort if given.retention else None,
            )
            found |= {str(each) for each in (given.model, *events) if each is not None}
            for text in (given.sql, given.metric):
                names = self.names(text)
                waiting += [each[0] for each in names if len(each) == 1]
                found |= {each[0] for each in names if len(each) > 1 and each[0] in self.catalog.models}
        return found

    def extract(self, extract: Extract) -> Iterator[Node]:
        """What the rows of a model show."""
        model = self.catalog.models.get(str(extract.model))
        if model is None:
            return
        yield Node("model", model.name)
        for by in extract.columns:
            yield from self.path(model.name, by.parts)
        for text in extract.where:
            yield from self.text(model.name, text)
        if not extract.columns:
            for _, end in (
                (walk, e) for walk, e in self.catalog.walks(model.name) if not walk or extract.joins is None
            ):
                for dimension in self.catalog.models[end].dimensions.values():
                    yield Node("dimension", f"{end}.{dimension.name}")
            for column in model.columns.values():
                yield from self.named(model, str(column.name))

    # --- texts --------------------------------------------------------------------------------------

    def text(self, model: str, text: Text | None, inside: str | None = None) -> Iterator[Node]:
        """What an expression over rows of a model reads."""
        for names in self.names(text):
            yield from self.path(model, names, inside)
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


def _views(catalog: Catalog) -> dict[str, spec.View]:
    try:
        return extended(catalog.spec.views)
    except SemanticError:
        return {str(view.name): view for view in catalog.spec.views}


def _parts(schema: Text | None) -> tuple[str, ...]:
    return tuple(part.name.lower() for part in table_parts(schema)) if schema is not None else ()
