"""A time range as conditions on the raw column, so that partitions and indexes can serve them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.condition import Condition
from semantic.bind.definitions import Definitions
from semantic.bind.parameters import constant
from semantic.bind.row import Row, call
from semantic.bind.texts import Reached
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.query import TimeRange
from semantic.source import Text
from semantic.spec.types import Calendar, Duration, Until

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
#: Days from which a hundred years can be counted both ways.
_FIRST, _LAST = date(1000, 1, 1), date(9800, 12, 31)


def within(time: Row, asked: TimeRange, calendar: Calendar) -> list[Condition]:
    """``start <= time AND time < end`` over the rows of the time's model."""
    found = []
    for bound, comparison in ((asked.start, exp.GTE), (asked.end, exp.LT)):
        if bound is not None:
            tree, value = _sides(time, bound, calendar)
            found.append(Condition(time.model, comparison(this=tree, expression=value)))
    return found


def inside(definitions: Definitions, time: Row, window: Until) -> list[Condition]:
    """The rows of a window of days: ``[end - length, end)``, where ``end`` is the day after its last one.

    Counting back from that end keeps months right: the month up to 30 November begins on 1 November.
    """
    last = _day(definitions, window.until) if window.until is not None else None
    end = _days_on(last, 1) if last is not None else None
    start = _day(definitions, window.start) if window.start is not None else None
    if window.last is not None and end is not None:
        start = _back(end, window.last)
    found: list[Condition] = []
    for bound, comparison in ((start, exp.GTE), (end, exp.LT)):
        if isinstance(bound, date):
            midnight = datetime.combine(bound, datetime.min.time())
            tree, value = _sides(time, midnight, definitions.calendar)
        elif bound is not None:
            tree, value = time.tree.copy(), _moment(bound, time, definitions.calendar)
        else:
            continue
        found.append(Condition(time.model, comparison(this=tree, expression=value)))
    return found


def _day(definitions: Definitions, text: Text) -> date | exp.Expr:
    """A day: one that is known now, or an expression without columns that the warehouse computes."""

    def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
        raise SemanticError([faults.column_in_window(".".join(names), definitions.place(text, node))])

    if _ISO_DAY.match(text):
        return _written(str(text), text)
    tree, _ = definitions.expression(text, resolve)
    kind = infer(tree, lambda column: None)
    if (kind == "text" and isinstance(tree, exp.Literal)) or isinstance(tree, exp.Cast):
        spelled = tree.this.name if isinstance(tree, exp.Cast) else tree.name
        if _ISO_DAY.match(spelled):
            return _written(spelled, text)
    if kind != "date":
        raise SemanticError([faults.no_day(str(text), text.span)])
    return tree


def _written(spelled: str, text: Text) -> date:
    """A day that is written out, if the calendar has it and every warehouse can count from it."""
    try:
        day = date.fromisoformat(spelled)
    except ValueError:
        raise SemanticError([faults.no_day(str(text), text.span)]) from None
    if not _FIRST <= day <= _LAST:
        raise SemanticError([faults.far_day(str(text), text.span)])
    return day


def day_of(definitions: Definitions, text: Text) -> exp.Expr:
    """A day that is written in a definition, as a tree."""
    day = _day(definitions, text)
    return constant(day, "date") if isinstance(day, date) else day


def _days_on(day: date | exp.Expr, count: int) -> date | exp.Expr:
    if isinstance(day, date):
        return day + timedelta(days=count)
    return call("add_days_date", day.copy(), exp.Literal.number(count))


def _back(end: date | exp.Expr, length: Duration) -> date | exp.Expr:
    """The day that lies a length before another; months clamp to the last day there is."""
    if isinstance(end, date):
        return days_before(end, length)
    return call(f"add_{length.unit}s_date", end.copy(), exp.Literal.number(-length.count))


def days_before(end: date, length: Duration) -> date:
    """A day some calendar time before another; the last day of a shorter month stands in for a day it lacks.

    >>> days_before(date(2024, 3, 31), Duration(1, "month"))
    datetime.date(2024, 2, 29)
    """
    if length.unit in ("day", "week"):
        return end - timedelta(days=length.count * (7 if length.unit == "week" else 1))
    months = length.count * {"month": 1, "quarter": 3, "year": 12}[length.unit]
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    return end.replace(year=year, month=month + 1, day=min(end.day, monthrange(year, month + 1)[1]))


def earlier(moment: datetime, length: Duration) -> datetime:
    """A local time some calendar time before another; the last day of a shorter month stands in for one
    it lacks.

    >>> earlier(datetime(2024, 3, 31, 9), Duration(1, "month"))
    datetime.datetime(2024, 2, 29, 9, 0)
    """
    if length.unit in ("second", "minute", "hour"):
        return moment - timedelta(seconds=length.count * grain.SECONDS[length.unit])
    return datetime.combine(days_before(moment.date(), length), moment.time())


def _moment(day: exp.Expr, time: Row, calendar: Calendar) -> exp.Expr:
    """A computed day in the type of the time that it is compared with."""
    if time.type == "date":
        return day
    midnight = call("timestamp_of_date", day)
    return call("to_instant", midnight, grain.zone(calendar)) if time.type == "timestamptz" else midnight


def _sides(time: Row, bound: datetime, calendar: Calendar) -> tuple[exp.Expr, exp.Expr]:
    """The column to compare, freed of conversions, and the bound in the column's own type."""
    tree = time.tree.copy()
    if time.type == "date":
        bound = _next_midnight(bound)
        inner = _inside(tree, "date_of_timestamp")
        if inner is None:
            return tree, constant(bound.date(), "date")
        tree = inner
        time = Row(time.model, tree, "timestamp")
    if time.type == "timestamptz":
        return tree, _instant(bound, grain.zone(calendar))
    inner = _inside(tree, "to_local")
    if inner is not None:
        return inner, _instant(bound, tree.expressions[1])
    return tree, constant(bound, "timestamp")


def _instant(bound: datetime, zone: exp.Expr) -> exp.Expr:
    """A local time of a zone as an instant: a literal with its offset, where the zone is known here."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only instants need it

    try:
        return constant(bound.replace(tzinfo=ZoneInfo(zone.name)), "timestamptz")
    except (ZoneInfoNotFoundError, ValueError):
        return call("to_instant", constant(bound, "timestamp"), zone.copy())


def _inside(tree: exp.Expr, name: str) -> exp.Expr | None:
    """The argument of a call of that name."""
    if isinstance(tree, exp.Anonymous) and tree.this == name:
        first: exp.Expr = tree.expressions[0]
        return first.copy()
    return None


def _next_midnight(bound: datetime) -> datetime:
    """A date is in or out as a whole: a bound inside a day counts from the next one."""
    midnight = bound.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == bound else midnight + timedelta(days=1)
