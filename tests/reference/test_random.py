"""Random questions over random rows: every engine gives the rows of the reference evaluator.

``make fuzz`` asks many more than the suite does, from another seed each time; ``SEMANTIC_SEED`` repeats a
search. A failure is shown as the smallest case that still fails, in the form of ``tests/cases``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Asked, Refused, compare
from tests.reference.explore import Search, fuzzing
from tests.reference.questions import questions
from tests.reference.worlds import Draw, worlds

SEARCHES = 4
WORLDS = 275 if fuzzing() else 14
#: Fewer than this, and most questions would have been refused.
LEAST = WORLDS * 2 - WORLDS // 6


@st.composite
def asked(draw: Draw) -> tuple[Asked, Asked]:
    """Two questions of one world: tables are dear to load."""
    world = draw(worlds())
    return Asked(world, draw(questions(world))), Asked(world, draw(questions(world)))


def answered(drawn: tuple[Asked, ...], engine: Engine) -> int:
    """Ask each question; how many of them have an answer.

    One whose condition mixes many sides in a way that has no one answer is refused as ``fan-out``.
    """
    return sum(_answered(each, engine) for each in drawn)


def _answered(asked: Asked, engine: Engine) -> bool:
    try:
        compare(asked, engine)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("number", range(SEARCHES))
def test_random_questions(
    number: int, engines: list[Engine], record_property: Callable[[str, object], None]
) -> None:
    search = Search(engines, number)
    search.run(WORLDS, asked(), answered)
    record_property("asked", dict(search.ran))
    assert all(search.ran[engine.dialect] >= LEAST for engine in engines), search.ran
