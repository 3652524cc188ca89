"""The periods between two ends, computed in Python."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.contracts.scalars.calendar import months_later

Moment = date | datetime
SPINES: dict[str, tuple[Moment, Moment, object]] = {
    "spine_second": (datetime(2024, 3, 10, 1, 59, 58), datetime(2024, 3, 10, 2, 0, 1), timedelta(seconds=1)),
    "spine_minute": (datetime(2024, 3, 10, 1, 58), datetime(2024, 3, 10, 3, 1), timedelta(minutes=1)),
    "spine_hour": (datetime(2024, 3, 9, 22), datetime(2024, 3, 10, 5), timedelta(hours=1)),
    "spine_day": (date(2024, 2, 27), date(2024, 3, 12), timedelta(days=1)),
    "spine_week": (date(2023, 12, 25), date(2024, 4, 1), timedelta(days=7)),
    "spine_month": (date(2023, 11, 1), date(2024, 4, 1), 1),
    "spine_quarter": (date(2023, 10, 1), date(2025, 1, 1), 3),
    "spine_year": (date(1999, 1, 1), date(2001, 1, 1), 12),
}


def periods(lo: Moment, hi: Moment, step: object) -> list[Moment]:
    found: list[Moment] = []
    count = 0
    while True:
        period = (
            lo + step * count if isinstance(step, timedelta) else months_later(lo, int(str(step)) * count)
        )
        if period > hi:
            return found
        found.append(period)
        count += 1
