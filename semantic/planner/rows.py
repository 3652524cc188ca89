"""The rows of a fact with exactly what its keys, tests and measures need, grouped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from semantic.bind.bound import Fact, Key, sides
from semantic.bind.condition import Condition, Side, side_of
from semantic.bind.leaf import Leaf
from semantic.bind.row import conjunction
from semantic.bind.shortcut import shortened
from semantic.bind.texts import Reached
from semantic.plan import Aggregate, Beside, Filter, Measure, Named, Rows, Test, beside_column
from semantic.planner.many_sides import tested
from semantic.planner.planning import Planning
from semantic.planner.spreads import Spreading, spreading

#: The step with the values of a dimension that lead by a metric.
LEADING = "@leading"
Own = dict[str, tuple[Condition, ...]]


def rows_grouped(
    planning: Planning,
    fact: Fact,
    name: str,
    entity: tuple[Key, ...] = (),
    keys: tuple[Key, ...] | None = None,
    measured: bool = True,
) -> Aggregate:
    """A fact's rows by the keys of the question (and of an entity), or by others; those that its measures are
    over, whether they are ``measured`` or not."""
    asked = (*planning.bound.keys, *entity) if keys is None else keys
    grouped = sides(fact)
    spreads = {side: spreading(planning, fact, side, places, asked) for side, places in grouped.items()}
    common, own = _shared_filters(fact.leaves)
    named = _keys(planning, fact, asked, spreads)
    leaves = fact.leaves if measured else ()
    measures = tuple(_measure(planning, leaf, own.get(leaf.key, ())) for leaf in leaves)
    outside = [condition for condition in fact.where if condition.side not in grouped]
    tests = [tested(planning, condition) for condition in (*outside, *common)]
    tests += _any_leaf(planning, own)
    tests += [spread.stays for spread in spreads.values() if spread.stays is not None]
    rows = _rows(planning, fact, named, measures, tests, spreads.values())
    return _led(planning, Aggregate(rows, name, named, measures, entities=bool(entity)))


def _led(planning: Planning, whole: Aggregate) -> Aggregate:
    """Rows grouped by the values that lead, and all others as one."""
    top = planning.bound.top
    own = next((key.tree for key in whole.keys if top is not None and key.name == top.key), None)
    if top is None or own is None:
        return whole
    found = exp.Not(this=exp.Is(this=beside_column(top.key), expression=exp.Null()))
    tree = exp.Case(ifs=[exp.If(this=found, true=own.copy())], default=exp.Literal.string(top.others))
    keys = tuple(replace(key, tree=tree) if key.name == top.key else key for key in whole.keys)
    return replace(whole, input=Beside(whole.input, LEADING, own, top.key), keys=keys)


def _rows(
    planning: Planning,
    fact: Fact,
    keys: Sequence[Named],
    measures: Sequence[Measure],
    tests: Sequence[Test],
    spreads: Iterable[Spreading],
) -> Rows:
    """The rows of a fact with what is read of them looked up, spread and filtered."""
    trees = [k.tree for k in keys] + [m.call for m in measures] + [t.tree for t in tests]
    trees += [m.where for m in measures if m.where is not None]
    trees += [outer for t in tests for match in t.matches for _, outer in match.on]
    trees += [outer for spread in spreads for outer, _ in spread.on]
    rows = planning.lookups.rows(fact.home, trees, time=fact.time)
    for spread in spreads:
        rows = spread.over(rows)
    return Filter(rows, tuple(tests)) if tests else rows


def _keys(
    planning: Planning, fact: Fact, asked: Sequence[Key], spreads: Mapping[Side, Spreading]
) -> tuple[Named, ...]:
    """Keys over the rows of a fact."""
    own_side = _own_side(planning, fact)
    named = []
    for key, reached in zip(asked, fact.keys, strict=True):
        tree = _key(planning, reached, key.name, spreads)
        named.append(Named(key.name, own_side.get(tree, tree), key.type))
    return tuple(named)


def _key(planning: Planning, reached: Reached, name: str, spreads: Mapping[Side, Spreading]) -> exp.Expr:
    """A key over the rows of a fact: a scalar of its own, or a column of the step that spreads it."""
    if reached.branch is None:
        return shortened(planning.definitions, reached.row.model, reached.row.tree)
    return spreads[side_of(reached.branch)].key(name)


def _own_side(planning: Planning, fact: Fact) -> dict[exp.Expr, exp.Expr]:
    """The columns of a fact that equal the key of a population, wherever that has the row."""
    found: dict[exp.Expr, exp.Expr] = {}
    for reached in fact.keys if planning.bound.population is not None else ():
        if reached.row.at and reached.branch is None:
            edge = planning.definitions.catalog.edges(fact.home, reached.row.at)[-1]
            found |= {right: left for left, right in planning.lookups.pairs(edge, reached.row.at)}
    return found


def _measure(planning: Planning, leaf: Leaf, own: Sequence[Condition]) -> Measure:
    where = _all_of(planning, own) if own else None
    sums = replace(leaf, every=False).counts or str(leaf.call.this) in ("sum", "sum_distinct")
    call = shortened(planning.definitions, leaf.home, leaf.call)
    assert isinstance(call, exp.Anonymous)
    return Measure(planning.names[leaf.key], call, where, leaf.type, leaf.counts, sums)


def _any_leaf(planning: Planning, own: Own) -> list[Test]:
    """Where every measure has a filter of its own, rows that none wants need not be read."""
    if not own or not all(own.values()):
        return []
    trees = [_all_of(planning, group) for group in own.values()]
    return [Test(conjunction(list(dict.fromkeys(trees)), exp.Or))]


def _all_of(planning: Planning, group: Sequence[Condition]) -> exp.Expr:
    return conjunction([shortened(planning.definitions, c.home, c.tree).copy() for c in group])


def _shared_filters(leaves: Sequence[Leaf]) -> tuple[list[Condition], Own]:
    """The filters that every leaf has (they go to WHERE), and for each leaf those of its own."""
    if not leaves:
        return [], {}
    plain = [{c.key: c for c in leaf.conditions if not c.exists} for leaf in leaves]
    common = [c for key, c in plain[0].items() if all(key in other for other in plain)]
    keys = {c.key for c in common}
    own = {
        leaf.key: tuple(c for key, c in mine.items() if key not in keys)
        for leaf, mine in zip(leaves, plain, strict=True)
    }
    return common, own
