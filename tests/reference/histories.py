"""Random worlds in which time goes on: many days, customers with a day, and models made from questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.conditions import conditions
from tests.reference.logic import spelled_out
from tests.reference.made import remade
from tests.reference.paths import forward
from tests.reference.terms import Join, Leaf, Length, Made, Path, Row, Table, World
from tests.reference.worlds import FACTS, OFTEN, RARELY, SOMETIMES, Draw, worlds

#: Both sides of the ends of months, of a year and of a leap day, and days in between.
DAYS = (
    *(date(2023, 11, 28) + timedelta(days=n) for n in (0, 2, 3, 20, 33, 34)),
    *(date(2024, 1, 15) + timedelta(days=n) for n in (0, 1, 7, 16, 17, 45, 46, 75, 76, 77, 106)),
    date(2024, 12, 30),
)
WINDOWS: tuple[tuple[Length, date], ...] = (
    ((3, "month"), date(2024, 2, 29)),
    ((12, "month"), date(2024, 3, 31)),
    ((28, "day"), date(2024, 1, 31)),
)


@st.composite
def histories(draw: Draw) -> World:
    """A world in which most facts have customers and days."""
    world = draw(worlds())
    tables = {name: draw(_dated(name, table)) for name, table in world.tables.items()}
    world = replace(world, tables=tables)
    for make in (_visited, _scored):
        made = draw(make(world))
        if made is not None:
            name, table = made
            world = remade(replace(world, tables={**world.tables, name: table}))
    return world


@st.composite
def _dated(draw: Draw, name: str, table: Table) -> Table:
    rows: list[Row] = [
        {**row, "day": draw(st.sampled_from((*DAYS, None))) if draw(OFTEN) else row["day"]}
        for row in table.rows
    ]
    # Another day may find no partner that holds then.
    joins = {role: replace(j, required=j.required and j.valid is None) for role, j in table.joins.items()}
    found = replace(table, rows=tuple(rows), joins=joins)
    if name == "customers":
        return replace(found, time=Path((name,), "day"))
    if name == "grades":
        return replace(found, valid=("valid_from", "valid_to"), time=Path((name,), "valid_from"))
    return found


@st.composite
def _visited(draw: Draw, world: World) -> tuple[str, Table] | None:
    """Days (or months) of customers on which something was bought."""
    facts = [name for name in FACTS if name in world.tables and _knows(world, name, "customers_id")]
    if not facts or not draw(OFTEN):
        return None
    start = draw(st.sampled_from(facts))
    own = Path((start,), "day", "month") if draw(SOMETIMES) else Path((start,), "day")
    by = (("customers_id", Path((start,), "customers_id")), ("day", own))
    metrics = (
        ("price", Leaf(start, "sum", (Path((start,), "price"),))),
        ("size", Leaf(start, "max", (Path((start,), "size"),))),
        ("n", Leaf(start, "count")),
    )
    where = (spelled_out(draw(conditions(world, [(start,)], 1))),) if draw(RARELY) else ()
    having = draw(st.sampled_from((None, ("price", 0), ("n", 1))))
    made = Made(start, None, metrics, by, where, having, draw(st.sampled_from((None, None, *WINDOWS))))
    columns: dict[str, TypeName] = {
        "customers_id": "integer", "day": "date", "price": "decimal", "size": "integer", "n": "integer"
    }  # fmt: skip
    joins = {"customers": Join("customers", (("customers_id", "id"),))} if "customers" in world.tables else {}
    if made.window is not None and world.tables[start].time is None:
        made = replace(made, window=None)
    key = ("customers_id", "day")
    return "trips", Table(key, columns, (), joins, Path(("trips",), "day"), source=made)


def _knows(world: World, name: str, column: str) -> bool:
    return column in world.tables[name].columns


@st.composite
def _scored(draw: Draw, world: World) -> tuple[str, Table] | None:
    """Every customer with what was bought, also those who bought nothing, and scores of that."""
    names = [name for name in (*FACTS, "trips") if name in world.tables]
    facts = [n for n in names if "customers" in world.tables and len(forward(world, n, ("customers",))) == 1]
    if not facts or not draw(OFTEN):
        return None
    fact, other = draw(st.sampled_from(facts)), draw(st.sampled_from(facts))
    metrics = (
        ("latest", Leaf(fact, "max", (Path((fact,), "day"),))),
        ("n", Leaf(fact, "count", (Path((fact,), "day"),))),
        ("total", Leaf(other, "sum", (Path((other,), "price"),))),
    )
    window = draw(st.sampled_from((None, *WINDOWS)))
    made = Made(None, "customers", metrics, (), (), None, window, scored=True)
    columns: dict[str, TypeName] = {
        "id": "integer", "latest": "date", "n": "integer", "total": "decimal", "third": "integer",
        "place": "integer", "before": "integer", "so_far": "integer", "band": "text", "segment": "text",
    }  # fmt: skip
    joins = {"customers": Join("customers", (("id", "id"),))}
    return "scores", Table(("id",), columns, (), joins, source=made)
