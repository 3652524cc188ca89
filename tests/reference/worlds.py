"""Random worlds: which tables there are, how they are joined, and a few rows of any content.

Everything is drawn from Hypothesis, the simplest choice first, so that a failure shrinks to few tables with
few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.paths import forward
from tests.reference.rows import follow
from tests.reference.terms import Calendar, Join, Path, Row, Table, Walk, World

Draw = Callable[[st.SearchStrategy[Any]], Any]

RARELY = st.sampled_from((False, False, False, False, True))
SOMETIMES = st.sampled_from((False, False, True))
OFTEN = st.sampled_from((False, True, True))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


#: Ends of months, quarters and years, a leap day, a Sunday and the Monday after it.
DAYS = (
    date(2024, 1, 1),
    date(2023, 12, 31),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2023, 11, 30),
    date(2024, 3, 31),
    date(2024, 12, 30),
)
#: Midnights in Seoul and New York, and both sides of New York's changes of clocks.
INSTANTS = tuple(
    map(
        _instant,
        (
            "2024-01-01 12:00:00",
            "2023-12-31 14:59:59",
            "2023-12-31 15:00:00",
            "2024-01-01 04:59:59",
            "2024-01-01 05:00:00",
            "2024-03-10 06:59:59",
            "2024-03-10 07:00:00",
            "2024-11-03 05:30:00",
            "2024-11-03 06:30:00",
            "2024-02-29 23:59:59.999999",
        ),
    )
)
#: Few values, so that rows meet; the first is the simplest. Some worlds have the first three only.
VALUES: Mapping[TypeName, tuple[Any, ...]] = {
    "text": ("a", "b", None, "a", "b", "A", "", "it's"),
    "integer": (1, 2, None, 1, 2, 0, 3, -2),
    "decimal": (Decimal("1.5"), Decimal(0), None, Decimal("1.5"), Decimal("10.25"), Decimal("-3.75")),
    "float": (0.5, 0.0, None, 0.5, 2.25, -1.125),
    "boolean": (True, False, None, True),
    "date": (*DAYS, None),
    "timestamptz": (*INSTANTS, None),
    "timestamp": (*(each.replace(tzinfo=None) for each in INSTANTS), None),
}
#: Most references lead somewhere; 9 does not.
REFERENCES = st.sampled_from((1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 9, None))
PAIRS = st.sampled_from(((1, "a"), (1, "a"), (1, "b"), (2, "a"), (2, "a"), (9, "a"), (2, None), (None, "a")))
#: What every table has beside its keys, and what it has in some worlds.
PLAIN: Mapping[str, TypeName] = {"kind": "text", "size": "integer", "price": "decimal", "day": "date"}
CLOCKS: Mapping[str, TypeName] = {"moment": "timestamptz", "clock": "timestamp"}
MORE: Mapping[str, TypeName] = {"flag": "boolean", "weight": "float"}

#: The tables that there may be, each before those that lead to it, and which of these joins it may have.
#: ``customers as parent`` is a role; ``~grades`` holds for a time only.
UNIVERSE: Mapping[str, tuple[str, ...]] = {
    "regions": (),
    "stores": ("regions",),
    "customers": ("regions", "customers as parent", "stores"),
    "products": ("regions",),
    "grades": ("regions",),
    "profiles": ("customers", "regions"),
    "orders": ("customers", "customers as recipient", "stores", "~grades", "products"),
    "order_lines": ("orders", "products", "customers", "~grades"),
    "visits": ("customers", "stores", "orders", "~grades"),
}
FACTS = ("orders", "order_lines", "visits")
#: Models that some worlds have besides, made from questions about these.
MADE = ("trips", "scores", "seasons", "echoes")
#: Which tables there are for certain, with the joins between them: few; lines of orders of customers, and
#: visits of theirs (a chain three deep, a chasm, and many sides everywhere); what held for a time; keys of
#: two columns, roles and one-to-one joins.
THEMES = (
    ("orders",),
    ("regions", "customers", "products", "orders", "order_lines", "visits"),
    ("regions", "grades", "orders", "visits"),
    ("regions", "stores", "customers", "profiles", "orders"),
)


@dataclass(frozen=True)
class Shape:
    """A table to be: its columns, its joins, and the column of its time."""

    columns: Mapping[str, TypeName]
    joins: Mapping[str, Join]
    key: tuple[str, ...]
    own: tuple[str, ...]  # the columns of the key that are no reference
    variety: int  # how many values the other columns have


@st.composite
def worlds(draw: Draw) -> World:
    """A world with at least one fact."""
    theme = draw(st.sampled_from(THEMES))
    present = [name for name in UNIVERSE if name in theme or draw(SOMETIMES if len(theme) == 1 else RARELY)]
    more = {**(CLOCKS if draw(SOMETIMES) else {}), **(MORE if draw(SOMETIMES) else {})}
    world = World({}, draw(_calendars()))
    for name in present:
        shape = draw(_shapes(world, name, {**PLAIN, **more}, theme))
        table = Table(shape.key, shape.columns, draw(_rows(name, shape)), shape.joins)
        world = replace(world, tables={**world.tables, name: table})
    described: World = draw(_described(world))
    return described


@st.composite
def _calendars(draw: Draw) -> Calendar:
    zone = draw(st.sampled_from(("UTC", "Asia/Seoul", "America/New_York")))
    return Calendar(zone, draw(st.sampled_from((0, 6, 5))), draw(st.sampled_from((1, 4, 2, 11))))


# --- tables -----------------------------------------------------------------------------------------


@st.composite
def _shapes(draw: Draw, world: World, name: str, plain: Mapping[str, TypeName], theme: Walk) -> Shape:
    """A table's joins to those that there are before it (and to itself), and the columns that these need."""
    joins: dict[str, Join] = {}
    columns: dict[str, TypeName] = dict(_keys(name))
    variety = draw(st.sampled_from((3, 10)))
    for wish in UNIVERSE[name]:
        target, _, role = wish.removeprefix("~").partition(" as ")
        main = not role and {name, target} <= {*theme} and (name, target) != ("order_lines", "customers")
        if target in (*world.tables, name) and (main or draw(SOMETIMES if role else OFTEN)):
            join = draw(_for_a_time(target, plain)) if wish[0] == "~" else _join(target, role)
            joins[role or target] = join
            columns |= {left: _keys(target)[right] for left, right in join.on}
    if name == "profiles" and "customers" in joins:
        del columns["id"]  # a profile is known by its customer
        return Shape({**columns, **plain}, joins, ("customers_id",), (), variety)
    kinds: tuple[TypeName, ...] = ("date", "timestamptz", "timestamp") if "moment" in plain else ("date",)
    bounds = (
        dict.fromkeys(("valid_from", "valid_to"), draw(st.sampled_from(kinds))) if name == "grades" else {}
    )
    columns |= bounds
    key = (*_keys(name), *list(bounds)[:1])
    return Shape({**columns, **plain}, joins, key, tuple(_keys(name)), variety)


