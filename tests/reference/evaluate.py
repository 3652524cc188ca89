"""What a question means, in plain Python over lists of dicts.

It shares no code with the compiler and knows no SQL: a fact's rows meet the rows of the many sides that
the question speaks of as in a left join, conditions are three-valued, what is left is made distinct on the
fact's key beside the groups, and only then aggregated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

Row = Mapping[str, Any]
Walk = tuple[str, ...]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Join:
    """From a row to the one row of ``target`` whose columns equal its own."""

    target: str
    on: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """Rows with a key, and the joins that lead away from them, by role."""

    key: tuple[str, ...]
    rows: Sequence[Row]
    joins: Mapping[str, Join] = field(default_factory=dict)
    time: str | None = None


World = Mapping[str, Table]


@dataclass(frozen=True)
class Side:
    """A many side: ``up`` from the fact to a shared table, and ``back`` from ``root`` to the same."""

    up: Walk
    root: str
    back: Walk


@dataclass(frozen=True)
class Place:
    """Where a path leads: a walk from the fact's row, or from a row of a many side."""

    side: Side | None
    walk: Walk
    column: str


@dataclass(frozen=True)
class Path:
    """``table.column``, or ``time`` with a grain; ``grain`` shortens a date."""

    table: str
    column: str
    grain: str | None = None


@dataclass(frozen=True)
class Test:
    """A condition: ``op`` is and, or, not, null, in, between, or a comparison."""

    op: str
    parts: tuple[Test, ...] = ()
    path: Path | None = None
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """One aggregate over the rows of ``table``; ``None`` counts rows."""

    table: str
    function: str
    path: Path | None = None
    where: Test | None = None


@dataclass(frozen=True)
class Metric:
    """A leaf, or the ratio of two metrics."""

    name: str
    leaf: Leaf | None = None
    ratio: tuple[Metric, Metric] | None = None

    def leaves(self) -> list[Leaf]:
        return [self.leaf] if self.leaf else [leaf for m in self.ratio or () for leaf in m.leaves()]


@dataclass(frozen=True)
class Having:
    """A condition on a metric, which need not be shown: ``>``, ``<=`` or ``null`` (is not null)."""

    metric: Metric
    op: str
    value: int = 0


@dataclass(frozen=True)
class Question:
    """What is asked; the rows come in the order of ``by``, NULLs last."""

    metrics: tuple[Metric, ...]
    by: tuple[Path, ...] = ()
    where: tuple[Test, ...] = ()
    period: tuple[date, date] | None = None
    fill: bool = False
    having: tuple[Having, ...] = ()


class Unanswerable(Exception):
    """A path that means nothing, or more than one thing."""


# --- paths ------------------------------------------------------------------------------------------


def walks(world: World, origin: str, seen: Walk = ()) -> Iterator[tuple[Walk, str]]:
    """Every way along joins that meets no table twice, and where it ends."""
    yield (), origin
    for role, join in world[origin].joins.items():
        if join.target not in (*seen, origin):
            for rest, end in walks(world, join.target, (*seen, origin)):
                yield (role, *rest), end


def forward(world: World, origin: str, table: str) -> list[Walk]:
    """The walks that a table's name can mean; a join of one's own wins."""
    if table == origin:
        return [()]
    if table in world[origin].joins:
        return [(table,)]
    by_role = [walk for walk, _ in walks(world, origin) if walk and walk[-1] == table]
    return by_role or [walk for walk, end in walks(world, origin) if walk and end == table]


def sides(world: World, home: str, table: str) -> list[tuple[Side, Walk]]:
    """The many sides of ``home`` on which a table is found, the nearest ones."""
    found = [(s, w) for s, w in _all_sides(world, home, table) if s.up == ()]
    if not found:
        found = list(_all_sides(world, home, table))
        nearest = min((len(s.up) + len(s.back) for s, _ in found), default=0)
        found = [(s, w) for s, w in found if len(s.up) + len(s.back) == nearest]
    return [(s, w) for s, w in found if s.root == table] or found


def _all_sides(world: World, home: str, table: str) -> Iterator[tuple[Side, Walk]]:
    reach: dict[str, list[Walk]] = {}
    for up, end in walks(world, home):
        reach.setdefault(end, []).append(up)
    for root in world:
        if root in reach:
            continue
        for walk in forward(world, root, table):
            for back, end in walks(world, root):
                if not any(t in reach for t in _between(world, root, back)):
                    yield from ((Side(up, root, back), walk) for up in reach.get(end, ()))


def _between(world: World, origin: str, walk: Walk) -> Iterator[str]:
    for role in walk[:-1]:
        origin = world[origin].joins[role].target
        yield origin


def place(world: World, home: str, path: Path, *, shared: bool = True) -> Place:
    """What a path means for the rows of ``home``."""
    if path.table == "time":
        return Place(None, (), world[home].time or "")
    straight = forward(world, home, path.table)
    if straight:
        options = [Place(None, walk, path.column) for walk in straight]
    else:
        options = [Place(s, w, path.column) for s, w in sides(world, home, path.table) if shared or not s.up]
    if len(options) != 1:
        raise Unanswerable(path)
    return options[0]


