"""What a question means, in plain Python over lists of dicts.

It shares no code with the compiler and knows no SQL: a fact's rows meet the rows of the many sides that
the question speaks of as in a left join, conditions are three-valued, what is left is made distinct on the
fact's key beside the groups, and only then aggregated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from tests.reference.aggregates import COUNTS, INDIFFERENT, SUMS, aggregate
from tests.reference.calendar import CLOCK_GRAINS, GRAINS, ends, inside, periods
from tests.reference.conditions import truth
from tests.reference.paths import Place, Side, end_of, joins, place, remembered
from tests.reference.rows import Spoken, Value, environments, read, read_at
from tests.reference.terms import (
    By,
    Having,
    Key,
    Leaf,
    Metric,
    Path,
    Question,
    Row,
    Test,
    Unanswerable,
    Walk,
    World,
    mentioned,
)

Groups = Mapping[Leaf, Mapping[Key, Any]]


# --- homes ------------------------------------------------------------------------------------------


@remembered
def home_of(world: World, leaf: Leaf) -> tuple[str, Walk]:
    """Whose rows an aggregate runs over, and the walk there: the table in which all its columns stand.

    Where a repeated row changes nothing, these are the rows of the metric's own table.
    """
    if not leaf.paths or leaf.function in INDIFFERENT:
        return leaf.table, ()
    ways = [place(world, leaf.table, path).walk for path in (*leaf.paths, *mentioned(leaf.within))]
    shared = ways[0]
    for way in ways:
        while way[: len(shared)] != shared:
            shared = shared[:-1]
    return end_of(world, leaf.table, shared), shared


def filter_place(world: World, leaf: Leaf, path: Path) -> Place:
    """Where a path of a metric's filter leads: it is said of the rows of the metric's own table."""
    _, up = home_of(world, leaf)
    at = place(world, leaf.table, path)
    if not up:
        return at
    if at.side is not None or holds_for_a_time(world, leaf.table, up):
        raise Unanswerable(path)
    if at.walk[: len(up)] == up:
        return Place(None, at.walk[len(up) :], at.path)
    return Place(Side((), leaf.table, up), at.walk, at.path)


def holds_for_a_time(world: World, table: str, walk: Walk) -> bool:
    """Whether a walk leads over a join that depends on the time."""
    steps = [joins(world, end_of(world, table, walk[:n]))[role] for n, role in enumerate(walk)]
    return any(join.valid for join in steps)


def _argument_place(world: World, leaf: Leaf, path: Path) -> Place:
    """Where an argument of an aggregate is, seen from its home."""
    _, up = home_of(world, leaf)
    at = place(world, leaf.table, path)
    return Place(None, at.walk[len(up) :], at.path)


# --- groups -----------------------------------------------------------------------------------------


def groups(world: World, question: Question, leaf: Leaf) -> Mapping[Key, Any]:
    """A leaf's value for every group in which it has a row."""
    home, _ = home_of(world, leaf)
    kept: dict[tuple[Key, Key], Row] = {}
    for row, value in environments(world, home, _places(world, question, leaf)):
        if _in_period(world, home, row, question, leaf) and _selected(question, leaf, value):
            kept[tuple(value((False, path)) for path in question.paths), _key(world, home, row)] = row
    members: dict[Key, list[Row]] = {} if question.by else {(): []}
    for (key, _), row in kept.items():
        members.setdefault(key, []).append(row)
    return {key: _aggregated(world, leaf, rows) for key, rows in members.items()}


def _selected(question: Question, leaf: Leaf, value: Value) -> bool:
    true = [truth(test, lambda path: value((False, path))) for test in question.where]
    true += [truth(leaf.where, lambda path: value((True, path)))] if leaf.where else []
    return all(each is True for each in true)