def _keys(name: str) -> Mapping[str, TypeName]:
    return {"id": "integer", "part": "text"} if name == "stores" else {"id": "integer"}


def _join(target: str, role: str) -> Join:
    return Join(target, tuple((f"{role or target}_{key}", key) for key in _keys(target)))


@st.composite
def _for_a_time(draw: Draw, target: str, plain: Mapping[str, TypeName]) -> Join:
    """A join to rows that hold for a time, and the time that must lie in theirs."""
    at = draw(st.sampled_from([column for column in ("day", "moment", "clock") if column in plain]))
    return replace(_join(target, ""), valid=("valid_from", "valid_to"), at=at)


@st.composite
def _rows(draw: Draw, name: str, shape: Shape) -> tuple[Row, ...]:
    """A few rows: none sometimes, and more of them where they lead to others, so that these have several."""
    if name == "grades":
        return tuple(draw(_intervals(shape)))
    most = 9 if name in FACTS else 4
    count = draw(st.sampled_from((1, 0, 2, *range(3, most + 1), *range(3, most + 1))))
    rows: list[Row] = [
        {**_numbered(shape, n), **draw(_references(shape)), **draw(_cells(shape))} for n in range(count)
    ]
    return tuple(_unique(rows, shape.key))


def _numbered(shape: Shape, n: int) -> Row:
    """The n-th key: 1, 2, 3, or (1, a), (1, b), (2, a)."""
    if "part" in shape.own:
        return {"id": n // 2 + 1, "part": "ab"[n % 2]}
    return dict.fromkeys(shape.own, n + 1)


def _unique(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    """The rows with a whole key, one of each."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in key), row)
    return [row for values, row in found.items() if None not in values]


@st.composite
def _references(draw: Draw, shape: Shape) -> Row:
    found: dict[str, Any] = {}
    for join in shape.joins.values():
        values = draw(PAIRS) if len(join.on) == 2 else (draw(REFERENCES),)
        found |= dict(zip((left for left, _ in join.on), values, strict=True))
    return found


@st.composite
def _cells(draw: Draw, shape: Shape) -> Row:
    plain = [column for column in shape.columns if column in {**PLAIN, **CLOCKS, **MORE}]
    return {column: draw(_values(shape.columns[column], shape.variety)) for column in plain}


@cache
def _values(kind: TypeName, variety: int) -> st.SearchStrategy[Any]:
    return st.sampled_from(VALUES[kind][:variety])


@st.composite
def _intervals(draw: Draw, shape: Shape) -> list[Row]:
    """For each of a few keys, intervals that do not meet: with gaps, and an open end sometimes."""
    rows: list[Row] = []
    bounds = sorted(value for value in VALUES[shape.columns["valid_from"]] if value is not None)
    for key in range(1, draw(st.sampled_from((1, 2, 3, 0))) + 1):
        starts = sorted(draw(st.lists(st.sampled_from(bounds), unique=True, min_size=1, max_size=4)))
        for start, end in zip(starts, [*starts, None][1:], strict=True):
            if end is None or draw(OFTEN):
                closed = draw(SOMETIMES) if end is None else False
                interval = {"id": key, "valid_from": start, "valid_to": bounds[-1] if closed else end}
                rows.append({**interval, **draw(_references(shape)), **draw(_cells(shape))})
    return rows


# --- what is said of tables -------------------------------------------------------------------------


@st.composite
def _described(draw: Draw, world: World) -> World:
    """The same tables with time axes, dimensions made of others, and joins known to find a partner."""
    tables: dict[str, Table] = {}
    for name, table in world.tables.items():
        known = replace(world, tables={**world.tables, **tables})
        made = {"theirs": path} if (path := draw(_borrowed(known, name))) else {}
        made |= {"local_day": Path((name,), "moment", "day")} if "moment" in table.columns else {}
        axis = draw(_axes(known, name)) if name in FACTS else None
        joins = {role: draw(_required(known, name, role)) for role in table.joins}
        tables[name] = replace(table, made=made, time=axis, joins=joins)
    return replace(world, tables=tables)


@st.composite
def _borrowed(draw: Draw, world: World, name: str) -> Path | None:
    """A column of a joined table, to be a dimension of this one."""
    roles = list(world.tables[name].joins)
    if not roles or not draw(SOMETIMES):
        return None
    role = draw(st.sampled_from(roles))
    target = world.tables[world.tables[name].joins[role].target]
    return Path((role,), "theirs" if "theirs" in target.made else draw(st.sampled_from(("kind", "size"))))


@st.composite
def _axes(draw: Draw, world: World, name: str) -> Path:
    """The time of a fact: of its own, or of what it belongs to."""
    columns = world.tables[name].columns
    own = [Path((name,), column) for column in ("day", "moment", "clock") if column in columns]
    far = name != "orders" and len(forward(world, name, ("orders",))) == 1
    path: Path = draw(st.sampled_from([*own, Path(("orders",), "day")] if far else own))
    return path


@st.composite
def _required(draw: Draw, world: World, name: str, role: str) -> Join:
    table = world.tables[name]
    whole = all(follow(world, name, row, (role,)) is not None for row in table.rows)
    return replace(table.joins[role], required=whole and draw(SOMETIMES))
