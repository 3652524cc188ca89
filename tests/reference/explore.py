"""How random worlds are searched: with which seeds, how many, on which engines, and what a failure says."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from random import SystemRandom
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.engines import Differs
from tests.reference.failure import told

T = TypeVar("T")
#: Asks an engine what was drawn; tells how many questions that were.
Check = Callable[[T, Engine], int]
#: Worlds are large for Hypothesis, and a question on four engines takes longer than its deadline.
_PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)
settings.register_profile(
    "suite", deadline=None, database=None, report_multiple_bugs=False, suppress_health_check=_PATIENT
)
settings.register_profile("fuzz", settings.get_profile("suite"))


def fuzzing() -> bool:
    """Whether this is the long search (``make fuzz``)."""
    return settings.get_current_profile_name() == "fuzz"


#: Where the seeds begin, unless ``SEMANTIC_SEED`` says: the suite asks the same questions each time.
_START = SystemRandom().getrandbits(32) if fuzzing() else 0


class Search:
    """A search on some engines: once one of them fails, the search for a smaller case asks that one only."""

    def __init__(self, engines: Sequence[Engine], number: int) -> None:
        self.engines = engines
        self.seed = int(os.environ.get("SEMANTIC_SEED", _START)) + number
        self.ran: Counter[str] = Counter()

    def run(self, worlds: int, drawn: st.SearchStrategy[T], check: Check[T]) -> None:
        """Fails with the smallest case that was found."""
        failure = self.failure(worlds, drawn, check)
        if failure is not None:
            pytest.fail(f"seed {self.seed}\n\n{told(failure)}", pytrace=False)

    def failure(
        self, worlds: int, drawn: st.SearchStrategy[T], check: Check[T], *, shrink: bool = True
    ) -> Differs | None:
        """Check so many draws; the smallest failure (or the first), if there is one."""

        def on_engines(each: T) -> None:
            for engine in self.engines:
                try:
                    self.ran[engine.dialect] += check(each, engine)
                except Differs:
                    self.engines = [engine]
                    raise

        phases = (Phase.generate, *((Phase.shrink,) if shrink else ()))
        chosen = settings(settings.get_profile("suite"), max_examples=worlds, phases=phases)
        explored = chosen(given(drawn)(on_engines))
        try:
            seed(self.seed)(explored)()
        except Differs as failure:
            return failure
        return None
