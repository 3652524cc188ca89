"""The periods of an answer that appear without any fact."""

from __future__ import annotations

from datetime import datetime, timedelta

from semantic import faults
from semantic.bind import grain
from semantic.bind.asked import Asked
from semantic.bind.bound import Fill, Key
from semantic.bind.collected import Collected
from semantic.bind.paths import AXIS

_MOST_PERIODS = 1_000_000  # BigQuery makes no longer series


def filled(asked: Asked, keys: tuple[Key, ...], found: Collected) -> Fill | None:
    """The spine of the one period that a question is filled by."""
    if not asked.query.fill:
        return None
    times = [key for key in keys if key.grain in grain.GRAINS]
    if len(times) != 1 or times[0].type is None:
        found.add([faults.fill_needs_time(len(times))])
        return None
    [key] = times
    assert key.grain is not None
    assert key.type is not None
    start, end = _ends(asked, key.grain) if key.path.split(".")[0] == AXIS else (None, None)
    if start and end:
        _check_length(key.grain, end - start, found)
    return Fill(key.name, key.grain, key.type, start, end)


def _ends(asked: Asked, name: str) -> tuple[datetime | None, datetime | None]:
    """The first and the last period of the range of a question."""
    time, calendar = asked.query.time, asked.definitions.calendar
    start = grain.floor(time.start, name, calendar) if time and time.start else None
    last = time.end - timedelta(microseconds=1) if time and time.end else None
    return start, grain.floor(last, name, calendar) if last else None


def _check_length(name: str, length: timedelta, found: Collected) -> None:
    count = int(length.total_seconds()) // grain.SECONDS.get(name, 86_400) + 1
    if count > _MOST_PERIODS:
        found.add([faults.fill_too_long(name, count, _MOST_PERIODS)])
