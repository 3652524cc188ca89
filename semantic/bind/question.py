"""The question bound: every name an object, every expression typed, grain and fan-out settled.

All mistakes of a question end here, together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.condition import Condition, Side, conditions, merged, side_of
from semantic.bind.definitions import Definitions
from semantic.bind.metric import Leaf, Metric, Metrics
from semantic.bind.paths import AXIS, nowhere, question_paths, reach
from semantic.bind.row import Row, columns_of, moved, walk_of
from semantic.bind.texts import Reached
from semantic.bind.timerange import within
from semantic.faults import Fault, SemanticError
from semantic.query import By, Query
from semantic.source import Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName

T = TypeVar("T")
_MOST_PERIODS = 1_000_000  # BigQuery makes no longer series


@dataclass(frozen=True)
class Key:
    """One thing the question groups by, as an output column."""

    name: str
    path: str
    type: TypeName | None
    grain: str | None
    dimension: spec.Dimension | None


@dataclass(frozen=True)
class Fact:
    """Rows of one model that several leaves share: their keys and what selects them."""

    home: str
    keys: tuple[Reached, ...]
    where: tuple[Condition, ...]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Members:
    """Members that appear without any fact: the distinct keys of one dimension model."""

    model: str
    keys: tuple[tuple[str, Row], ...]
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Fill:
    """A spine of periods for one key; open ends are the first and last period found."""

    key: str
    grain: str
    type: TypeName
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Bound:
    """A question with nothing left to look up."""

    query: Query
    keys: tuple[Key, ...]
    metrics: tuple[Metric, ...]
    facts: tuple[Fact, ...]
    leaves: dict[str, Leaf]
    having: tuple[exp.Expr, ...]
    order: tuple[tuple[str, bool], ...]
    fill: Fill | None
    members: tuple[Members, ...]


def bind(definitions: Definitions, metrics: Metrics, query: Query) -> Bound:
    """Bind a question; raises `SemanticError` with every fault of it."""
    return _Binder(definitions, metrics, query).bound()


class _Binder:
    """Collects faults over the whole question, so that one run tells them all."""

    def __init__(self, definitions: Definitions, metrics: Metrics, query: Query) -> None:
        self.definitions = definitions
        self.catalog = definitions.catalog
        self.metrics = metrics
        self.query = query
        self.found: list[Fault] = []

    def bound(self) -> Bound:
        query = self.query
        if not query.metrics:
            self.found.append(faults.no_metrics())
        asked = self._each(query.metrics, lambda name: self.metrics.metric(str(name), name.span))
        leaves = {key: leaf for metric in asked for key, leaf in metric.leaves.items()}
        having = self._each(query.having, lambda text: self._having(text, leaves))
        self._check_outputs()
        facts = self._facts(leaves)
        if not leaves:
            elsewhere = (nowhere(self.definitions, by.parts, by.path.span) for by in query.by)
            self.found += [fault for fault in elsewhere if fault is not None]
            self._each(query.where, lambda text: self.definitions.parse(text, comments=False))
        order = self._order()
        self._stop()
        keys = tuple(self._key(index, by, facts) for index, by in enumerate(query.by))
        fill = self._fill(keys)
        members = self._members(keys, facts)
        self._stop()
        return Bound(query, keys, tuple(asked), facts, leaves, tuple(having), order, fill, members)

    def _stop(self) -> None:
        if self.found:
            raise SemanticError(self.found)

    def _each(self, items: Iterable[T], bind_one: Callable[[T], Metric | exp.Expr | Fact]) -> list:  # type: ignore[type-arg]
        """Bind each item, keeping the faults of those that fail."""
        result = []
        for item in items:
            try:
                result.append(bind_one(item))
            except SemanticError as error:
                self.found.extend(error.faults)
        return result

    def _check_outputs(self) -> None:
        names = [by.output for by in self.query.by] + [str(m) for m in self.query.metrics]
        counted = Counter(name.lower() for name in names)
        for name in {n.lower(): n for n in reversed(names) if counted[n.lower()] > 1}.values():
            self.found.append(faults.same_output(name))
        for by in self.query.by:
            if _is_path(by) and not by.output.isidentifier():
                self.found.append(faults.bad_output(by.output))

    def _having(self, text: Text, leaves: dict[str, Leaf]) -> exp.Expr:
        tree, kind, used = self.metrics.expression(text, None, comments=False)
        if kind not in ("boolean", None):
            raise SemanticError([faults.not_boolean(kind, text.span)])
        leaves.update(used)
        return tree

    # --- facts ----------------------------------------------------------------------------------

    def _facts(self, leaves: dict[str, Leaf]) -> tuple[Fact, ...]:
        """One fact a model, time axis and many-sided filter: leaves that can share a scan do."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Leaf]] = {}
        for leaf in leaves.values():
            sided = tuple(sorted(c.key for c in leaf.conditions if c.exists))
            time = leaf.time.key if leaf.time is not None and self._uses_time else ""
            groups.setdefault((leaf.home, time, sided), []).append(leaf)
        ordered = [groups[key] for key in sorted(groups, key=self._rank)]
        return tuple(self._each(ordered, self._fact))

    def _rank(self, key: tuple[str, str, tuple[str, ...]]) -> tuple[int, str, tuple[str, ...]]:
        """Facts stand in the order of the catalog, whatever the order of the question."""
        return (list(self.catalog.models).index(key[0]), key[1], key[2])

    @property
    def _uses_time(self) -> bool:
        texts = [*self.query.where, *(by.path for by in self.query.by)]
        return self.query.time is not None or any(AXIS in t for t in texts)

    def _fact(self, leaves: list[Leaf]) -> Fact:
        home, time = leaves[0].home, leaves[0].time
        found: list[Fault] = []
        keys: list[Reached] = []
        where: list[Condition] = [c for c in leaves[0].conditions if c.exists]
        for by in self.query.by:
            try:
                keys.append(self._reach(home, time, by))
            except SemanticError as error:
                found.extend(error.faults)
        for text in self.query.where:
            try:
                resolve = question_paths(self.definitions, home, time, text)
                where.extend(conditions(self.definitions, home, text, resolve, comments=False))
            except SemanticError as error:
                found.extend(error.faults)
        if self.query.time is not None:
            if time is None:
                found.append(faults.no_axis(home, None))
            else:
                where.extend(within(time, self.query.time, self.definitions.calendar))
        if found:
            raise SemanticError(found)
        fact = Fact(home, tuple(keys), merged(where), tuple(leaves))
        self._check_sides(fact)
        return fact

    def _check_sides(self, fact: Fact) -> None:
        """An OR over several many sides cannot speak of the row that a group is made of."""
        grouped = sides(fact)
        for condition in fact.where:
            roots = sorted({e.branch.root for e in condition.exists})
            if condition.side is None and any(side_of(e.branch) in grouped for e in condition.exists):
                raise SemanticError([faults.grouped_side(roots)])

    def _reach(self, home: str, time: Row | None, by: By) -> Reached:
        """What a path of ``by`` means for a fact; asked often, so remembered."""
        key = (home, time.key if time is not None and by.parts[0] == AXIS else "", str(by.path))
        found = self.definitions.reached.get(key)
        if not _is_path(by):
            raise SemanticError([faults.bad_path(by.path)])
        if found is None:
            found = reach(self.definitions, home, time, by.parts, by.path.span, shared=False)
            self.definitions.reached[key] = found
        return found

    # --- keys -----------------------------------------------------------------------------------

    def _key(self, index: int, by: By, facts: tuple[Fact, ...]) -> Key:
        kinds = [fact.keys[index].row.type for fact in facts]
        kind = kinds[0] if len(set(kinds)) == 1 else None
        if len({k for k in kinds if k is not None}) > 1:
            self.found.append(faults.mixed_types(by.path, sorted({str(k) for k in kinds})))
        whole = self._dimension(by.parts, facts[0])
        last = by.parts[-1] if whole is None and grain.is_grain(by.parts[-1]) else None
        return Key(by.output, str(by.path), kind, last, whole or self._dimension(by.parts[:-1], facts[0]))

    def _dimension(self, names: tuple[str, ...], fact: Fact) -> spec.Dimension | None:
        """The dimension that a path names, which may be called like a grain."""
        if names[0] == AXIS:
            return None
        for root in (fact.home, *(m for m in self.catalog.models if m != fact.home)):
            walks = self.catalog.forward(root, names[:-1]) if len(names) > 1 else ()
            found = self.catalog.end(root, walks[0]).dimension(names[-1]) if walks else None
            if found is not None:
                return found
        return None

    def _order(self) -> tuple[tuple[str, bool], ...]:
        """The order asked for, with the keys behind it so that ties are settled."""
        keys = self.query.by
        outputs = {k.output: k.output for k in keys} | {str(k.path): k.output for k in keys}
        outputs |= {str(m): str(m) for m in self.query.metrics}
        asked: dict[str, bool] = {}
        if self.query.order == ():
            return ()
        for item in self.query.order or ():
            if item.name in outputs:
                asked.setdefault(outputs[item.name], item.descending)
            else:
                self.found.append(faults.unknown("column of the question", item.name, list(outputs), None))
        for key in keys:
            asked.setdefault(key.output, False)
        return tuple(asked.items())

    def _fill(self, keys: tuple[Key, ...]) -> Fill | None:
        if not self.query.fill:
            return None
        times = [k for k in keys if k.grain in grain.GRAINS]
        if len(times) != 1 or times[0].type is None:
            self.found.append(faults.fill_needs_time(len(times)))
            return None
        key, time = times[0], self.query.time
        assert key.grain is not None
        assert key.type is not None
        start = grain.floor(time.start, key.grain, self.definitions.calendar) if time and time.start else None
        last = time.end - timedelta(microseconds=1) if time and time.end else None
        end = grain.floor(last, key.grain, self.definitions.calendar) if last else None
        if key.path.split(".")[0] != AXIS:
            start = end = None
        if start and end:
            self._check_length(key.grain, end - start)
        return Fill(key.name, key.grain, key.type, start, end)

    def _check_length(self, name: str, length: timedelta) -> None:
        count = int(length.total_seconds()) // grain.SECONDS.get(name, 86_400) + 1
        if count > _MOST_PERIODS:
            self.found.append(faults.fill_too_long(name, count, _MOST_PERIODS))

    # --- members --------------------------------------------------------------------------------

    def _members(self, keys: tuple[Key, ...], facts: tuple[Fact, ...]) -> tuple[Members, ...]:
        asked = self.query.members
        if asked is False:
            return ()
        chosen = [k for k in keys if k.grain is None] if asked is True else []
        for name in asked if isinstance(asked, tuple) else ():
            match = [k for k in keys if name in (k.path, k.name)]
            chosen += match
            if not match:
                self.found.append(
                    faults.unknown("dimension of the question", name, [k.path for k in keys], None)
                )
        groups: dict[str, list[tuple[Key, Row]]] = {}
        for key in chosen:
            reached = facts[0].keys[keys.index(key)]
            if reached.branch is not None or not reached.row.at:
                self.found.append(faults.no_members(key.path))
                continue
            model = self.catalog.end(facts[0].home, reached.row.at).name
            groups.setdefault(model, []).append((key, reached.row))
        return tuple(self._member(model, pairs, facts[0]) for model, pairs in groups.items())

    def _member(self, model: str, pairs: list[tuple[Key, Row]], fact: Fact) -> Members:
        at = pairs[0][1].at
        rows = tuple((key.name, _seen_from(model, row)) for key, row in pairs)
        where = tuple(
            Condition(model, moved(c.tree, lambda own: own[len(at) :]))
            for c in fact.where
            if not c.exists and all(walk_of(n)[: len(at)] == at for n in columns_of(c.tree))
        )
        return Members(model, rows, where)


def _is_path(by: By) -> bool:
    return all(map(str.isidentifier, by.parts))


def _seen_from(model: str, row: Row) -> Row:
    return Row(model, moved(row.tree, lambda own: own[len(row.at) :]), row.type)


def sides(fact: Fact) -> dict[Side, list[int]]:
    """The many sides that a fact is grouped by, with the positions of their keys."""
    found: dict[Side, list[int]] = {}
    for index, reached in enumerate(fact.keys):
        if reached.branch is not None:
            found.setdefault(side_of(reached.branch), []).append(index)
    return found
