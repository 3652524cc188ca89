"""Random calendar tables, and questions that go along their periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.histories import histories
from tests.reference.metrics import EXACT, leaves
from tests.reference.names import NUMBERS, answerable, timed
from tests.reference.questions import keys, ordered
from tests.reference.terms import By, Leaf, Metric, Path, Per, Question, Seen, Table, Test, Through, World
from tests.reference.windows import flat
from tests.reference.worlds import FACTS, RARELY, SOMETIMES, Draw

FIRST, LAST = date(2023, 11, 20), date(2024, 5, 5)
#: Weeks of the periods of a year; a year of three or four periods comes round within the days that there are.
WEEKS = ((4, 4, 5), (3, 2, 2), (5, 4, 4), (2, 2, 1, 2))
#: Names whose order is not that of their days.
YEARS = (("Y9", "Y10", "Y11", "Y12", "Y2"), ("e", "d", "c", "b", "a"), ("a", "b", "c", "d", "e"))
COLUMNS: dict[str, TypeName] = {
    "day": "date", "retail_month": "text", "retail_year": "text", "business_day": "date"
}  # fmt: skip
PERIODS = (
    (date(2023, 12, 1), date(2024, 3, 1)),
    (date(2023, 12, 15), date(2024, 2, 2)),
    (date(2024, 1, 31), date(2024, 2, 1)),
)


@st.composite
def calendared(draw: Draw) -> World:
    """A world with days and a calendar table, which need not have all of them."""
    world = draw(histories())
    rows = draw(_days())
    own = {name: {row["day"]: row[name] for row in rows} for name in COLUMNS if name != "day"}
    table = Table(("day",), COLUMNS, tuple(rows), periods=tuple(own))
    tables = {**world.tables, "retail": table}
    return replace(world, tables=tables, calendar=replace(world.calendar, own=own))


@st.composite
def _days(draw: Draw) -> list[dict[str, Any]]:
    weeks, years = draw(st.sampled_from(WEEKS)), draw(st.sampled_from(YEARS))
    shift = draw(st.sampled_from((0, 0, 0, 10)))  # years that begin within a month: this lies in none
    missing = draw(st.sampled_from((None, None, date(2024, 1, 15), date(2024, 2, 1))))
    months = [
        (n, month) for n in range(len(years)) for month, count in enumerate(weeks) for _ in range(7 * count)
    ]
    found = []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        year, month = months[number % len(months)]
        of_year = months[max(0, number - shift) % len(months)][0]
        work = day if day.weekday() < 5 else None
        row = {"day": day, "retail_month": f"P{month} of {years[year]}", "retail_year": years[of_year]}
        if day != missing:
            found.append({**row, "business_day": work})
    return found


@st.composite
def along_calendars(draw: Draw, world: World) -> Question:
    """A question for plain metrics and metrics seen along a calendar."""
    grain = draw(st.sampled_from(("retail_month", "retail_month", "retail_year", "business_day", "day")))
    count = draw(st.sampled_from((1, 1, 2)))
    metrics = tuple(draw(along(world, f"m{n}", grain)) for n in range(1, count + 1))
    question = grouped(draw, world, metrics, grain)
    if not any(metric.op for metric in metrics) and draw(SOMETIMES):
        test = Test(
            "=",
            path=Path(("time",), "", "retail_year"),
            values=(world.tables["retail"].rows[60]["retail_year"],),
        )
        question = replace(question, where=(test,))
    return draw(ordered(question)) if draw(RARELY) else question


def grouped(draw: Draw, world: World, metrics: tuple[Metric, ...], grain: str) -> Question:
    """Metrics by a period and perhaps a dimension, perhaps within a range."""
    question = Question(metrics)
    by = [By(Path(("time",), "", grain))]
    steps = answerable(world, question, shared=False)
    if steps and draw(SOMETIMES):
        by.append(By(draw(keys(world, draw(st.sampled_from(steps)))), "k0"))
    question = replace(question, by=tuple(draw(st.permutations(by))))
    if needs_end(metrics) or draw(SOMETIMES):
        question = replace(question, period=draw(st.sampled_from(PERIODS)))
    return question


def needs_end(metrics: tuple[Metric, ...]) -> bool:
    """Whether only a range says where windows end, as they stand beside offsets."""
    ways = [flat(atom).how for metric in metrics for atom in metric.atoms() if isinstance(atom, Seen)]
    seen = [how for how in ways if isinstance(how, Through)]
    return any(how.window or how.to_date for how in seen) and any(how.offset for how in seen)


@st.composite
def along(draw: Draw, world: World, name: str, grain: str) -> Metric:
    now = draw(plain(world, f"{name}_now"))
    how = draw(st.sampled_from(_ways(grain)))
    if how is None:
        return replace(now, name=name)
    seen = Metric(f"{name}_seen", None, "seen", (now,), how=how)
    if how.offset is None and grain in ("retail_month", "business_day") and draw(RARELY):
        seen = Metric(f"{name}_before", None, "seen", (seen,), how=Through(offset=(1, grain)))
    op = draw(st.sampled_from(("", "", "/", "-")))
    return Metric(name, None, op, (now, seen)) if op else replace(seen, name=name)


def _ways(grain: str) -> list[Through | None]:
    """How a metric can be seen along a grain."""
    found = [None, Through(to_date="retail_year"), Through(offset=(1, "retail_year"))]
    if grain != "day":
        found += [Through(window=(n, grain)) for n in (1, 2, 3)]
        found += [Through(offset=(n, grain)) for n in (1, 2)]
        found += [Through(window="all"), Through(window=(28, "day")), Through(window=(1, "month"))]
    if grain in ("business_day", "day"):
        found += [Through(to_date="retail_month"), Through(offset=(1, "retail_month"))]
    return found


@st.composite
def plain(draw: Draw, world: World, name: str) -> Metric:
    """An aggregate of what has a time; of entities now and then."""
    leaf = Leaf(next(each for each in FACTS if each in world.tables), "count")
    for _ in range(4):
        each: Leaf = draw(leaves(world, (*EXACT, "avg", "median"), NUMBERS))
        if timed(world, Question((Metric("", each),))):
            leaf = each
            break
    if draw(RARELY) and leaf.table in FACTS and not leaf.paths:
        inner = Metric(f"{name}_of_each", leaf)
        return Metric(name, Per(Path((leaf.table,), "size"), "max", inner))
    return Metric(name, leaf)
