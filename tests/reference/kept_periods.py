"""Conditions of ``having`` on time alone: which periods of an answer stay, drawn and evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from tests.reference.calendar import GRAINS, PARTS, grained
from tests.reference.logic import truth
from tests.reference.terms import Key, Path, Question, Test, World
from tests.reference.windows import axis_of
from tests.reference.worlds import OFTEN, RARELY, Draw

#: What every period of a grain tells besides itself.
_OF_MONTHS = ("quarter", "year", "month_of_year", "quarter_of_year", "year_of")
_OF_FISCAL = ("fiscal_quarter", "fiscal_year", "fiscal_year_of", "fiscal_quarter_of_year")
TELLS = {
    "year": ("year_of",),
    "quarter": ("year", "quarter_of_year", "year_of"),
    "month": (*_OF_MONTHS, *_OF_FISCAL),
    "fiscal_quarter": ("fiscal_year", "fiscal_year_of", "fiscal_quarter_of_year"),
    "fiscal_year": ("fiscal_year_of",),
    "week": (),
    "iso_week": ("week_of_year", "iso_year"),
    "day": (*GRAINS[1:], *PARTS),
    "hour": (*GRAINS, *PARTS, "hour_of_day"),
}


def stays(world: World, question: Question, key: Key) -> bool:
    """Whether a row of the answer is of a period that was asked for."""
    at = axis_of(question)
    if at is None or not question.kept:
        return True
    own = question.paths[at].grain

    def value(path: Path) -> Any:
        return key[at] if path.grain == own else grained(key[at], path.grain, world.calendar)

    return all(truth(test, value) is True for test in question.kept)


@st.composite
def keeping(draw: Draw, world: World, question: Question) -> Question:
    """The question with conditions on its periods, if it has just one path of them."""
    times = [path for path in question.paths if path.steps == ("time",)]
    if len(times) != 1 or times[0].grain not in (*TELLS, *world.calendar.own):
        return question
    tests = [draw(_conditions(world, times[0].grain, 2)) for _ in range(draw(st.sampled_from((1, 1, 2))))]
    return replace(question, kept=tuple(tests))


@st.composite
def _conditions(draw: Draw, world: World, grain: str, depth: int) -> Test:
    op = draw(st.sampled_from(("leaf", "leaf", "or", "and", "not"))) if depth else "leaf"
    if op in ("or", "and"):
        return Test(op, tuple(draw(_conditions(world, grain, depth - 1)) for _ in range(2)))
    if op == "not":
        return Test(op, (draw(_conditions(world, grain, depth - 1)),))
    leaf: Test = draw(_leaf(world, grain))
    return leaf


@st.composite
def _leaf(draw: Draw, world: World, grain: str) -> Test:
    """A period, or what it tells, compared with values."""
    name = draw(st.sampled_from((grain, *TELLS.get(grain, ())))) if draw(OFTEN) else grain
    path = Path(("time",), "", name)
    if draw(RARELY):
        null = Test("null", path=path)
        return null if draw(st.booleans()) else Test("not", (null,))
    op = draw(st.sampled_from(("=", "<>", "<", ">=", "in", "between")))
    count = {"in": 2, "between": 2}.get(op, 1)
    values = [draw(st.sampled_from(_values(world, name))) for _ in range(count)]
    return Test(op, path=path, values=tuple(sorted(values) if op == "between" else values))


def _values(world: World, name: str) -> list[Any]:
    """Values that a grain or a part of time takes near the beginning of 2024."""
    days = [datetime(2024, 1, 1), datetime(2023, 12, 2), datetime(2024, 3, 1), datetime(2024, 2, 14)]
    if name in world.calendar.own:
        found = [each for each in world.calendar.own[name].values() if each is not None]
        return list(dict.fromkeys(found[10::25]))
    return list(dict.fromkeys(grained(day, name, world.calendar) for day in days))
