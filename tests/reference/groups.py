"""The rows of each group of one aggregate: its home, what selects its rows, and its value over some of them.

A fact's rows meet the rows of the many sides that the question speaks of as in a left join, conditions are
three-valued, and what is left is made distinct on the fact's key beside the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.reference.aggregates import INDIFFERENT, aggregate
from tests.reference.calendar import inside
from tests.reference.logic import truth
from tests.reference.paths import Place, Side, end_of, joins, place, remembered
from tests.reference.rows import Spoken, Value, environments, read_at
from tests.reference.terms import (
    Key,
    Leaf,
    Path,
    Question,
    Row,
    Unanswerable,
    Walk,
    World,
    mentioned,
)

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


def rows_of(
    world: World, question: Question, leaf: Leaf, extra: tuple[Path, ...] = ()
) -> list[tuple[Key, Row]]:
    """A leaf's rows, each once beside every group that it is in; ``extra`` paths group, too."""
    home, _ = home_of(world, leaf)
    kept: dict[tuple[Key, Key], Row] = {}
    for row, value in environments(world, home, _places(world, question, leaf)):
        if _in_period(world, home, row, question, leaf) and _selected(question, leaf, value):
            key = tuple(_shown(question, path, value((False, path))) for path in question.paths)
            more = tuple(read_at(world, home, row, place(world, home, path, shared=False)) for path in extra)
            kept[key + more, _key(world, home, row)] = row
    return [(key, row) for (key, _), row in kept.items()]


def _shown(question: Question, path: Path, value: Any) -> Any:
    """A value of a group; one that does not lead is one of the others."""
    top = question.top
    return value if top is None or path != top.path or value in question.leading else top.others


def time_of(world: World, leaf: Leaf, row: Row) -> Any:
    """The time of a row on the axis of its metric, if that has one."""
    try:
        return read_at(world, home_of(world, leaf)[0], row, axis(world, leaf))
    except Unanswerable:
        return None


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


def aggregated(world: World, leaf: Leaf, rows: Sequence[Row]) -> Any:
    """A leaf over some rows of its home."""
    home, _ = home_of(world, leaf)

    def value(row: Row, path: Path) -> Any:
        return read_at(world, home, row, _argument_place(world, leaf, path))

    def counted(row: Row) -> bool:
        return leaf.within is None or truth(leaf.within, lambda path: value(row, path)) is True

    arguments = [tuple(value(row, path) for path in leaf.paths) for row in rows if counted(row)]
    return aggregate(leaf.function, arguments, leaf.share)
