"""Random schemas, rows and questions, as the reference evaluator and as a project sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import yaml
from hypothesis import strategies as st

from tests.reference.evaluate import (
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
TEXTS = ("", "a", "A", "b", "it's")
DAYS = (date(2023, 11, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1))
#: The columns that every table has besides its keys, and their types.
ATTRIBUTES = {"kind": "text", "size": "integer", "price": "decimal", "day": "date"}

NUMBERS = ("integer", "decimal")

small = st.integers(-3, 6)
values = {
    "text": st.sampled_from(TEXTS),
    "integer": small,
    "decimal": st.integers(-40, 60).map(lambda n: Decimal(n) / 4),
    "date": st.sampled_from(DAYS),
}


# --- worlds -----------------------------------------------------------------------------------------


#: Lines of orders of customers, and visits of theirs: a chain three deep, a chasm, and many sides everywhere.
SHOP = {
    "regions": (),
    "customers": ("regions",),
    "products": (),
    "orders": ("customers",),
    "order_lines": ("orders", "products"),
    "visits": ("customers",),
}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """The tables of a shop, or others that are joined at random, with few rows of any content."""
    joins = SHOP if draw(st.booleans()) else draw(_schemas())
    return {name: draw(_table(targets, "day" if name in FACTS else None)) for name, targets in joins.items()}


@st.composite
def _schemas(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Two to four dimension tables, some in a chain, and two or three facts that share them."""
    dimensions = DIMENSIONS[: draw(st.integers(2, 4))]
    facts = FACTS[: draw(st.integers(2, 3))]
    found = {name: tuple(draw(_some(dimensions[n:], 1))) for n, name in enumerate(dimensions, 1)}
    for number, name in enumerate(facts):
        found[name] = (*draw(_some(dimensions, 3)), *draw(_some(facts[:number], 1)))
    return found


def _some(items: Sequence[T], most: int) -> st.SearchStrategy[list[T]]:
    if not items:
        return st.just([])
    return st.lists(st.sampled_from(items), max_size=most, unique=True)


@st.composite
def _table(draw: st.DrawFn, targets: Sequence[str], time: str | None) -> Table:
    """Up to five rows; foreign keys may be NULL or lead nowhere."""
    count = draw(st.integers(0, 5))
    rows = [
        {"id": number + 1}
        | {f"{target}_id": draw(st.none() | st.integers(1, 4)) for target in targets}
        | {column: draw(st.none() | values[kind]) for column, kind in ATTRIBUTES.items()}
        for number in range(count)
    ]
    return Table(("id",), rows, {t: Join(t, ((f"{t}_id", "id"),)) for t in targets}, time)


# --- questions --------------------------------------------------------------------------------------


@st.composite
def questions(draw: st.DrawFn, world: World) -> Question:
    """One to three metrics by up to three paths, with conditions that all of their facts can answer."""
    facts = [name for name, table in world.items() if table.time]
    metrics = draw(st.lists(_metrics(world, facts), min_size=1, max_size=3))
    named = tuple(_renamed(metric, f"m{number}") for number, metric in enumerate(metrics, 1))
    homes = list(dict.fromkeys(home_of(world, leaf)[0] for m in named for leaf in m.leaves()))
    by = tuple(draw(_keys(world, homes)))
    tables = [t for t in world if answerable(world, homes, Path(t, "kind"))]
    where = tuple(draw(st.lists(_tests(tables), max_size=2))) if tables else ()
    timed = all(world[home].time for home in homes)
    period = draw(st.none() | _periods) if timed else None
    fill = draw(st.booleans()) if sum(p.grain is not None for p in by) == 1 else False
    return Question(named, by, where, period, fill)


_periods = st.sampled_from(
    [
        (date(2023, 12, 1), date(2024, 3, 1)),
        (date(2024, 1, 1), date(2025, 1, 1)),
        (date(2021, 1, 1), date(2021, 3, 1)),
    ]
)


@st.composite
def _metrics(draw: st.DrawFn, world: World, facts: list[str]) -> Metric:
    if draw(st.integers(0, 4)) == 0:
        return Metric("", ratio=(draw(_simple(world, facts, NUMBERS)), draw(_simple(world, facts, NUMBERS))))
    return draw(_simple(world, facts, tuple(values)))


@st.composite
def _simple(draw: st.DrawFn, world: World, facts: list[str], kinds: tuple[str, ...]) -> Metric:
    """One aggregate of a fact: of its own column, or of one on its one side."""
    table = draw(st.sampled_from(facts))
    function = draw(st.sampled_from(["count", "count", "sum", "sum", "avg", "min", "max", "count_distinct"]))
    path = None
    if function != "count" or draw(st.booleans()):
        ends = [end for end in world if len(forward(world, table, end)) == 1]
        end = draw(st.just(table) | st.sampled_from(ends))
        kinds = NUMBERS if function in ("sum", "avg") else kinds
        path = Path(end, draw(st.sampled_from([c for c, k in ATTRIBUTES.items() if k in kinds])))
    leaf = Leaf(table, function, path, None)
    if draw(st.integers(0, 2)) == 0:
        leaf = replace(leaf, where=draw(_tests(_filter_tables(world, leaf))))
    return Metric("", leaf=leaf)


def _filter_tables(world: World, leaf: Leaf) -> list[str]:
    """The tables that a metric's filter may speak of."""
    return [t for t in world if _means(filter_place, world, leaf, Path(t, "kind"))]


