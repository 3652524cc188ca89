"""Every grain and part of time, in every calendar: weeks by first day, fiscal years by first month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlglot import exp

from semantic.bind import grain
from semantic.bind.row import Row
from semantic.dialect import load
from semantic.source import Text
from semantic.spec.types import Calendar, TypeName
from tests.contracts.calls import agree
from tests.contracts.rows import ROWS, TYPES
from tests.engines import Engine

NEW_YORK = "America/New_York"
WEEKDAYS = {"monday": 1, "saturday": 6, "sunday": 7}
FISCAL = [name for name in (*grain.GRAINS, *grain.PARTS) if name.startswith("fiscal_")]
PLAIN = [name for name in (*grain.GRAINS, *grain.PARTS) if not name.startswith("fiscal_")]
Truth = Callable[[datetime], Any]


def week(first: int) -> Truth:
    return lambda t: t.date() - timedelta(days=(t.isoweekday() - first) % 7)


def months(size: int, first: int = 1) -> Truth:
    """The start of the period of so many months, in years that begin with a month."""

    def start(t: datetime) -> date:
        index = t.year * 12 + t.month - first
        year, month = divmod(index - index % size + first - 1, 12)
        return date(year, month + 1, 1)

    return start


def month_of_fiscal(t: datetime, first: int) -> int:
    return (t.month - first) % 12


TRUTHS: dict[str, Truth] = {
    "second": lambda t: t.replace(microsecond=0),
    "minute": lambda t: t.replace(microsecond=0, second=0),
    "hour": lambda t: t.replace(microsecond=0, second=0, minute=0),
    "day": lambda t: t.date(),
    "iso_week": week(1),
    "month": months(1),
    "quarter": months(3),
    "year": months(12),
    "day_of_week": lambda t: t.isoweekday(),
    "day_of_month": lambda t: t.day,
    "day_of_year": lambda t: t.timetuple().tm_yday,
    "week_of_year": lambda t: t.isocalendar().week,
    "iso_year": lambda t: t.isocalendar().year,
    "month_of_year": lambda t: t.month,
    "quarter_of_year": lambda t: (t.month + 2) // 3,
    "year_of": lambda t: t.year,
    "hour_of_day": lambda t: t.hour,
    "minute_of_hour": lambda t: t.minute,
    "second_of_minute": lambda t: t.second,
}


def truth(name: str, week_start: str, first: int) -> Truth:
    """What a grain or part is, in a calendar."""
    fiscal: dict[str, Truth] = {
        "week": week(WEEKDAYS[week_start]),
        "fiscal_quarter": months(3, first),
        "fiscal_year": months(12, first),
        "fiscal_quarter_of_year": lambda t: month_of_fiscal(t, first) // 3 + 1,
        # The year in which it ends.
        "fiscal_year_of": lambda t: t.year + (1 if first > 1 and t.month >= first else 0),
    }
    return {**TRUTHS, **fiscal}[name]


def local(value: date | datetime, kind: TypeName) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value.astimezone(ZoneInfo(NEW_YORK)).replace(tzinfo=None) if kind == "timestamptz" else value


def check(engine: Engine, names: list[str], week_start: str, first: int) -> None:
    """One statement with a column for every grain of every temporal column that has it."""
    calendar = Calendar(timezone=Text(NEW_YORK), week_start=week_start, fiscal_year_start=first)
    target = load(engine.dialect)
    asked = [(c, name) for c in "dtz" for name in names if grain.fits(name, TYPES[c])]
    rows = [grain.grained(Row("r", exp.column(c), TYPES[c]), name, calendar) for c, name in asked]
    texts = [target.translate(row.tree.copy()).sql(target.answers.sqlglot) for row in rows]
    columns = ", ".join(f"{text} AS a{index}" for index, text in enumerate(texts))
    for values, given in zip(
        engine.rows(f"SELECT {columns} FROM r ORDER BY id NULLS LAST"), ROWS, strict=True
    ):
        for value, (c, name), row, text in zip(values, asked, rows, texts, strict=True):
            moment = getattr(given, c)
            right = None if moment is None else truth(name, week_start, first)(local(moment, TYPES[c]))
            agree(value, right, row.type, f"{c}.{name} at row {given.id}: {text}")


def test_grains_and_parts(engine: Engine) -> None:
    check(engine, [name for name in PLAIN if name != "week"], "monday", 1)


@pytest.mark.parametrize("week_start", WEEKDAYS)
def test_weeks(engine: Engine, week_start: str) -> None:
    check(engine, ["week"], week_start, 1)


@pytest.mark.parametrize("first", range(1, 13))
def test_fiscal_years(engine: Engine, first: int) -> None:
    check(engine, FISCAL, "monday", first)


@pytest.mark.parametrize("first", range(1, 13))
def test_periods_that_are_known_when_compiling(first: int) -> None:
    """``floor`` says the same without a warehouse."""
    for name in grain.GRAINS:
        for row in ROWS:
            if row.t is not None:
                for week_start in WEEKDAYS:
                    calendar = Calendar(week_start=week_start, fiscal_year_start=first)
                    found = grain.floor(row.t, name, calendar)
                    right = truth(name, week_start, first)(row.t)
                    assert found == (right if isinstance(right, datetime) else local(right, "date"))
