"""Grains and parts of time: what `time.month` and `ordered_at.day_of_week` mean."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlglot import exp

from semantic.bind.row import Row, call
from semantic.spec.types import Calendar, TypeName

#: Grains from fine to coarse; a period is named by its first instant.
GRAINS = (
    "second", "minute", "hour", "day", "week", "iso_week", "month", "quarter", "year",
    "fiscal_quarter", "fiscal_year",
)  # fmt: skip
#: Parts of a date or of a local time, as integers. ``day_of_week`` is ISO: Monday is 1.
PARTS = (
    "day_of_week", "day_of_month", "day_of_year", "week_of_year", "iso_year", "month_of_year",
    "quarter_of_year", "year_of", "hour_of_day", "minute_of_hour", "second_of_minute",
    "fiscal_year_of", "fiscal_quarter_of_year",
)  # fmt: skip
_FINE = ("second", "minute", "hour")
#: How long the grains are of which a series can be too long; the others have a day at least.
SECONDS = {"second": 1, "minute": 60, "hour": 3_600}
_CLOCK = ("hour_of_day", "minute_of_hour", "second_of_minute")
TIME_TYPES: tuple[TypeName, ...] = ("date", "timestamp", "timestamptz")


def is_grain(name: str) -> bool:
    """Whether a path may end in this name to ask for a period or a part of time."""
    return name in GRAINS or name in PARTS


def fits(name: str, kind: TypeName | None) -> bool:
    """Whether a scalar of this type has the grain: a date has no hours."""
    return kind in TIME_TYPES and not (kind == "date" and name in (*_FINE, *_CLOCK))


def grained(row: Row, name: str, calendar: Calendar) -> Row:
    """The period or part of a time scalar, in local time."""
    local = localised(row, calendar)
    if name in PARTS:
        return Row(row.model, _part(local, name, calendar), "integer", row.at)
    kind: TypeName = "timestamp" if name in _FINE else "date"
    return Row(row.model, _period(local, name, calendar), kind, row.at)


def localised(row: Row, calendar: Calendar) -> Row:
    """An instant as local wall-clock time; dates and wall clocks as they are."""
    if row.type != "timestamptz":
        return row
    return Row(row.model, call("to_local", row.tree.copy(), zone(calendar)), "timestamp", row.at)


def zone(calendar: Calendar) -> exp.Expr:
    """The project's time zone as a literal."""
    return exp.Literal.string(str(calendar.timezone or "UTC"))


def spine_name(name: str) -> str:
    """The spine whose periods follow each other as those of the grain do."""
    stem = {"iso_week": "week", "fiscal_quarter": "quarter", "fiscal_year": "year"}.get(name, name)
    return f"spine_{stem}"


def truncation(name: str, calendar: Calendar) -> str:
    """The stem of the function that starts a period: weeks name their first day."""
    if name == "week":
        return f"week_{calendar.week_start}"
    return "week_monday" if name == "iso_week" else name


def _period(local: Row, name: str, calendar: Calendar) -> exp.Expr:
    if name.startswith("fiscal_"):
        return _fiscal(local, name.removeprefix("fiscal_"), calendar)
    if name == "day" and local.type == "date":
        return local.tree.copy()
    return call(f"trunc_{truncation(name, calendar)}_{local.type}", local.tree.copy())


def _fiscal(local: Row, name: str, calendar: Calendar) -> exp.Expr:
    """Shift the fiscal year onto the calendar year, truncate, shift back."""
    months = calendar.fiscal_year_start - 1
    day = _day(local)
    if months == 0 or (name == "quarter" and months % 3 == 0):
        return call(f"trunc_{name}_date", day)
    shifted = call("add_months_date", day, _number(-months))
    return call("add_months_date", call(f"trunc_{name}_date", shifted), _number(months))


def _part(local: Row, name: str, calendar: Calendar) -> exp.Expr:
    if not name.startswith("fiscal_"):
        return call(name, local.tree.copy())
    months = calendar.fiscal_year_start - 1
    shifted = call("add_months_date", _day(local), _number(-months)) if months else _day(local)
    if name == "fiscal_quarter_of_year":
        return call("quarter_of_year", shifted)
    # A fiscal year is named by the calendar year in which it ends.
    year = call("year_of", shifted)
    return exp.Add(this=year, expression=_number(1)) if months else year


def _day(local: Row) -> exp.Expr:
    tree = local.tree.copy()
    return tree if local.type == "date" else call("date_of_timestamp", tree)


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def floor(moment: datetime, name: str, calendar: Calendar) -> datetime:
    """The first instant of the period that a local time falls in.

    >>> floor(datetime(2024, 5, 17, 9, 30), "quarter", Calendar())
    datetime.datetime(2024, 4, 1, 0, 0)
    >>> floor(datetime(2024, 5, 17, 9, 30), "fiscal_year", Calendar(fiscal_year_start=7))
    datetime.datetime(2023, 7, 1, 0, 0)
    """
    if name in _FINE:
        minute = 0 if name == "hour" else moment.minute
        return moment.replace(minute=minute, second=moment.second if name == "second" else 0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "day":
        return day
    if name in ("week", "iso_week"):
        first = _WEEKDAYS[calendar.week_start if name == "week" else "monday"]
        return day - timedelta(days=(day.weekday() - first) % 7)
    months = {"month": 1, "quarter": 3, "year": 12}[name.removeprefix("fiscal_")]
    shift = calendar.fiscal_year_start - 1 if name.startswith("fiscal_") else 0
    index = day.year * 12 + day.month - 1 - shift
    index -= index % months
    return day.replace(year=(index + shift) // 12, month=(index + shift) % 12 + 1, day=1)


_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}
