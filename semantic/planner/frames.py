"""Windows over what does not add up: rows met with the periods whose window they lie in.

A percentile cannot be taken back when a window moves on, nor can a maximum. Such rows are met with
*frames*, which pair each period of the answer with the finer periods of its window; they meet by
equality, so that the work is that of the rows in every window and no more.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Axis, Fact, Key
from semantic.bind.leaf import Through
from semantic.bind.lengths import step_of
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.plan import (
    Aggregate,
    CalendarFrames,
    Expanded,
    Frames,
    Groups,
    Named,
    Spine,
    frame_column,
    partial_column,
)
from semantic.planner import series
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped
from semantic.spec.types import Calendar, Duration, TypeName


def expanded(
    planner: Planning, fact: Fact, through: Through, axis: Axis, name: str, entity: tuple[Key, ...] = ()
) -> Aggregate:
    """A fact's rows (of each entity) under every period whose window they lie in."""
    fine = series.axis_row(fact, _fine_grain(through, axis), planner.definitions.calendar)
    frames = _frames(planner, fact, through, axis, fine)
    return gathered(planner, fact, frames, (frames.axis, fine), axis, name, entity)


def gathered(
    planner: Planning,
    fact: Fact,
    frames: Frames | CalendarFrames,
    fine: tuple[str, Row],
    axis: Axis,
    name: str,
    entity: tuple[Key, ...],
) -> Aggregate:
    """A fact's rows (of each entity) met with frames; ``fine`` names their fine period."""
    if fact.leaves and all(leaf.merges for leaf in fact.leaves):
        return _in_parts(planner, fact, frames, fine, axis, name, entity)
    grouped = rows_grouped(planner, fact, name, entity)
    return replace(grouped, input=Expanded(grouped.input, frames, fine[1].tree), keys=_keys(grouped, axis))


def _in_parts(
    planner: Planning,
    fact: Fact,
    frames: Frames | CalendarFrames,
    fine: tuple[str, Row],
    axis: Axis,
    name: str,
    entity: tuple[Key, ...],
) -> Aggregate:
    """What adds up is added up by fine periods first."""
    asked, (column, row) = planner.bound.keys, fine
    keys = [replace(k, name=column) if k.name == axis.key else k for k in asked]
    reached = [Reached(row) if k.name == axis.key else r for k, r in zip(asked, fact.keys, strict=False)]
    if entity:
        keys, reached = [*keys, *entity], [*reached, *fact.keys[-len(entity) :]]
    step = planner.free(f"{name}_parts")
    parts = rows_grouped(planner, replace(fact, keys=tuple(reached)), step, entity, tuple(keys))
    names = [axis.key if k.name == column else k.name for k in parts.keys]
    outer = tuple(
        replace(k, name=own, tree=frame_column("period") if own == axis.key else partial_column(k.name))
        for own, k in zip(names, parts.keys, strict=True)
    )
    rows = Expanded(Groups(parts), frames, partial_column(column))
    return Aggregate(rows, name, outer, tuple(map(series.whole, parts.measures)))


def _keys(whole: Aggregate, axis: Axis) -> tuple[Named, ...]:
    """The keys of rows, with the frames' period in the place of their own."""
    return tuple(replace(k, tree=frame_column("period")) if k.name == axis.key else k for k in whole.keys)


def _fine_grain(through: Through, axis: Axis) -> str:
    if not through.framed:
        return axis.grain
    base = series.base_of(through, axis.grain)
    if base is not None:
        return base.grain
    return axis.grain if series.family_of(axis.grain) == "second" else "day"


def _frames(planner: Planning, fact: Fact, through: Through, axis: Axis, fine: Row) -> Frames:
    calendar = planner.definitions.calendar
    name = _fine_grain(through, axis)
    extent = _extent(planner, fact, name, fine)
    kind = series.type_of(extent, name)
    own = series.axis_row(fact, axis.grain, calendar).type
    assert own is not None
    period = exp.Column(this=exp.Identifier(this="period"), table=exp.Identifier(this="@"))
    offset = through.shift
    seen = period if offset is None else series.source_of(period, own, offset, axis.grain, calendar)
    last = seen if name == axis.grain else _last_fine(seen, axis.grain, name)
    shown: exp.Expr = partial_column(name)
    if name != axis.grain:
        shown = grain.grained(Row("", shown, kind), axis.grain, calendar).tree
    begun = shown
    if offset is not None:
        begun = series.later_of(shown, own, offset, axis.grain, calendar)
        shown = series.latest_of(shown, own, offset, axis.grain, calendar)
    return Frames(
        name=planner.free(f"{fact.home}_windows"),
        output=axis.key,
        spine=Spine(axis.key, axis.grain, grain.spine_name(axis.grain), own, axis.start, axis.end),
        fines=Spine(name, name, grain.spine_name(name), kind, None, None),
        first=_first(last, kind, through, name, calendar),
        last=last,
        extent=extent,
        axis=name,
        begun=begun,
        shown=shown,
    )


def _extent(planner: Planning, fact: Fact, name: str, fine: Row) -> Aggregate:
    """The fine periods in which a fact has rows at all."""
    counted = [c for c in fact.leaves[0].conditions if not c.exists] if len(fact.leaves) == 1 else []
    where = (*fact.where, *counted)
    bare = replace(fact, keys=(Reached(fine),), leaves=(), entities=None, where=where)
    step = planner.free(f"{fact.home}_{name}s")
    return rows_grouped(planner, bare, step, keys=(Key(name, name, fine.type, None, None),))


def _last_fine(period: exp.Expr, name: str, fine: str) -> exp.Expr:
    """The last fine period of a longer one."""
    after = series.moved(period, "date", Duration(1, step_of(name)))
    return series.moved(after, "date", Duration(-1, step_of(fine)))


def _first(
    last: exp.Expr, kind: TypeName, through: Through, fine: str, calendar: Calendar
) -> exp.Expr | None:
    """The first fine period of the window that ends with ``last``."""
    if through.to_date is not None:
        return grain.grained(Row("", last.copy(), kind), through.to_date, calendar).tree
    if isinstance(through.window, Duration):
        end = series.moved(last, kind, Duration(1, step_of(fine)))
        return series.moved(end, kind, replace(through.window, count=-through.window.count))
    return None if through.window == "all" else last.copy()
