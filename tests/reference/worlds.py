"""Random schemas, rows and questions, made from a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from tests.reference.evaluate import (
    Having,
    Join,
    Leaf,
    Metric,
    Path,
    Question,
    Table,
    Test,
    Unanswerable,
    World,
    filter_place,
    forward,
    home_of,
    place,
)

T = TypeVar("T")

DIMENSIONS = ("customers", "regions", "products", "stores")
FACTS = ("orders", "order_lines", "visits")
DAYS = (date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1))
PERIODS = (
    (date(2023, 12, 1), date(2024, 3, 1)),
    (date(2024, 1, 1), date(2025, 1, 1)),
    (date(2021, 1, 1), date(2021, 3, 1)),
)
#: The columns that every table has besides its keys, and their types.
ATTRIBUTES = {"kind": "text", "size": "integer", "price": "decimal", "day": "date"}
NUMBERS = ("integer", "decimal")
#: Few values, so that rows meet.
VALUES: Mapping[str, tuple[Any, ...]] = {
    "text": ("a", "a", "b", "b", "A", "", "it's"),
    "integer": (1, 1, 2, 2, 0, 3, -2),
    "decimal": tuple(map(Decimal, ("1.5", "1.5", "0", "10.25", "-3.75"))),
    "date": DAYS,
}
#: Most references lead somewhere; 9 does not.
REFERENCES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, None, 9)
#: Lines of orders of customers, and visits of theirs: a chain three deep, a chasm, and many sides everywhere.
SHOP: Mapping[str, tuple[str, ...]] = {
    "regions": (),
    "customers": ("regions",),
    "products": (),
    "orders": ("customers",),
    "order_lines": ("orders", "products"),
    "visits": ("customers",),
}


# --- worlds -----------------------------------------------------------------------------------------


def world(rnd: Random) -> World:
    """The tables of a shop, or others that are joined at random, with few rows of any content."""
    joins = SHOP if rnd.random() < 0.6 else _schema(rnd)
    return {name: _table(rnd, targets, "day" if name in FACTS else None) for name, targets in joins.items()}


def _schema(rnd: Random) -> dict[str, tuple[str, ...]]:
    """Two to four dimension tables, some in a chain, and two or three facts that share them."""
    dimensions = DIMENSIONS[: rnd.randint(2, 4)]
    facts = FACTS[: rnd.randint(2, 3)]
    found = {name: _some(rnd, dimensions[n:], 1) for n, name in enumerate(dimensions, 1)}
    for number, name in enumerate(facts):
        found[name] = (*_some(rnd, dimensions, 3), *_some(rnd, facts[:number], 1))
    return found


def _some(rnd: Random, items: Sequence[T], most: int) -> tuple[T, ...]:
    return tuple(rnd.sample(items, rnd.randint(0, min(most, len(items)))))


def _table(rnd: Random, targets: Sequence[str], time: str | None) -> Table:
    """A few rows, mostly filled; more of them where they lead to others, so that these have several."""
    most = 7 if targets else 5
    rows = [
        {"id": number}
        | {f"{target}_id": rnd.choice(REFERENCES) for target in targets}
        | {column: _cell(rnd, kind) for column, kind in ATTRIBUTES.items()}
        for number in range(1, rnd.choice((0, 1, 2, *range(3, most + 1), *range(3, most + 1))) + 1)
    ]
    return Table(("id",), rows, {t: Join(t, ((f"{t}_id", "id"),)) for t in targets}, time)


def _cell(rnd: Random, kind: str) -> Any:
    return None if rnd.random() < 0.12 else rnd.choice(VALUES[kind])


# --- questions --------------------------------------------------------------------------------------


def question(rnd: Random, world: World) -> Question:
    """One to three metrics by up to three paths, with conditions that all of their facts can answer."""
    facts = [name for name, table in world.items() if table.time]
    metrics = tuple(_metric(rnd, world, facts, f"m{number}") for number in range(1, rnd.randint(1, 3) + 1))
    homes = list(dict.fromkeys(home_of(world, leaf)[0] for m in metrics for leaf in m.leaves()))
    by = tuple(dict.fromkeys(_some(rnd, _keys(world, homes), 3)))
    tables = [t for t in world if answerable(world, homes, Path(t, "kind"))]
    where = tuple(_test(rnd, tables) for _ in range(rnd.choice((0, 0, 0, 1, 1, 2)))) if tables else ()
    timed = all(world[home].time for home in homes)
    period = rnd.choice((*PERIODS[:2] * 3, *PERIODS, *[None] * 12)) if timed else None
    fill = sum(path.grain is not None for path in by) == 1 and rnd.random() < 0.5
    return Question(metrics, by, where, period, fill, _having(rnd, world, facts, homes))


def _having(rnd: Random, world: World, facts: Sequence[str], homes: list[str]) -> tuple[Having, ...]:
    """Now and then a condition on a metric that is not shown, of a fact that is."""
    leaf = _leaf(rnd, world, facts, NUMBERS)
    if rnd.random() < 0.75 or home_of(world, leaf)[0] not in homes:
        return ()
    return (Having(Metric("h1", leaf), rnd.choice((">", "<=", "null")), rnd.randint(0, 3)),)


def _metric(rnd: Random, world: World, facts: Sequence[str], name: str) -> Metric:
    if rnd.random() < 0.2:
        above, below = (_leaf(rnd, world, facts, NUMBERS) for _ in range(2))
        return Metric(name, ratio=(Metric(f"{name}_above", above), Metric(f"{name}_below", below)))
    return Metric(name, _leaf(rnd, world, facts, tuple(VALUES)))


def _leaf(rnd: Random, world: World, facts: Sequence[str], kinds: tuple[str, ...]) -> Leaf:
    """One aggregate of a fact: of its own column, or of one on its one side."""
    table = rnd.choice((*facts, facts[0]))  # the first is the one that others have many of
    function = rnd.choice(("count", "count", "sum", "sum", "avg", "min", "max", "count_distinct"))
    path = None
    if function != "count" or rnd.random() < 0.5:
        ends = [end for end in world if len(forward(world, table, end)) == 1]
        kinds = NUMBERS if function in ("sum", "avg") else kinds
        columns = [column for column, kind in ATTRIBUTES.items() if kind in kinds]
        path = Path(rnd.choice((table, rnd.choice(ends))), rnd.choice(columns))
    leaf = Leaf(table, function, path)
    if rnd.random() < 0.3:
        tables = [t for t in world if _means(filter_place, world, leaf, Path(t, "kind"))]
        leaf = replace(leaf, where=_test(rnd, tables))
    return leaf


def _keys(world: World, homes: list[str]) -> list[Path]:
    """The paths that every fact of the question can be grouped by."""
    columns = [Path(t, c) for t in world for c in ("kind", "size")]
    columns += [Path(t, "day", g) for t in world for g in ("month", "year")]
    good = [p for p in columns if answerable(world, homes, p, shared=False)]
    if all(world[home].time for home in homes):
        good += 3 * [Path("time", "", "month"), Path("time", "", "year")]
    return good


def _test(rnd: Random, tables: Sequence[str], depth: int = 2) -> Test:
    """A condition over the columns of some tables."""
    op = rnd.choice(("leaf", "leaf", "leaf", "and", "or", "or", "not")) if depth else "leaf"
    if op in ("and", "or"):
        return Test(op, (_test(rnd, tables, depth - 1), _test(rnd, tables, depth - 1)))
    if op == "not":
        return Test(op, (_test(rnd, tables, depth - 1),))
    column, kind = rnd.choice(list(ATTRIBUTES.items()))
    return _comparison(rnd, Path(rnd.choice(tables), column), kind)


def _comparison(rnd: Random, path: Path, kind: str) -> Test:
    op = rnd.choice(("=", "=", "<>", "<>", "<", ">=", ">=", "null", "in", "in", "between"))
    if kind == "text" and op in ("<", ">=", "between"):
        op = "="  # the order of text is the engine's own
    if op == "null":
        return Test(op, path=path)
    count = {"in": rnd.randint(1, 4), "between": 2}.get(op, 1)
    values = [rnd.choice(VALUES[kind]) for _ in range(count)]
    return Test(op, path=path, values=tuple(sorted(values) if op == "between" else values))


def answerable(world: World, homes: list[str], path: Path, *, shared: bool = True) -> bool:
    """Whether a path means exactly one thing for every fact."""
    return all(_means(place, world, home, path, shared=shared) for home in homes)


def _means(find: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
    try:
        find(*arguments, **options)
    except Unanswerable:
        return False
    return True
