"""Days at their places in the periods of a calendar table, and the same places some periods before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.reference.paths import remembered
from tests.reference.terms import World


@remembered
def sources(world: World, unit: str, count: int) -> Mapping[date, date]:
    """For each day, the one with its number in the period so many before, where this has as many days."""
    days: dict[object, list[date]] = {}
    for day, period in sorted(world.calendar.own[unit].items()):
        if period is not None:
            days.setdefault(period, []).append(day)
    every, found = list(days.values()), dict[date, date]()
    for at, inside in enumerate(every):
        if 0 <= at - count < len(every):
            found |= dict(zip(inside, every[at - count], strict=False))
    return found
