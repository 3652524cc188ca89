"""Random conditions on the periods of an answer, beside windows, offsets, ratios and levels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Asked
from tests.reference.explore import Search, fuzzing
from tests.reference.histories import histories
from tests.reference.kept_periods import keeping
from tests.reference.modifiers import modified
from tests.reference.own_calendars import along_calendars, calendared
from tests.reference.questions import questions
from tests.reference.test_random import answered
from tests.reference.worlds import Draw

WORLDS = 150 if fuzzing() else 6
FEW = 25 if fuzzing() else 1


@st.composite
def asked(draw: Draw) -> tuple[Asked, ...]:
    """Questions about time, and now and then along a calendar or of plain metrics."""
    kind = draw(st.sampled_from(("modified", "modified", "modified", "plain", "calendar")))
    world = draw(calendared() if kind == "calendar" else histories())
    drawn = {"modified": modified, "plain": questions, "calendar": along_calendars}[kind]
    return tuple(Asked(world, draw(keeping(world, draw(drawn(world))))) for _ in range(2))


@pytest.mark.parametrize("number", range(4 if fuzzing() else 1))
def test_random_kept_periods(
    number: int, duck: Engine, postgres: Engine, record_property: Callable[[str, object], None]
) -> None:
    many, few = Search([duck], 400 + number), Search([duck, postgres], 450 + number)
    many.run(WORLDS, asked(), answered)
    few.run(FEW, asked(), answered)
    record_property("asked", dict(many.ran + few.ran))
    assert many.ran["duckdb"] > WORLDS
    assert few.ran["postgres"] >= FEW
