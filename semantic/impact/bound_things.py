"""Aggregates, conditions and facts, as plain values.

Nothing of what a binder has found is left out but what is listed here by name, so what is added to it later
is part of the meaning, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

from sqlglot import exp

from semantic.bind.bound import Bound, Cohorts, Fact, Frame, Key, Members
from semantic.bind.condition import Condition, Exists
from semantic.bind.definitions import Computed
from semantic.bind.grain import GRAINS
from semantic.bind.leaf import Leaf, Level, Metric, Per, Sampling, Through, Where, all_leaves
from semantic.bind.row import Row
from semantic.catalog import Branch
from semantic.faults import SemanticError
from semantic.impact.bound_trees import BoundTrees
from semantic.impact.trees import digest
from semantic.source import Span, Text
from semantic.spec import types as spec

#: What a bound thing is called, or what is derived from the rest.
_NAMES: Mapping[type[Any], frozenset[str]] = {
    Leaf: frozenset({"name", "of", "home", "call", "type"}),
    Metric: frozenset({"name", "spec", "tree", "leaves"}),
    Row: frozenset({"model", "tree", "at"}),
    Condition: frozenset({"home", "tree", "exists"}),
    Exists: frozenset({"branch", "tree", "orphan"}),
    Per: frozenset({"entity", "leaves", "having"}),
    Sampling: frozenset({"tree", "leaves", "plain"}),
    Fact: frozenset({"home", "chosen"}),
    Key: frozenset({"path", "dimension"}),
    Bound: frozenset({"query", "metrics", "leaves", "having", "derived"}),
    Members: frozenset({"model", "keys"}),
    Computed: frozenset({"name", "tree", "following"}),
}


class BoundThings(BoundTrees):
    """Writes bound things down."""

    def _plain(self, value: Any, model: str) -> Any:
        """A bound thing as plain values, seen from the rows of a model."""
        known = self._special(value, model)
        if known is not None:
            return known
        if isinstance(value, Mapping):
            return tuple((str(key), self._plain(value[key], model)) for key in sorted(value))
        if isinstance(value, tuple | list):
            return tuple(self._plain(each, model) for each in value)
        if isinstance(value, exp.Expr):
            return self._tree(value, model)
        if is_dataclass(value) and not isinstance(value, type):
            return (type(value).__name__, self._rest(value, model))
        return str(value) if isinstance(value, str) else repr(value)

    def _special(self, value: Any, model: str) -> Any:  # noqa: C901  # one case a kind
        """What is seen from elsewhere, or named by something."""
        match value:
            case None | Span():
                return ()
            case Leaf():
                return self._leaf(value)
            case Metric():
                return self._metric(value)
            case Row():
                return "row", self._tree(value.tree, value.model), value.type, value.finest
            case Condition():
                return self._condition(value)
            case Branch():
                return self._branch(value, model)
            case Per():
                return self._per(value, model)
            case Where():
                return value.around, sorted(
                    (self._condition(c) for each in value.met.values() for c in each), key=repr
                )
            case Level():
                return self._level(value, model)
            case Through():
                return self._through(value)
            case Fact():
                return self._fact(value)
            case Cohorts():
                return self._rest(value, value.activity)
            case spec.Retention():
                return self._retention(value)
            case Members():
                keys = tuple(self._plain(row, value.model) for _, row in value.keys)
                return self.rows(value.model), keys, self._rest(value, value.model)
            case Frame():
                homes = [self.rows(name) for name in (value.start, value.of) if name is not None]
                return homes, value.start is None, self._until(value.window)
        return None

    def _rest(self, value: Any, model: str, skip: tuple[str, ...] = ()) -> Any:
        """All fields of a bound thing but its names, and those that are written down otherwise."""
        names = _NAMES.get(type(value), frozenset())
        return tuple(
            (field.name, self._plain(getattr(value, field.name), model))
            for field in fields(value)
            if field.name not in names and field.name not in skip
        )

    def _row(self, model: str, text: Text) -> str:
        """A text over one row of a model."""
        return digest(self._plain(self.definitions.row(model, text), model))

    def _path(self, path: str, home: str) -> Any:
        """What a path of a question means, seen from a model or by its own name."""
        names = tuple(path.split("."))
        for model in dict.fromkeys((home, names[0])):
            if model in self.catalog.models:
                with suppress(SemanticError):
                    row = self.definitions.try_path(model, names, raw=True)
                    if row is not None:
                        return self._plain(row, model)
        return ("path", path)

    def _metric(self, metric: Metric) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in metric.leaves.items()}
        return "metric", metric.type, self._tree(metric.tree, "", leaves)

    def _leaf(self, leaf: Leaf) -> Any:
        """One aggregate over the rows of its home, or over the values of entities or periods."""
        over = leaf.per or leaf.sampled
        inner = {key: self._leaf(each) for key, each in over.leaves.items()} if over else {}
        call = self._tree(leaf.call, leaf.home, inner)
        rows = None if over is not None else self._home(leaf.home)
        calendar = self._calendars([leaf]) if leaf.between else None
        conditions = sorted((self._condition(each) for each in leaf.conditions), key=repr)
        return "leaf", rows, call, calendar, conditions, self._rest(leaf, leaf.home, ("conditions",))

    def _home(self, name: str) -> Any:
        """The rows that an aggregate sees, and in which interval they hold."""
        given = self.catalog.models[name].spec
        valid = [self._row(name, bound) for bound in given.valid or ()]
        return self.rows(name), valid, given.grain

    def _calendars(self, leaves: Iterable[Leaf]) -> list[str]:
        """How the periods of some aggregates run, of the entities that they are over included."""
        return sorted({repr(self._calendar(leaf.time)) for leaf in all_leaves(leaves)})

    def _calendar(self, time: Row | None) -> Any:
        """How days, weeks and years run, for what is seen along time."""
        if time is None:
            return None
        given = self.catalog.spec.calendar
        zone = str(given.timezone or "UTC") if time.type == "timestamptz" else None
        return given.week_start, given.fiscal_year_start, zone

    def _fact(self, fact: Fact) -> Any:
        leaves = sorted((self._leaf(leaf) for leaf in fact.leaves), key=repr)
        where = sorted((self._condition(each) for each in fact.where), key=repr)
        return self._home(fact.home), leaves, where, self._rest(fact, fact.home, ("leaves", "where"))

    def _until(self, window: spec.Until | None) -> Any:
        """The window of a model's question; its days are among the conditions of its facts as values."""
        if window is None:
            return None
        texts = [self._day(text) for text in (window.start, window.until) if text is not None]
        return str(window.last), texts, window.start is None, window.until is None

    def _day(self, text: Text) -> Any:
        from semantic.bind.timerange import day_of

        return self._tree(day_of(self.definitions, text), "")

    def _condition(self, condition: Condition) -> Any:
        exists = {
            str(place): self._exists(each, condition.home) for place, each in enumerate(condition.exists)
        }
        return "condition", self._tree(condition.tree, condition.home, exists)

    def _exists(self, exists: Exists, home: str) -> Any:
        orphan = self._tree(exists.orphan, home) if exists.orphan is not None else None
        tree = self._tree(exists.tree, exists.branch.root)
        return "exists", self._branch(exists.branch, home), tree, orphan

    def _branch(self, branch: Branch, home: str) -> Any:
        """The way to a many side: joins up, the rows there, and the joins that lead back and on."""
        up = self._walk(home, branch.up) if home else branch.up
        ways = (self._walk(branch.root, branch.back), self._walk(branch.root, branch.walk))
        return up, self.rows(branch.root), ways

    def _per(self, per: Per, model: str) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in per.leaves.items()}
        having = self._tree(per.having, model, leaves) if per.having is not None else None
        homes = sorted({leaf.home for leaf in per.leaves.values()}) or [model]
        entity = sorted([self._path(str(path), home) for path in per.entity for home in homes], key=repr)
        return "per", entity, having, sorted(leaves.values(), key=repr)

    def _level(self, level: Level, model: str) -> Any:
        over = sorted((self._path(path, model) for path in level.over), key=repr)
        ignoring = sorted((self._path(path, model) for path in level.ignoring), key=repr)
        return over, ignoring, str(level.base)

    def _through(self, through: Through) -> Any:
        named = [
            (name, model.name, self.model(model.name), self.column(model.name, name))
            for name in through.own
            for model in self.catalog.models.values()
            if name in map(str, model.spec.periods) and name not in GRAINS
        ]
        return str(through), named

    def _retention(self, retention: spec.Retention) -> Any:
        sides = (str(retention.cohort), str(retention.activity))
        rows = [self._home(side) for side in sides]
        axes = [(side, self.definitions.time(side)) for side in sides]
        times = [(self._plain(time, side), self._calendar(time)) for side, time in axes]
        keys = [self._row(side, text) for side, text in zip(sides, retention.by, strict=True)]
        return rows, times, keys, retention.period, retention.window, retention.value
