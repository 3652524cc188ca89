"""Windows and offsets by the periods of a calendar table, by brute force over its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.reference.calendar import add, day_of, ends, first_day
from tests.reference.own_days import sources
from tests.reference.pools import bottom, pool, present, value, without_time
from tests.reference.terms import Atom, Key, Question, Through, World
from tests.reference.windows import axis_of

Cells = Mapping[Key, Any]


@dataclass(frozen=True)
class Periods:
    """The periods along which an answer goes, in order, each with its days; a day is one by itself."""

    days: Mapping[Any, list[date]]
    parents: Mapping[Any, Any]  # the longer period that one lies in wholly, where it lies in one

    @property
    def order(self) -> list[Any]:
        return list(self.days)

    def siblings(self, period: Any) -> list[Any]:
        """Those in the same longer period."""
        parent = self.parents.get(period)
        return [] if parent is None else [each for each in self.order if self.parents.get(each) == parent]

    def before(self, period: Any, count: int) -> Any:
        """The one so many before."""
        at = self.order.index(period) - count
        return self.order[at] if 0 <= at < len(self.order) else None

    def like_before(self, period: Any, count: int) -> Any:
        """The one at the same place in the longer period so many before."""
        parents = list(dict.fromkeys(p for each in self.order if (p := self.parents.get(each)) is not None))
        if self.parents.get(period) is None:
            return None
        at = parents.index(self.parents[period]) - count
        if not 0 <= at < len(parents):
            return None
        there = [each for each in self.order if self.parents.get(each) == parents[at]]
        place = self.siblings(period).index(period)
        return there[place] if place < len(there) else None


def tells(world: World, question: Question, how: Through) -> bool:
    """Whether a calendar table says what is seen."""
    at = axis_of(question)
    grain = question.paths[at].grain if at is not None else None
    return bool({grain, *_names(how)} & {*world.calendar.own})


def cells(world: World, question: Question, atom: Atom, how: Through) -> Cells:
    """An aggregate seen along periods of a calendar, by group."""
    at = axis_of(question)
    assert at is not None
    grain = question.paths[at].grain
    assert grain is not None
    if grain not in ("day", *world.calendar.own):
        return _by_days(world, question, atom, how, at)
    periods, last = _periods(world, grain, how), _last_day(world, question)
    entries = [e for e in pool(world, without_time(question, at), atom) if e.time is not None]
    rows = [(each, day_of(each.time, world.calendar)) for each in entries]
    found: dict[Key, Any] = {}
    for period, days in periods.days.items():
        end = _source(periods, grain, how, period)
        if end is None or not _shown(question, how, days, periods.days[end], last):
            continue
        inside = _window(world, periods, grain, how, end)
        if question.period is not None and how.offset is None:
            inside = {day for day in inside if day < question.period[1]}
        groups: dict[Key, list[Any]] = {}
        for each, day in rows:
            if day in inside:
                groups.setdefault(each.key, []).append(each.what)
        for key, whats in groups.items():
            if how.window or how.to_date or present(world, atom, whats):
                found[(*key[:at], period, *key[at:])] = value(world, atom, whats)
    return found


def _by_days(world: World, question: Question, atom: Atom, how: Through, at: int) -> Cells:
    """An offset of an answer by weeks or longer periods: each day is shown where its like is later on."""
    assert how.offset is not None
    count, unit = how.offset
    grain = question.paths[at].grain
    assert grain is not None
    shown: dict[date, set[date]] = {}
    for day, source in sources(world, unit, count).items():
        shown.setdefault(first_day(day, grain, world.calendar), set()).add(source)
    if question.period is not None:
        low, high = ends(question.period, grain, world.calendar)
        shown = {period: days for period, days in shown.items() if low <= period <= high}
    found: dict[Key, list[Any]] = {}
    for each in pool(world, without_time(question, at), atom):
        for period, days in shown.items():
            if each.time is not None and day_of(each.time, world.calendar) in days:
                found.setdefault((*each.key[:at], period, *each.key[at:]), []).append(each.what)
    return {key: value(world, atom, whats) for key, whats in found.items() if present(world, atom, whats)}


def _names(how: Through) -> set[str]:
    units = [each[1] for each in (how.window, how.offset) if isinstance(each, tuple)]
    return {*units, *([how.to_date] if how.to_date else [])}


def _periods(world: World, grain: str, how: Through) -> Periods:
    own = world.calendar.own
    known = sorted({day for values in own.values() for day in values})
    days: dict[Any, list[date]] = {}
    for day in known:
        period = day if grain == "day" else own[grain][day]
        if period is not None:
            days.setdefault(period, []).append(day)
    longer = next((name for name in _names(how) if name in own and name != grain), None)
    parents = {}
    if longer is not None:
        for period, inside in days.items():
            every = {own[longer][day] for day in inside} - {None}
            parents[period] = next(iter(every)) if len(every) == 1 else None
    return Periods(days, parents)


def _source(periods: Periods, grain: str, how: Through, period: Any) -> Any:
    if how.offset is None:
        return period
    count, unit = how.offset
    return periods.before(period, count) if unit == grain else periods.like_before(period, count)


def _shown(question: Question, how: Through, days: list[date], ending: list[date], last: date | None) -> bool:
    if question.period is not None:
        return days[-1] >= question.period[0] and days[0] < question.period[1]
    return not (how.window or how.to_date) or (last is not None and ending[0] <= last)


def _window(world: World, periods: Periods, grain: str, how: Through, end: Any) -> set[date]:
    """The days that a period looks back at."""
    order = periods.order
    upto = order[: order.index(end) + 1]
    if how.window == "all":
        chosen = upto
    elif isinstance(how.window, tuple) and how.window[1] == grain:
        chosen = upto[-how.window[0] :]
    elif isinstance(how.window, tuple) and how.window[1] not in world.calendar.own:
        last = periods.days[end][-1]
        low = add(last + timedelta(days=1), -how.window[0], how.window[1])
        every = {day for values in world.calendar.own.values() for day in values}
        return {day for day in every if low <= day <= last}
    elif how.to_date is not None and how.to_date != grain:
        siblings = periods.siblings(end)
        chosen = [each for each in upto if each in siblings]
    else:
        chosen = [end]
    return {day for each in chosen for day in periods.days[each]}


def _last_day(world: World, question: Question) -> date | None:
    """The last day on which anything has a row."""
    at = axis_of(question)
    asked = without_time(question, at)
    atoms = {bottom(atom) for metric in question.needed() for atom in metric.atoms()}
    times = [each.time for atom in atoms for each in pool(world, asked, atom) if each.time is not None]
    return max((day_of(time, world.calendar) for time in times), default=None)
