"""A question under policies is the question over tables from which the hidden rows were deleted, and a
hidden column is as good as dropped.

What the rows of those tables answer is told by the reference, which knows neither SQL nor policies.
"""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.policies.visible import Dropped, Governed, columns, rules
from tests.reference.explore import Search, fuzzing
from tests.reference.histories import histories
from tests.reference.modifiers import modified
from tests.reference.questions import questions
from tests.reference.test_random import answered
from tests.reference.worlds import Draw, worlds

MANY, SOME, FEW = (400, 100, 30) if fuzzing() else (14, 5, 1)


@st.composite
def plain(draw: Draw) -> tuple[Governed, ...]:
    """Two questions of one world."""
    world = draw(worlds())
    ruled = draw(rules(world))
    return tuple(Governed(world, draw(questions(world)), rules=ruled) for _ in range(2))


@st.composite
def seen(draw: Draw) -> tuple[Governed, ...]:
    """Two questions about time, entities, cohorts and levels."""
    world = draw(histories())
    ruled = draw(rules(world))
    return tuple(Governed(world, draw(modified(world)), rules=ruled) for _ in range(2))


@pytest.mark.parametrize("drawn", [plain, seen], ids=["plain", "seen"])
def test_hidden_rows_are_as_good_as_deleted(
    drawn: st.SearchStrategy[tuple[Governed, ...]], duck: Engine, postgres: Engine
) -> None:
    many, some = Search([duck], 500), Search([postgres], 620)
    many.run(MANY, drawn(), answered)
    some.run(SOME, drawn(), answered)
    assert many.ran["duckdb"] > MANY
    assert some.ran["postgres"] > SOME


@st.composite
def dropped(draw: Draw) -> tuple[Dropped, ...]:
    """Two questions of one world, with a hidden column."""
    world = draw(histories())
    hidden = draw(columns(world))
    return (
        Dropped(world, draw(questions(world)), hidden=hidden),
        Dropped(world, draw(modified(world)), hidden=hidden),
    )


def test_a_hidden_column_is_as_good_as_dropped(duck: Engine) -> None:
    """A statement that is not refused runs without the column, and answers the same."""
    search = Search([duck], 800)
    search.run(MANY, dropped(), answered)
    assert search.ran["duckdb"] > MANY // 2


def test_on_every_engine(bigquery: Engine, snowflake: Engine) -> None:
    search = Search([bigquery, snowflake], 700)
    search.run(FEW, plain(), answered)
    assert all(search.ran.values())
