"""Snapshots: the groups of each of them first, then those that count."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Fact, Key
from semantic.bind.condition import present
from semantic.bind.leaf import Chosen, Leaf
from semantic.bind.row import Row, call
from semantic.bind.texts import Reached
from semantic.plan import Aggregate, Groups, Measure, Named, Snapshot, partial_column
from semantic.planner import series
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped

#: What is counted once in the snapshots of a fact, by the key of its leaf: the name and the value.
Values = dict[str, tuple[str, Row]]


def of_snapshots(planning: Planning, fact: Fact, chosen: Chosen, name: str) -> Aggregate:
    """The groups of each snapshot first; then those that count, put together by the keys of the question."""
    values = _distinct_values(fact)
    entity = [(f"entity_{n}" if n else "entity", row) for n, row in enumerate(chosen.per)]
    parts = _parts(planning, fact, _moment(fact, chosen), entity, values)
    outer = tuple(Named(k.name, partial_column(k.name), k.type) for k in planning.bound.keys)
    if chosen.pick == "average":
        return Aggregate(Groups(parts), name, outer, tuple(map(_averaged, parts.measures)))
    within = (*_periods_of(planning, fact, chosen), *(called for called, _ in entity))
    merged = iter(map(_merged, parts.measures))
    measures = tuple(
        _distinct(planning, leaf, values[leaf.key][0]) if leaf.key in values else next(merged)
        for leaf in fact.leaves
    )
    return Aggregate(Snapshot(parts, within, "snapshot", chosen.pick == "last"), name, outer, measures)


def _moment(fact: Fact, chosen: Chosen) -> Row:
    """The time of snapshots."""
    moment = chosen.of or fact.time
    assert moment is not None
    return moment


def _parts(
    planning: Planning, fact: Fact, moment: Row, entity: list[tuple[str, Row]], values: Values
) -> Aggregate:
    """The groups of each snapshot, of each entity, and of each value that is counted once."""
    extra = [("snapshot", moment), *entity, *values.values()]
    keys = [*planning.bound.keys, *(Key(key, key, row.type, None, None) for key, row in extra)]
    reached = [*fact.keys, *(Reached(row) for _, row in extra)]
    step = planning.free(f"{fact.home}_snapshots")
    leaves = tuple(leaf for leaf in fact.leaves if leaf.key not in values)
    own = () if leaves else tuple(c for c in fact.leaves[0].conditions if not c.exists)
    where = (*fact.where, present(fact.home, moment), *own)
    rows = replace(fact, keys=tuple(reached), where=where, leaves=leaves)
    return rows_grouped(planning, rows, step, keys=tuple(keys))


def _periods_of(planning: Planning, fact: Fact, chosen: Chosen) -> list[str]:
    """The keys that are periods of the time of snapshots: each has a first or last one."""
    moment, calendar = _moment(fact, chosen), planning.definitions.calendar
    found = []
    for key, reached in zip(planning.bound.keys, fact.keys, strict=True):
        axis = key.path.startswith("time.") and chosen.of is None
        own = key.grain is not None and grain.fits(key.grain, moment.type)
        whole = grain.grained(moment, str(key.grain), calendar) if own else None
        if axis or (whole is not None and reached.row.tree == whole.tree):
            found.append(key.name)
    return found


def _distinct_values(fact: Fact) -> Values:
    """What is counted once, as further keys of the groups of snapshots."""
    counted = [leaf for leaf in fact.leaves if leaf.call.this == "count_distinct"]
    return {
        leaf.key: (f"value_{n}" if n else "value", Row(fact.home, leaf.call.expressions[0], None))
        for n, leaf in enumerate(counted)
    }


def _distinct(planning: Planning, leaf: Leaf, value: str) -> Measure:
    """How many different values there are in the snapshots that count."""
    counted = call("count_distinct", partial_column(value))
    return Measure(planning.names[leaf.key], counted, None, leaf.type, True, True)


def _merged(measure: Measure) -> Measure:
    """A measure put together from parts; a count of no part is 0."""
    merged = series.whole(measure)
    if not measure.zero:
        return merged
    return replace(merged, call=call("coalesce", merged.call, exp.Literal.number(0)))


def _averaged(measure: Measure) -> Measure:
    average = call("avg", partial_column(measure.name))
    return replace(measure, call=average, where=None, type="float", zero=False, sums=False)
