"""Rows followed along joins, and a fact's rows beside the rows of their many sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any

from tests.reference.calendar import day_of, grained, local, midnight
from tests.reference.paths import Place, Side, forward, joins
from tests.reference.terms import Join, Row, Walk, World

#: A path of the question, or (``True``) of the metric itself.
Spoken = tuple[bool, Any]
Value = Callable[[Spoken], Any]


def follow(world: World, table: str, row: Row | None, walk: Walk) -> Row | None:
    """The row at the end of a walk, if there is one."""
    for role in walk:
        if row is None:
            return None
        join = joins(world, table)[role]
        row = _partner(world, row, join)
        table = join.target
    return row


def _partner(world: World, row: Row, join: Join) -> Row | None:
    wanted = [row[left] for left, _ in join.on]
    if None in wanted:
        return None
    equal = (r for r in world.tables[join.target].rows if [r[c] for _, c in join.on] == wanted)
    return next((r for r in equal if _holds_then(world, row, r, join)), None)


def _holds_then(world: World, row: Row, other: Row, join: Join) -> bool:
    """Whether the other row was valid at the row's time; an end of NULL means still.

    Days are compared with days, instants with instants, and anything else as the clocks on the walls show it.
    """
    if join.valid is None or join.at is None:
        return True
    moment, (start, end) = row[join.at], (other[bound] for bound in join.valid)
    if moment is None or start is None:
        return False
    if world.tables[join.target].columns[join.valid[0]] == "date":
        moment = day_of(moment, world.calendar)
    elif not _is_instant(moment) or not _is_instant(start):
        moment, start, end = (midnight(local(each, world.calendar)) for each in (moment, start, end))
    return bool(start <= moment and (end is None or moment < end))


def _is_instant(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def read(world: World, table: str, row: Row | None, column: str, grain: str | None = None) -> Any:
    """A column of a row, or a dimension that is made of one further on."""
    if row is None:
        return None
    made = world.tables[table].made.get(column)
    if made is None:
        return grained(row[column], grain, world.calendar)
    [walk] = forward(world, table, made.steps)
    end = follow(world, table, row, walk)
    found = read(world, _ends_at(world, table, walk), end, made.column, made.grain)
    return grained(found, grain, world.calendar)


def _ends_at(world: World, table: str, walk: Walk) -> str:
    for role in walk:
        table = joins(world, table)[role].target
    return table


def read_at(world: World, table: str, row: Row | None, at: Place) -> Any:
    """What stands at a place, seen from a row of the table where its walk begins."""
    end = follow(world, table, row, at.walk)
    return read(world, _ends_at(world, table, at.walk), end, at.path.column, at.path.grain)


def beside(world: World, home: str, row: Row, side: Side) -> list[Row | None]:
    """The rows of a many side that belong to a fact's row; one empty row where there is none."""
    shared = follow(world, home, row, side.up)
    rows = world.tables[side.root].rows
    many = [r for r in rows if shared is not None and follow(world, side.root, r, side.back) is shared]
    return [*many] or [None]


def environments(world: World, home: str, places: Mapping[Spoken, Place]) -> Iterator[tuple[Row, Value]]:
    """Each row of a fact with each combination of its many sides' rows, and how to read a path there."""
    used = list(dict.fromkeys(at.side for at in places.values() if at.side is not None))
    for row in world.tables[home].rows:
        for combination in product(*(beside(world, home, row, side) for side in used)):
            yield row, _reader(world, home, row, places, dict(zip(used, combination, strict=True)))


def _reader(
    world: World, home: str, row: Row, places: Mapping[Spoken, Place], many: Mapping[Side, Row | None]
) -> Value:
    def value(spoken: Spoken) -> Any:
        at = places[spoken]
        if at.side is None:
            return read_at(world, home, row, at)
        return read_at(world, at.side.root, many[at.side], at)

    return value
