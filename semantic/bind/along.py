"""A question along time: its axis, the rows that windows and offsets need, and the moments at which rows
hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.bound import Axis, by_calendar
from semantic.bind.calendars import calendar_of
from semantic.bind.condition import Condition
from semantic.bind.definitions import Definitions
from semantic.bind.leaf import Leaf, Through
from semantic.bind.lengths import shifts, source_range, step_of
from semantic.bind.paths import AXIS
from semantic.bind.row import Row
from semantic.bind.sensible import SHORT, check_step
from semantic.bind.timerange import earlier, within
from semantic.faults import SemanticError
from semantic.query import Query, TimeRange
from semantic.spec.types import Duration, Periods, StartOf


class Along:
    """What one question asks of time."""

    def __init__(self, definitions: Definitions, query: Query) -> None:
        self.definitions = definitions
        self.query = query

    @cached_property
    def axis(self) -> Axis | None:
        """The one period of the shared axis that is grouped by."""
        found = [by for by in self.query.by if by.parts[0] == AXIS and by.parts[-1] not in grain.PARTS]
        if len(found) != 1 or sum(by.parts[0] == AXIS for by in self.query.by) > 1:
            return None
        time, name = self.query.time, found[0].parts[-1]
        if name not in grain.GRAINS:
            calendar = calendar_of(self.definitions, name)
            start, end = (time.start, time.end) if time is not None else (None, None)
            return Axis(found[0].output, name, start, end, calendar) if calendar is not None else None
        start = grain.floor(time.start, name, self.definitions.calendar) if time and time.start else None
        last = time.end - timedelta(microseconds=1) if time and time.end else None
        end = grain.floor(last, name, self.definitions.calendar) if last else None
        return Axis(found[0].output, name, start, end)

    def range(self, through: Through, leaf: Leaf | None) -> TimeRange | None:
        """The rows that the answer needs: a window looks back beyond the range that is asked for."""
        asked = self.query.time
        if not through:
            return asked
        assert leaf is not None
        self.check(through, leaf)
        start, end = (asked.start, asked.end) if asked else (None, None)
        if by_calendar(through, self.axis):
            end = end if through.offset is None else None  # what lies before is for the calendar to tell
            return TimeRange(None, end) if end is not None else None
        if (offset := through.shift) is not None:
            start, end = self._before(offset, start, end)
        if through.framed:
            start = self._history(through, start, end)
        return TimeRange(start, end) if start or end else None

    def _before(
        self, offset: Duration | StartOf, start: datetime | None, end: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        """A range an offset earlier; whole periods where the offset does not lead from one to the first
        of another."""
        if self.axis is not None and (isinstance(offset, StartOf) or not shifts(offset, self.axis.grain)):
            return source_range(start, end, offset, self.axis.grain, self.definitions.calendar)
        assert isinstance(offset, Duration)
        first, last = (earlier(m, offset) if m is not None else None for m in (start, end))
        return first, last

    def check(self, through: Through, leaf: Leaf) -> None:
        """Raise where the question has no period, or not the right one, for a window or an offset."""
        axes = [by.output for by in self.query.by if by.parts[0] == AXIS]
        if self.axis is None and axes:
            raise SemanticError([faults.two_axes(axes)])
        if by_calendar(through, self.axis):
            self._check_periods(through, leaf)
        elif self.axis is not None:
            check_step(through, leaf, self.axis.grain)
        ended = self.query.time is not None and self.query.time.end is not None
        if self.axis is None and through.framed and not ended and through.window != "all":
            raise SemanticError([faults.window_without_time(leaf.called, str(through), None)])
        if (
            self.axis is None
            and through.offset is not None
            and (not ended or isinstance(through.offset, StartOf))
        ):
            raise SemanticError([faults.offset_without_time(leaf.called, str(through), None)])

    def check_apart(self, through: Through, leaf: Leaf) -> None:
        """Raise where what each entity had before would overlap what it has in the range that is asked."""
        asked, offset = self.query.time, through.offset
        if self.axis is not None or not isinstance(offset, Duration) or asked is None:
            return
        if asked.start is not None and asked.end is not None and earlier(asked.end, offset) > asked.start:
            raise SemanticError([faults.overlapping(leaf.name, str(offset), None)])

    def _check_periods(self, through: Through, leaf: Leaf) -> None:
        """Periods of a calendar table go along each other, or along days."""
        axis = self.axis
        calendars = {calendar_of(self.definitions, name) for name in through.own}
        calendars |= {axis.calendar} if axis is not None and axis.calendar is not None else set()
        steps = [each for each in (through.window, through.offset) if isinstance(each, Duration)]
        counted = (
            isinstance(through.window, Periods) and axis is not None and through.window.name != axis.grain
        )
        moved = isinstance(through.offset, Duration)
        starts = [through.to_date] + ([through.offset.grain] if isinstance(through.offset, StartOf) else [])
        unlike = any(name in grain.GRAINS for name in starts)
        parents = {name for name in through.own if axis is None or name != axis.grain}
        alone = isinstance(through.offset, Periods) and not through.framed
        days = axis is not None and axis.calendar is None and (axis.grain == "day" or alone)
        day = axis is not None and (axis.calendar is not None or (days and axis.grain not in SHORT))
        if (
            not day
            or len(calendars) != 1
            or counted
            or moved
            or unlike
            or len(parents) > 1
            or any(s.unit in SHORT for s in steps)
        ):
            raise SemanticError(
                [faults.periods_apart(leaf.name, str(through), axis.grain if axis else None, None)]
            )

    def _history(self, through: Through, start: datetime | None, end: datetime | None) -> datetime | None:
        """Where the window of the first period begins; without periods, the one that ends with the range."""
        if through.window == "all":
            return None
        if self.axis is not None:
            start = grain.floor(start, self.axis.grain, self.definitions.calendar) if start else None
        else:
            start = end
        if start is None:
            return None
        if through.to_date is not None:
            moment = start if self.axis is not None else start - timedelta(microseconds=1)
            return grain.floor(moment, through.to_date, self.definitions.calendar)
        assert isinstance(through.window, Duration)
        return earlier(start, through.window)

    def ended(self, home: str, through: Through, leaf: Leaf) -> exp.Expr | None:
        """Whether an interval ended before the range does, where that is inside its last period: what holds
        when the range ends holds at the end of that period."""
        asked, valid = self.range(through, leaf), self.definitions.catalog.models[home].spec.valid
        if self.axis is None or self.axis.calendar is not None or asked is None or asked.end is None:
            return None
        last = grain.floor(asked.end - timedelta(microseconds=1), self.axis.grain, self.definitions.calendar)
        if asked.end == earlier(last, Duration(-1, step_of(self.axis.grain))):
            return None
        assert valid is not None
        end = self.definitions.key_row(home, valid[1])
        [before] = within(end, TimeRange(None, asked.end), self.definitions.calendar)
        return before.tree

    def holding(
        self, home: str, moment: str, asked: TimeRange | None, leaf: Leaf
    ) -> tuple[Row, list[Condition]]:
        """The rows that hold at the moments of the question, and the beginning of their interval."""
        valid = self.definitions.catalog.models[home].spec.valid
        assert valid is not None
        if self.axis is not None and self.axis.calendar is not None:
            raise SemanticError([faults.periods_apart(leaf.name, f"at {moment}", self.axis.grain, None)])
        begin, end = (self.definitions.key_row(home, bound) for bound in valid)
        start, until = (asked.start, asked.end) if asked else (None, None)
        if self.axis is not None and start is not None:
            start = grain.floor(start, self.axis.grain, self.definitions.calendar)
        if self.axis is None:
            if until is None or (moment != "period_end" and start is None):
                raise SemanticError([faults.moment_without_time(leaf.called, None)])
            if moment == "period_start":
                until = start + timedelta(microseconds=1) if start else None
            if moment == "period_end":
                start = until
        found = within(begin, TimeRange(None, until), self.definitions.calendar) if until else []
        if start is not None:
            ended = self.axis is None and moment == "period_end"  # what ends with the range held until then
            whole = end.type == "date" and start.time() != datetime.min.time()  # a later day
            found += [
                _or_open(c, end, at_once=ended or whole)
                for c in within(end, TimeRange(start, None), self.definitions.calendar)
            ]
        if moment == "during":  # an empty interval holds nowhere, but would overlap a period
            some = exp.LT(this=begin.tree.copy(), expression=end.tree.copy())
            never = exp.Is(this=end.tree.copy(), expression=exp.Null())
            found.append(Condition(home, exp.Or(this=some, expression=never)))
        return begin, found


def _or_open(condition: Condition, end: Row, *, at_once: bool) -> Condition:
    """An interval that ends after a moment (or ``at_once``, with it), or never; its end is not in it."""
    assert isinstance(condition.tree, exp.GTE)
    later = exp.GT(this=condition.tree.this, expression=condition.tree.expression)
    after: exp.Expr = condition.tree if at_once else later
    open_end = exp.Is(this=end.tree.copy(), expression=exp.Null())
    return Condition(condition.home, exp.Or(this=after, expression=open_end))
