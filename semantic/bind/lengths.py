"""How long grains and units are, in the unit of their family: seconds, days or months."""

from __future__ import annotations

from datetime import datetime

from semantic.bind import grain
from semantic.bind.timerange import earlier
from semantic.spec.types import Calendar, Duration, StartOf, Unit

#: The family of each grain and unit, and how many units of it one lasts.
SIZES: dict[str, tuple[str, int]] = {
    **{name: ("second", count) for name, count in grain.SECONDS.items()},
    "day": ("day", 1), "week": ("day", 7), "iso_week": ("day", 7),
    "month": ("month", 1), "quarter": ("month", 3), "year": ("month", 12),
    "fiscal_quarter": ("month", 3), "fiscal_year": ("month", 12),
}  # fmt: skip


#: The grain whose periods a part of time is a property of.
_WHOLE = {
    "day_of_week": "day", "day_of_month": "day", "day_of_year": "day", "week_of_year": "iso_week",
    "iso_year": "iso_week", "month_of_year": "month", "quarter_of_year": "quarter", "year_of": "year",
    "hour_of_day": "hour", "minute_of_hour": "minute", "second_of_minute": "second",
    "fiscal_year_of": "fiscal_year", "fiscal_quarter_of_year": "fiscal_quarter",
}  # fmt: skip


def nests(fine: str, coarse: str) -> bool:
    """Whether every period of one grain lies in a single period of another."""
    (family, size), (other, longer) = SIZES[fine], SIZES[coarse]
    if other == "second":
        return family == "second" and longer % size == 0
    if family == other == "day":
        return size == 1 or fine == coarse
    if family == other == "month":
        plain = fine.startswith("fiscal") == coarse.startswith("fiscal") or size == 1
        return plain and longer % size == 0
    return family == "second" or (family == "day" and size == 1)


def follows(name: str, fine: str) -> bool:
    """Whether a grain or a part of time is known of every period of a finer grain.

    >>> follows("year", "month"), follows("month_of_year", "month"), follows("month", "week")
    (True, True, False)
    """
    return nests(fine, _WHOLE.get(name, name))


def step_of(name: str) -> Unit:
    """The unit that leads from one period to the next."""
    return {"iso_week": "week", "fiscal_quarter": "quarter", "fiscal_year": "year"}.get(name, name)  # type: ignore[return-value]


def shifts(offset: Duration | StartOf, name: str) -> bool:
    """Whether an offset leads from every period of a grain to the first instant of another.

    >>> shifts(Duration(1, "year"), "month"), shifts(Duration(1, "year"), "week")
    (True, False)
    """
    if isinstance(offset, StartOf):
        return False
    (family, size), (unit, each) = SIZES[name], SIZES[offset.unit]
    return (unit == family and each * offset.count % size == 0) or (unit == "day" and family == "second")


def source_range(
    start: datetime | None, end: datetime | None, offset: Duration | StartOf, name: str, calendar: Calendar
) -> tuple[datetime | None, datetime | None]:
    """From the first instant of the period an offset before that of ``start`` until the end of that
    before ``end``."""
    first = source(start, offset, name, calendar) if start is not None else None
    if end is None:
        return first, None
    last = source(end - datetime.resolution, offset, name, calendar)
    return first, earlier(last, Duration(-1, step_of(name)))


def source(moment: datetime, offset: Duration | StartOf, name: str, calendar: Calendar) -> datetime:
    """The period that the one of a moment is given the value of.

    >>> source(datetime(2024, 5, 17), StartOf("quarter"), "month", Calendar())
    datetime.datetime(2024, 4, 1, 0, 0)
    """
    period = grain.floor(moment, name, calendar)
    before = (
        grain.floor(period, offset.grain, calendar)
        if isinstance(offset, StartOf)
        else earlier(period, offset)
    )
    return grain.floor(before, name, calendar)
