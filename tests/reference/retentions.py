"""Cohorts and what of them is active again, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.reference.calendar import add, after, day_of, first_day
from tests.reference.groups import rows_of, time_of
from tests.reference.terms import Key, Leaf, Question, Retention, World


def cells(world: World, question: Question, retention: Retention) -> Mapping[Key, Any]:
    """The metric of each cohort at each age, up to the last period in which anything happens at all."""
    if retention.rolling:
        return _rolling(world, question, retention)
    at = next(n for n, path in enumerate(question.paths) if path.steps == ("since",))
    others = replace(question, by=tuple(by for n, by in enumerate(question.by) if n != at))
    base, activity = Leaf(retention.cohort, "count"), Leaf(retention.activity, "count")
    happened = [
        (row[retention.by[1]], first_day(day_of(time, world.calendar), retention.period, world.calendar))
        for row in world.tables[retention.activity].rows
        if (time := time_of(world, activity, row)) is not None
    ]
    last = max((period for _, period in happened), default=None)
    sizes: dict[Key, int] = {}
    active: dict[Key, int] = {}
    for key, row in rows_of(world, others, base):
        time, entity = time_of(world, base, row), row[retention.by[0]]
        if time is None:
            continue
        period, age = first_day(day_of(time, world.calendar), retention.period, world.calendar), 0
        while last is not None and period <= last:
            cell = (*key[:at], age, *key[at:])
            sizes[cell] = sizes.get(cell, 0) + 1
            active[cell] = active.get(cell, 0) + ((entity, period) in happened)
            period, age = after(period, retention.period), age + 1
    if retention.value == "count":
        return active
    return {cell: active[cell] / size for cell, size in sizes.items()}


def _rolling(world: World, question: Question, retention: Retention) -> Mapping[Key, Any]:
    """Periods that begin with each entity's own day; cells of those that a whole cohort has behind it."""
    at = next(n for n, path in enumerate(question.paths) if path.steps == ("since",))
    others = replace(question, by=tuple(by for n, by in enumerate(question.by) if n != at))
    base, activity = Leaf(retention.cohort, "count"), Leaf(retention.activity, "count")
    happened = [
        (row[retention.by[1]], day_of(time, world.calendar))
        for row in world.tables[retention.activity].rows
        if (time := time_of(world, activity, row)) is not None
    ]
    end = max((add(day, 1, "day") for _, day in happened), default=None)
    found: dict[Key, list[bool]] = {}
    for key, row in rows_of(world, others, base):
        time, entity = time_of(world, base, row), row[retention.by[0]]
        if time is None or end is None:
            continue
        day, age = day_of(time, world.calendar), 0
        period = first_day(day, retention.period, world.calendar)
        latest = add(
            after(period, retention.period), -1, "day"
        )  # on which one of the cohort may have entered
        while add(latest, age + 1, retention.period) <= end:
            low, high = (add(day, n, retention.period) for n in (age, age + 1))
            active = any(who == entity and low <= when < high for who, when in happened)
            found.setdefault((*key[:at], age, *key[at:]), []).append(active)
            age += 1
    if retention.value == "count":
        return {cell: sum(active) for cell, active in found.items()}
    return {cell: sum(active) / len(active) for cell, active in found.items()}
