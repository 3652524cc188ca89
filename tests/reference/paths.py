"""What a path means: the walks along joins, and the many sides that lead back to a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tests.reference.terms import Join, Path, Table, Unanswerable, Walk, World


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
    path: Path


remembered = lru_cache(maxsize=20_000)


@remembered
def joins(world: World, table: str) -> Mapping[str, Join]:
    """The joins of a table, those included that another's one-to-one join gives it."""
    own = world.tables[table].joins
    back = {name: join for name, join in _back(world, table).items() if name not in own}
    return {**own, **back}


def _back(world: World, table: str) -> dict[str, Join]:
    targets = {join.target for join in world.tables[table].joins.values()}
    return {
        name: Join(name, tuple((right, left) for left, right in join.on))
        for name, other in world.tables.items()
        for join in other.joins.values()
        if join.target == table and name not in (table, *targets) and one_to_one(other, join)
    }


def one_to_one(table: Table, join: Join) -> bool:
    """Whether a join's own columns are the table's key, so that it leads back without multiplying."""
    return join.valid is None and {left for left, _ in join.on} == set(table.key)


def walks(world: World, origin: str, seen: Walk = ()) -> Iterator[tuple[Walk, str]]:
    """Every way along joins that meets no table twice, and where it ends."""
    yield (), origin
    for role, join in joins(world, origin).items():
        if join.target not in (*seen, origin):
            for rest, end in walks(world, join.target, (*seen, origin)):
                yield (role, *rest), end


def end_of(world: World, origin: str, walk: Walk) -> str:
    """The table at the end of a walk."""
    for role in walk:
        origin = joins(world, origin)[role].target
    return origin


def _exactly(world: World, origin: str, roles: Walk) -> list[Walk]:
    """The walk that takes these roles, if there is one."""
    for role in roles:
        if role not in joins(world, origin):
            return []
        origin = joins(world, origin)[role].target
    return [roles]


@remembered
def forward(world: World, origin: str, steps: Walk) -> list[Walk]:
    """The walks that the steps of a path can mean; a join of one's own wins over one further away."""
    if steps[0] == origin:
        return _exactly(world, origin, steps[1:])
    direct = _exactly(world, origin, steps)
    if direct:
        return direct
    ways = [(walk, end) for walk, end in walks(world, origin) if walk]
    whole = [(walk, end, rest) for walk, end in ways for rest in _exactly(world, end, steps[1:])]
    by_role = [walk + rest for walk, _, rest in whole if walk[-1] == steps[0]]
    return list(dict.fromkeys(by_role or [walk + rest for walk, end, rest in whole if end == steps[0]]))


@remembered
def sides(world: World, home: str, steps: Walk) -> list[tuple[Side, Walk]]:
    """The many sides of ``home`` on which the steps lead somewhere, the nearest ones."""
    every = list(_all_sides(world, home, steps))
    found = [(side, walk) for side, walk in every if side.up == ()]
    if not found:
        nearest = min((len(side.up) + len(side.back) for side, _ in every), default=0)
        found = [(side, walk) for side, walk in every if len(side.up) + len(side.back) == nearest]
    return [(side, walk) for side, walk in found if side.root == steps[0]] or found


def _all_sides(world: World, home: str, steps: Walk) -> Iterator[tuple[Side, Walk]]:
    reach: dict[str, list[Walk]] = {}
    for up, end in walks(world, home):
        reach.setdefault(end, []).append(up)
    for root in world.tables:
        if root not in reach:
            for walk in forward(world, root, steps):
                for back, end in walks(world, root):
                    if not any(t in reach for t in _between(world, root, back)):
                        yield from ((Side(up, root, back), walk) for up in reach.get(end, ()))


def _between(world: World, origin: str, walk: Walk) -> Iterator[str]:
    for role in walk[:-1]:
        origin = joins(world, origin)[role].target
        yield origin


@remembered
def place(world: World, home: str, path: Path, *, shared: bool = True) -> Place:
    """What a path means for the rows of ``home``; ``shared`` allows tables that only share a dimension."""
    if path.steps == ("time",):
        axis = world.tables[home].time
        if axis is None:
            raise Unanswerable(path)
        return Place(None, forward(world, home, axis.steps)[0], Path(axis.steps, axis.column, path.grain))
    straight = forward(world, home, path.steps)
    if straight:
        options = [Place(None, walk, path) for walk in straight]
    else:
        found = sides(world, home, path.steps)
        options = [Place(side, walk, path) for side, walk in found if shared or not side.up]
    if len(options) != 1 or not _definite(world, options[0]):
        raise Unanswerable(path)
    return options[0]


def _definite(world: World, at: Place) -> bool:
    """Rows that hold for a time only have no definite rows to lead back to."""
    if at.side is None:
        return True
    origin = at.side.root
    for role in at.side.back:
        join = joins(world, origin)[role]
        if join.valid is not None:
            return False
        origin = join.target
    return True