def _renamed(metric: Metric, name: str) -> Metric:
    if metric.ratio is None:
        return Metric(name, leaf=metric.leaf)
    above, below = metric.ratio
    return Metric(name, ratio=(_renamed(above, f"{name}_above"), _renamed(below, f"{name}_below")))


def _keys(world: World, homes: list[str]) -> st.SearchStrategy[list[Path]]:
    """Up to three paths that every fact of the question can be grouped by."""
    columns = [Path(t, c) for t in world for c in ("kind", "size")]
    columns += [Path(t, "day", g) for t in world for g in ("month", "year")]
    good = [p for p in columns if answerable(world, homes, p, shared=False)]
    if all(world[home].time for home in homes):
        good += [Path("time", "", g) for g in ("month", "year")]
    return _some(good, 3)


@st.composite
def _tests(draw: st.DrawFn, tables: list[str], depth: int = 2) -> Test:
    """A condition over the columns of some tables."""
    op = draw(st.sampled_from(["leaf", "leaf", "and", "or", "not"] if depth else ["leaf"]))
    if op in ("and", "or"):
        return Test(op, tuple(draw(st.lists(_tests(tables, depth - 1), min_size=2, max_size=3))))
    if op == "not":
        return Test(op, (draw(_tests(tables, depth - 1)),))
    column, kind = draw(st.sampled_from(list(ATTRIBUTES.items())))
    return draw(_comparison(Path(draw(st.sampled_from(tables)), column), kind))


@st.composite
def _comparison(draw: st.DrawFn, path: Path, kind: str) -> Test:
    op = draw(st.sampled_from(["=", "<>", "<", ">=", "null", "in", "between"]))
    if kind == "text" and op in ("<", ">=", "between"):
        op = "="  # the order of text is the engine's own
    if op == "null":
        return Test(op, path=path)
    count = {"in": draw(st.integers(1, 3)), "between": 2}.get(op, 1)
    return Test(op, path=path, values=tuple(draw(values[kind]) for _ in range(count)))


def answerable(world: World, homes: list[str], path: Path, *, shared: bool = True) -> bool:
    """Whether a path means exactly one thing for every fact."""
    return all(_means(place, world, home, path, shared=shared) for home in homes)


def _means(find: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
    try:
        find(*arguments, **options)
    except Unanswerable:
        return False
    return True


# --- in words ---------------------------------------------------------------------------------------


def spoken(path: Path) -> str:
    """A path as a question writes it."""
    return ".".join(part for part in (path.table, path.column, path.grain) if part)


def condition(test: Test) -> str:
    """A condition as SQL."""
    if test.op in ("and", "or"):
        return "(" + f" {test.op} ".join(map(condition, test.parts)) + ")"
    if test.op == "not":
        return f"not ({condition(test.parts[0])})"
    assert test.path is not None
    left, right = spoken(test.path), [literal(v) for v in test.values]
    if test.op == "null":
        return f"{left} is null"
    if test.op == "in":
        return f"{left} in ({', '.join(right)})"
    if test.op == "between":
        return f"{left} between {right[0]} and {right[1]}"
    return f"{left} {test.op} {right[0]}"


def literal(value: Any) -> str:
    """A value as SQL."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"date '{value}'" if isinstance(value, date) else str(value)


def project(world: World, question: Question) -> str:
    """The world and the question's metrics as YAML."""
    models = [_model(name, table) for name, table in world.items()]
    metrics = [m for metric in question.metrics for m in _definitions(metric)]
    return yaml.safe_dump({"name": "random", "models": models, "metrics": metrics}, sort_keys=False)


def _model(name: str, table: Table) -> dict[str, Any]:
    joins = [{"to": j.target, "on": dict(j.on)} for j in table.joins.values()]
    found = {"name": name, "source": name, "primary_key": list(table.key), "dimensions": list(ATTRIBUTES)}
    return found | ({"time": table.time} if table.time else {}) | ({"joins": joins} if joins else {})


def _definitions(metric: Metric) -> list[dict[str, str]]:
    if metric.ratio is not None:
        above, below = metric.ratio
        own = {"name": metric.name, "sql": f"{above.name} / {below.name}"}
        return [*_definitions(above), *_definitions(below), own]
    assert metric.leaf is not None
    leaf = metric.leaf
    found = {"name": metric.name, "model": leaf.table, "sql": _call(leaf)}
    return [found | ({"filter": condition(leaf.where)} if leaf.where else {})]


def _call(leaf: Leaf) -> str:
    argument = "*" if leaf.path is None else leaf.path.column
    if leaf.path is not None and leaf.path.table != leaf.table:
        argument = f"{leaf.path.table}.{leaf.path.column}"
    function = leaf.function.replace("count_distinct", "count(distinct")
    return f"{function} {argument})" if "(" in function else f"{function}({argument})"


def asked(question: Question) -> dict[str, Any]:
    """The question's words."""
    words: dict[str, Any] = {"by": [spoken(p) for p in question.by]}
    words["where"] = [condition(t) for t in question.where]
    if question.period is not None:
        words["time"] = list(question.period)
    return words | ({"fill": True} if question.fill else {})


def sheet(table: Table) -> str:
    """A table as text for `tests.shop`."""
    columns = {"id": "integer"} | {c: "integer" for j in table.joins.values() for c, _ in j.on} | ATTRIBUTES
    head = " | ".join(f"{name} {kind}" for name, kind in columns.items())
    lines = [" | ".join(_cell(row[name]) for name in columns) for row in table.rows]
    return "\n".join([head, *lines])


def _cell(value: Any) -> str:
    return "" if value is None else "''" if value == "" else str(value)
