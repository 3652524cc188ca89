"""Group finely by something cheap first, coarsely by what was asked for afterwards.

Three cases, all one rule (a partial aggregation below the final one):

* a month over timestamps: by day first, as a date is a small number and a truncated timestamp is not;
* a dimension of a joined model: by the joining column first, so that few rows are looked up;
* a distinct count: by the counted column first, so that counting needs no DISTINCT.

It is taken where a target's ``grouping`` answer is ``stepwise``: an engine that groups in one process. The
partial result must be smaller than the rows, so no two wide columns are ever combined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from semantic.bind.row import call, columns_of, walk_of
from semantic.catalog import Edge, Walk
from semantic.plan import (
    PARTS,
    Aggregate,
    Align,
    Everywhere,
    Expanded,
    Fill,
    Filter,
    Grouped,
    Groups,
    Levelled,
    Lookup,
    Measure,
    Named,
    Part,
    Partial,
    Population,
    Result,
    Rows,
    Running,
    Sampled,
    Scan,
    Shifted,
    Test,
    Triangle,
    partial_column,
)
from semantic.plan.walk import changed, each
from semantic.rewrite.told import WITHIN


def stepwise(result: Result) -> Result:
    """The plan with every aggregate that gains by it taken in two steps."""
    steps = tuple(
        replace(step, body=stepwise(step.body)) if isinstance(step.body, Result) else step
        for step in result.steps
    )
    whole = _grouped(result.input)
    made = {node.name: node for node in each(whole) if _in_steps(node)}
    # What several parts of a plan read is taken in steps by all of them.
    if made:
        whole = changed(
            whole, lambda node: made.get(node.name, node) if isinstance(node, Aggregate) else node
        )
    return replace(result, input=whole, steps=steps)


def _in_steps(node: Any) -> bool:
    """Whether an aggregate was taken in two steps."""
    rows = node.input if isinstance(node, Aggregate) else None
    while isinstance(rows, Lookup):
        rows = rows.input
    return isinstance(rows, Partial)


def _grouped(node: Grouped) -> Grouped:
    match node:
        case Aggregate():
            return _aggregate(node)
        case Align():
            return replace(node, inputs=tuple(_part(i) for i in node.inputs))
        case Running() | Shifted() | Triangle():
            return _part(node)
        case Levelled():
            return replace(node, input=_grouped(node.input), attached=tuple(map(_part, node.attached)))
        case Population():
            return replace(node, inputs=tuple(_aggregate(i) for i in node.inputs))
        case Fill():
            below = _grouped(node.input)
            assert not isinstance(below, Fill | Population | Levelled)
            return replace(node, input=below)
        case Everywhere():
            whole = _grouped(node.input)
            assert not isinstance(whole, Fill | Population | Levelled | Everywhere)
            return replace(node, input=whole)


def _part(part: Part) -> Part:
    match part:
        case Aggregate():
            return _aggregate(part)
        case Running():
            whole = _aggregate(part.input)
            extent = tuple((whole if one is part.input else one, axis) for one, axis in part.extent)
            return replace(part, input=whole, extent=extent)
        case Shifted():
            below = _part(part.input)
            assert not isinstance(below, Shifted | Triangle)
            return replace(part, input=below)
        case Triangle():
            return part


def _aggregate(aggregate: Aggregate) -> Aggregate:
    if isinstance(aggregate.input, Groups | Sampled):
        return replace(aggregate, input=replace(aggregate.input, input=_grouped(aggregate.input.input)))
    if isinstance(aggregate.input, Expanded) and isinstance(aggregate.input.input, Groups):
        groups = aggregate.input.input
        below = replace(groups, input=_grouped(groups.input))
        return replace(aggregate, input=replace(aggregate.input, input=below))
    chain = _chain(aggregate.input)
    if chain is None or not aggregate.keys:
        return aggregate
    split = _split(aggregate, chain)
    return aggregate if split is None else _two_steps(aggregate, chain, split)


@dataclass(frozen=True)
class _Chain:
    """A scan with its lookups and tests, taken apart."""

    scan: Scan
    lookups: tuple[Lookup, ...]
    tests: tuple[Test, ...]


def _chain(rows: Rows) -> _Chain | None:
    lookups: list[Lookup] = []
    tests: list[Test] = []
    while not isinstance(rows, Scan):
        if isinstance(rows, Lookup):
            lookups.append(rows)
        elif isinstance(rows, Filter):
            tests = [*rows.tests, *tests]
        else:
            return None
        rows = rows.input
    return _Chain(rows, tuple(reversed(lookups)), tuple(tests))


@dataclass(frozen=True)
class _Split:
    """What is grouped by first: ``days`` in the place of periods, the columns of ``edge`` in the place of
    its dimensions, the ``counted`` column of a distinct count."""

    days: bool
    edge: Edge | None
    counted: exp.Expr | None


def _split(aggregate: Aggregate, chain: _Chain) -> _Split | None:
    """How to take an aggregate in two steps, or ``None`` where one is better."""
    counted = _counted(aggregate.measures)
    if counted is None or not all(_divides(m) for m in aggregate.measures):
        return None
    # Entities are nearly as many as their rows: to take them apart by day first would gain nothing.
    days = not aggregate.entities and any(_period(k.tree) is not None for k in aggregate.keys)
    edge = _edge(aggregate, chain) if not days or counted else None
    if aggregate.entities and (edge is None or not _grouped_by(aggregate, edge, chain)):
        return None
    if counted:
        own = edge is not None and _same(edge, counted[0], chain) and _early(aggregate, edge)
        return _Split(days, edge if own else None, counted[0])
    if days:
        return _Split(True, None, None) if _early(aggregate) else None
    return _Split(False, edge, None) if edge is not None and _early(aggregate, edge) else None


def _counted(measures: Iterable[Measure]) -> list[exp.Expr] | None:
    """The one column that is counted distinct (or none); ``None`` where the rule does not apply."""
    distinct = [m for m in measures if m.call.this == "count_distinct"]
    trees = {m.call: m.call.expressions[0] for m in distinct}
    plain = all(m.where is None and _rooted(m.call) for m in distinct)
    return list(trees.values()) if plain and len(trees) <= 1 else None


def _divides(measure: Measure) -> bool:
    return str(measure.call.this) in PARTS or measure.call.this == "count_distinct"


def _rooted(tree: exp.Expr) -> bool:
    return all(walk_of(c) == () for c in columns_of(tree))


def _early(aggregate: Aggregate, edge: Edge | None = None) -> bool:
    """Whether every measure can be computed below the lookups that come later."""
    return all(
        _under(edge.role, c) is False for m in aggregate.measures if edge for c in columns_of(m.call)
    ) and all(
        len({_under(edge.role, c) for c in columns_of(m.where)}) < 2
        for m in aggregate.measures
        if edge and m.where is not None
    )


def _under(role: str, column: exp.Column) -> bool:
    return walk_of(column)[:1] == (role,)


def _period(tree: exp.Expr) -> tuple[str, exp.Expr] | None:
    """A truncation of a timestamp to more than a day: the function on dates, and the timestamp."""
    if isinstance(tree, exp.Anonymous):
        for stem in WITHIN["day"]:
            if tree.this == f"trunc_{stem}_timestamp":
                return f"trunc_{stem}_date", tree.expressions[0]
    return None


def _edge(aggregate: Aggregate, chain: _Chain) -> Edge | None:
    """The one join through which all joined keys are reached, if no test needs it earlier."""
    roles = {walk_of(c)[:1] for k in aggregate.keys for c in columns_of(k.tree)} - {()}
    if len(roles) != 1:
        return None
    (first,) = roles
    lookup = next(one for one in chain.lookups if one.walk == first)
    tested = {walk_of(c)[:1] for t in chain.tests for c in _test_columns(t)}
    mixed = any(len({walk_of(c)[:1] for c in columns_of(k.tree)}) > 1 for k in aggregate.keys)
    beyond = any(_leaves(one, first) for one in chain.lookups if one.walk[:1] == first and one is not lookup)
    if first in tested or mixed or beyond or lookup.validity:
        return None
    if not all(_rooted(left) for left, _ in lookup.on):
        return None
    return lookup.edge


def _leaves(lookup: Lookup, first: tuple[str, ...]) -> bool:
    """Whether a join looks at other rows than those that the first one leads to."""
    trees = [*(tree for pair in lookup.on for tree in pair), *lookup.validity]
    return any(walk_of(column)[:1] != first for tree in trees for column in columns_of(tree))


def _test_columns(test: Test) -> Iterable[exp.Column]:
    yield from (c for c in columns_of(test.tree) if c.table != "?")
    for match in test.matches:
        for _, outer in match.on:
            yield from columns_of(outer)


def _grouped_by(aggregate: Aggregate, edge: Edge, chain: _Chain) -> bool:
    """Whether rows are grouped by the columns that join."""
    lookup = next(one for one in chain.lookups if one.edge is edge)
    return {left for left, _ in lookup.on} <= {key.tree for key in aggregate.keys}


def _same(edge: Edge, counted: exp.Expr, chain: _Chain) -> bool:
    """Whether the column that joins is the one that is counted."""
    lookup = next(one for one in chain.lookups if one.edge is edge)
    return [left for left, _ in lookup.on] == [counted]


class _TwoSteps:
    """Collects the columns of the partial aggregate and answers with references to them."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.keys: dict[exp.Expr, Named] = {}
        self.measures: list[Measure] = []

    def key(self, tree: exp.Expr, wish: str) -> exp.Expr:
        """A column of the partial aggregate for a row scalar."""
        if tree not in self.keys:
            name = wish if wish not in self.taken else f"{wish}_{len(self.taken)}"
            self.taken.add(name)
            self.keys[tree] = Named(name, tree, None)
        return partial_column(self.keys[tree].name)

    def measure(self, measure: Measure, inner: exp.Expr | None, outer: exp.Expr | None) -> Measure:
        """The second half of a measure, over the first half added here."""
        self.measures.append(replace(measure, where=inner))
        function, part = PARTS[str(measure.call.this)], partial_column(measure.name)
        if outer is None or not measure.zero:
            return replace(measure, call=call(function, part), where=outer)
        # A count that no part belongs to is 0, where a sum of parts would be NULL.
        counted = exp.Case(ifs=[exp.If(this=outer, true=part)], default=exp.Literal.number(0))
        return replace(measure, call=call(function, counted), where=None)


