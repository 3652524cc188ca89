"""Windows and offsets by the periods of a calendar table: arithmetic on its rows, met by equality."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.bound import Axis, Fact, Key
from semantic.bind.calendars import calendar_of, day_row, period_row
from semantic.bind.condition import present
from semantic.bind.leaf import Through
from semantic.bind.lengths import step_of
from semantic.bind.row import Row, call
from semantic.bind.timerange import earlier
from semantic.faults import SemanticError
from semantic.plan import (
    Aggregate,
    CalendarFrames,
    Filter,
    Measure,
    Named,
    Test,
)
from semantic.planner import series
from semantic.planner.frames import gathered
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped
from semantic.spec.types import Duration, Periods, StartOf

Back = tuple[Literal["number", "position", "first"], int]


def expanded(
    planner: Planning, fact: Fact, through: Through, axis: Axis, name: str, entity: tuple[Key, ...] = ()
) -> Aggregate:
    """A fact's rows (of each entity) under every period whose window they lie in."""
    assert fact.time is not None
    calendar = axis.calendar or calendar_of(planner.definitions, through.own[0])
    assert calendar is not None
    days = isinstance(through.window, Duration)
    inner, whole = _by_days(planner, axis)
    fine = _fine(planner, fact, "day" if days else inner.grain)
    frames = replace(_frames(planner, fact, through, inner, calendar), whole=whole)
    return gathered(planner, fact, frames, ("fine_period", fine), axis, name, entity)


def _by_days(planner: Planning, axis: Axis) -> tuple[Axis, exp.Expr | None]:
    """Periods that are none of the calendar's are made of days, each of which has its place there; the last
    day that is asked for is that of the last period."""
    if axis.calendar is not None or axis.grain == "day":
        return axis, None
    end = earlier(axis.end, Duration(-1, step_of(axis.grain))) if axis.end is not None else None
    days = replace(axis, grain="day", end=end - timedelta(days=1) if end is not None else None)
    period = exp.Column(this=exp.Identifier(this="period"), table=exp.Identifier(this="@"))
    return days, grain.grained(Row("", period, "date"), axis.grain, planner.definitions.calendar).tree


def _fine(planner: Planning, fact: Fact, name: str) -> Row:
    """The period of a fact's rows, by the grain or by a column of the calendar."""
    assert fact.time is not None
    if name in grain.GRAINS:
        return grain.grained(fact.time, name, planner.definitions.calendar)
    return period_row(planner.definitions, fact.home, fact.time, name)


def _frames(planner: Planning, fact: Fact, through: Through, axis: Axis, calendar: str) -> CalendarFrames:
    others = [each.through.offset for each in _plain_facts(planner.bound.facts) if each is not fact]
    if through.framed and axis.end is None and any(others):
        raise SemanticError(
            [faults.periods_without_end(fact.leaves[0].called if fact.leaves else fact.home, None)]
        )
    parent = next((name for name in through.own if name != axis.grain), None)
    window, length, start = _window(through, axis)
    title = planner.free(f"{fact.home}_windows")
    return CalendarFrames(
        name=title,
        output=axis.key,
        periods=_periods(planner, calendar, axis, parent, title),
        back=_back(through, axis),
        window=window,
        length=length,
        start=start,
        days=_days(planner, calendar, title) if window == "days" else None,
        lasts=lasts(planner) if through.framed and axis.end is None else (),
        asked=(axis.start, _end(axis)),
    )


def _end(axis: Axis) -> datetime | None:
    """The end of the days that are asked for; of days themselves the axis has the last one."""
    whole = axis.end is None or axis.calendar is not None
    return axis.end if whole or axis.end is None else axis.end + timedelta(days=1)


