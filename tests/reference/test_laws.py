"""The laws of `tests.reference.laws` on every engine; each answer must be the reference's besides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis.strategies import SearchStrategy

from tests.engines import Engine
from tests.reference.engines import Differs, Refused, compare
from tests.reference.explore import Search, fuzzing
from tests.reference.laws import LAWS, Law

WORLDS = 30 if fuzzing() else 4


@pytest.mark.parametrize("draws", LAWS, ids=lambda draws: draws.__name__)
def test_laws(
    draws: Callable[[], SearchStrategy[Law]],
    engines: list[Engine],
    record_property: Callable[[str, object], None],
) -> None:
    search = Search(engines, LAWS.index(draws))
    search.run(WORLDS, draws(), obeyed)
    record_property("asked", dict(search.ran))
    assert all(search.ran[engine.dialect] for engine in engines)


def obeyed(law: Law, engine: Engine) -> int:
    """Ask everything, and see whether the answers agree; how many questions that were."""
    try:
        answers = [compare(asked, engine) for asked in law.asked]
    except Refused:
        return 0
    if not law.holds(*answers):
        told = ["\n".join(map(str, rows)) for rows in answers]
        raise Differs(law.asked, engine, "the answers do not agree", "\n\n".join(told))
    return len(answers)
