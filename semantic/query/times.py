"""Ranges of time as a question writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from semantic import faults
from semantic.faults import SemanticError

#: What every target can hold, whatever its time zone and the length of a period.
_FIRST, _LAST = datetime(1000, 1, 1), datetime(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A half-open range of local time, ``[start, end)``; either side may be open (``None``).

    >>> TimeRange.parse("2011-01..2011-06")
    TimeRange(start=datetime.datetime(2011, 1, 1, 0, 0), end=datetime.datetime(2011, 7, 1, 0, 0))
    >>> TimeRange.parse("2024-02-29").end
    datetime.datetime(2024, 3, 1, 0, 0)
    >>> TimeRange.parse("2023-Q4..").start
    datetime.datetime(2023, 10, 1, 0, 0)
    """

    start: datetime | None
    end: datetime | None

    def __post_init__(self) -> None:
        for bound in filter(None, (self.start, self.end)):
            if bound.tzinfo is not None:
                raise SemanticError([faults.zoned_time()])
            if not _FIRST <= bound <= _LAST:
                raise SemanticError([faults.far_time()])
        if self.start and self.end and self.start >= self.end:
            raise SemanticError([faults.empty_time(f"{self.start} .. {self.end}")])

    @classmethod
    def parse(cls, text: str) -> TimeRange:
        """Read ``from..to`` (both included), ``from..``, ``..to`` or one period."""
        first, dots, last = text.strip().partition("..")
        if not first.strip() and not last.strip():
            raise SemanticError([faults.bad_time(text)])
        start = _period(first, text)[0] if first.strip() else None
        end = _period(last, text)[1] if last.strip() else None
        if not dots:
            end = _period(first, text)[1]
        if start and end and start >= end:
            raise SemanticError([faults.empty_time(text)])
        return cls(start, end)


def _months_on(day: datetime, months: int) -> datetime:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)


def _year(year: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), 1, 1)
    return start, _months_on(start, 12)


def _quarter(year: str, quarter: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), 3 * int(quarter) - 2, 1)
    return start, _months_on(start, 3)


def _month(year: str, month: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), int(month), 1)
    return start, _months_on(start, 1)


def _week(year: str, week: str) -> tuple[datetime, datetime]:
    start = datetime.combine(date.fromisocalendar(int(year), int(week), 1), datetime.min.time())
    return start, start + timedelta(days=7)


def _day(year: str, month: str, day: str) -> tuple[datetime, datetime]:
    start = datetime(int(year), int(month), int(day))
    return start, start + timedelta(days=1)


def _moment(text: str) -> tuple[datetime, datetime]:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("a range is in local time")
    return moment, moment


_PERIODS: tuple[tuple[re.Pattern[str], Callable[..., tuple[datetime, datetime]]], ...] = (
    (re.compile(r"(\d{4})"), _year),
    (re.compile(r"(\d{4})-?[Qq]([1-4])"), _quarter),
    (re.compile(r"(\d{4})-(\d{2})"), _month),
    (re.compile(r"(\d{4})-?[Ww](\d{2})"), _week),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), _day),
    (re.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)"), _moment),
)


def _period(text: str, whole: str) -> tuple[datetime, datetime]:
    """First instant of a written period, and the first instant after it."""
    for pattern, read in _PERIODS:
        match = pattern.fullmatch(text.strip())
        if match:
            try:
                return read(*match.groups())
            except (ValueError, OverflowError):
                far = int(text.strip()[:4]) not in range(_FIRST.year, _LAST.year)
                raise SemanticError([faults.far_time() if far else faults.bad_time(whole)]) from None
    raise SemanticError([faults.bad_time(whole)])
