"""Rows of a model with the lookups that some trees need, and no other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.intervals import comparable
from semantic.bind.row import Row, columns_of, rerooted, walk_of
from semantic.catalog import Edge, Walk
from semantic.faults import SemanticError
from semantic.plan import BESIDE, Lookup, Rows, Scan
from semantic.source import Text


class Lookups:
    """Makes chains of lookups over one catalog; ``models`` are those that were read."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.catalog = definitions.catalog
        self.models: set[str] = set()

    def rows(
        self, model: str, trees: Iterable[exp.Expr], level: int | None = None, time: Row | None = None
    ) -> Rows:
        """A scan with the lookups that some trees need, nearest first; joins along time take the rows that
        are valid at ``time``, or at the model's own time."""
        self.models.add(model)
        self.moment = model, time
        needed: set[Walk] = set()
        for tree in trees:
            needed |= {walk_of(n) for n in columns_of(tree) if n.table.startswith("/")} - {BESIDE}
        rows: Rows = Scan(model, level=level)
        pending = sorted(
            {walk[:n] for walk in needed for n in range(1, len(walk) + 1)}, key=self._step(model)
        )
        for walk in pending:
            rows = self._lookup(rows, model, walk, rows.walks)
        return rows

    def _step(self, model: str):  # type: ignore[no-untyped-def]
        """Sort walks by length, then by the order in which the joins were declared."""

        def rank(walk: Walk) -> tuple[int, list[int]]:
            places, origin = [], model
            for edge in self.catalog.edges(model, walk):
                places.append(list(self.catalog.models[origin].edges).index(edge.role))
                origin = edge.target
            return len(walk), places

        return rank

    def _lookup(self, rows: Rows, model: str, walk: Walk, known: tuple[Walk, ...]) -> Rows:
        if walk in known:
            return rows
        edge = self.catalog.edges(model, walk)[-1]
        on, extra = self.on(edge, walk)
        for tree in (*(left for left, _ in on), *extra):
            for node in columns_of(tree):
                other = walk_of(node)
                for n in range(1, len(other) + 1):
                    if other[:n] not in rows.walks and other[:n] != walk and other[: len(walk)] != walk:
                        rows = self._lookup(rows, model, other[:n], rows.walks)
        self.models.add(edge.target)
        required = all(step.required for step in self.catalog.edges(model, walk))
        return Lookup(rows, edge, walk, on, extra, required, self.level(edge.target))

    def level(self, model: str) -> int | None:
        """Which step of a model is looked up; the last one unless said."""
        return None

    def on(
        self, edge: Edge, walk: Walk
    ) -> tuple[tuple[tuple[exp.Expr, exp.Expr], ...], tuple[exp.Expr, ...]]:
        """The key equalities of a join, and the conditions of its validity interval."""
        pairs = self.pairs(edge, walk)
        valid, at = edge.spec.valid, edge.spec.at
        if valid is None or at is None:
            return pairs, ()
        return pairs, self._valid(edge, walk)

    def pairs(self, edge: Edge, walk: Walk) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
        """The key equalities of a join."""
        return tuple(
            (self.at(edge.origin, left, walk[:-1]), self.at(edge.target, right, walk))
            for left, right in edge.on
        )

    def at(self, model: str, text: str, walk: Walk) -> exp.Expr:
        """A key of a model, seen from where a walk leads."""
        row = self.definitions.key_row(model, text)
        return rerooted(row, "", walk).tree

    def _time(self, at: Text) -> Row:
        """The time along which rows are looked up."""
        model, time = self.moment
        time = time or self.definitions.time(model)
        if time is None:
            raise SemanticError([faults.no_axis(model, at.span)])
        return time

    def _valid(self, edge: Edge, walk: Walk) -> tuple[exp.Expr, ...]:
        """``from <= at AND (at < to OR to IS NULL)``, in the type of the interval."""
        assert edge.spec.valid is not None
        assert edge.spec.at is not None
        start = self.definitions.key_row(edge.target, edge.spec.valid[0])
        end = self.definitions.key_row(edge.target, edge.spec.valid[1])
        timed = self.catalog.by_time(edge)
        given = self._time(edge.spec.at) if timed else self.definitions.key_row(edge.origin, edge.spec.at)
        at, start, end = comparable(self.definitions, given, (start, end), edge.spec.at)
        moment = rerooted(at, "", () if timed else walk[:-1]).tree
        first, last = rerooted(start, "", walk).tree, rerooted(end, "", walk).tree
        begun = exp.LTE(this=first.copy(), expression=moment.copy())
        open_end = exp.Is(this=last.copy(), expression=exp.Null())
        before = exp.LT(this=moment.copy(), expression=last.copy())
        return begun, exp.Paren(this=exp.Or(this=before, expression=open_end))
