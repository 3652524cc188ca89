"""Metrics of another metric: of some of its rows, through a window, at a level, of samples, or its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.expression import Expression, changed
from semantic.bind.filtering import filtered
from semantic.bind.leaf import Leaf, Level, Sampling, Through, leaf_column
from semantic.bind.paths import AXIS
from semantic.bind.ranks import placed
from semantic.bind.row import call
from semantic.bind.seen_through import seen_through
from semantic.bind.sensible import check_along_time, check_no_place, check_paths, check_samples
from semantic.faults import SemanticError
from semantic.query import TimeRange
from semantic.spec import types as spec
from semantic.spec.types import TypeName


def of_metric(definitions: Definitions, definition: spec.Metric, other: Expression) -> Expression:
    """What a metric makes of the one that it is told by."""
    if definition.filter is not None:
        tree, leaves = filtered(definitions, definition, other.tree, other.leaves)
        other = Expression(tree, other.type, leaves)
    check_paths(definitions, definition, other.leaves.values())
    if definition.rank_over or definition.cumulative_share_over:
        check_no_place(definition, other.tree)
        return placed(definition, other)
    seen = _seen_as(definitions, definition, other)
    return seen if definition.sampled is None else _sampled(definitions, definition, definition.sampled, seen)


def _seen_as(definitions: Definitions, definition: spec.Metric, other: Expression) -> Expression:
    """Another metric through a window or an offset, or at another level; a share is it over its total."""
    level = _level(definitions, definition, other.leaves)
    if level:
        return _at(definition, level, other)
    if not (definition.window or definition.to_date or definition.offset):
        return other
    tree, leaves = seen_through(definitions, definition, other.tree, other.leaves)
    return Expression(tree, other.type, leaves)


def _level(definitions: Definitions, definition: spec.Metric, leaves: Mapping[str, Leaf]) -> Level:
    """The level that a metric is taken at; one in a fixed range of time is over all of its periods."""
    over: tuple[str, ...] = definition.total_over or definition.share_over
    base = _base(definitions, definition, leaves)
    over = (AXIS,) if base is not None else over
    return Level(tuple(map(str, over)), tuple(map(str, definition.ignoring)), base)


def _base(definitions: Definitions, definition: spec.Metric, leaves: Mapping[str, Leaf]) -> TimeRange | None:
    """The fixed range of time that a metric is taken in, which all of its aggregates need a time for."""
    if definition.base is None:
        return None
    for leaf in leaves.values():
        check_along_time(definitions, leaf, definition, Through(), definition.base.span)
        if leaf.sampled is not None:
            raise SemanticError([faults.window_of_window(definition.name, definition.base.span)])
    try:
        return TimeRange.parse(definition.base)
    except SemanticError as error:
        raise SemanticError([replace(f, span=definition.base.span) for f in error.faults]) from None


def _at(definition: spec.Metric, level: Level, other: Expression) -> Expression:
    """An expression at a level, or its share of that."""
    if level.over:
        check_no_place(definition, other.tree)
    total, levelled = changed(other.tree, other.leaves, lambda leaf: [_leaf_at(definition, level, leaf)])
    if not definition.share_over:
        return Expression(total, other.type, levelled)
    whole = isinstance(other.tree, exp.Column | exp.Anonymous)
    part = other.tree.copy() if whole else exp.Paren(this=other.tree.copy())
    return Expression(call("safe_divide", part, total), "float", other.leaves | levelled)


def _leaf_at(definition: spec.Metric, level: Level, leaf: Leaf) -> Leaf:
    if leaf.level:
        raise SemanticError([faults.level_of_level(definition.name, definition.name.span)])
    return replace(leaf, level=level, name=f"{leaf.name}_{definition.name}")


def _sampled(
    definitions: Definitions, definition: spec.Metric, sampled: spec.Sampled, seen: Expression
) -> Expression:
    """A metric of which longer periods take the values of shorter ones."""
    check_samples(definitions, definition, sampled, seen.tree, seen.leaves)
    plain = (seen.tree, seen.leaves)
    sampling = Sampling(str(sampled.each), sampled.take, seen.tree, seen.leaves, plain)
    average = sampled.take == "average"
    taken = call("avg" if average else "max", seen.tree.copy())  # of one value, unless it is their average
    first, name = next(iter(seen.leaves.values())), str(definition.name)
    kind: TypeName | None = "float" if average else seen.type
    leaf = Leaf(name, first.home, taken, (), first.time, kind, sampled=sampling, of=name)
    return Expression(leaf_column(leaf.key), kind, {leaf.key: leaf})
