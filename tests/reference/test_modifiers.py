"""Random questions about time, entities, cohorts and levels: every engine gives the rows of the reference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Asked
from tests.reference.explore import Search, fuzzing
from tests.reference.histories import histories
from tests.reference.modifiers import modified
from tests.reference.test_laws import obeyed
from tests.reference.test_random import answered
from tests.reference.time_laws import TIME_LAWS
from tests.reference.worlds import Draw

#: DuckDB answers in no time; the others are asked less.
WORLDS = 200 if fuzzing() else 30
FEW = 60 if fuzzing() else 5
LAWFUL = 40 if fuzzing() else 4


@st.composite
def asked(draw: Draw) -> tuple[Asked, Asked]:
    """Two questions of one world."""
    world = draw(histories())
    return Asked(world, draw(modified(world))), Asked(world, draw(modified(world)))


@pytest.mark.parametrize("number", range(4 if fuzzing() else 1))
def test_random_modifiers(
    number: int, duck: Engine, engines: list[Engine], record_property: Callable[[str, object], None]
) -> None:
    many, few = Search([duck], 100 + number), Search(engines, 200 + number)
    many.run(WORLDS, asked(), answered)
    few.run(FEW, asked(), answered)
    record_property("asked", dict(many.ran + few.ran))
    assert many.ran["duckdb"] > WORLDS
    assert all(few.ran[engine.dialect] >= FEW for engine in engines), few.ran


@pytest.mark.parametrize("law", TIME_LAWS, ids=lambda law: law.__name__)
def test_laws_of_time(law: Callable[[], st.SearchStrategy[object]], duck: Engine, postgres: Engine) -> None:
    search = Search([duck, postgres], TIME_LAWS.index(law))
    search.run(LAWFUL, law(), obeyed)
    assert all(search.ran[engine.dialect] for engine in search.engines)
