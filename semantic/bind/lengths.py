"""How offsets lead from one period to another."""

from __future__ import annotations

from datetime import datetime

from semantic.bind import grain
from semantic.bind.nesting import SIZES
from semantic.bind.timerange import earlier
from semantic.spec.types import Calendar, Duration, StartOf, Unit


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
