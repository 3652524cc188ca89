"""Base events and the later event that follows each, found by looking at all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from statistics import median
from typing import Any, NamedTuple

from tests.reference.calendar import add, day_of, local
from tests.reference.paths import end_of, place, remembered
from tests.reference.rows import read_at
from tests.reference.terms import Conversion, Path, Row, World


class Event(NamedTuple):
    """Whether a base event was followed in time, whether that time has run out, and after how many days."""

    done: bool
    mature: bool | None
    days: int | None


def _moment(world: World, table: str, row: Row) -> Any:
    return read_at(world, table, row, place(world, table, Path(("time",), "")))


@remembered
def events(world: World, conversion: Conversion) -> Mapping[int, Event]:
    """What became of each row of the base, by its identity."""
    base = [(row, _moment(world, conversion.base, row)) for row in world.tables[conversion.base].rows]
    later = [(row, _moment(world, conversion.to, row)) for row in world.tables[conversion.to].rows]
    every = [t for _, t in (*base, *later) if t is not None]
    days = any(not isinstance(t, datetime) for t in every) or not every
    days = days or any(_is_date(world, table) for table in (conversion.base, conversion.to))

    def exact(moment: Any) -> Any:
        if moment is None:
            return None
        return day_of(moment, world.calendar) if days else local(moment, world.calendar)

    ours = [(row, exact(t)) for row, t in base]
    theirs = [(row, exact(t)) for row, t in later]
    last = max((t for _, t in (*ours, *theirs) if t is not None), default=None)
    if conversion.until is not None:
        last = conversion.until if days else datetime.combine(conversion.until, time(23, 59, 59))
    key = world.tables[conversion.base].key
    return {id(row): _event(conversion, row, t, ours, theirs, last, key) for row, t in ours}


def _is_date(world: World, table: str) -> bool:
    at = place(world, table, Path(("time",), ""))
    return world.tables[end_of(world, table, at.walk)].columns[at.path.column] == "date"


def _event(
    conversion: Conversion, row: Row, moment: Any, ours: Any, theirs: Any, last: Any, key: Sequence[str]
) -> Event:
    found = _following(conversion, row, moment, ours, theirs, key)
    limit = None if moment is None or conversion.within is None else add(moment, *conversion.within)
    done = found is not None and (limit is None or found <= limit)
    mature = True if conversion.within is None else None if limit is None or last is None else limit <= last
    days = None if found is None else (_day(found) - _day(moment)).days
    return Event(done, mature, days)


def _day(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _following(
    conversion: Conversion, row: Row, moment: Any, ours: Any, theirs: Any, key: Sequence[str]
) -> Any:
    """The time of the next event; with ``once``, unless it belongs to a nearer base event: of those at one
    time, to the one with the last key."""
    own = [row[left] for left, _ in conversion.by]
    if moment is None or None in own:
        return None

    def after(time: Any, base: Any) -> bool:
        return time is not None and (time > base or (conversion.inclusive and time == base))

    times = [t for r, t in theirs if [r[right] for _, right in conversion.by] == own and after(t, moment)]
    found = min(times, default=None)
    if conversion.once and found is not None:
        known = [(r, t) for r, t in ours if [r[left] for left, _ in conversion.by] == own and t is not None]
        place = (moment, [row[column] for column in key])
        if any((t, [r[column] for column in key]) > place and after(found, t) for r, t in known):
            return None
    return found


def told(conversion: Conversion, events: Sequence[Event]) -> Any:
    """The metric over some base events."""
    if conversion.within is not None and conversion.immature != "count":
        if conversion.immature == "null" and any(each.mature is False for each in events):
            return None
        events = [e for e in events if e.mature] if conversion.immature == "exclude" else events
    done = [each.days for each in events if each.done]
    if conversion.value == "count":
        return len(done)
    if conversion.value == "rate":
        return len(done) / len(events) if events else None
    known = [days for days in done if days is not None]
    whole = median(known) if conversion.value == "median_days" and known else None
    return float(whole) if whole is not None else sum(known) / len(known) if known else None
