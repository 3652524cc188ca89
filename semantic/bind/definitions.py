"""Definitions bound: what a column, dimension, path or expression of a project means, row by row.

One `Definitions` serves one catalog with one set of parameter values. It is filled on demand and never
changes what it once answered, so several threads may share it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from sqlglot import exp

from semantic import faults
from semantic.bind import banding, grain
from semantic.bind.computed import Computed, Following, add_computed, add_following
from semantic.bind.nearby import has_name, unknown_path
from semantic.bind.nesting import follows
from semantic.bind.order import check_order
from semantic.bind.relations import Relations, identifier, named_model
from semantic.bind.row import Row, column, rerooted, substitute
from semantic.bind.strict import strict
from semantic.bind.texts import Reached, Reference, referring, type_of
from semantic.catalog import Catalog, Model, Walk, bare
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.source import Span, Text
from semantic.spec.types import Column, Dimension, TypeName

__all__ = ["Computed", "Definitions", "Following", "PoliciesOf", "QuestionsOf"]

_WORDS = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")


class QuestionsOf(Protocol):
    """The questions that models are made from, bound on demand."""

    def types(self, model: str) -> Mapping[str, TypeName | None]:
        """The types of a model's columns, by their names as they are compared."""

    def bound(self, model: str, read: frozenset[str] | None = None) -> Any:
        """The question of a model, as far as its columns are read."""


class PoliciesOf(Protocol):
    """What one caller may not see. Every method raises `SemanticError` where that cannot be told."""

    @property
    def whole(self) -> Definitions:
        """Definitions that the conditions are over."""

    def conditions(self, model: str) -> tuple[Any, ...]:
        """What must hold for rows of a model to be seen."""

    def looking(self, model: str, trees: Iterable[exp.Expr]) -> str | None:
        """A column that a condition must not use, since it looks at other rows."""

    def check_name(self, model: str, name: str) -> None:
        """Refuses a hidden column or dimension."""

    def governed(self, model: str) -> str | None:
        """A policy over the rows or the columns of a model, if there is one."""

    def hides(self, model: str) -> bool:
        """Whether a column of a model is hidden."""

    def check_read(self, reads: Mapping[str, Iterable[str]]) -> None:
        """Refuses hidden columns among those that are read of models."""

    def check_metric(self, name: str) -> None:
        """Refuses a hidden metric."""


