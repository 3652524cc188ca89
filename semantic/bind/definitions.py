"""Definitions bound: what a column, dimension, path or expression of a project means, row by row.

One `Definitions` serves one catalog with one set of parameter values. It is filled on demand and never
changes what it once answered, so several threads may share it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.parameters import literal
from semantic.bind.row import Row, column, columns_of, rerooted, substitute
from semantic.bind.sound import Found, aggregates, unsound
from semantic.catalog import Branch, Catalog, Model
from semantic.expr import parse
from semantic.expr.canonical import Misfit, canonical, canonical_statement
from semantic.expr.parse import SKIP
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.rooms import LIBRARIES
from semantic.source import Span, Text
from semantic.spec.types import TypeName

_WORDS = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")

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


class Definitions:
    """Every dimension and expression of a catalog, bound under one set of parameter values."""

    def __init__(self, catalog: Catalog, values: Mapping[str, Any]) -> None:
        self.catalog = catalog
        self.calendar = catalog.spec.calendar
        self.dialect = str(catalog.spec.authoring_dialect)
        self.values = values
        self._macros = {str(m.name): m for m in catalog.spec.macros}
        self._dimensions: dict[tuple[str, str], Row] = {}
        self.reached: dict[tuple[str, str, str], Reached] = {}
        self._keys: dict[tuple[str, str], Row] = {}
        self._statements: dict[str, exp.Expr] = {}
        self._tables_read: dict[str, frozenset[str]] = {}
        self._open: list[tuple[str, str]] = []

    # --- text to tree ---------------------------------------------------------------------------

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

        return render(text, self.values, self._macros).text

    def place(self, text: Text, node: exp.Expr, skip: int = SKIP) -> Span | None:
        """Where a node of ``parse(text)`` stands in the file, whatever Jinja made of the text."""
        return parse.place(self._rendered(text), node, skip)

    def placed(self, found: Iterable[Found], text: Text, skip: int = SKIP) -> SemanticError:
        """The faults of a tree that cannot be meant, at their places in the text."""
        return SemanticError(replace(f, span=self.place(text, node, skip)) for f, node in found)

    def expression(
        self, text: Text, resolve: Resolve, *, comments: bool = True
    ) -> tuple[exp.Expr, list[Reference]]:
        """The canonical tree of a row-level expression, its columns left as references to what they mean."""
        return self.canonical(self.parse(text, comments=comments), text, resolve, rows=True)

    def canonical(
        self, tree: exp.Expr, text: Text, resolve: Resolve, *, rows: bool = False
    ) -> tuple[exp.Expr, list[Reference]]:
        """Resolve the columns of a parsed tree, then make it canonical; ``rows`` may not aggregate."""
        references: list[Reference] = []
        holder = exp.Paren(this=tree)
        for node in list(parse.columns(tree)):
            names = parse.names(node)
            reference = exp.Column(this=exp.Identifier(this=str(len(references)), quoted=True))
            reference.meta["start"] = parse.start(node)
            reference.meta["spelled"] = ".".join(names)
            place = partial(self.place, text, reference)
            references.append(Reference(reference, resolve(names, node), place))
            node.replace(reference)
        if "{" in text:
            self._type_placeholders(holder)
        try:
            tree = canonical(
                holder.this.pop(), type_of(references), self.catalog.functions, authoring=self.language(text)
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

    # --- rows -----------------------------------------------------------------------------------

    def row(self, model: str, text: Text, *, inside: str | None = None) -> Row:
        """A row-level expression of a model: columns, dimensions, and paths to the one side."""
        if _WORDS.match(text):
            named = self._plainly(model, tuple(text.split(".")), inside, text.span)
            if named is not None:
                return named

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            return Reached(self.path(model, names, text, node, inside=inside))

        tree, references = self.expression(text, resolve)
        return self.assemble(model, tree, references)

    def _plainly(
        self, model: str, names: tuple[str, ...], inside: str | None, span: Span | None
    ) -> Row | None:
        """A text that names something is that, even if SQL has the word for itself (``on``, ``end``)."""
        own = self.catalog.models[model]
        if len(names) == 1 and not (own.column(names[0]) or own.dimension(names[0])):
            return None
        return self.try_path(model, names, raw=True, inside=inside, span=span)

    def assemble(self, model: str, tree: exp.Expr, references: list[Reference]) -> Row:
        """A tree with each reference replaced by what it means."""
        kind = infer(tree, type_of(references))
        rows = {r.node.name: r.reached.row for r in references}
        for node in referring(tree, rows):
            tree = substitute(tree, node, rows[node.name].tree.copy())
        return Row(model, tree, kind)

    def path(
        self,
        model: str,
        names: tuple[str, ...],
        text: Text,
        node: exp.Expr,
        *,
        inside: str | None = None,
    ) -> Row:
        """What a path means inside a definition of ``model``: raw columns count too."""
        span = self.place(text, node)
        row = self.try_path(model, names, raw=True, inside=inside, span=span)
        if row is None:
            raise SemanticError([self.unknown_path(model, names, span)])
        return row

    def try_path(
        self,
        model: str,
        names: tuple[str, ...],
        *,
        raw: bool,
        inside: str | None = None,
        span: Span | None = None,
    ) -> Row | None:
        """What a path means on the one side of ``model``, or ``None``; ambiguity is a fault."""
        walks = self.catalog.forward(model, names[:-1]) if len(names) > 1 else ((),)
        if len(walks) > 1:
            named = [w for w in walks if self._has(self.catalog.end(model, w), names[-1], raw=raw)]
            spelled = [".".join((model, *walk, names[-1])) for walk in walks]
            if not named:
                return self._grained(model, names, raw=raw, inside=inside, span=span)
            raise SemanticError([faults.ambiguous(".".join(names), spelled, span)])
        if walks:
            end = self.catalog.end(model, walks[0])
            own = inside if not walks[0] else None
            row = self._named(end, names[-1], raw=raw, inside=own, span=span)
            if row is not None:
                return rerooted(row, model, walks[0])
        return self._grained(model, names, raw=raw, inside=inside, span=span)

    def _has(self, model: Model, name: str, *, raw: bool) -> bool:
        """Whether a path to a model may end in the name."""
        column = model.column(name) if raw or name in model.spec.primary_key else None
        return bool(model.dimension(name) or column) or (raw and not model.declared)

    def _grained(
        self, model: str, names: tuple[str, ...], *, raw: bool, inside: str | None, span: Span | None
    ) -> Row | None:
        if len(names) < 2 or not grain.is_grain(names[-1]):
            return None
        row = self.try_path(model, names[:-1], raw=raw, inside=inside, span=span)
        return None if row is None else self.grained(row, names[-1], ".".join(names[:-1]), span)

    def grained(self, row: Row, name: str, path: str, span: Span | None) -> Row:
        """A time scalar at a grain; a fault where it has no such grain."""
        if row.type is None:
            raise SemanticError([faults.type_unknown(path, span)])
        if not grain.fits(name, row.type):
            raise SemanticError([faults.no_grain(path, row.type, name, span)])
        return grain.grained(row, name, self.calendar)

    def _named(
        self, model: Model, name: str, *, raw: bool, inside: str | None, span: Span | None
    ) -> Row | None:
        """A dimension of that name, else (where raw columns count) the column."""
        dimension = model.dimension(name)
        if dimension is not None and dimension.name != inside:
            return self.dimension(model.name, str(dimension.name))
        declared = model.column(name)
        if declared is not None and (raw or name in model.spec.primary_key):
            return Row(model.name, column(identifier(str(declared.name))), declared.type)
        if raw and (not model.declared or name == inside):
            return Row(model.name, column(identifier(name)), None)
        return None

    def dimension(self, model: str, name: str) -> Row:
        """A dimension's expression, other dimensions that it uses included."""
        key = (model, name)
        if key not in self._dimensions:
            if key in self._open:
                raise SemanticError([self._cycle(self._open[self._open.index(key) :])])
            self._open.append(key)
            try:
                self._dimensions[key] = self._dimension(self.catalog.models[model], name)
            finally:
                self._open.pop()
        return self._dimensions[key]

    def _cycle(self, chain: list[tuple[str, str]]) -> faults.Fault:
        """The fault of a cycle, told the same from wherever it was entered."""
        first = chain.index(min(chain))
        model, name = chain[first]
        spelled = [f"{m}.{d}" for m, d in (*chain[first:], *chain[: first + 1])]
        spec = self.catalog.models[model].dimensions[name.lower()]
        return faults.cycle("dimension", spelled, spec.name.span)

    def _dimension(self, model: Model, name: str) -> Row:
        spec = model.dimensions[name.lower()]
        text = spec.sql if spec.sql is not None else spec.name
        row = self.row(model.name, text, inside=str(spec.name)) if spec.sql is not None else None
        if row is None:
            declared = model.column(spec.name)
            if declared is None and model.declared:
                known = sorted(str(c.name) for c in model.columns.values())
                what = f"column of model '{model.name}'"
                raise SemanticError([faults.unknown(what, spec.name, known, spec.name.span)])
            row = Row(model.name, column(identifier(str(spec.name))), declared.type if declared else None)
        kind: TypeName | None = spec.type or row.type
        if kind and row.type and _class(kind) != _class(row.type):
            raise SemanticError([faults.wrong_dimension_type(spec.name, kind, row.type, text.span)])
        return Row(model.name, row.tree, kind)

    # --- relations ------------------------------------------------------------------------------

    @cached_property
    def table_names(self) -> frozenset[str]:
        """The last part of every table's name, in lower case: no step of a statement may be called so."""
        relations = (m.relation for m in self.catalog.models.values())
        return frozenset(table_parts(r.table)[-1].name.lower() for r in relations if r.table is not None)

    def table(self, model: str) -> tuple[exp.Identifier, ...] | None:
        """The parts of a model's table name, or ``None`` where it is a SELECT."""
        table = self.catalog.models[model].relation.table
        return None if table is None else tuple(table_parts(table))

    def tables_read(self, model: str) -> frozenset[str]:
        """The tables that a model's SELECT names, in lower case; a step of that name would capture them."""
        if self.catalog.models[model].relation.table is not None:
            return frozenset()
        if model not in self._tables_read:
            tables = self.statement(model).find_all(exp.Table)
            self._tables_read[model] = frozenset(table.name.lower() for table in tables)
        return self._tables_read[model]

    def statement(self, model: str) -> exp.Expr:
        """The canonical tree of a model's SELECT."""
        if model not in self._statements:
            relation = self.catalog.models[model].relation
            if relation.sql is None:
                raise SemanticError([faults.unmapped(model, relation)])
            self._statements[model] = self._statement(relation.sql)
        return self._statements[model]

    def _statement(self, text: Text) -> exp.Expr:
        tree = parse.parse_statement(self._rendered(text), self.language(text))
        if not isinstance(tree, exp.Query):
            raise SemanticError([faults.not_a_select(text.span)])
        try:
            tree = canonical_statement(
                tree, lambda column: None, self.catalog.functions, authoring=self.language(text)
            )
        except Misfit as misfit:
            raise self.placed(misfit.pairs, text, 0) from None
        if found := list(unsound(tree, lambda column: None)):
            raise self.placed(found, text, 0)
        return self._filled(tree, text)

    # --- wording --------------------------------------------------------------------------------

    def unknown_path(self, model: str, names: tuple[str, ...], span: Span | None) -> faults.Fault:
        """The fault for a path that leads nowhere, with what could have been meant."""
        if len(names) == 1 and names[0] in self.catalog.metrics:
            return faults.metric_in_row(names[0], span)
        other = self.catalog.models.get(names[0]) if len(names) == 2 else None
        known = other is not None and self._has(other, names[1], raw=other.declared)
        if known and not self.catalog.forward(model, names[:1]):
            return faults.no_join(model, ".".join(names), span)
        return faults.unknown("path from model '" + model + "'", ".".join(names), self.names(model), span)

    def names(self, model: str) -> list[str]:
        """What can be named from a model: its own names, and those one or more joins away."""
        own = self.catalog.models[model]
        names = sorted(
            {*(str(d.name) for d in own.dimensions.values()), *(str(c.name) for c in own.columns.values())}
        )
        for walk, end in self.catalog.walks(model)[1:]:
            other = self.catalog.models[end]
            own_names = dict.fromkeys((*other.dimensions, *other.columns))
            names += [f"{walk[-1]}.{name}" for name in own_names]
        return names

    def time(self, model: str, override: Text | None = None) -> Row | None:
        """The time axis of a model (or the one a metric chose), seen from the model."""
        text = override or self.catalog.models[model].spec.time
        if text is None:
            return None
        row = self.row(model, text)
        if row.type is None:
            raise SemanticError([faults.type_unknown(text, text.span)])
        if row.type not in grain.TIME_TYPES:
            raise SemanticError([faults.no_time(text, row.type, text.span)])
        return row

    def key_row(self, model: str, text: str) -> Row:
        """One side of a join, or a bound of its validity interval."""
        key = (model, text)
        if key not in self._keys:
            self._keys[key] = self.row(model, text if isinstance(text, Text) else Text(text))
        return self._keys[key]

    def comparable(self, moment: Row, bound: Row, path: Text) -> Row:
        """A moment in the type of the interval bound that it is compared with."""
        if moment.type == bound.type or bound.type is None or moment.type is None:
            return moment
        if bound.type == "date":
            return self.grained(moment, "day", path, path.span)
        return grain.localised(moment, self.calendar)


