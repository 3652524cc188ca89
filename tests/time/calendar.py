"""Calendar arithmetic in plain Python: periods and what lies some time before or after a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
GRAINS = ("day", "week", "month", "quarter", "year")


def floor(day: date, grain: str) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday.

    >>> floor(date(2024, 5, 17), "quarter"), floor(date(2024, 5, 17), "week")
    (datetime.date(2024, 4, 1), datetime.date(2024, 5, 13))
    """
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    index = (day.year * 12 + day.month - 1) // _MONTHS[grain] * _MONTHS[grain]
    return date(index // 12, index % 12 + 1, 1)


def add(day: date, count: int, unit: str) -> date:
    """A day some calendar time later; the last day of a month stands in for one that it lacks.

    >>> add(date(2024, 3, 31), -1, "month")
    datetime.date(2024, 2, 29)
    """
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 + count * _MONTHS[unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def periods(first: date, last: date, grain: str) -> Iterator[date]:
    """The periods from one to another, both included."""
    while first <= last:
        yield first
        first = add(first, 1, grain)
