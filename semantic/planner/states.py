"""Values of entities over a window: the states that each entity goes through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic.bind.bound import Entities, Fact
from semantic.bind.leaf import Leaf
from semantic.bind.row import call
from semantic.bind.strict import strict
from semantic.plan import Aggregate, Measure, Named, Running, States, known_of, partial_column
from semantic.planner import series, sweep
from semantic.planner.names import in_group
from semantic.planner.pieces import Pieces


@dataclass(frozen=True)
class _Made:
    """The groups of entities that states are made of."""

    inputs: tuple[Aggregate, ...]
    rows: tuple[str, ...]
    tests: tuple[exp.Expr, ...]
    leave: str | None
    length: int | None


def of_states(pieces: Pieces, fact: Fact, entities: Entities, name: str, base: series.Base | None) -> Running:
    """Values of entities over a window: the states that each entity goes through."""
    trailing = fact.through.to_date is None and fact.through.window != "all"
    aligned = base is not None and base.grain == pieces.axis.grain
    length = base.length if base is not None and aligned and trailing else None
    if trailing:
        base = series.Base(pieces.axis.grain, None)
    assert base is not None
    tests = _tests(pieces, fact)
    inputs, rows = [], list[str]()
    for inner in entities.facts:
        moves = trailing and length is None
        extra = pieces.span(inner) if moves else pieces.fine(inner, base)
        grouped = pieces.grouped(inner, extra, entities.entity)
        measures = [*grouped.measures, *(sweep.known(grouped.measures) if moves else ())]
        if not tests:
            rows.append(f"found_{len(rows) + 1}")
            measures.append(series.found_measure(rows[-1]))
        inputs.append(replace(grouped, measures=tuple(measures)))
    leave = f"{base.grain}_left" if trailing and length is None else None
    made = _Made(tuple(inputs), tuple(rows), tests, leave, length)
    return _whole(pieces, fact, entities, name, base, made)


def _tests(pieces: Pieces, fact: Fact) -> tuple[exp.Expr, ...]:
    """What every aggregate asks of an entity, if nothing without rows can meet it."""
    havings = [leaf.per.having if leaf.per is not None else None for leaf in fact.leaves]
    if any(having is None or not strict(having) for having in havings):
        return ()
    trees = [in_group(pieces.planner.names, having) for having in havings if having is not None]
    return tuple(trees[:1]) if all(tree == trees[0] for tree in trees) else ()


def _whole(
    pieces: Pieces, fact: Fact, entities: Entities, name: str, base: series.Base, made: _Made
) -> Running:
    fine = series.axis_row(entities.facts[0], base.grain, pieces.calendar)
    values, measures = [], []
    for leaf in fact.leaves:
        for value, measure in _told(pieces, leaf, made):
            values.append(value)
            measures.append(measure)
    if not made.tests:
        values.append(Named("seen", exp.Literal.number(1), "integer"))
    reset = None
    if fact.through.to_date is not None:
        reset = series.grained(partial_column(base.grain), fine.type, fact.through.to_date, pieces.calendar)
    number, until, dated = sweep.numbered(partial_column(base.grain), base.grain, fine.type, made.length)
    states = States(
        inputs=made.inputs,
        others=pieces.other_names(),
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
    summed = pieces.summed(states, f"{name}_changes", base.grain, fine, tuple(measures), found)
    extent = tuple((each, base.grain) for each in made.inputs)
    return pieces.running(summed, fact, name, base, extent)


def _told(pieces: Pieces, leaf: Leaf, made: _Made) -> Iterator[tuple[Named, Measure]]:
    """What each entity adds to an aggregate, and that added up; for a sum also how many values it has."""
    inner = in_group(pieces.planner.names, leaf.call)
    assert isinstance(inner, exp.Anonymous)
    having = None
    if leaf.per is not None and leaf.per.having is not None and not made.tests:
        having = in_group(pieces.planner.names, leaf.per.having)
    column = pieces.planner.names[leaf.key]
    plain = Measure(column, inner, None, leaf.type, leaf.counts, True)
    yield Named(column, sweep.contribution(inner, having), leaf.type), sweep.changed(plain, column)
    if str(inner.this) == "sum":
        counted = call("count", inner.expressions[0].copy())
        known = Measure(known_of(column), counted, None, "integer", True, True)
        tree = sweep.contribution(counted, having)
        yield Named(known.name, tree, "integer"), sweep.changed(known, known.name)


def _added(trees: Sequence[exp.Expr]) -> exp.Expr | None:
    whole = trees[0] if trees else None
    for tree in trees[1:]:
        whole = exp.Add(this=whole, expression=tree)
    return whole
