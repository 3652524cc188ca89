"""Entities as rows: the values that metrics have for each of them, grouped by the question's keys."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.bound import Entities, Fact, by_calendar
from semantic.bind.leaf import Leaf, Through
from semantic.expr.spelled import spelled
from semantic.plan import Aggregate, Align, Grouped, Groups, Measure, Named, partial_column
from semantic.planner import calendars, series
from semantic.planner.frames import expanded
from semantic.planner.names import entity_title, in_group
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped


def over_entities(planning: Planning, fact: Fact, entities: Entities, name: str) -> Aggregate:
    """Entities as rows, grouped by the question's keys."""
    inputs = tuple(_of_entity(planning, each, entities, fact.through) for each in entities.facts)
    wish = f"{entities.called}_values"
    inner: Grouped = inputs[0] if len(inputs) == 1 else Align(inputs, planning.free(wish))
    conditions = {leaf.key: leaf.per.having for leaf in fact.leaves if leaf.per is not None}
    several = len({None if tree is None else spelled(tree) for tree in conditions.values()}) > 1
    # A window shows a period where it has rows, also when none of its entities counts.
    each = several or fact.through.framed
    common = None if each else next(iter(conditions.values()))
    tests = (in_group(planning.names, common),) if common is not None else ()
    keys = tuple(Named(k.name, partial_column(k.name), k.type) for k in planning.bound.keys)
    measures = (over_groups(planning, leaf, conditions[leaf.key] if each else None) for leaf in fact.leaves)
    return Aggregate(Groups(inner, tests), name, keys, tuple(measures))


def _of_entity(planning: Planning, fact: Fact, entities: Entities, outer: Through) -> Aggregate:
    """The values of each entity; those of a window or of an earlier period, where the question has
    periods."""
    name = planning.free(entity_title(planning.bound, fact, entities))
    axis, through, entity = planning.bound.axis, fact.through, entities.entity
    if axis is not None and by_calendar(through, axis):
        return calendars.expanded(planning, fact, through, axis, name, entity)
    moved_as_a_whole = outer.offset is not None and not outer.framed
    if axis is None or not through or moved_as_a_whole:
        return rows_grouped(planning, fact, name, entity)
    if through.framed or not series.exact(through.shift, axis):
        return expanded(planning, fact, through, axis, name, entity)
    return series.later(rows_grouped(planning, fact, name, entity), through.shift, axis)


def over_groups(planning: Planning, leaf: Leaf, having: exp.Expr | None = None) -> Measure:
    """An aggregate over values of groups, of those that meet a condition."""
    call = in_group(planning.names, leaf.call)
    assert isinstance(call, exp.Anonymous)
    sums = leaf.counts or str(call.this) == "sum"
    where = None if having is None else in_group(planning.names, having)
    return Measure(planning.names[leaf.key], call, where, leaf.type, leaf.counts, sums)
