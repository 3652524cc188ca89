"""Random metrics over entities, conversions inside them, and questions of models made from models."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.histories import histories
from tests.reference.made import remade
from tests.reference.modifiers import (
    LENGTHS,
    OFFSETS,
    TO_DATE,
    conversions,
    entity_of,
    events,
    finished,
    of_entities,
)
from tests.reference.terms import (
    Having,
    Join,
    Leaf,
    Level,
    Made,
    Metric,
    Path,
    Per,
    Question,
    Table,
    Through,
    World,
)
from tests.reference.worlds import FACTS, OFTEN, SOMETIMES, Draw


@st.composite
def chained(draw: Draw) -> World:
    """A history with a model made from a model that is made from a question: months of trips."""
    world = draw(_echoed(draw(histories())))
    trips = world.tables.get("trips")
    if trips is None:
        return world
    month = Path(("trips",), "day", "month")
    by = (("customers_id", Path(("trips",), "customers_id")), ("day", month))
    metrics = (
        ("price", Leaf("trips", "sum", (Path(("trips",), "price"),))),
        ("size", Leaf("trips", "max", (Path(("trips",), "size"),))),
        ("n", Leaf("trips", "count")),
    )
    having = draw(st.sampled_from((None, ("price", 0), ("n", 1))))
    made = Made("trips", None, metrics, by, (), having)
    joins = {"customers": Join("customers", (("customers_id", "id"),))} if "customers" in world.tables else {}
    table = Table(trips.key, trips.columns, (), joins, Path(("seasons",), "day"), source=made)
    return remade(replace(world, tables={**world.tables, "seasons": table}))


@st.composite
def _echoed(draw: Draw, world: World) -> World:
    """Now and then a model of days of customers with what followed these."""
    facts = [name for name in events(world) if name in FACTS]
    own = [name for name in facts if world.tables[name].time == Path((name,), "day")]
    if not own or not draw(OFTEN):
        return world
    start = draw(st.sampled_from(own))
    conversion = replace(draw(conversions(world, start)), value=draw(st.sampled_from(("count", "rate"))))
    by = (("customers_id", Path((start,), "customers_id")), ("day", Path((start,), "day")))
    metrics = (
        ("price", Leaf(start, "sum", (Path((start,), "price"),))),
        ("size", Leaf(start, "max", (Path((start,), "size"),))),
        ("echo", Metric("echo_of_day", conversion)),
        ("n", Leaf(start, "count")),
    )
    made = Made(start, None, metrics, by, (), draw(st.sampled_from((None, ("n", 1), ("price", 0)))))
    columns: dict[str, TypeName] = {
        "customers_id": "integer", "day": "date", "price": "decimal", "size": "integer",
        "n": "integer", "echo": "integer" if conversion.value == "count" else "float",
    }  # fmt: skip
    joins = {"customers": Join("customers", (("customers_id", "id"),))} if "customers" in world.tables else {}
    table = Table(("customers_id", "day"), columns, (), joins, Path(("echoes",), "day"), source=made)
    return remade(replace(world, tables={**world.tables, "echoes": table}))


@st.composite
def over_entities(draw: Draw, world: World) -> Question:
    """A question of metrics over entities, through windows and offsets and at levels, and of the top ones."""
    count = draw(st.sampled_from((1, 1, 2)))
    metrics = [draw(_metric(world, f"m{n}")) for n in range(1, count + 1)]
    question: Question = draw(finished(world, metrics))
    return question


@st.composite
def _metric(draw: Draw, world: World, name: str) -> Metric:
    """Something of entities, seen in up to two ways."""
    seen = draw(st.sampled_from((True, False, False)))
    kind = _converting if not seen and events(world) and draw(SOMETIMES) else of_entities
    metric: Metric = draw(kind(world, f"{name}_now", seen=seen))
    if not seen and draw(OFTEN):
        how = draw(_ways())
        before = Metric(f"{name}_seen", None, "seen", (metric,), how=how)
        metric = Metric(f"{name}_since", None, "-", (metric, before)) if draw(SOMETIMES) else before
    op = draw(st.sampled_from(("", "", "share", "rank", "seen")))
    if op:
        return Metric(name, None, op, (metric,), how=Level(("?",)))
    return replace(metric, name=name)


@st.composite
def _converting(draw: Draw, world: World, name: str, *, seen: bool) -> Metric:
    """What follows the base events of each of their customers, or of each customer's days."""
    conversion = draw(conversions(world))
    inner = Metric(f"{name}_of_each", conversion)
    functions = ("count", "sum", "avg", "median", "max")
    each = Per(Path((conversion.base,), entity_of(conversion.base)), draw(st.sampled_from(functions)), inner)
    having = Having(inner, draw(st.sampled_from((">", "<=", "null"))), draw(st.integers(0, 1)))
    beside = Path((conversion.base,), "day") if draw(SOMETIMES) else None
    return Metric(name, replace(each, having=having if draw(st.booleans()) else None, beside=beside))


@st.composite
def _ways(draw: Draw) -> Through:
    """A window, or some time before."""
    window = Through(window=draw(st.sampled_from((*LENGTHS, "all"))))
    to_date = Through(to_date=draw(st.sampled_from(TO_DATE)))
    found: Through = draw(st.sampled_from((window, to_date, Through(offset=draw(st.sampled_from(OFFSETS))))))
    return found
