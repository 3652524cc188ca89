"""Random questions by days, weeks and months that look along a calendar, beside what looks along months,
filled, with members, and with conditions on their periods."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.reference.calendar import GRAINS
from tests.reference.kept_periods import keeping
from tests.reference.own_calendars import along, grouped, plain
from tests.reference.questions import can_fill, ordered, with_members
from tests.reference.terms import Metric, Question, Through, World
from tests.reference.worlds import OFTEN, RARELY, SOMETIMES, Draw

ASKED = ("month", "day", "week", "month", "quarter", "iso_week", "year", "fiscal_quarter", "fiscal_year")
OWN = ("retail_month", "retail_year", "business_day")
#: How a metric may be seen along the ordinary calendar, beside others.
ORDINARY = (
    Through(window=(3, "month")),
    Through(offset=(1, "month")),
    Through(to_date="year"),
    Through(window=(28, "day")),
    Through(window="all"),
)


@st.composite
def beside_calendars(draw: Draw, world: World) -> Question:
    """A question by any period, of metrics of which one looks along a calendar."""
    grain = draw(st.sampled_from(ASKED)) if draw(OFTEN) else draw(st.sampled_from(OWN))
    count = draw(st.sampled_from((1, 1, 2, 2, 3)))
    metrics = tuple(draw(_metrics(world, f"m{n}", grain, first=n == 1)) for n in range(1, count + 1))
    question = grouped(draw, world, metrics, grain)
    question = replace(question, fill=can_fill(question) and draw(st.booleans()))
    if draw(SOMETIMES):
        question = replace(question, members=with_members(world, question))
    if draw(RARELY):
        question = draw(keeping(world, question))
    return draw(ordered(question)) if draw(RARELY) else question


@st.composite
def _metrics(draw: Draw, world: World, name: str, grain: str, *, first: bool) -> Metric:
    """A metric seen along a calendar as far as an answer by such periods can show it, or along months."""
    if grain in ("day", *OWN) and (first or draw(OFTEN)):
        found: Metric = draw(along(world, name, grain))
        return found
    now = draw(plain(world, f"{name}_now"))
    offsets = [Through(offset=(n, unit)) for unit in OWN for n in (1, 2)]
    ways = offsets if grain in GRAINS and (first or draw(st.booleans())) else [*ORDINARY, None]
    how = draw(st.sampled_from(ways)) if grain in GRAINS else None
    if how is None:
        return replace(now, name=name)
    seen = Metric(f"{name}_seen", None, "seen", (now,), how=how)
    op = draw(st.sampled_from(("", "", "/", "-")))
    return Metric(name, None, op, (now, seen)) if op else replace(seen, name=name)
