"""Local time, grains and parts of time, in plain Python."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.terms import Calendar

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CLOCK = {"hour": {"minute": 0, "second": 0}, "minute": {"second": 0}, "second": dict[str, int]()}
#: What a time may be shortened to, and (where it has a clock) what besides.
GRAINS = ("day", "week", "iso_week", *_MONTHS, "fiscal_quarter", "fiscal_year")
CLOCK_GRAINS = tuple(_CLOCK)
PARTS = (
    "day_of_week", "day_of_month", "day_of_year", "week_of_year", "iso_year", "month_of_year",
    "quarter_of_year", "year_of", "fiscal_year_of", "fiscal_quarter_of_year",
)  # fmt: skip
CLOCK_PARTS = ("hour_of_day", "minute_of_hour", "second_of_minute")


def local(value: Any, calendar: Calendar) -> Any:
    """An instant as the clocks on the walls show it; anything else as it is."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    return value


def midnight(value: Any) -> Any:
    """A day as its first moment; a moment, or nothing, as it is."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time.min) if is_day else value


def day_of(value: Any, calendar: Calendar) -> date:
    """The local day of a date, a wall clock or an instant."""
    moment = local(value, calendar)
    day: date = moment.date() if isinstance(moment, datetime) else moment
    return day


def grained(value: Any, grain: str | None, calendar: Calendar) -> Any:
    """The period that a time falls in, by its first day (or instant), or a part of it."""
    if grain is None or value is None:
        return value
    if grain in _CLOCK:
        return local(value, calendar).replace(microsecond=0, **_CLOCK[grain])
    if grain in CLOCK_PARTS:
        return getattr(local(value, calendar), grain.partition("_")[0])
    day = day_of(value, calendar)
    if grain in calendar.own:
        return calendar.own[grain].get(day)
    return part_of(day, grain, calendar) if grain in PARTS else first_day(day, grain, calendar)


def first_day(day: date, grain: str, calendar: Calendar) -> date:
    """The first day of a period."""
    if grain == "day":
        return day
    if grain in ("week", "iso_week"):
        start = calendar.week_start if grain == "week" else 0
        return day - timedelta(days=(day.weekday() - start) % 7)
    shift = calendar.fiscal_start - 1 if grain.startswith("fiscal_") else 0
    month = day.year * 12 + day.month - 1 - shift
    month -= month % _MONTHS[grain.removeprefix("fiscal_")]
    return date((month + shift) // 12, (month + shift) % 12 + 1, 1)


def add(moment: Any, count: int, unit: str) -> Any:
    """A time some calendar time later; the last day of a month stands in for one that it lacks.

    >>> add(date(2024, 3, 31), -1, "month")
    datetime.date(2024, 2, 29)
    """
    if unit in ("day", "week"):
        return moment + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(moment.year * 12 + moment.month - 1 + count * _MONTHS[unit], 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def after(period: date, grain: str) -> date:
    """The first day of the next period."""
    unit = {"iso_week": "week"}.get(grain, grain.removeprefix("fiscal_"))
    return add(period, 1, unit)  # type: ignore[no-any-return]


def part_of(day: date, part: str, calendar: Calendar) -> int:
    """A part of a date as a number. A fiscal year is named by the year in which it ends."""
    iso = day.isocalendar()
    begun = (day.month - calendar.fiscal_start) % 12  # full months of the fiscal year before this one
    ends_later = calendar.fiscal_start > 1 and day.month >= calendar.fiscal_start
    return {
        "day_of_week": iso.weekday,
        "day_of_month": day.day,
        "day_of_year": day.timetuple().tm_yday,
        "week_of_year": iso.week,
        "iso_year": iso.year,
        "month_of_year": day.month,
        "quarter_of_year": (day.month + 2) // 3,
        "year_of": day.year,
        "fiscal_year_of": day.year + ends_later,
        "fiscal_quarter_of_year": begun // 3 + 1,
    }[part]


def periods(first: Any, last: Any, grain: str, calendar: Calendar) -> Iterator[Any]:
    """Each period from the first to the last, both by their beginnings."""
    step = timedelta(**{f"{grain}s": 1}) if grain in _CLOCK else timedelta(days=1)
    moment = first
    while moment <= last:
        if grained(moment, grain, calendar) == moment:
            yield moment
        moment += step


def inside(value: Any, period: tuple[date, date], calendar: Calendar) -> bool:
    """Whether a time lies in a half-open range of local days."""
    return value is not None and period[0] <= day_of(value, calendar) < period[1]


def ends(period: tuple[date, date], grain: str, calendar: Calendar) -> tuple[Any, Any]:
    """The first and the last period of a range."""
    first: Any
    first, last = period[0], period[1] - timedelta(days=1)
    if grain in _CLOCK:
        first, last = datetime.combine(first, time.min), datetime.combine(last, time.max)
    return grained(first, grain, calendar), grained(last, grain, calendar)
