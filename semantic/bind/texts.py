"""Texts of definitions and questions as trees: rendered, parsed, resolved, every mistake placed."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.parameters import literal
from semantic.bind.row import Row, columns_of, substitute
from semantic.bind.sound import Found, aggregates, unsound
from semantic.catalog import Branch, Catalog
from semantic.expr import asked, parse
from semantic.expr.canonical import Misfit, canonical
from semantic.expr.parse import SKIP
from semantic.faults import SemanticError
from semantic.query import QUESTION
from semantic.rooms import LIBRARIES
from semantic.source import Span, Text
from semantic.spec.types import TypeName

#: What the bundled libraries are written in, whatever a project writes.
LIBRARY_DIALECT = "duckdb"


@dataclass(frozen=True)
class Reached:
    """A scalar that a path leads to: on the one side (``branch`` is None), or on a many side."""

    row: Row
    branch: Branch | None = None


#: Turns the segments of a path and the node that holds them into what it means.
Resolve = Callable[[tuple[str, ...], exp.Expr], Reached]


@dataclass
class Reference:
    """A column of a parsed expression, and what it turned out to be."""

    node: exp.Column
    reached: Reached
    place: Callable[[], Span | None]


class Texts:
    """Turns the texts of one catalog into trees, under one set of parameter values."""

    def __init__(self, catalog: Catalog, values: Mapping[str, Any]) -> None:
        self.catalog = catalog
        self.calendar = catalog.spec.calendar
        self.dialect = str(catalog.spec.authoring_dialect)
        self.values = values
        self.macros = {str(m.name): m for m in catalog.spec.macros}

    def parse(self, text: Text, *, comments: bool = True) -> exp.Expr:
        """The tree of an expression with its Jinja rendered; parameters are placeholders still."""
        if not comments:
            _check_templates(text)
        return parse.parse(self._rendered(text), self.language(text), comments=comments)

    def language(self, text: Text) -> str:
        """The dialect that a text is written in: the project's, or the libraries'."""
        return LIBRARY_DIALECT if text.file.startswith(f"{LIBRARIES}/") else self.dialect

    def _rendered(self, text: Text) -> Text:
        if "{" not in text:
            return text
        from semantic.macros import render  # Jinja is paid for by those who use it

        return render(text, self.values, self.macros).text

    def place(self, text: Text, node: exp.Expr, skip: int = SKIP) -> Span | None:
        """Where a node of ``parse(text)`` stands in the file, whatever Jinja made of the text."""
        return parse.place(self._rendered(text), node, skip)

    def placed(self, found: Iterable[Found], text: Text, skip: int = SKIP) -> SemanticError:
        """The faults of a tree that cannot be meant, at their places in the text."""
        return SemanticError(replace(f, span=self.place(text, node, skip)) for f, node in found)

    def expression(
        self, text: Text, resolve: Resolve, *, comments: bool = True, windows: bool = False
    ) -> tuple[exp.Expr, list[Reference]]:
        """The canonical tree of a row-level expression, its columns left as references to what they mean."""
        return self.canonical(self.parse(text, comments=comments), text, resolve, rows=True, windows=windows)

    def canonical(
        self, tree: exp.Expr, text: Text, resolve: Resolve, *, rows: bool = False, windows: bool = False
    ) -> tuple[exp.Expr, list[Reference]]:
        """Resolve the columns of a parsed tree, then make it canonical; ``rows`` may not aggregate, and look
        at other rows only where ``windows`` says so."""
        references: list[Reference] = []
        holder = exp.Paren(this=tree)
        wrong: list[faults.Fault] = []
        for node in list(parse.columns(tree)):
            names = parse.names(node)
            try:
                reached = resolve(names, node)
            except SemanticError as error:
                wrong += error.faults
                continue
            index = _same(references, reached)
            reference = exp.Column(this=exp.Identifier(this=str(index), quoted=True))
            reference.meta["start"] = parse.start(node)
            reference.meta["spelled"] = ".".join(names)
            place = partial(self.place, text, reference)
            references.append(Reference(reference, reached, place))
            node.replace(reference)
        if wrong:
            raise SemanticError(wrong)
        if "{" in text:
            self._type_placeholders(holder)
        try:
            tree = canonical(
                holder.this.pop(),
                type_of(references),
                self.catalog.functions,
                authoring=self.language(text),
                windows=windows,
            )
        except Misfit as misfit:
            raise self.placed(misfit.pairs, text) from None
        found = [*unsound(tree, type_of(references)), *(aggregates(tree) if rows else ())]
        if found:
            raise self.placed(found, text)
        return self._filled(tree, text), references

    def _type_placeholders(self, tree: exp.Expr) -> None:
        """Tell the types of parameters to whoever infers types before their values stand in the tree."""
        for node in tree.find_all(exp.Placeholder):
            parameter = self.catalog.parameters.get(node.name.removeprefix("semantic_param_"))
            if parameter is not None:
                node.meta["type"] = parameter.type

    def _filled(self, tree: exp.Expr, text: Text) -> exp.Expr:
        """Put parameters and the time zone in the place of their placeholders."""
        parts = list(tree.walk())
        for part in parts:
            part._meta = None  # places were for faults; carried on, they would be copied with every tree
        if text.file == QUESTION:
            asked.mark(tree)
        for node in [part for part in parts if isinstance(part, exp.Placeholder)]:
            name = node.name
            if name == "semantic_zone":
                value: exp.Expr = grain.zone(self.calendar)
            elif name.removeprefix("semantic_param_") in self.catalog.parameters:
                value = self.parameter(name.removeprefix("semantic_param_"))
            else:
                raise SemanticError([faults.placeholder(f":{name}", text.span)])
            tree = substitute(tree, node, value)
        return tree

    def parameter(self, name: str) -> exp.Expr:
        """The literal of a parameter's value."""
        return literal(self.catalog.parameters[name], self.values[name], self.calendar)


_TEMPLATE = re.compile(r"\{\{.*?\}\}|(?P<block>\{[%#])|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


def _check_templates(text: Text) -> None:
    """A question may name parameters and macros, but its quoted text stays as it is."""
    for found in _TEMPLATE.finditer(text):
        if found["block"]:
            raise SemanticError([faults.template_in_question(text.at(found.start()))])
        if found[0][0] != "{" and re.search(r"\{[{%#]", found[0]):
            raise SemanticError([faults.quoted_template(text.at(found.start()))])


def type_of(references: Sequence[Reference]) -> Callable[[exp.Column], TypeName | None]:
    """The types of the columns of a tree whose references are still in place."""
    kinds = {r.node.name: r.reached.row.type for r in references}
    return lambda node: kinds.get(node.name)


def referring(tree: exp.Expr, names: Container[str]) -> list[exp.Column]:
    """The columns of a tree that are references still."""
    return [node for node in columns_of(tree) if not node.table and node.name in names]


def _same(references: Sequence[Reference], reached: Reached) -> int:
    """The number of what a column means: that of an earlier one which means the same, or the next."""
    for reference in references:
        if reference.reached == reached:
            return int(reference.node.name)
    return len(references)