# --- rows -------------------------------------------------------------------------------------------


def follow(world: World, table: str, row: Row | None, walk: Walk) -> Row | None:
    """The row at the end of a walk, if there is one."""
    for role in walk:
        if row is None:
            return None
        join = world[table].joins[role]
        wanted = [row[left] for left, _ in join.on]
        row = None if None in wanted else _find(world[join.target], [right for _, right in join.on], wanted)
        table = join.target
    return row


def _find(table: Table, columns: list[str], wanted: list[Any]) -> Row | None:
    return next((r for r in table.rows if [r[c] for c in columns] == wanted), None)


def beside(world: World, home: str, row: Row, side: Side) -> list[Row | None]:
    """The rows of a many side that belong to a fact's row; one empty row where there is none."""
    shared = follow(world, home, row, side.up)
    table = world[side.root]
    many = [r for r in table.rows if shared is not None and follow(world, side.root, r, side.back) is shared]
    return [*many] or [None]


#: A path of the question, or (``True``) of the metric's own filter.
Spoken = tuple[bool, Path]
Value = Callable[[Spoken], Any]


def environments(world: World, home: str, places: Mapping[Spoken, Place]) -> Iterator[tuple[Row, Value]]:
    """Each row of a fact with each combination of its many sides' rows, and how to read a path there."""
    used = list(dict.fromkeys(p.side for p in places.values() if p.side is not None))
    for row in world[home].rows:
        for combination in product(*(beside(world, home, row, side) for side in used)):
            yield row, _reader(world, home, row, places, dict(zip(used, combination, strict=True)))


def _reader(
    world: World, home: str, row: Row, places: Mapping[Spoken, Place], many: Mapping[Side, Row | None]
) -> Value:
    def value(spoken: Spoken) -> Any:
        at = places[spoken]
        start = (row, home) if at.side is None else (many[at.side], at.side.root)
        end = follow(world, start[1], start[0], at.walk)
        return None if end is None else shortened(end[at.column], spoken[1].grain)

    return value


def shortened(value: Any, grain: str | None) -> Any:
    """The first day of the period that a date falls in."""
    if grain is None or value is None:
        return value
    return value.replace(day=1) if grain == "month" else value.replace(month=1, day=1)


# --- conditions -------------------------------------------------------------------------------------

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
}


def truth(test: Test, value: Value, own: bool) -> bool | None:
    """A condition in three-valued logic; ``own`` where it is a metric's filter."""
    if test.op in ("and", "or"):
        return _joined([truth(t, value, own) for t in test.parts], decisive=test.op == "or")
    if test.op == "not":
        inner = truth(test.parts[0], value, own)
        return None if inner is None else not inner
    assert test.path is not None
    found = value((own, test.path))
    if test.op == "null":
        return found is None
    if found is None:
        return None
    if test.op == "in":
        return found in test.values
    if test.op == "between":
        return bool(test.values[0] <= found <= test.values[1])
    return _COMPARE[test.op](found, test.values[0])


