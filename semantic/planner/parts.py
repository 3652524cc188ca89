"""One fact grouped as a question wants it, in the form that the way it is seen along time asks for."""

from __future__ import annotations

from semantic.bind.bound import Axis, Fact, Samples, by_calendar
from semantic.plan import Aggregate, Align, Named, Part, Running, partial_column
from semantic.planner import calendars, series
from semantic.planner.entities import over_entities, over_groups
from semantic.planner.frames import expanded
from semantic.planner.names import title
from semantic.planner.pieces import Pieces
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped
from semantic.planner.samples import sampled
from semantic.planner.snapshots import of_snapshots
from semantic.planner.triangle import triangle
from semantic.planner.windows import seen_along, sweeps


def part(planning: Planning, fact: Fact) -> Part:
    """A fact grouped as the question wants it, as a step of its own name."""
    return _part(planning, fact, planning.free(title(planning.bound, planning.names, fact)))


def coarser(planning: Planning, fact: Fact) -> Part:
    """A fact grouped by fewer keys than the question has."""
    keys = tuple(key for index, key in enumerate(planning.bound.keys) if index not in fact.dropped)
    axis = planning.bound.axis
    kept = axis is not None and any(key.name == axis.key for key in keys)
    return part(planning.by(keys, axis if kept else None), fact)


def _part(planning: Planning, fact: Fact, name: str) -> Part:
    """A fact seen through windows and offsets."""
    axis = planning.bound.axis
    if fact.retained is not None:
        return triangle(planning, fact, fact.retained, name)
    if axis is None:
        return _plain(planning, fact, name)
    if fact.sampled is not None:
        return _of_samples(planning, fact, fact.sampled, axis, name)
    if by_calendar(fact.through, axis):
        if fact.entities is not None:
            return over_entities(planning, fact, fact.entities, name)
        return calendars.expanded(planning, fact, fact.through, axis, name)
    moment = bool(fact.leaves) and fact.leaves[0].at is not None
    if not (fact.through.framed or moment):
        return _later(planning, _plain(planning, fact, name), fact, axis, name)
    pieces = Pieces(planning, axis)
    if sweeps(pieces, fact):
        return _later(planning, seen_along(pieces, fact, name), fact, axis, name)
    if fact.entities is not None:
        return over_entities(planning, fact, fact.entities, name)
    return expanded(planning, fact, fact.through, axis, name)


def _later(planning: Planning, made: Aggregate | Running, fact: Fact, axis: Axis, name: str) -> Part:
    """A part under the periods that see it through an offset."""
    if fact.through.offset is None:
        return made
    return series.shifted(made, fact, axis, planning.free(f"{name}_later"), planning.definitions.calendar)


def _plain(planning: Planning, fact: Fact, name: str) -> Aggregate:
    """A fact in its own periods."""
    if fact.entities is not None:
        return over_entities(planning, fact, fact.entities, name)
    if fact.leaves and fact.leaves[0].chosen is not None:
        return of_snapshots(planning, fact, fact.leaves[0].chosen, name)
    return rows_grouped(planning, fact, name)


def _of_samples(planning: Planning, fact: Fact, samples: Samples, axis: Axis, name: str) -> Part:
    """A fact by shorter periods first; then those that count, as the periods of the question."""
    place, asked = samples.place, planning.bound.keys
    finer = planning.by((*asked[:place], samples.fine, *asked[place + 1 :]), samples.axis)
    parts = tuple(part(finer, each) for each in samples.facts)
    below = parts[0] if len(parts) == 1 else Align(parts, planning.free(f"{name}_values"))
    rows = sampled(planning, below, fact, samples, axis, asked[place], name)
    outer = tuple(
        Named(k.name, rows.period if k.name == axis.key else partial_column(k.name), k.type) for k in asked
    )
    measures = tuple(over_groups(planning, leaf) for leaf in fact.leaves)
    whole = Aggregate(rows, name, outer, measures, alone=samples.take != "average")
    return _later(planning, whole, fact, axis, name)
