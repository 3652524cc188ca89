"""All engines at once, and at the end of a long search how much of it there was."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import engine_of
from tests.engines import DIALECTS, Engine
from tests.reference.explore import fuzzing


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> list[Engine]:
    """The four engines."""
    return [engine_of(request, dialect) for dialect in DIALECTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many random questions were asked of which engine, and how long it took."""
    asked: Counter[str] = Counter()
    seconds = 0.0
    for report in terminalreporter.getreports("passed"):
        found = dict(report.user_properties).get("asked")
        if isinstance(found, dict):
            asked.update(found)
            seconds += report.duration
    if asked and fuzzing():
        told = ", ".join(f"{count:,} on {dialect}" for dialect, count in asked.items())
        terminalreporter.write_line(f"random questions asked: {told}; {seconds:.0f} s of computing")