def _places(world: World, question: Question, leaf: Leaf) -> dict[Spoken, Place]:
    """Where every path leads that decides about a leaf's rows."""
    home, _ = home_of(world, leaf)
    found: dict[Spoken, Place] = {}
    for path in question.paths:
        found[False, path] = _on_axis(world, leaf, home, path) or place(world, home, path, shared=False)
    for path in [path for test in question.where for path in mentioned(test)]:
        found[False, path] = _on_axis(world, leaf, home, path) or place(world, home, path)
    return found | {(True, path): filter_place(world, leaf, path) for path in mentioned(leaf.where)}


def _on_axis(world: World, leaf: Leaf, home: str, path: Path) -> Place | None:
    """The metric's own time axis, where a path is about time and the metric has one."""
    if path.steps != ("time",) or leaf.time is None or home != leaf.table:
        return None
    return Place(None, (), Path((home,), leaf.time, path.grain))


def axis(world: World, leaf: Leaf) -> Place:
    """The time of a leaf, seen from its home."""
    home, _ = home_of(world, leaf)
    path = Path(("time",), "")
    return _on_axis(world, leaf, home, path) or place(world, home, path)


def _in_period(world: World, home: str, row: Row, question: Question, leaf: Leaf) -> bool:
    if question.period is None:
        return True
    return inside(read_at(world, home, row, axis(world, leaf)), question.period, world.calendar)


def _key(world: World, home: str, row: Row) -> Key:
    return tuple(row[column] for column in world.tables[home].key)


def _aggregated(world: World, leaf: Leaf, rows: list[Row]) -> Any:
    home, _ = home_of(world, leaf)

    def value(row: Row, path: Path) -> Any:
        return read_at(world, home, row, _argument_place(world, leaf, path))

    def counted(row: Row) -> bool:
        return leaf.within is None or truth(leaf.within, lambda path: value(row, path)) is True

    arguments = [tuple(value(row, path) for path in leaf.paths) for row in rows if counted(row)]
    return aggregate(leaf.function, arguments, leaf.share)


# --- the answer -------------------------------------------------------------------------------------


def answer(world: World, question: Question) -> list[Key]:
    """The rows of a question: its groups, in order, then its metrics."""
    found = {leaf: groups(world, question, leaf) for leaf in question.leaves()}
    keys = list(dict.fromkeys(key for values in found.values() for key in values))
    framed = [*keys, *(_framed(world, question, keys) if question.fill or question.members else ())]
    zero = question.fill or bool(question.members)

    def value(metric: Metric, key: Key) -> Any:
        return _valued(metric, key, found, zero)

    def kept(key: Key) -> bool:
        return all(_kept(having, value(having.metric, key)) for having in question.having)

    shown = [key for key in dict.fromkeys(framed) if kept(key)]
    rows = [(*key, *(value(metric, key) for metric in question.metrics)) for key in shown]
    return _sorted(question, rows)[: question.limit]


def _kept(having: Having, value: Any) -> bool:
    if value is None or having.op == "null":
        return value is not None
    return bool(value > having.value if having.op == ">" else value <= having.value)


def _valued(metric: Metric, key: Key, found: Groups, zero: bool) -> Any:
    """A metric's value in a group; ``zero`` is what a sum over nothing is where groups were asked for."""
    if metric.leaf is not None:
        value = found[metric.leaf].get(key)
        adds = metric.leaf.function in (*COUNTS, *(SUMS if zero else ()))
        return 0 if value is None and adds else value
    first, *others = (_valued(part, key, found, zero) for part in metric.parts)
    if metric.op == "known":
        return 0 if first is None else first
    [second] = others
    if first is None or second is None:
        return None
    return _operated(metric.op, first, second)


def _operated(op: str, first: Any, second: Any) -> Any:
    if op == "/":
        return float(first) / float(second) if second else None
    if isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
    return first + second if op == "+" else first - second