class Definitions(Relations):
    """Every dimension and expression of a catalog, bound under one set of parameter values."""

    #: The questions that models are made from; they set themselves here.
    questions: QuestionsOf
    #: What the caller may not see; of a project without policies, and where nobody asks, there are none.
    policies: PoliciesOf | None = None

    def __init__(self, catalog: Catalog, values: Mapping[str, Any]) -> None:
        super().__init__(catalog, values)
        self.computed: dict[str, dict[str, Computed]] = {}
        #: What the planner has made of models, by the columns that are read of them.
        self.made: dict[Any, Any] = {}
        self._dimensions: dict[tuple[str, str], Row] = {}
        self.reached: dict[tuple[str, str, str], Reached] = {}
        self._keys: dict[tuple[str, str], Row] = {}
        #: The times of a model's rows whose days were looked up in a calendar.
        self.days: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []

    def conditions(self, model: str) -> tuple[Any, ...]:
        """What must hold for rows of a model to be seen by whoever asks."""
        return () if self.policies is None else self.policies.conditions(model)

    # --- rows -----------------------------------------------------------------------------------

    def row(self, model: str, text: Text, *, inside: str | None = None) -> Row:
        """A row-level expression of a model: columns, dimensions, and paths to the one side."""
        if _WORDS.match(text):
            named = self._plainly(model, tuple(text.split(".")), inside, text.span)
            if named is not None:
                return named

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            return Reached(self.path(model, names, text, node, inside=inside))

        tree, references = self.expression(text, resolve, windows=inside is not None)
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
            raise SemanticError([unknown_path(self.catalog, model, names, span)])
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
            named = [w for w in walks if has_name(self.catalog.end(model, w), names[-1], raw=raw)]
            spelled = [".".join((model, *walk, names[-1])) for walk in walks]
            if not named:
                return self._grained(model, names, raw=raw, inside=inside, span=span)
            raise SemanticError([faults.ambiguous(".".join(names), spelled, span)])
        if walks:
            end = self.catalog.end(model, walks[0])
            own = inside if not walks[0] else None
            row = self._named(end, names[-1], raw=raw, inside=own)
            if row is not None:
                return rerooted(self.of_partner(model, walks[0], row), model, walks[0])
        return self._grained(model, names, raw=raw, inside=inside, span=span)

    def of_partner(self, model: str, walk: Walk, row: Row) -> Row:
        """A scalar of a joined row; where there is no such row it is NULL, whatever it makes of NULL."""
        edges = self.catalog.edges(model, walk)
        if all(edge.required for edge in edges) or strict(row.tree):
            return row
        key = self.key_row(edges[-1].target, edges[-1].on[0][1]).tree
        found = exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null()))
        tree = exp.Case(ifs=[exp.If(this=found, true=row.tree.copy())])
        return Row(row.model, tree, row.type, row.at, row.finest)

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
        if row.finest is not None and not follows(name, row.finest):
            raise SemanticError([faults.too_fine(row.model, path, row.finest, name, span)])
        return grain.grained(row, name, self.calendar)

    def _named(self, model: Model, name: str, *, raw: bool, inside: str | None) -> Row | None:
        """A dimension of that name, else (where raw columns count) the column."""
        dimension = model.dimension(name)
        if dimension is not None and dimension.name != inside:
            return self.dimension(model.name, str(dimension.name))
        declared = model.column(name)
        if declared is not None and (raw or name in model.spec.primary_key):
            return Row(model.name, column(identifier(str(declared.name))), self._type(model, declared))
        if raw and not model.declared:
            return Row(model.name, column(identifier(name)), None)
        if raw and dimension is not None:
            own = f"{model.name}.{dimension.name}"
            raise SemanticError([faults.cycle("dimension", [own, own], dimension.name.span)])
        return None

    def _type(self, model: Model, declared: Column) -> TypeName | None:
        """The type of a column: declared, or what the question gives that the model is made from."""
        if model.spec.query is None:
            return self.given_type(model.name, bare(declared.name)) or declared.type
        return self.questions.types(model.name)[bare(declared.name)]

    def stored_type(self, model: Model, node: exp.Column) -> TypeName | None:
        """The type of a column of a model's rows, one that a step adds to them included."""
        computed = self.computed.get(model.name, {}).get(node.name)
        if computed is not None:
            return computed.type
        known = model.column(f'"{node.name}"' if node.this.quoted else node.name)
        return self._type(model, known) if known is not None else None

    def type_in(self, table: exp.Table, name: str) -> TypeName | None:
        """The type of a column of a table in a model's SELECT, where the table stands for a model."""
        model = self.catalog.models.get(table.name) if named_model(table) else None
        if model is None:
            return None
        if model.dimension(name) is not None:
            return self.dimension(model.name, str(model.dimensions[name.lower()].name)).type
        return self.stored_type(model, exp.column(name))

    def dimension(self, model: str, name: str) -> Row:
        """A dimension's expression, other dimensions that it uses included."""
        key = (model, name)
        if self.policies is not None:
            self.policies.check_name(model, name)
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
        row = self._meaning(model, spec)
        kind: TypeName | None = spec.type or row.type
        if kind and row.type and _class(kind) != _class(row.type):
            text = spec.sql if spec.sql is not None else spec.name
            raise SemanticError([faults.wrong_dimension_type(spec.name, kind, row.type, text.span)])
        if spec.grain is not None:
            row = self._told_by(spec, row)
        row = Row(model.name, row.tree, kind, finest=row.finest)
        return self._level(model, spec, row) if row.tree.find(exp.Window) else row

    def _told_by(self, spec: Dimension, row: Row) -> Row:
        """A time with the finest period that it is asked by."""
        assert spec.grain is not None
        kind = spec.type or row.type
        if kind is None:
            raise SemanticError([faults.type_unknown(spec.name, spec.name.span)])
        if not grain.fits(spec.grain, kind):
            raise SemanticError([faults.no_grain(spec.name, kind, spec.grain, spec.name.span)])
        return replace(row, finest=spec.grain)

    def _meaning(self, model: Model, spec: Dimension) -> Row:
        """What a dimension says: an expression, bands, rules, or the column of its name."""
        if spec.sql is not None:
            return self.row(model.name, spec.sql, inside=str(spec.name))
        if spec.bands is not None:
            return banding.bands(spec.bands, self._part(model, spec), spec.bands.span)
        if spec.rules is not None:
            return banding.rules(spec.rules, self._part(model, spec), partial(self._origin, model))
        declared = model.column(spec.name)
        if declared is None and model.declared:
            known = sorted(str(c.name) for c in model.columns.values())
            what = f"column of model '{model.name}'"
            raise SemanticError([faults.unknown(what, spec.name, known, spec.name.span)])
        kind = self._type(model, declared) if declared else None
        return Row(model.name, column(identifier(str(spec.name))), kind)

    def _origin(self, model: Model, row: Row) -> exp.Expr:
        """What a scalar computes, also where a step above the model's rows does."""
        known = self.computed.get(model.name, {}).get(row.tree.name)
        return known.tree if isinstance(row.tree, exp.Column) and known is not None else row.tree

    def _part(self, model: Model, spec: Dimension) -> Callable[[Text], Row]:
        """How the expressions inside a dimension's bands or rules are bound: a long one is written once."""

        def bind(text: Text) -> Row:
            row = self.row(model.name, text, inside=str(spec.name))
            inline = isinstance(row.tree, exp.Column) or not row.tree.find(exp.Column)
            wish = str(text) if model.dimension(text) else f"{_first_with(model, text)}_value"
            return row if inline else self._computed(model, wish, row)

        return bind

    # --- other rows -------------------------------------------------------------------------------

    def _level(self, model: Model, spec: Dimension, row: Row) -> Row:
        """A dimension that looks at other rows, as a column that a step above the model's rows adds."""
        check_order(row.tree, self._keys_of(model), spec.sql or spec.name)
        return self._computed(model, str(spec.name), row)

    def _computed(self, model: Model, name: str, row: Row) -> Row:
        """A scalar of a model's rows as a column that a step above them adds."""
        return add_computed(self.computed.setdefault(model.name, {}), model, name, row)

    def following(self, model: str, wish: str, following: Following, kind: TypeName) -> exp.Expr:
        """The column of a model's rows that tells when the next event follows."""
        computed = self.computed.setdefault(model, {})
        return add_following(computed, self.catalog.models[model], wish, following, kind)

    def _keys_of(self, model: Model) -> list[list[exp.Expr]]:
        """The keys that tell the rows of a model apart, as trees."""
        keys = [key for key in (model.spec.primary_key, *model.spec.unique) if key]
        return [[self.key_row(model.name, part).tree for part in key] for key in keys]

    # --- times and keys -----------------------------------------------------------------------------

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
        whole = self.catalog.models[model].spec.grain
        return replace(row, finest=whole) if whole is not None else row

    def key_row(self, model: str, text: str) -> Row:
        """One side of a join, or a bound of its validity interval."""
        key = (model, text)
        if key not in self._keys:
            self._keys[key] = self.row(model, text if isinstance(text, Text) else Text(text))
        return self._keys[key]

    def given(self, model: str, text: str, row: Row) -> None:
        """A key that is no text of the project's but a scalar that is known."""
        self._keys.setdefault((model, text), row)


def _class(kind: TypeName) -> str:
    """Numbers may stand for each other; a timestamp is no date and no instant."""
    return "number" if kind in ("integer", "decimal", "float") else kind


def _first_with(model: Model, text: Text) -> str:
    """The first dimension of a model whose bands or rules are over some SQL: what is made of the same SQL is
    named after one of them, whichever is asked for first."""
    for spec in model.dimensions.values():
        over = [spec.bands.sql] if spec.bands else spec.rules.by if spec.rules else ()
        if text in over:
            return str(spec.name)
    return str(text)
