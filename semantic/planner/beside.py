"""The facts of a question beside each other, and the groups that appear without any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic.bind import grain
from semantic.bind.bound import Every, Fact
from semantic.bind.bound import Fill as BoundFill
from semantic.bind.bound import Members as BoundMembers
from semantic.plan import (
    Aggregate,
    Align,
    Distinct,
    Everywhere,
    Fill,
    Filter,
    Grouped,
    Levelled,
    Named,
    Part,
    Population,
    Rows,
    Spine,
    Test,
)
from semantic.planner import calendars
from semantic.planner.parts import coarser, part
from semantic.planner.planning import Planning


def grouped(planning: Planning) -> Grouped:
    """All facts aggregated, aligned, and filled where that was asked for."""
    facts = planning.bound.facts
    fine = _aligned(planning, [fact for fact in facts if not fact.dropped])
    attached = tuple(coarser(planning, fact) for fact in facts if fact.dropped)
    return Levelled(fine, attached, planning.free("levelled")) if attached else fine


def _aligned(planning: Planning, facts: Sequence[Fact]) -> Grouped:
    """Facts by all keys of the question, with the groups that appear without them."""
    bound, parts = planning.bound, tuple(part(planning, fact) for fact in facts)
    if bound.population is not None:
        return _population(planning, bound.population, parts)
    joined: Part | Align | Everywhere = parts[0] if len(parts) == 1 else Align(parts)
    if bound.every is not None:
        joined = _everywhere(planning, joined, facts, bound.every)
    if bound.fill is None and not bound.members:
        return joined
    spine = _spine(bound.fill) if bound.fill is not None else None
    return Fill(joined, spine, tuple(_members(planning, members) for members in bound.members))


def _everywhere(
    planning: Planning, joined: Part | Align | Everywhere, facts: Sequence[Fact], every: Every
) -> Part | Align | Everywhere:
    """Groups with every period of those facts that have one for each."""
    parts = tuple(n for n, fact in enumerate(facts) if any(leaf.every for leaf in fact.leaves))
    if not parts or isinstance(joined, Everywhere):
        return joined
    axis = every.axis
    own = calendars.periods_of(planning, axis.calendar, axis) if axis.calendar is not None else None
    function = grain.spine_name(axis.grain)
    spine = Spine(axis.key, axis.grain, function, every.type or "date", axis.start, axis.end)
    return Everywhere(joined, parts, spine, every.tests, own)


def _spine(fill: BoundFill) -> Spine:
    return Spine(fill.key, fill.grain, grain.spine_name(fill.grain), fill.type, fill.start, fill.end)


def _members(planning: Planning, members: BoundMembers) -> Distinct:
    """The distinct keys of a dimension model."""
    return Distinct(_chosen(planning, members), _keys(members), f"{members.model}_members")


def _population(planning: Planning, members: BoundMembers, parts: Iterable[Part]) -> Population:
    """The rows of a population, each with what the facts say of it."""
    whole = tuple(each for each in parts if isinstance(each, Aggregate))
    return Population(_chosen(planning, members), _keys(members), whole, f"{members.model}_population")


def _chosen(planning: Planning, members: BoundMembers) -> Rows:
    """The rows of a model that meet what is asked of its members."""
    trees = [row.tree for _, row in members.keys] + [condition.tree for condition in members.where]
    rows = planning.lookups.rows(members.model, trees)
    return Filter(rows, tuple(Test(c.tree) for c in members.where)) if members.where else rows


def _keys(members: BoundMembers) -> tuple[Named, ...]:
    return tuple(Named(name, row.tree, row.type) for name, row in members.keys)
