"""Group by a key once: a key that the others tell is made from them where the groups are read.

Days of customers in each month are groups by customer and day; the month of a day needs no grouping.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlglot import exp

from semantic.bind.row import columns_of, substitute
from semantic.expr.spelled import spelled
from semantic.plan import Aggregate, Expanded, Groups, Measure, Named, Result, free_name, partial_column
from semantic.plan.walk import changed, each
from semantic.rewrite.told import told

#: What the readers of groups put in the place of a key, by the name of the groups and that of the key.
_Made = dict[str, dict[str, exp.Expr]]


def determined(result: Result) -> Result:
    """The plan without keys that other keys of the same groups tell."""
    steps = tuple(
        replace(step, body=_determined(step.body)) if isinstance(step.body, Result) else step
        for step in result.steps
    )
    return replace(_determined(result), steps=steps)


def _determined(result: Result) -> Result:
    nodes = each(result.input)
    readers = [node for node in nodes if isinstance(node, Aggregate) and _groups(node) is not None]
    read = Counter(groups.input.name for node in readers if (groups := _groups(node)) is not None)
    found = {node.name: node for node in nodes if isinstance(node, Aggregate)}
    times = Counter(node.name for node in nodes if isinstance(node, Aggregate))
    made = {name: _told_keys(found[name]) for name, count in read.items() if times[name] == count}
    made = {name: keys for name, keys in made.items() if keys}
    if not made:
        return result

    taken = {name.lower() for name in found}
    names = {name: _named(found[name], keys, taken) for name, keys in made.items()}
    was = {new: old for old, new in names.items()}

    def change(node: Any) -> Any:
        if not isinstance(node, Aggregate):
            return node
        own = made.get(node.name)
        if own is not None:
            keys = tuple(key for key in node.keys if key.name not in own)
            node = replace(node, name=names[node.name], keys=keys)
        groups = _groups(node)
        return (
            node if groups is None else _reading(node, groups, made.get(was.get(groups.input.name, ""), {}))
        )

    return replace(result, input=changed(result.input, change))


def _named(groups: Aggregate, made: dict[str, exp.Expr], taken: set[str]) -> str:
    """A name for groups by fewer keys."""
    start, by, _ = groups.name.partition("_by_")
    kept = [key.name for key in groups.keys if key.name not in made]
    return free_name("_".join([start, "by", *kept]) if by else groups.name, taken)


def _groups(node: Aggregate) -> Any:
    """The groups of an aggregate that another one is over."""
    rows = node.input.input if isinstance(node.input, Expanded) else node.input
    return rows if isinstance(rows, Groups) and isinstance(rows.input, Aggregate) else None


def _told_keys(groups: Aggregate) -> dict[str, exp.Expr]:
    """The keys that other keys tell, over these."""
    made: dict[str, exp.Expr] = {}
    for key in groups.keys:
        others = [other for other in groups.keys if other is not key and other.name not in made]
        tree = told(key.tree, {spelled(other.tree): partial_column(other.name) for other in others})
        if tree is not None and columns_of(key.tree):
            made[key.name] = tree
    return made


def _reading(node: Aggregate, groups: Groups, made: dict[str, exp.Expr]) -> Aggregate:
    """An aggregate over groups that lack some keys."""
    if not made:
        return node
    below: Any = replace(groups, tests=tuple(_filled(test, made) for test in groups.tests))
    if isinstance(node.input, Expanded):
        below = replace(node.input, input=below, fine=_filled(node.input.fine, made))
    return replace(
        node,
        input=below,
        keys=tuple(_key(key, made) for key in node.keys),
        measures=tuple(_measure(measure, made) for measure in node.measures),
    )


def _key(key: Named, made: dict[str, exp.Expr]) -> Named:
    return replace(key, tree=_filled(key.tree, made))


def _measure(measure: Measure, made: dict[str, exp.Expr]) -> Measure:
    where = None if measure.where is None else _filled(measure.where, made)
    call = _filled(measure.call, made)
    assert isinstance(call, exp.Anonymous)
    return replace(measure, call=call, where=where)


def _filled(tree: exp.Expr, made: dict[str, exp.Expr]) -> exp.Expr:
    """A tree over groups with some of their columns made from others."""
    copy = tree.copy()
    for column in list(_columns(copy, made)):
        copy = substitute(copy, column, made[column.name].copy())
    return copy


def _columns(tree: exp.Expr, made: dict[str, exp.Expr]) -> Iterator[exp.Column]:
    return (column for column in columns_of(tree) if column.table == "=" and column.name in made)
