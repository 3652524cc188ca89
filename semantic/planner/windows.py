"""Windows along the axis of a question: how the groups of a fact become a running series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.bound import Fact
from semantic.bind.leaf import Leaf
from semantic.bind.row import Row, call
from semantic.faults import SemanticError
from semantic.plan import Aggregate, Changes, Groups, Intervals, Measure, Running, partial_column
from semantic.planner import series, sweep
from semantic.planner.pieces import Pieces
from semantic.planner.states import of_states

#: Of how many windows a row may be part for its windows to be gathered: grouping few copies beats a sweep.
_FEW = 4
_SUMS = ("sum", "count", "count_rows", "total_count")


def sweeps(pieces: Pieces, fact: Fact) -> bool:
    """Whether a window function or a sweep tells what a window holds; else its rows have to be
    gathered."""
    base = series.base_of(fact.through, pieces.axis.grain)
    if fact.leaves and fact.leaves[0].at is not None:
        return True
    if fact.entities is None and all(leaf.merges for leaf in fact.leaves):
        return base is not None
    if series.overlaps(fact.through, pieces.axis.grain) <= _FEW:
        return False
    if fact.entities is None:
        return all(_one_value(leaf) for leaf in fact.leaves)
    inner = [leaf for each in fact.entities.facts for leaf in each.leaves]
    aligned = base is not None and base.grain == pieces.axis.grain
    known = fact.through.to_date is not None or fact.through.window == "all" or aligned
    return all(map(sweep.adds, fact.leaves)) and all(
        leaf.merges and not _told_apart(leaf, fact) and (known or sweep.exact(leaf)) for leaf in inner
    )


def seen_along(pieces: Pieces, fact: Fact, name: str) -> Running:
    """A fact seen through its window."""
    if fact.leaves and fact.leaves[0].at is not None:
        return _holding(pieces, fact, fact.leaves[0].at, name)
    base = series.base_of(fact.through, pieces.axis.grain)
    if fact.entities is not None:
        return of_states(pieces, fact, fact.entities, name, base)
    if not all(leaf.merges for leaf in fact.leaves):
        return _distinct(pieces, fact, fact.leaves[0], name, base)
    assert base is not None
    return _series(pieces, fact, name, base)


def _told_apart(leaf: Leaf, fact: Fact) -> bool:
    """Whether a value of an entity is seen through a window of its own."""
    return bool(leaf.through) and leaf.through != fact.through


def _one_value(leaf: Leaf) -> bool:
    """Whether a leaf counts the distinct values of one scalar of a row."""
    return str(leaf.call.this) == "count_distinct"


def _series(pieces: Pieces, fact: Fact, name: str, base: series.Base) -> Running:
    """Parts that add up: a window function over fine periods."""
    grouped, _ = pieces.counted(pieces.grouped(fact, pieces.fine(fact, base)))
    return pieces.running(grouped, fact, name, base, ((grouped, base.grain),))


def _distinct(pieces: Pieces, fact: Fact, leaf: Leaf, name: str, base: series.Base | None) -> Running:
    """Distinct values: the intervals in which each is seen."""
    value = ("value", Row(fact.home, leaf.call.expressions[0], None))
    plain = [condition for condition in leaf.conditions if not condition.exists]
    bare = replace(fact, leaves=(), where=(*fact.where, *plain))
    if fact.through.to_date is not None or fact.through.window == "all":
        assert base is not None
        return _first_seen(pieces, bare, leaf, name, base, value)
    span = pieces.span(fact)
    cells = pieces.grouped(bare, (*span, value))
    return _seen(pieces, fact, cells, pieces.planner.names[leaf.key], span, name, overlapping=False)


def _seen(
    pieces: Pieces,
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
    rows = Intervals(cells, pieces.other_names(), enter, leave, "value", "found", measure, overlapping)
    counted = Measure(measure, call("total_count", partial_column(measure)), None, "integer", True, True)
    found = replace(series.found_measure("found"), call=call("total_count", partial_column("found")))
    summed = pieces.summed(rows, f"{name}_changes", enter, row, (counted,), found)
    return pieces.running(summed, fact, name, series.Base(enter, None), ((cells, enter),))


def _holding(pieces: Pieces, fact: Fact, moment: str, name: str) -> Running:
    """Rows that hold for an interval, at a moment of each period."""
    if fact.through.framed:
        raise SemanticError([faults.window_of_window(fact.leaves[0].name, None)])
    begin, end = _interval(pieces, fact)
    grain = pieces.axis.grain
    start, stop = sweep.holding(begin, end, moment, grain, pieces.calendar)
    span = ((grain, start), (f"{grain}_left", stop))
    distinct = next((leaf for leaf in fact.leaves if str(leaf.call.this) == "count_distinct"), None)
    others = [leaf for leaf in fact.leaves if str(leaf.call.this) not in (*_SUMS, "count_distinct")]
    if others:
        raise SemanticError([faults.unlike_moment(others[0].name, moment, str(others[0].call.this), None)])
    if distinct is not None:  # alone in its fact, as the binder saw to
        return _values_held(pieces, fact, distinct, span, name)
    return _rows_held(pieces, fact, span, name)


def _interval(pieces: Pieces, fact: Fact) -> tuple[Row, Row]:
    """The bounds of the interval for which a row holds; one that ended before the range, inside its last
    period, ends there, and any other never does."""
    definitions = pieces.planner.definitions
    valid = definitions.catalog.models[fact.home].spec.valid
    assert valid is not None
    begin, end = (definitions.key_row(fact.home, bound) for bound in valid)
    if fact.ended is None:
        return begin, end
    return begin, replace(end, tree=exp.Case(ifs=[exp.If(this=fact.ended.copy(), true=end.tree.copy())]))


def _values_held(
    pieces: Pieces, fact: Fact, leaf: Leaf, span: tuple[tuple[str, Row], ...], name: str
) -> Running:
    """The distinct values of rows that hold."""
    counted = [condition for condition in leaf.conditions if not condition.exists]
    fact = replace(fact, where=(*fact.where, *counted))
    value = ("value", Row(fact.home, leaf.call.expressions[0], None))
    cells = pieces.grouped(replace(fact, leaves=()), (*span, value))
    return _seen(pieces, fact, cells, pieces.planner.names[leaf.key], span, name, overlapping=True)


def _rows_held(pieces: Pieces, fact: Fact, span: tuple[tuple[str, Row], ...], name: str) -> Running:
    """Sums and counts of rows that hold: what changes when."""
    (enter, row), (leave, _) = span
    plain = pieces.grouped(fact, span)
    cells, count = pieces.counted(replace(plain, measures=(*plain.measures, *sweep.known(plain.measures))))
    rows = Changes(cells, pieces.other_names(), enter, leave)
    measures = tuple(sweep.changed(m, m.name) for m in cells.measures if m.name != count)
    moved = replace(series.found_measure(count), call=call("total_count", partial_column(count)))
    summed = pieces.summed(rows, f"{name}_changes", enter, row, measures, moved)
    return pieces.running(summed, fact, name, series.Base(enter, None), ((cells, enter),))


def _first_seen(
    pieces: Pieces, fact: Fact, leaf: Leaf, name: str, base: series.Base, value: tuple[str, Row]
) -> Running:
    """Values since the start of a longer period, or ever: each counts from where it is first seen."""
    fine = series.axis_row(fact, base.grain, pieces.calendar)
    extra: tuple[tuple[str, Row], ...] = (value,)
    if fact.through.to_date is not None:
        extra = (
            (f"since_{fact.through.to_date}", series.axis_row(fact, fact.through.to_date, pieces.calendar)),
            value,
        )
    cells = pieces.grouped(fact, extra)
    first = Measure(base.grain, call("min", fine.tree), None, fine.type, False, False)
    last = Measure("last_seen", call("max", fine.tree), None, fine.type, False, False)
    cells = replace(cells, measures=(first, last))
    measure = pieces.planner.names[leaf.key]
    counted = Measure(measure, call("count", partial_column(value[0])), None, "integer", True, True)
    found = series.found_measure("found")
    summed = pieces.summed(Groups(cells), f"{name}_first", base.grain, fine, (counted,), found)
    seen = replace(fact, leaves=(leaf,))
    return pieces.running(summed, seen, name, base, ((cells, "last_seen"),))
