"""Random metrics over entities through windows, offsets and levels, over models made from models."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Asked
from tests.reference.entities_chained import chained, over_entities
from tests.reference.explore import Search, fuzzing
from tests.reference.test_random import answered
from tests.reference.worlds import Draw

WORLDS = 150 if fuzzing() else 6
FEW = 25 if fuzzing() else 1


@st.composite
def asked(draw: Draw) -> tuple[Asked, Asked]:
    """Two questions of one world."""
    world = draw(chained())
    return Asked(world, draw(over_entities(world))), Asked(world, draw(over_entities(world)))


@pytest.mark.parametrize("number", range(4 if fuzzing() else 1))
def test_random_entities(
    number: int, duck: Engine, postgres: Engine, record_property: Callable[[str, object], None]
) -> None:
    many, few = Search([duck], 600 + number), Search([duck, postgres], 650 + number)
    many.run(WORLDS, asked(), answered)
    few.run(FEW, asked(), answered)
    record_property("asked", dict(many.ran + few.ran))
    assert many.ran["duckdb"] > WORLDS
    assert few.ran["postgres"] >= FEW
