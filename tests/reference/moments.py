"""Rows of a period that count: those of its first or last snapshot, and those that hold at a moment of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from tests.reference.aggregates import aggregate
from tests.reference.calendar import after, first_day, local, midnight
from tests.reference.groups import aggregated, axis, home_of
from tests.reference.paths import place
from tests.reference.pools import Entry, pool, without_time
from tests.reference.terms import Key, Leaf, Path, Question, World
from tests.reference.windows import Plain, axis_of, last_period

Cells = Mapping[Key, Any]


# --- snapshots --------------------------------------------------------------------------------------


def of_snapshots(world: World, question: Question, leaf: Leaf) -> Cells:
    """A sum over the first or last snapshot of each period, or the average of the sums of all."""
    assert leaf.snapshots is not None
    pick, per = leaf.snapshots
    entries = [each for each in pool(world, question, leaf) if each.time is not None]
    times = [n for n, path in enumerate(question.paths) if _is_period(world, leaf, path)]

    def period(each: Entry) -> Key:
        return (*(each.key[n] for n in times), *([each.what[per]] if per else []))

    groups: dict[Key, list[Entry]] = {} if question.by else {(): []}
    for each in entries:
        groups.setdefault(each.key, []).append(each)
    if pick == "average":
        return {key: _average(world, leaf, every) for key, every in groups.items()}
    choose = max if pick == "last" else min
    chosen = {p: choose(e.time for e in entries if period(e) == p) for p in map(period, entries)}
    found = {k: [e.what for e in every if e.time == chosen[period(e)]] for k, every in groups.items()}
    return {key: aggregated(world, leaf, rows) for key, rows in found.items() if rows or not key}


def _is_period(world: World, leaf: Leaf, path: Path) -> bool:
    """Whether a path is about the metric's own time, by whichever name."""
    if path.steps == ("time",) or path.grain is None:
        return path.steps == ("time",)
    at, own = place(world, home_of(world, leaf)[0], path, shared=False), axis(world, leaf)
    return (at.side, at.walk, at.path.column) == (own.side, own.walk, own.path.column)


def _average(world: World, leaf: Leaf, entries: list[Entry]) -> Any:
    times = {each.time for each in entries}
    sums = [aggregated(world, leaf, [e.what for e in entries if e.time == moment]) for moment in times]
    return aggregate("avg", [(each,) for each in sums])


# --- moments ----------------------------------------------------------------------------------------


def holding(world: World, question: Question, leaf: Leaf, plain: Plain) -> Cells:
    """An aggregate over the rows that hold at a moment of each period."""
    at = axis_of(question)
    assert leaf.at is not None
    entries = pool(world, without_time(question, at), leaf)
    if at is None:
        assert question.period is not None
        kept = [e for e in entries if _holds(world, leaf, e, *question.period)]
        return _grouped(world, leaf, kept, total=not question.by)
    grain = question.paths[at].grain
    assert grain is not None
    if question.period is not None:
        cut = _moment(question.period[1])
        entries = [e for e in entries if (begin := _valid(world, leaf, e)[0]) is not None and begin < cut]
    found: dict[Key, Any] = {}
    last = last_period(world, question, plain)
    period = _first(world, question, leaf, entries, grain)
    while period is not None and last is not None and period <= last:
        stop = after(period, grain)
        if question.period is not None and leaf.at == "period_end":
            stop = min(stop, question.period[1])
        kept = [e for e in entries if _holds(world, leaf, e, period, stop)]
        for key, v in _grouped(world, leaf, kept, total=False).items():
            found[(*key[:at], period, *key[at:])] = v
        period = after(period, grain)
    return found


def entered(world: World, question: Question, leaf: Leaf) -> list[date]:
    """The first period that each row can hold at."""
    at = axis_of(question)
    assert at is not None
    grain = question.paths[at].grain
    assert grain is not None
    found = []
    for each in pool(world, without_time(question, at), leaf):
        begin, end = _valid(world, leaf, each)
        if begin is None or (leaf.at == "during" and end is not None and not begin < end):
            continue
        period = first_day(begin.date(), grain, world.calendar)
        late = leaf.at == "period_start" and _moment(period) != begin
        found.append(after(period, grain) if late else period)
    return found


def _first(world: World, question: Question, leaf: Leaf, entries: list[Entry], grain: str) -> date | None:
    if question.period is not None:
        return first_day(question.period[0], grain, world.calendar)
    begins = [begin for each in entries if (begin := _valid(world, leaf, each)[0]) is not None]
    return first_day(min(begins).date(), grain, world.calendar) if begins else None


def _grouped(world: World, leaf: Leaf, entries: list[Entry], *, total: bool) -> Cells:
    groups: dict[Key, list[Any]] = {(): []} if total else {}
    for each in entries:
        groups.setdefault(each.key, []).append(each.what)
    return {key: aggregated(world, leaf, rows) for key, rows in groups.items()}


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _valid(world: World, leaf: Leaf, each: Entry) -> tuple[Any, Any]:
    """The interval of a row as local times."""
    bounds = world.tables[leaf.table].valid
    assert bounds is not None
    begin, end = (midnight(local(each.what[bound], world.calendar)) for bound in bounds)
    return begin, end


def _holds(world: World, leaf: Leaf, each: Entry, first: date, stop: date) -> bool:
    begin, end = _valid(world, leaf, each)
    start, until = _moment(first), _moment(stop)
    if begin is None:
        return False
    if leaf.at == "period_start":
        return bool(begin <= start and (end is None or start < end))
    if leaf.at == "period_end":
        return bool(begin < until and (end is None or end >= until))
    return bool(begin < until and (end is None or (end > start and begin < end)))