def _two_steps(aggregate: Aggregate, chain: _Chain, split: _Split) -> Aggregate:
    steps = _TwoSteps(m.name for m in aggregate.measures)
    role = split.edge.role if split.edge else None
    keys = tuple(replace(k, tree=_key(steps, k, split, role)) for k in aggregate.keys)
    late = tuple(one for one in chain.lookups if role is not None and one.walk[0] == role)
    on: dict[Walk, tuple[tuple[exp.Expr, exp.Expr], ...]] = {
        one.walk: _joined(steps, one) for one in late if len(one.walk) == 1
    }
    measures = tuple(_measure(steps, m, split, role) for m in aggregate.measures)
    early = tuple(one for one in chain.lookups if one not in late)
    rows: Rows = _stacked(chain.scan, early)
    if chain.tests:
        rows = Filter(rows, chain.tests)
    name = "_".join([chain.scan.model, "by", *(k.name for k in steps.keys.values())])
    partial: Rows = Partial(rows, name, tuple(steps.keys.values()), tuple(steps.measures))
    for one in late:
        partial = replace(one, input=partial, on=on.get(one.walk, one.on))
    return replace(aggregate, input=partial, keys=keys, measures=measures)


def _stacked(rows: Rows, lookups: Iterable[Lookup]) -> Rows:
    for lookup in lookups:
        rows = replace(lookup, input=rows)
    return rows


