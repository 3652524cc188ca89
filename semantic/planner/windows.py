"""Windows along the axis of a question: how the groups of a fact become a running series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic import faults
from semantic.bind.bound import Axis, Entities, Fact, Key
from semantic.bind.condition import present
from semantic.bind.leaf import Leaf
from semantic.bind.row import Row, call
from semantic.bind.strict import strict
from semantic.bind.texts import Reached
from semantic.faults import SemanticError
from semantic.plan import (
    Aggregate,
    Changes,
    Groups,
    Intervals,
    Measure,
    Named,
    Rows,
    Running,
    States,
    free_name,
    known_of,
    partial_column,
)
from semantic.planner import series, sweep
from semantic.planner.names import in_group
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped

#: Of how many windows a row may be part for its windows to be gathered: grouping few copies beats a sweep.
_FEW = 4
_SUMS = ("sum", "count", "count_rows", "total_count")


class Windows:
    """Makes the running series of a fact."""

    def __init__(self, planner: Planning, axis: Axis) -> None:
        self.planner = planner
        self.axis = axis
        self.calendar = planner.definitions.calendar
        self.others = tuple(key for key in planner.bound.keys if key.name != axis.key)

    def sweeps(self, fact: Fact) -> bool:
        """Whether a window function or a sweep tells what a window holds; else its rows have to be
        gathered."""
        base = series.base_of(fact.through, self.axis.grain)
        if fact.leaves and fact.leaves[0].at is not None:
            return True
        if fact.entities is None and all(leaf.merges for leaf in fact.leaves):
            return base is not None
        if series.overlaps(fact.through, self.axis.grain) <= _FEW:
            return False
        if fact.entities is None:
            return all(_one_value(leaf) for leaf in fact.leaves)
        inner = [leaf for each in fact.entities.facts for leaf in each.leaves]
        aligned = base is not None and base.grain == self.axis.grain
        known = fact.through.to_date is not None or fact.through.window == "all" or aligned
        return all(map(sweep.adds, fact.leaves)) and all(
            leaf.merges and not _told_apart(leaf, fact) and (known or sweep.exact(leaf)) for leaf in inner
        )

    def of(self, fact: Fact, name: str) -> Running:
        """A fact seen through its window."""
        if fact.leaves and fact.leaves[0].at is not None:
            return self._holding(fact, fact.leaves[0].at, name)
        base = series.base_of(fact.through, self.axis.grain)
        if fact.entities is not None:
            return self._entities(fact, fact.entities, name, base)
        if not all(leaf.merges for leaf in fact.leaves):
            return self._distinct(fact, fact.leaves[0], name, base)
        assert base is not None
        return self._series(fact, name, base)

    # --- pieces -----------------------------------------------------------------------------------

    def _running(
        self,
        grouped: Aggregate,
        fact: Fact,
        name: str,
        base: series.Base,
        extent: tuple[tuple[Aggregate, str], ...],
    ) -> Running:
        keys = tuple(Named(key.name, exp.Null(), key.type) for key in self.planner.bound.keys)
        return series.running(grouped, fact, self.axis, keys, name, self.calendar, base, extent)

    def _grouped(
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

    def _counted(self, grouped: Aggregate) -> tuple[Aggregate, str]:
        """A grouping with the number of its rows, and the name of that."""
        name = free_name("found", {m.name for m in grouped.measures} | {k.name for k in grouped.keys})
        return replace(grouped, measures=(*grouped.measures, series.found_measure(name))), name

    def _fine(self, fact: Fact, base: series.Base) -> tuple[tuple[str, Row], ...]:
        return ((base.grain, series.axis_row(fact, base.grain, self.calendar)),)

    def _span(self, fact: Fact) -> tuple[tuple[str, Row], ...]:
        """The period that a row enters and the one whose window has left it behind."""
        enter = series.axis_row(fact, self.axis.grain, self.calendar)
        assert fact.time is not None
        leave = sweep.leaving(fact.time, self.axis.grain, fact.through, self.calendar)
        return (self.axis.grain, enter), (f"{self.axis.grain}_left", Row(enter.model, leave, enter.type))

    def _other_names(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.others)

    def _summed(
        self, rows: Rows, wish: str, axis: str, kind: Row, measures: tuple[Measure, ...], found: Measure
    ) -> Aggregate:
        """Changes by period."""
        keys = tuple(Named(key.name, partial_column(key.name), key.type) for key in self.others)
        period = Named(axis, partial_column(axis), kind.type)
        return Aggregate(rows, self.planner.free(wish), (*keys, period), (*measures, found))

    # --- ways -------------------------------------------------------------------------------------

    def _series(self, fact: Fact, name: str, base: series.Base) -> Running:
        """Parts that add up: a window function over fine periods."""
        grouped, _ = self._counted(self._grouped(fact, self._fine(fact, base)))
        return self._running(grouped, fact, name, base, ((grouped, base.grain),))

    def _distinct(self, fact: Fact, leaf: Leaf, name: str, base: series.Base | None) -> Running:
        """Distinct values: the intervals in which each is seen."""
        value = ("value", Row(fact.home, leaf.call.expressions[0], None))
        plain = [condition for condition in leaf.conditions if not condition.exists]
        bare = replace(fact, leaves=(), where=(*fact.where, *plain))
        if fact.through.to_date is not None or fact.through.window == "all":
            assert base is not None
            return self._first_seen(bare, leaf, name, base, value)
        span = self._span(fact)
        cells = self._grouped(bare, (*span, value))
        return self._seen(fact, cells, self.planner.names[leaf.key], span, name, overlapping=False)

    def _seen(
        self,
        fact: Fact,
        cells: Aggregate,
        measure: str,
        span: Sequence[tuple[str, Row]],
        name: str,
        *,
        overlapping: bool,
    ) -> Running:
        """How many values are seen, from the intervals in which each is."""
        (enter, row), (leave, _) = span
        rows = Intervals(cells, self._other_names(), enter, leave, "value", "found", measure, overlapping)
        counted = Measure(measure, call("total_count", partial_column(measure)), None, "integer", True, True)
        found = replace(series.found_measure("found"), call=call("total_count", partial_column("found")))
        summed = self._summed(rows, f"{name}_changes", enter, row, (counted,), found)
        return self._running(summed, fact, name, series.Base(enter, None), ((cells, enter),))

    def _holding(self, fact: Fact, moment: str, name: str) -> Running:
        """Rows that hold for an interval, at a moment of each period."""
        if fact.through.framed:
            raise SemanticError([faults.window_of_window(fact.leaves[0].name, None)])
        valid = self.planner.definitions.catalog.models[fact.home].spec.valid
        assert valid is not None
        begin, end = (self.planner.definitions.key_row(fact.home, bound) for bound in valid)
        if fact.ended is not None:
            known = exp.Case(ifs=[exp.If(this=fact.ended.copy(), true=end.tree.copy())])
            end = replace(end, tree=known)
        span = sweep.holding(begin, end, moment, self.axis.grain, self.calendar)
        grain = self.axis.grain
        extra = ((grain, span[0]), (f"{grain}_left", span[1]))
        distinct = [leaf for leaf in fact.leaves if str(leaf.call.this) == "count_distinct"]
        others = [leaf for leaf in fact.leaves if str(leaf.call.this) not in (*_SUMS, "count_distinct")]
        if others:
            raise SemanticError(
                [faults.unlike_moment(others[0].name, moment, str(others[0].call.this), None)]
            )
        if distinct:  # alone in its fact, as the binder saw to
            counted = [c for c in distinct[0].conditions if not c.exists]
            fact = replace(fact, where=(*fact.where, *counted))
            value = ("value", Row(fact.home, distinct[0].call.expressions[0], None))
            cells = self._grouped(replace(fact, leaves=()), (*extra, value))
            measure = self.planner.names[distinct[0].key]
            return self._seen(fact, cells, measure, extra, name, overlapping=True)
        plain = self._grouped(fact, extra)
        cells, count = self._counted(replace(plain, measures=(*plain.measures, *sweep.known(plain.measures))))
        rows = Changes(cells, self._other_names(), grain, f"{grain}_left")
        measures = tuple(sweep.changed(m, m.name) for m in cells.measures if m.name != count)
        moved = replace(series.found_measure(count), call=call("total_count", partial_column(count)))
        summed = self._summed(rows, f"{name}_changes", grain, span[0], measures, moved)
        return self._running(summed, fact, name, series.Base(grain, None), ((cells, grain),))

    def _first_seen(
        self, fact: Fact, leaf: Leaf, name: str, base: series.Base, value: tuple[str, Row]
    ) -> Running:
        """Values since the start of a longer period, or ever: each counts from where it is first seen."""
        fine = series.axis_row(fact, base.grain, self.calendar)
        extra: tuple[tuple[str, Row], ...] = (value,)
        if fact.through.to_date is not None:
            extra = (
                (f"since_{fact.through.to_date}", series.axis_row(fact, fact.through.to_date, self.calendar)),
                value,
            )
        cells = self._grouped(fact, extra)
        first = Measure(base.grain, call("min", fine.tree), None, fine.type, False, False)
        last = Measure("last_seen", call("max", fine.tree), None, fine.type, False, False)
        cells = replace(cells, measures=(first, last))
        measure = self.planner.names[leaf.key]
        counted = Measure(measure, call("count", partial_column(value[0])), None, "integer", True, True)
        found = series.found_measure("found")
        summed = self._summed(Groups(cells), f"{name}_first", base.grain, fine, (counted,), found)
        seen = replace(fact, leaves=(leaf,))
        return self._running(summed, seen, name, base, ((cells, "last_seen"),))

    def _entities(self, fact: Fact, entities: Entities, name: str, base: series.Base | None) -> Running:
        """Values of entities over a window: the states that each entity goes through."""
        trailing = fact.through.to_date is None and fact.through.window != "all"
        aligned = base is not None and base.grain == self.axis.grain
        length = base.length if base is not None and aligned and trailing else None
        if trailing:
            base = series.Base(self.axis.grain, None)
        assert base is not None
        tests = self._tests(fact)
        inputs, rows = [], list[str]()
        for inner in entities.facts:
            moves = trailing and length is None
            extra = self._span(inner) if moves else self._fine(inner, base)
            grouped = self._grouped(inner, extra, entities.entity)
            measures = [*grouped.measures, *(sweep.known(grouped.measures) if moves else ())]
            if not tests:
                rows.append(f"found_{len(rows) + 1}")
                measures.append(series.found_measure(rows[-1]))
            inputs.append(replace(grouped, measures=tuple(measures)))
        leave = f"{base.grain}_left" if trailing and length is None else None
        made = _Made(tuple(inputs), tuple(rows), tests, leave, length)
        return self._of_states(fact, entities, name, base, made)

    def _tests(self, fact: Fact) -> tuple[exp.Expr, ...]:
        """What every aggregate asks of an entity, if nothing without rows can meet it."""
        havings = [leaf.per.having if leaf.per is not None else None for leaf in fact.leaves]
        if any(having is None or not strict(having) for having in havings):
            return ()
        trees = [in_group(self.planner.names, having) for having in havings if having is not None]
        return tuple(trees[:1]) if all(tree == trees[0] for tree in trees) else ()

    def _of_states(
        self, fact: Fact, entities: Entities, name: str, base: series.Base, made: _Made
    ) -> Running:
        fine = series.axis_row(entities.facts[0], base.grain, self.calendar)
        values, measures = [], []
        for leaf in fact.leaves:
            for value, measure in self._told(leaf, made):
                values.append(value)
                measures.append(measure)
        if not made.tests:
            values.append(Named("seen", exp.Literal.number(1), "integer"))
        reset = None
        if fact.through.to_date is not None:
            reset = series.grained(partial_column(base.grain), fine.type, fact.through.to_date, self.calendar)
        number, until, dated = sweep.numbered(partial_column(base.grain), base.grain, fine.type, made.length)
        states = States(
            inputs=made.inputs,
            others=self._other_names(),
            entity=tuple(key.name for key in entities.entity),
            enter=base.grain,
            leave=made.leave,
            reset=reset,
            present=_added([partial_column(name) for name in made.rows]),
            tests=made.tests,
            values=tuple(values),
            seen="seen",
            name=f"{name}_{entities.called}",
            number=number,
            until=until,
            dated=dated,
            preceding=made.length * series.size_of(base.grain) - 1 if made.length is not None else None,
        )
        found = replace(series.found_measure("seen"), call=call("total_count", partial_column("seen")))
        summed = self._summed(states, f"{name}_changes", base.grain, fine, tuple(measures), found)
        extent = tuple((each, base.grain) for each in made.inputs)
        return self._running(summed, fact, name, base, extent)

    def _told(self, leaf: Leaf, made: _Made) -> Iterator[tuple[Named, Measure]]:
        """What each entity adds to an aggregate, and that added up; for a sum also how many values it has."""
        inner = in_group(self.planner.names, leaf.call)
        assert isinstance(inner, exp.Anonymous)
        having = None
        if leaf.per is not None and leaf.per.having is not None and not made.tests:
            having = in_group(self.planner.names, leaf.per.having)
        column = self.planner.names[leaf.key]
        plain = Measure(column, inner, None, leaf.type, leaf.counts, True)
        yield Named(column, sweep.contribution(inner, having), leaf.type), sweep.changed(plain, column)
        if str(inner.this) == "sum":
            counted = call("count", inner.expressions[0].copy())
            known = Measure(known_of(column), counted, None, "integer", True, True)
            tree = sweep.contribution(counted, having)
            yield Named(known.name, tree, "integer"), sweep.changed(known, known.name)


@dataclass(frozen=True)
class _Made:
    """The groups of entities that states are made of."""

    inputs: tuple[Aggregate, ...]
    rows: tuple[str, ...]
    tests: tuple[exp.Expr, ...]
    leave: str | None
    length: int | None


def _added(trees: Sequence[exp.Expr]) -> exp.Expr | None:
    whole = trees[0] if trees else None
    for tree in trees[1:]:
        whole = exp.Add(this=whole, expression=tree)
    return whole


def _told_apart(leaf: Leaf, fact: Fact) -> bool:
    """Whether a value of an entity is seen through a window of its own."""
    return bool(leaf.through) and leaf.through != fact.through


def _one_value(leaf: Leaf) -> bool:
    """Whether a leaf counts the distinct values of one scalar of a row."""
    return str(leaf.call.this) == "count_distinct"
