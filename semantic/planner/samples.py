"""Longer periods that take the values of shorter ones."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.bound import Axis, Fact, Key, Samples
from semantic.bind.lengths import step_of
from semantic.bind.row import call
from semantic.plan import Grouped, Sampled, partial_column
from semantic.planner import calendars, series
from semantic.planner.planning import Planning
from semantic.spec.types import Calendar, Duration


def sampled(
    planner: Planning, below: Grouped, fact: Fact, samples: Samples, axis: Axis, longer: Key, name: str
) -> Sampled:
    """The groups of shorter periods that count for longer ones."""
    assert samples.fine.type is not None
    moment, calendar = partial_column(samples.fine.name), planner.definitions.calendar
    if axis.calendar is not None:
        return _of_calendar(planner, below, samples, axis, axis.calendar, name)
    return Sampled(
        input=below,
        within=tuple(key.name for key in below.keys if key.name != samples.fine.name),
        moment=samples.fine.name,
        pick=samples.take,
        period=series.grained(moment, samples.fine.type, axis.grain, calendar),
        last=_last(fact, samples, axis, longer, calendar),
        output=axis.key,
        name=name,
    )


def _of_calendar(
    planner: Planning, below: Grouped, samples: Samples, axis: Axis, calendar: str, name: str
) -> Sampled:
    """The groups of days that count for the periods of a calendar table."""
    return Sampled(
        input=below,
        within=tuple(key.name for key in below.keys if key.name != samples.fine.name),
        moment=samples.fine.name,
        pick=samples.take,
        period=partial_column("period"),
        last=exp.Null(),
        output=axis.key,
        name=name,
        calendar=calendars.days_of(planner, calendar, axis),
        lasts=calendars.lasts(planner) if axis.end is None else (),
    )


def _last(fact: Fact, samples: Samples, axis: Axis, longer: Key, calendar: Calendar) -> exp.Expr:
    """The last shorter period of the one that an answer's last period has the value of."""
    assert longer.type is not None
    period: exp.Expr = exp.Column(this=exp.Identifier(this="period"), table=exp.Identifier(this="@"))
    if fact.through.shift is not None:
        period = series.source_of(period, longer.type, fact.through.shift, axis.grain, calendar)
    after = series.moved(period, longer.type, Duration(1, step_of(axis.grain)))
    kind = longer.type
    if kind == "date" and samples.fine.type == "timestamp":
        after, kind = call("timestamp_of_date", after), "timestamp"
    return series.moved(after, kind, Duration(-1, step_of(samples.axis.grain)))
