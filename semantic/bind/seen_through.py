"""Metrics through windows and offsets: each of their aggregates is seen through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.expression import changed, in_parts, named_by
from semantic.bind.leaf import Leaf, Offset, Per, Through
from semantic.bind.nesting import SIZES
from semantic.bind.sensible import check_along_time
from semantic.faults import SemanticError
from semantic.spec import types as spec

Leaves = Mapping[str, Leaf]


def seen_through(
    definitions: Definitions, definition: spec.Metric, tree: exp.Expr, leaves: Leaves
) -> tuple[exp.Expr, dict[str, Leaf]]:
    """An expression with each of its aggregates seen through a window or an offset."""
    return changed(tree, leaves, partial(_seen, definitions, definition))


def _seen(definitions: Definitions, definition: spec.Metric, leaf: Leaf) -> list[Leaf]:
    """An aggregate seen through a window or an offset, in parts that add up."""
    through = Through(definition.window, definition.to_date, definition.offset)
    return [_leaf(definitions, definition, through, part) for part in in_parts(leaf, framed=through.framed)]


def _leaf(definitions: Definitions, definition: spec.Metric, through: Through, leaf: Leaf) -> Leaf:
    span = definition.metric.span if definition.metric is not None else None
    if leaf.per is not None and any(inner.through for inner in leaf.per.leaves.values()):
        return _inside(definitions, definition, leaf, leaf.per)
    if leaf.sampled is not None:
        plain = seen_through(definitions, definition, *leaf.sampled.plain)
        leaf = replace(leaf, sampled=replace(leaf.sampled, plain=plain))
    check_along_time(definitions, leaf, definition, through, span)
    offset = _later(leaf.through.offset, through.offset)
    if offset is None and leaf.through.offset is not None and through.offset is not None:
        raise SemanticError([faults.unlike_offsets(str(leaf.through.offset), str(through.offset), span)])
    window, to_date = leaf.through.window or through.window, leaf.through.to_date or through.to_date
    both = Through(window, to_date, offset)
    return replace(leaf, name=named_by(definition, leaf), of=str(definition.name), through=both)


def _inside(definitions: Definitions, definition: spec.Metric, leaf: Leaf, per: Per) -> Leaf:
    """Values of entities that are seen through windows or offsets themselves, each of them seen through
    another."""
    call, inner = seen_through(definitions, definition, leaf.call, per.leaves)
    having = None
    if per.having is not None:
        having, tested = seen_through(definitions, definition, per.having, per.leaves)
        inner |= tested
    assert isinstance(call, exp.Anonymous)
    return replace(leaf, name=named_by(definition, leaf), call=call, per=Per(per.entity, inner, having))


def _later(one: Offset | None, other: Offset | None) -> Offset | None:
    """Two offsets one after the other; ``None`` where they have no common unit (or there are none)."""
    if one is None or other is None:
        return one or other
    if not (isinstance(one, spec.Duration) and isinstance(other, spec.Duration)):
        return None
    (unit, size), (same, factor) = SIZES[one.unit], SIZES[other.unit]
    return spec.Duration(one.count * size + other.count * factor, unit) if unit == same else None  # type: ignore[arg-type]
