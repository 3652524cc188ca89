"""Facts whose rows are shorter periods, of which longer ones take the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semantic import faults
from semantic.bind import grain
from semantic.bind.asked import Asked
from semantic.bind.bound import Axis, Fact, Samples, by_calendar
from semantic.bind.collected import Collected
from semantic.bind.keys import bound_key
from semantic.bind.leaf import Leaf, Sampling
from semantic.bind.row import Row
from semantic.bind.sampled import check_axis, finer
from semantic.bind.texts import Reached
from semantic.faults import SemanticError


def asked_finer(asked: Asked, leaf: Leaf, sampling: Sampling) -> tuple[Axis, int, Asked]:
    """The axis of a question, its place among the keys, and the question by the shorter periods."""
    axis = check_axis(leaf, sampling, asked.along.axis, asked.query)
    if by_calendar(leaf.through, axis):
        raise SemanticError([faults.periods_apart(leaf.called, str(leaf.through), axis.grain, None)])
    time = asked.along.range(leaf.through, leaf)
    place, by = finer(asked.query, axis, sampling.each)
    keys = (*asked.query.by[:place], by, *asked.query.by[place + 1 :])
    return axis, place, asked.asking(replace(asked.query, by=keys, time=time))


def of_samples(
    shorter: Asked, axis: Axis, place: int, group: Sequence[Leaf], sampling: Sampling, facts: Sequence[Fact]
) -> Fact:
    """A fact over the values that other facts have for shorter periods."""
    first, inner = group[0], facts[0]
    fine = bound_key(shorter, place, tuple(facts), None, Collected())
    assert shorter.along.axis is not None
    made = Samples(shorter.along.axis, fine, place, sampling.take, tuple(facts))
    period = _longer(shorter, axis, inner.keys[place].row)
    keys = (*inner.keys[:place], Reached(period), *inner.keys[place + 1 :])
    return Fact(first.home, keys, (), tuple(group), None, first.through, None, None, made)


def _longer(asked: Asked, axis: Axis, fine: Row) -> Row:
    """The period of an axis that a shorter one lies in."""
    if axis.calendar is None:
        return grain.grained(fine, axis.grain, asked.definitions.calendar)
    return asked.definitions.key_row(axis.calendar, axis.grain)