def _sorted(question: Question, rows: list[Key]) -> list[Key]:
    """Rows by what was asked, then by their groups; NULLs come last whichever way."""
    outputs = [*(by.output for by in question.by), *(metric.name for metric in question.metrics)]
    asked = [(outputs.index(order.name), order.falling) for order in question.order]
    for at, falling in reversed([*asked, *((n, False) for n in range(len(question.by)))]):
        rows = sorted((r for r in rows if r[at] is not None), key=lambda r: r[at], reverse=falling) + [
            r for r in rows if r[at] is None
        ]
    return rows


# --- groups without facts ---------------------------------------------------------------------------


def _framed(world: World, question: Question, keys: list[Key]) -> list[Key]:
    """The groups that were asked for: periods, members, and what else was found, in every combination."""
    whole = _combined(world, question, keys)
    if question.fill and question.members:
        whole += _combined(world, replace(question, members=()), keys)
    return whole


def _combined(world: World, question: Question, keys: list[Key]) -> list[Key]:
    made: list[tuple[list[int], list[Key]]] = []
    if question.fill:
        at = filled(question)
        made.append(([at], [(p,) for p in _periods(world, question, at, [key[at] for key in keys])]))
    for group in _by_walk(world, question):
        made.append(([question.by.index(by) for by in group], _members(world, question, group)))
    rest = [at for at in range(len(question.by)) if not any(at in places for places, _ in made)]
    if rest:
        made.append((rest, list(dict.fromkeys(tuple(key[at] for at in rest) for key in keys))))
    places = [at for taken, _ in made for at in taken]
    every = (sum(parts, ()) for parts in product(*(values for _, values in made)))
    return [tuple(dict(zip(places, key, strict=True))[at] for at in range(len(question.by))) for key in every]


def filled(question: Question) -> int:
    """Which path of the question is of periods."""
    return next(n for n, path in enumerate(question.paths) if path.grain in (*GRAINS, *CLOCK_GRAINS))


def _periods(world: World, question: Question, at: int, found: list[Any]) -> list[Any]:
    """Every period of the range that was asked for, else from the first to the last that were found."""
    path, known = question.paths[at], [each for each in found if each is not None]
    assert path.grain is not None
    if question.period is not None and path.steps == ("time",):
        return list(periods(*ends(question.period, path.grain, world.calendar), path.grain, world.calendar))
    return list(periods(min(known), max(known), path.grain, world.calendar)) if known else []


def _by_walk(world: World, question: Question) -> list[list[By]]:
    """The dimensions whose members were asked for, those of one row together."""
    home, _ = home_of(world, question.leaves()[0])
    found: dict[Walk, list[By]] = {}
    for by in question.members:
        found.setdefault(place(world, home, by.path).walk, []).append(by)
    return list(found.values())


def _members(world: World, question: Question, group: list[By]) -> list[Key]:
    """The members of a dimension's table: its rows, as far as what was said of them alone holds."""
    home, _ = home_of(world, question.leaves()[0])
    walk = place(world, home, group[0].path).walk
    table = end_of(world, home, walk)
    tests = [t for whole in question.where for t in conjuncts(whole) if _alone(world, home, walk, t)]

    def value(row: Row, path: Path) -> Any:
        at = place(world, home, path)
        return read_at(world, table, row, Place(None, at.walk[len(walk) :], at.path))

    def stays(row: Row) -> bool:
        return all(truth(test, lambda path: value(row, path)) is True for test in tests)

    rows = [row for row in world.tables[table].rows if stays(row)]
    return [tuple(read(world, table, row, by.path.column, by.path.grain) for by in group) for row in rows]


def conjuncts(test: Test) -> list[Test]:
    """The parts of a condition that must all hold."""
    return [each for part in test.parts for each in conjuncts(part)] if test.op == "and" else [test]


def _alone(world: World, home: str, walk: Walk, test: Test) -> bool:
    """Whether a condition speaks of a dimension's row and what lies beyond it only."""
    places = [place(world, home, path) for path in mentioned(test)]
    return all(at.side is None and at.walk[: len(walk)] == walk for at in places)
