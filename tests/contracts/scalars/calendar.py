"""The calendar: grains, additions, differences, parts, zones, and what time it is."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.contracts.rows import Row
from tests.contracts.scalars.case import Case, Cases, of, one

#: Zones whose clocks change in one way or another, and one with an odd offset.
PLACES = ("Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def months_later(d: Any, n: int) -> Any:
    year, month = divmod(d.year * 12 + d.month - 1 + n, 12)
    return d.replace(year=year, month=month + 1, day=min(d.day, monthrange(year, month + 1)[1]))


def day(x: Any) -> date:
    return x.date() if isinstance(x, datetime) else x


def week_start(first: int) -> Callable[[Any], date]:
    """The start of the week that begins on that ISO day."""
    return lambda x: day(x) - timedelta(days=(x.isoweekday() - first) % 7)


def months_start(size: int) -> Callable[[Any], date]:
    """The start of the period of that many months."""
    return lambda x: date(x.year, (x.month - 1) // size * size + 1, 1)


def quarter(d: date) -> int:
    return (d.month + 2) // 3


def second0(t: datetime) -> datetime:
    return t.replace(microsecond=0)


def minute0(t: datetime) -> datetime:
    return t.replace(microsecond=0, second=0)


def hour0(t: datetime) -> datetime:
    return t.replace(microsecond=0, second=0, minute=0)


def crossed(cut: Callable[[datetime], datetime], seconds: int) -> Callable[[datetime, datetime], int]:
    return lambda a, b: int((cut(b) - cut(a)).total_seconds()) // seconds


def shifted(unit: str, kinds: str, function: Callable[[Any, int], Any]) -> Cases:
    """The cases of ``add_<unit>_date`` and ``add_<unit>_timestamp``."""
    names = {"d": f"add_{unit}_date", "t": f"add_{unit}_timestamp"}
    return {
        names[k]: [
            of(f"{names[k]}({k}, n)", function, k, "n"),
            of(f"{names[k]}({k}, -1)", lambda x: function(x, -1), k),
            of(f"{names[k]}({k}, 14)", lambda x: function(x, 14), k),
        ]
        for k in kinds
    }


def spans(unit: str, size: timedelta, kinds: str) -> Cases:
    return shifted(unit, kinds, lambda x, n: x + n * size)


def months(unit: str, size: int) -> Cases:
    return shifted(unit, "dt", lambda x, n: months_later(x, n * size))


def grain(name: str, function: Callable[[Any], date]) -> Cases:
    """The cases of ``trunc_<name>_date`` and ``trunc_<name>_timestamp``."""
    return {
        f"trunc_{name}_date": [of(f"trunc_{name}_date(d)", function, "d")],
        f"trunc_{name}_timestamp": [of(f"trunc_{name}_timestamp(t)", function, "t")],
    }


def both(name: str, function: Callable[[Any], Any]) -> Cases:
    """The cases of a part of a date that timestamps have, too."""
    return {name: [of(f"{name}({column})", function, column) for column in "dt"]}


def local(zone: str) -> Callable[[datetime], datetime]:
    return lambda z: z.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def local_day(zone: str) -> Callable[[datetime], date]:
    return lambda z: day(local(zone)(z))


def instant(zone: str) -> Callable[[datetime], datetime]:
    return lambda t: t.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


CALENDAR: Cases = {
    **one("trunc_second_timestamp", "t", second0, "t"),
    **one("trunc_minute_timestamp", "t", minute0, "t"),
    **one("trunc_hour_timestamp", "t", hour0, "t"),
    **one("trunc_day_timestamp", "t", day, "t"),
    **grain("week_monday", week_start(1)),
    **grain("week_sunday", week_start(7)),
    **grain("week_saturday", week_start(6)),
    **grain("month", months_start(1)),
    **grain("quarter", months_start(3)),
    **grain("year", months_start(12)),
    **spans("seconds", timedelta(seconds=1), "t"),
    **spans("minutes", timedelta(minutes=1), "t"),
    **spans("hours", timedelta(hours=1), "t"),
    **spans("days", timedelta(days=1), "dt"),
    **spans("weeks", timedelta(days=7), "dt"),
    **months("months", 1),
    **months("quarters", 3),
    **months("years", 12),
    **both("day_of_week", lambda x: x.isoweekday()),
    **both("day_of_month", lambda x: x.day),
    **both("day_of_year", lambda x: x.timetuple().tm_yday),
    **both("week_of_year", lambda x: x.isocalendar().week),
    **both("iso_year", lambda x: x.isocalendar().year),
    **both("month_of_year", lambda x: x.month),
    **both("quarter_of_year", quarter),
    **both("year_of", lambda x: x.year),
    **one("hour_of_day", "t", lambda t: t.hour, "t"),
    **one("minute_of_hour", "t", lambda t: t.minute, "t"),
    **one("second_of_minute", "t", lambda t: t.second, "t"),
    **one("days_between", "d, e", lambda a, b: (b - a).days, "d", "e"),
    **one(
        "weeks_between_monday", "d, e", lambda a, b: (week_start(1)(b) - week_start(1)(a)).days // 7, "d", "e"
    ),
    **one(
        "weeks_between_sunday", "d, e", lambda a, b: (week_start(7)(b) - week_start(7)(a)).days // 7, "d", "e"
    ),
    **one("months_between", "d, e", lambda a, b: (b.year - a.year) * 12 + b.month - a.month, "d", "e"),
    **one("quarters_between", "d, e", lambda a, b: (b.year - a.year) * 4 + quarter(b) - quarter(a), "d", "e"),
    **one("years_between", "d, e", lambda a, b: b.year - a.year, "d", "e"),
    **one("hours_between", "t, u", crossed(hour0, 3600), "t", "u"),
    **one("minutes_between", "t, u", crossed(minute0, 60), "t", "u"),
    **one("seconds_between", "t, u", crossed(second0, 1), "t", "u"),
    **one("last_day", "d", lambda d: d.replace(day=monthrange(d.year, d.month)[1]), "d"),
    **one("make_date", "i - i + 2024, j - j + 2, 29", lambda i, j: date(2024, 2, 29), "i", "j"),
    "date_of_timestamp": [
        of("date_of_timestamp(t)", day, "t"),
        *(of(f"date_of_timestamp(to_local(z, '{zone}'))", local_day(zone), "z") for zone in PLACES),
    ],
    **one("timestamp_of_date", "d", lambda d: datetime(d.year, d.month, d.day), "d"),
    **one("format_year", "d", lambda d: d.strftime("%Y"), "d"),
    **one("format_year_month", "d", lambda d: d.strftime("%Y-%m"), "d"),
    **one("format_compact_month", "d", lambda d: d.strftime("%Y%m"), "d"),
    **one("format_compact_date", "d", lambda d: d.strftime("%Y%m%d"), "d"),
    **one("month_name", "d", lambda d: d.strftime("%B"), "d"),
    **one("day_name", "d", lambda d: d.strftime("%A"), "d"),
}


def _today(zone: str) -> Callable[[Row], date]:
    return lambda row: datetime.now(ZoneInfo(zone)).date()


ZONES: Cases = {
    "to_local": [of(f"to_local(z, '{zone}')", local(zone), "z") for zone in PLACES],
    # No wall clock of the table happens twice in these: which of the two is meant, engines see differently.
    "to_instant": [
        of(f"to_instant(t, '{zone}')", instant(zone), "t") for zone in ("Asia/Seoul", "Europe/London")
    ],
    "today": [Case("today('Pacific/Kiritimati')", _today("Pacific/Kiritimati"))],
    "now_local": [Case("trunc_day_timestamp(now_local('Pacific/Pago_Pago'))", _today("Pacific/Pago_Pago"))],
    "now_instant": [Case("date_of_timestamp(to_local(now_instant(), 'UTC'))", _today("UTC"))],
}
