"""Marks name cases that there are, and say why."""

from __future__ import annotations

from tests.contracts import test_aggregates, test_expressions, test_functions
from tests.contracts.marks import MARKS
from tests.engines import DIALECTS


def test_every_mark_names_a_case() -> None:
    cases = {*test_functions.CASES, *test_aggregates.TRUTHS, *test_expressions.TEXTS}
    for (dialect, case), reason in MARKS.items():
        assert dialect in DIALECTS
        assert case in cases
        assert reason
