"""What can be named in a world: the ways to a row, its columns with their types, and what all facts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from semantic.spec.types import TypeName
from tests.reference.groups import axis, holds_for_a_time, home_of
from tests.reference.paths import Place, end_of, forward, joins, place
from tests.reference.terms import Leaf, Path, Question, Unanswerable, Walk, World

Kinds = tuple[TypeName, ...]
NUMBERS: Kinds = ("integer", "decimal", "float")
TIMES: Kinds = ("date", "timestamptz", "timestamp")
ANY: Kinds = (*NUMBERS, "text", "boolean", *TIMES)


def typed(world: World, table: str) -> list[tuple[str, TypeName]]:
    """The columns and dimensions of a table that questions may name, with their types."""
    found = world.tables[table]
    names = [column for column in found.columns if not column.endswith(("id", "part", "_from", "_to"))]
    return [(name, type_of(world, table, name)) for name in (*names, *found.made)]


def type_of(world: World, table: str, name: str) -> TypeName:
    """The type of a column, or of a dimension that is made of one further on."""
    path = world.tables[table].made.get(name)
    if path is None:
        return world.tables[table].columns[name]
    if path.grain is not None:
        return "date"
    return type_of(world, end_of(world, table, forward(world, table, path.steps)[0]), path.column)


def named(world: World) -> list[Walk]:
    """The ways to name a row: a table, a role, or a table and a role of its."""
    roles = {role: None for name in world.tables for role in joins(world, name) if role not in world.tables}
    pairs = [(name, role) for name in world.tables for role in joins(world, name)]
    return [*((name,) for name in world.tables), *((role,) for role in roles), *pairs]


def last_of(world: World, steps: Walk) -> str:
    """The table in which the steps of a path end."""
    first, *roles = steps
    if first not in world.tables:
        first = next(joins(world, name)[first].target for name in world.tables if first in joins(world, name))
    return end_of(world, first, tuple(roles))


def one_sides(world: World, table: str) -> list[Walk]:
    """The ways to name a row that a table leads to."""
    return [steps for steps in named(world) if len(forward(world, table, steps)) == 1]


def answerable(world: World, question: Question, *, shared: bool = True) -> list[Walk]:
    """The ways to name a row that mean exactly one thing for every fact of the question.

    Many sides, and what held for a time, stand there more than once: where mistakes are made.
    """
    homes = list(dict.fromkeys(home_of(world, leaf)[0] for leaf in question.leaves()))
    probes = [(steps, Path(steps, "kind")) for steps in named(world)]
    good = [(s, p) for s, p in probes if all(means(place, world, h, p, shared=shared) for h in homes)]
    return [
        steps for steps, probe in good for _ in range(_weight(world, homes[0], place(world, homes[0], probe)))
    ]


def _weight(world: World, home: str, at: Place) -> int:
    return 3 if at.side is not None or holds_for_a_time(world, home, at.walk) else 1


def timed(world: World, question: Question) -> bool:
    """Whether every fact of the question has a time."""
    return all(means(axis, world, leaf) for leaf in question.leaves())


def means(find: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
    try:
        find(*arguments, **options)
    except Unanswerable:
        return False
    return True


def axis_type(world: World, leaf: Leaf) -> TypeName:
    """The type of a leaf's time."""
    at = axis(world, leaf)
    end = end_of(world, home_of(world, leaf)[0], at.walk)
    return world.tables[end].columns[at.path.column]