def _joined(truths: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def mentioned(test: Test | None) -> list[Path]:
    """The paths that a condition reads."""
    if test is None:
        return []
    own = [] if test.path is None else [test.path]
    return own + [path for part in test.parts for path in mentioned(part)]


# --- aggregates -------------------------------------------------------------------------------------


def aggregate(function: str, values: list[Any]) -> Any:
    """An aggregate over the values of some rows."""
    known = [v for v in values if v is not None]
    if function == "count":
        return len(known)
    if function == "count_distinct":
        return len(set(known))
    if not known:
        return None
    if function == "avg":
        return float(sum(map(Decimal, known)) / len(known))
    picked: Mapping[str, Callable[[list[Any]], Any]] = {"sum": sum, "min": min, "max": max}
    return picked[function](known)


def groups(world: World, question: Question, leaf: Leaf) -> dict[Key, Any]:
    """A leaf's value for every group in which it has a row."""
    home, start = home_of(world, leaf)
    kept: dict[tuple[Key, Key], Row] = {}
    for row, value in environments(world, home, _places(world, question, leaf)):
        true = [truth(t, value, False) for t in question.where]
        true += [truth(leaf.where, value, True)] if leaf.where else []
        if _inside(world, home, row, question) and all(t is True for t in true):
            kept[tuple(value((False, p)) for p in question.by), _key(world, home, row)] = row
    members: dict[Key, list[Any]] = {} if question.by else {(): []}
    for (key, _), row in kept.items():
        members.setdefault(key, []).append(_argument(world, home, row, leaf, start))
    return {key: aggregate(leaf.function, values) for key, values in members.items()}


def _places(world: World, question: Question, leaf: Leaf) -> dict[Spoken, Place]:
    """Where every path leads that decides about a leaf's rows."""
    home, _ = home_of(world, leaf)
    found = {(False, p): place(world, home, p, shared=False) for p in question.by}
    found |= {(False, p): place(world, home, p) for t in question.where for p in mentioned(t)}
    return found | {(True, p): filter_place(world, leaf, p) for p in mentioned(leaf.where)}


def filter_place(world: World, leaf: Leaf, path: Path) -> Place:
    """Where a path of a metric's filter leads: it is said of the rows of the metric's own table."""
    home, _ = home_of(world, leaf)
    if home == leaf.table:
        return place(world, home, path)
    up = forward(world, leaf.table, home)[0]
    at = place(world, leaf.table, path)
    if at.side is not None:
        raise Unanswerable(path)
    if at.walk[: len(up)] == up:
        return Place(None, at.walk[len(up) :], path.column)
    return Place(Side((), leaf.table, up), at.walk, path.column)


def home_of(world: World, leaf: Leaf) -> tuple[str, Walk]:
    """Where an aggregate's rows are: a sum belongs to the rows of its column, wherever those are."""
    if leaf.path is None:
        return leaf.table, ()
    walk = place(world, leaf.table, leaf.path).walk
    if leaf.function in ("min", "max", "count_distinct"):
        return leaf.table, walk
    return leaf.path.table, ()


def _inside(world: World, home: str, row: Row, question: Question) -> bool:
    if question.period is None:
        return True
    day = row[world[home].time or ""]
    return day is not None and question.period[0] <= day < question.period[1]


def _key(world: World, home: str, row: Row) -> Key:
    return tuple(row[c] for c in world[home].key)


def _argument(world: World, home: str, row: Row, leaf: Leaf, walk: Walk) -> Any:
    if leaf.path is None:
        return True
    end = follow(world, home, row, walk)
    return None if end is None else end[leaf.path.column]


# --- the answer -------------------------------------------------------------------------------------


def answer(world: World, question: Question) -> list[Key]:
    """The rows of a question: its groups, in order, then its metrics."""
    metrics = [*question.metrics, *(having.metric for having in question.having)]
    leaves = dict.fromkeys(leaf for metric in metrics for leaf in metric.leaves())
    found = {leaf: groups(world, question, leaf) for leaf in leaves}
    keys = list(dict.fromkeys(key for values in found.values() for key in values))
    if question.fill:
        keys = _filled(question, keys)

    def value(metric: Metric, key: Key) -> Any:
        return _metric(metric, key, found, question.fill)

    kept = [key for key in keys if all(_kept(h, value(h.metric, key)) for h in question.having)]
    kept.sort(key=lambda key: [(part is None, part) for part in key])
    return [(*key, *(value(metric, key) for metric in question.metrics)) for key in kept]


def _kept(having: Having, value: Any) -> bool:
    if value is None or having.op == "null":
        return value is not None
    return bool(value > having.value if having.op == ">" else value <= having.value)


def _metric(metric: Metric, key: Key, found: Mapping[Leaf, Mapping[Key, Any]], fill: bool) -> Any:
    if metric.leaf is not None:
        value = found[metric.leaf].get(key)
        return _nothing(metric.leaf, fill) if value is None else value
    assert metric.ratio is not None
    above, below = (_metric(m, key, found, fill) for m in metric.ratio)
    return None if above is None or not below else float(above) / float(below)


def _nothing(leaf: Leaf, fill: bool) -> int | None:
    """The value over nothing: a count is 0, and so is a sum that was asked to be filled."""
    counts = leaf.function in ("count", "count_distinct")
    return 0 if counts or (fill and leaf.function == "sum") else None


def _filled(question: Question, keys: list[Key]) -> list[Key]:
    """Every period beside every combination of the other groups."""
    at = next(i for i, path in enumerate(question.by) if path.grain)
    path = question.by[at]
    ends = _ends(question.period if path.table == "time" else None, path.grain, [key[at] for key in keys])
    rest = dict.fromkeys((*key[:at], *key[at + 1 :]) for key in keys) if len(question.by) > 1 else {(): None}
    framed = [(*r[:at], p, *r[at:]) for r in rest for p in (periods(*ends, path.grain) if ends else ())]
    return list(dict.fromkeys([*keys, *framed]))


def _ends(
    period: tuple[date, date] | None, grain: str | None, found: list[date | None]
) -> tuple[date, date] | None:
    """The first and the last period: of the range that was asked for, else of those that were found."""
    if period is not None:
        return shortened(period[0], grain), shortened(max(_days(period)), grain)
    known = [each for each in found if each is not None]
    return (min(known), max(known)) if known else None


def _days(period: tuple[date, date]) -> Iterator[date]:
    for ordinal in range(period[0].toordinal(), period[1].toordinal()):
        yield date.fromordinal(ordinal)


def periods(first: date, last: date, grain: str | None) -> Iterator[date]:
    """Each period from the first to the last."""
    while first <= last:
        yield first
        months = first.month if grain == "month" else 12
        first = date(first.year + months // 12, months % 12 + 1, 1)