def _window(
    through: Through, axis: Axis
) -> tuple[Literal["own", "length", "parent", "all", "days"], int, exp.Expr | None]:
    if isinstance(through.window, Periods):
        return "length", through.window.count, None
    if isinstance(through.window, Duration):
        last = exp.Column(this=exp.Identifier(this="last_day"), table=exp.Identifier(this="@"))
        end = series.moved(last, "date", Duration(1, "day"))
        return "days", 0, series.moved(end, "date", replace(through.window, count=-through.window.count))
    if through.to_date is not None:
        return ("own" if through.to_date == axis.grain else "parent"), 0, None
    return ("all" if through.window == "all" else "own"), 0, None


def _back(through: Through, axis: Axis) -> Back | None:
    if isinstance(through.offset, StartOf):
        return ("first", 0) if through.offset.grain != axis.grain else None
    if isinstance(through.offset, Periods):
        return ("number" if through.offset.name == axis.grain else "position"), through.offset.count
    return None


def _periods(planner: Planning, calendar: str, axis: Axis, parent: str | None, title: str) -> Aggregate:
    """The periods of a calendar, each with its first and last day and the longer one that it lies in."""
    definitions = planner.definitions
    day = day_row(definitions, calendar)
    period = definitions.key_row(calendar, axis.grain) if axis.calendar is not None else day
    measures = [
        Measure("first_day", call("min", day.tree), None, "date", False, False),
        Measure("last_day", call("max", day.tree), None, "date", False, False),
    ]
    if parent is not None:
        longer = definitions.key_row(calendar, parent)
        measures.append(Measure("parent", call("min", longer.tree), None, longer.type, False, False))
        measures.append(Measure("parent_end", call("max", longer.tree), None, longer.type, False, False))
    key = Named("period", period.tree, period.type)
    return _of_calendar(planner, calendar, (key,), tuple(measures), f"{title}_of_calendar")


def periods_of(planner: Planning, calendar: str, axis: Axis) -> Aggregate:
    """The periods of a calendar along which a question is asked, each with its first and its last day."""
    return _periods(planner, calendar, axis, None, calendar)


def days_of(planner: Planning, calendar: str, axis: Axis) -> Aggregate:
    """The days of a calendar, each with the period of a question that it lies in."""
    definitions = planner.definitions
    day, period = day_row(definitions, calendar), definitions.key_row(calendar, axis.grain)
    keys = (Named("calendar_day", day.tree, "date"), Named("period", period.tree, period.type))
    return _of_calendar(planner, calendar, keys, (), f"{calendar}_days")


def _days(planner: Planning, calendar: str, title: str) -> Aggregate:
    day = day_row(planner.definitions, calendar)
    return _of_calendar(planner, calendar, (Named("calendar_day", day.tree, "date"),), (), f"{title}_days")


def _of_calendar(
    planner: Planning, calendar: str, keys: tuple[Named, ...], measures: tuple[Measure, ...], title: str
) -> Aggregate:
    known = [present(calendar, Row(calendar, key.tree, key.type)).tree for key in keys]
    trees = [*(key.tree for key in keys), *(m.call for m in measures), *known]
    rows = planner.lookups.rows(calendar, trees)
    tests = tuple(Test(tree) for tree in known)
    return Aggregate(Filter(rows, tests), planner.free(title), keys, measures)


def lasts(planner: Planning) -> tuple[Aggregate, ...]:
    """The last day of every fact of the question, of the rows that something is measured of."""
    found = []
    for fact in _plain_facts(planner.bound.facts):
        if fact.time is not None:
            day = grain.grained(fact.time, "day", planner.definitions.calendar)
            bare = replace(fact, keys=(), entities=None, where=(*fact.where, present(fact.home, day)))
            step = planner.free(f"{fact.home}_last_day")
            last = rows_grouped(planner, bare, step, keys=(), measured=False)
            measure = Measure("last_day", call("max", day.tree), None, "date", False, False)
            found.append(replace(last, measures=(measure,)))
    return tuple(found)


def _plain_facts(facts: tuple[Fact, ...]) -> list[Fact]:
    found: list[Fact] = []
    for fact in facts:
        inner = fact.entities or fact.sampled
        found += _plain_facts(inner.facts) if inner is not None else [fact]
    return found