def _key(steps: _TwoSteps, key: Named, split: _Split, role: str | None) -> exp.Expr:
    """A key of the second step: a period of a day, a dimension looked up late, or a column of the first."""
    period = _period(key.tree) if split.days else None
    if period is not None:
        function, moment = period
        return call(function, steps.key(call("date_of_timestamp", moment.copy()), "day"))
    if role is not None and any(_under(role, c) for c in columns_of(key.tree)):
        return key.tree
    return steps.key(key.tree, key.name)


def _joined(steps: _TwoSteps, lookup: Lookup) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
    return tuple((steps.key(left, left.name or "link"), right) for left, right in lookup.on)


def _measure(steps: _TwoSteps, measure: Measure, split: _Split, role: str | None) -> Measure:
    if measure.call.this == "count_distinct":
        assert split.counted is not None
        column = steps.key(split.counted, split.counted.name or "counted")
        # Without days in between, a group of the second step has each counted value once.
        return replace(measure, call=call("count_distinct" if split.days else "count", column))
    late = measure.where is not None and role is not None and _any(measure.where, lambda c: _under(role, c))
    return steps.measure(measure, None if late else measure.where, measure.where if late else None)


def _any(tree: exp.Expr, test: Callable[[exp.Column], bool]) -> bool:
    return any(test(c) for c in columns_of(tree))
