"""What a running series along the axis of a question is put together from."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic.bind.bound import Axis, Fact, Key
from semantic.bind.condition import present
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.plan import Aggregate, Measure, Named, Rows, Running, free_name, partial_column
from semantic.planner import series, sweep
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped


class Pieces:
    """Makes the pieces of series along one axis."""

    def __init__(self, planner: Planning, axis: Axis) -> None:
        self.planner = planner
        self.axis = axis
        self.calendar = planner.definitions.calendar
        self.others = tuple(key for key in planner.bound.keys if key.name != axis.key)

    def running(
        self,
        grouped: Aggregate,
        fact: Fact,
        name: str,
        base: series.Base,
        extent: tuple[tuple[Aggregate, str], ...],
    ) -> Running:
        """The series of a grouping by fine periods; ``extent`` tells the periods that there are."""
        keys = tuple(Named(key.name, exp.Null(), key.type) for key in self.planner.bound.keys)
        return series.running(grouped, fact, self.axis, keys, name, self.calendar, base, extent)

    def grouped(
        self, fact: Fact, extra: tuple[tuple[str, Row], ...], entity: tuple[Key, ...] = ()
    ) -> Aggregate:
        """The rows of a fact by the other keys, by some scalars, and by an entity; those without a time
        are out."""
        assert fact.time is not None
        known = present(fact.home, fact.time)
        where = fact.where if known in fact.where else (*fact.where, known)
        bound = dict(zip((k.name for k in self.planner.bound.keys), fact.keys, strict=False))
        keys = [*self.others, *(Key(name, name, row.type, None, None) for name, row in extra)]
        reached = [*(bound[k.name] for k in self.others), *(Reached(row) for _, row in extra)]
        if entity:
            keys, reached = [*keys, *entity], [*reached, *fact.keys[-len(entity) :]]
        narrowed = replace(fact, keys=tuple(reached), where=where)
        step = self.planner.free(f"{fact.home}_by_{'_'.join(key.name for key in keys)}")
        return rows_grouped(self.planner, narrowed, step, entity, tuple(keys))

    def counted(self, grouped: Aggregate) -> tuple[Aggregate, str]:
        """A grouping with the number of its rows, and the name of that."""
        name = free_name("found", {m.name for m in grouped.measures} | {k.name for k in grouped.keys})
        return replace(grouped, measures=(*grouped.measures, series.found_measure(name))), name

    def fine(self, fact: Fact, base: series.Base) -> tuple[tuple[str, Row], ...]:
        """The fine period that a row falls in."""
        return ((base.grain, series.axis_row(fact, base.grain, self.calendar)),)

    def span(self, fact: Fact) -> tuple[tuple[str, Row], ...]:
        """The period that a row enters and the one whose window has left it behind."""
        enter = series.axis_row(fact, self.axis.grain, self.calendar)
        assert fact.time is not None
        leave = sweep.leaving(fact.time, self.axis.grain, fact.through, self.calendar)
        return (self.axis.grain, enter), (f"{self.axis.grain}_left", Row(enter.model, leave, enter.type))

    def other_names(self) -> tuple[str, ...]:
        """The keys of the question beside the period."""
        return tuple(key.name for key in self.others)

    def summed(
        self, rows: Rows, wish: str, axis: str, kind: Row, measures: tuple[Measure, ...], found: Measure
    ) -> Aggregate:
        """Changes by period."""
        keys = tuple(Named(key.name, partial_column(key.name), key.type) for key in self.others)
        period = Named(axis, partial_column(axis), kind.type)
        return Aggregate(rows, self.planner.free(wish), (*keys, period), (*measures, found))
