"""Random questions along the periods of random calendar tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Asked
from tests.reference.explore import Search, fuzzing
from tests.reference.own_beside import beside_calendars
from tests.reference.own_calendars import along_calendars, calendared
from tests.reference.test_random import answered
from tests.reference.worlds import Draw

WORLDS = 150 if fuzzing() else 6
FEW = 25 if fuzzing() else 1


@st.composite
def asked(draw: Draw) -> tuple[Asked, Asked]:
    """Two questions of one world."""
    world = draw(calendared())
    return Asked(world, draw(along_calendars(world))), Asked(world, draw(along_calendars(world)))


@pytest.mark.parametrize("number", range(4 if fuzzing() else 1))
def test_random_calendars(
    number: int, duck: Engine, postgres: Engine, record_property: Callable[[str, object], None]
) -> None:
    many, few = Search([duck], 300 + number), Search([duck, postgres], 350 + number)
    many.run(WORLDS, asked(), answered)
    few.run(FEW, asked(), answered)
    record_property("asked", dict(many.ran + few.ran))
    assert many.ran["duckdb"] > WORLDS
    assert few.ran["postgres"] >= FEW


@st.composite
def asked_beside(draw: Draw) -> tuple[Asked, Asked]:
    """Two questions of one world that are by any period, filled and with members."""
    world = draw(calendared())
    return Asked(world, draw(beside_calendars(world))), Asked(world, draw(beside_calendars(world)))


@pytest.mark.parametrize("number", range(4 if fuzzing() else 1))
def test_random_calendars_beside_months(
    number: int, duck: Engine, postgres: Engine, record_property: Callable[[str, object], None]
) -> None:
    many, few = Search([duck], 500 + number), Search([duck, postgres], 550 + number)
    many.run(WORLDS, asked_beside(), answered)
    few.run(FEW, asked_beside(), answered)
    record_property("asked", dict(many.ran + few.ran))
    assert many.ran["duckdb"] > WORLDS
    assert few.ran["postgres"] >= FEW