_TEMPLATE = re.compile(r"\{\{.*?\}\}|(?P<block>\{[%#])|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)


def _check_templates(text: Text) -> None:
    """A question may name parameters and macros, but its quoted text stays as it is."""
    for found in _TEMPLATE.finditer(text):
        if found["block"]:
            raise SemanticError([faults.template_in_question(text.at(found.start()))])
        if found[0][0] != "{" and re.search(r"\{[{%#]", found[0]):
            raise SemanticError([faults.quoted_template(text.at(found.start()))])


def _class(kind: TypeName) -> str:
    """Numbers may stand for each other; a timestamp is no date and no instant."""
    return "number" if kind in ("integer", "decimal", "float") else kind


def type_of(references: Sequence[Reference]) -> Callable[[exp.Column], TypeName | None]:
    """The types of the columns of a tree whose references are still in place."""
    kinds = {r.node.name: r.reached.row.type for r in references}
    return lambda node: kinds.get(node.name)


def referring(tree: exp.Expr, names: Container[str]) -> list[exp.Column]:
    """The columns of a tree that are references still."""
    return [node for node in columns_of(tree) if not node.table and node.name in names]


def identifier(name: str) -> exp.Identifier:
    """A column's name as it stands in SQL; a name in double quotes keeps its case.

    >>> identifier('"Mixed Case"').quoted, identifier("plain").quoted
    (True, False)
    """
    if len(name) > 2 and name[0] == name[-1] == '"':
        return exp.Identifier(this=name[1:-1].replace('""', '"'), quoted=True)
    return exp.Identifier(this=name, quoted=False)


def table_parts(text: str) -> list[exp.Identifier]:
    """The identifiers of a dotted table name; parts in double quotes or backticks keep their case.

    Raises `SemanticError` for anything but one to three parts, quotes closed.

    >>> [part.name for part in table_parts('prod."My Schema".orders')]
    ['prod', 'My Schema', 'orders']
    """
    parts: list[str] = [""]
    quote = ""
    for character in text.strip():
        if quote or character in '"`':
            parts[-1] += '"' if character == "`" and quote in ("", "`") else character
            quote = "" if character == quote else quote or character
        elif character == ".":
            parts.append("")
        else:
            parts[-1] += character
    named = [identifier(part.strip()) for part in parts]
    plain = all(part.name.isprintable() and part.name.strip('" ') for part in named)
    if quote or len(named) > 3 or not plain:
        raise SemanticError([faults.bad_table(text, text.span if isinstance(text, Text) else None)])
    return named
