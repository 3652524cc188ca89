"""A time range as conditions on the raw column, so that partitions and indexes can serve them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.condition import Condition
from semantic.bind.parameters import constant
from semantic.bind.row import Row, call
from semantic.query import TimeRange
from semantic.spec.types import Calendar


def within(time: Row, asked: TimeRange, calendar: Calendar) -> list[Condition]:
    """``start <= time AND time < end`` over the rows of the time's model."""
    found = []
    for bound, comparison in ((asked.start, exp.GTE), (asked.end, exp.LT)):
        if bound is not None:
            tree, value = _sides(time, bound, calendar)
            found.append(Condition(time.model, comparison(this=tree, expression=value)))
    return found


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
