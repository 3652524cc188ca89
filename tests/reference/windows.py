"""Windows and offsets by brute force: for each period of the answer, the rows that it looks back at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tests.reference.calendar import add, after, day_of, first_day
from tests.reference.levels import asked_of
from tests.reference.own_days import sources
from tests.reference.paths import remembered
from tests.reference.pools import Entry, pool, present, value, without_time
from tests.reference.terms import Atom, Key, Length, Level, Question, Seen, Through, World

Cells = Mapping[Key, Any]
#: The periods of a question in which an aggregate has rows of its own.
Plain = Callable[[World, Question, Atom], list[date]]


def flat(atom: Atom) -> Atom:
    """A window some time before, whichever of both was said first."""
    match atom:
        case Seen(atom=Seen(how=Through() as inner) as below, how=Through() as outer):
            offset = inner.offset or outer.offset
            both = Through(inner.window or outer.window, inner.to_date or outer.to_date, offset)
            return Seen(below.atom, both)
    return atom


def axis_of(question: Question) -> int | None:
    """Which path of the question is its period."""
    return next((n for n, p in enumerate(question.paths) if p.steps == ("time",)), None)


def cells(world: World, question: Question, atom: Atom, how: Through, plain: Plain) -> Cells:
    """An aggregate seen along time, by group."""
    at = axis_of(question)
    entries = pool(world, without_time(question, at), atom)
    days = [(each, day_of(each.time, world.calendar)) for each in entries if each.time is not None]
    if at is None:
        return _whole(world, question, atom, how, days, entries)
    found: dict[Key, Any] = {}
    first = _first(world, question, how, [day for _, day in days])
    last = last_period(world, question, plain)
    for period in _periods(world, question, first, last):
        low, high = _bounds(world, question, how, period)
        groups: dict[Key, list[Any]] = {}
        for each, day in days:
            if low <= day < high:
                groups.setdefault(each.key, []).append(each.what)
        for key, whats in groups.items():
            if how.window or how.to_date or present(world, atom, whats):
                found[(*key[:at], period, *key[at:])] = value(world, atom, whats)
    return found


def _whole(
    world: World, question: Question, atom: Atom, how: Through, days: Any, entries: list[Entry]
) -> Cells:
    """Without periods, the window ends with the range."""
    low, high = date.min, date.max
    if question.period is not None:
        start, high = question.period
        if how.offset is not None:
            start, high = (add(bound, -how.offset[0], how.offset[1]) for bound in (start, high))
        low = _low(world, how, high) if how.window or how.to_date else start
    groups: dict[Key, list[Any]] = {} if question.by else {(): []}
    for each, day in days:
        if low <= day < high:
            groups.setdefault(each.key, []).append(each.what)
    always = how.window or how.to_date
    return {k: value(world, atom, w) for k, w in groups.items() if not k or always or present(world, atom, w)}


def _low(world: World, how: Through, high: date) -> date:
    """Where a window begins that ends before a day."""
    if how.to_date is not None:
        return first_day(high - timedelta(days=1), how.to_date, world.calendar)
    if how.window == "all":
        return date.min
    assert isinstance(how.window, tuple)
    return add(high, -how.window[0], how.window[1])  # type: ignore[no-any-return]


def _bounds(world: World, question: Question, how: Through, period: date) -> tuple[date, date]:
    """The days that a period looks at.

    A range cuts the period that it begins or ends in, and its like before, where there is just one.
    """
    grain = _grain(question)
    source = _source(world, how, grain, period)
    high = after(source, grain)
    low = _low(world, how, high) if how.window or how.to_date else source
    if question.period is None or not _steps(how, grain):
        return low, high
    start, end = question.period
    if period < end < after(period, grain):
        high = min(high, _back(end, how))
    if not (how.window or how.to_date) and period < start:
        low = max(low, _back(start, how))
    return low, high


def _steps(how: Through, grain: str) -> bool:
    """Whether an offset leads from each period to exactly one."""
    if how.offset is None:
        return True
    count, unit = how.offset
    size = {"day": 1, "week": 7, "iso_week": 7}
    if unit in ("day", "week"):
        return grain in size and count * size[unit] % size[grain] == 0
    months = {"month": 1, "quarter": 3, "year": 12}
    longer = grain.removeprefix("fiscal_")
    return longer in months and count * months[unit] % months[longer] == 0


def _back(day: date, how: Through) -> date:
    return day if how.offset is None else add(day, -how.offset[0], how.offset[1])  # type: ignore[no-any-return]


def _source(world: World, how: Through, grain: str, period: date) -> date:
    """The period that lies an offset before."""
    return first_day(_back(period, how), grain, world.calendar)


def _grain(question: Question) -> str:
    at = axis_of(question)
    assert at is not None
    grain = question.paths[at].grain
    assert grain is not None
    return grain


def _first(world: World, question: Question, how: Through, days: list[date]) -> date | None:
    """Where the answer may begin; an offset into the past leads there from earlier rows."""
    if question.period is not None:
        return first_day(question.period[0], _grain(question), world.calendar)
    if not days:
        return None
    earliest = min(days)
    if how.offset is not None and how.offset[0] < 0:
        earliest = add(earliest, how.offset[0], how.offset[1])
    return first_day(add(earliest, -1, "month"), _grain(question), world.calendar)


def _periods(world: World, question: Question, first: date | None, last: date | None) -> Iterator[date]:
    while first is not None and last is not None and first <= last:
        yield first
        first = after(first, _grain(question))


@remembered
def last_period(world: World, question: Question, plain: Plain) -> date | None:
    """The last period of the range, or the last one that any metric of the question has."""
    grain = _grain(question)
    if question.until is not None:
        return question.until
    if question.period is not None:
        return first_day(question.period[1] - timedelta(days=1), grain, world.calendar)
    atoms = [atom for metric in question.needed() for atom in metric.atoms()]
    found = [day for atom in atoms for day in extent(world, question, atom, plain)]
    return max(found, default=None)


def extent(world: World, question: Question, atom: Atom, plain: Plain) -> list[date]:
    """The periods of the answer in which an aggregate has rows of its own."""
    at, grain = axis_of(question), _grain(question)
    assert at is not None
    atom = flat(atom)
    if not isinstance(atom, Seen):
        return plain(world, question, atom)
    if isinstance(atom.how, Level):
        whole = asked_of(question, atom.how)
        return [] if axis_of(whole) is None else extent(world, whole, atom.atom, plain)
    through = atom.how
    if through.offset is not None and through.offset[1] in world.calendar.own:
        return _moved(world, question, atom.atom, through.offset)
    if through.window or through.to_date:
        rows = pool(world, without_time(question, at), atom.atom)
        days = {day_of(each.time, world.calendar) for each in rows if each.time is not None}
        own = {first_day(day, grain, world.calendar) for day in days}
    else:
        own = set(plain(world, question, atom.atom))
    return [later for period in own for later in _later(world, through, grain, period)]


def _moved(world: World, question: Question, atom: Atom, offset: Length) -> list[date]:
    """The periods that have a day whose like some periods of a calendar before has a row."""
    rows = pool(world, without_time(question, axis_of(question)), atom)
    days = {day_of(each.time, world.calendar) for each in rows if each.time is not None}
    likes = sources(world, offset[1], offset[0]).items()
    return [first_day(day, _grain(question), world.calendar) for day, source in likes if source in days]


def _later(world: World, how: Through, grain: str, period: date) -> list[date]:
    """The periods of which a period is the source."""
    if how.offset is None:
        return [period]
    near = first_day(add(period, *how.offset), grain, world.calendar)
    near = first_day(add(near, -40, "day"), grain, world.calendar)
    found = []
    for _ in range(90):
        if _source(world, how, grain, near) == period:
            found.append(near)
        near = after(near, grain)
    return found
