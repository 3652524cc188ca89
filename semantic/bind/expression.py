"""Expressions over leaves, and what they become where their leaves are seen in another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic.bind.leaf import Leaf, Metric, leaf_column
from semantic.bind.row import call, columns_of, substitute
from semantic.spec import types as spec
from semantic.spec.types import TypeName


@dataclass(frozen=True)
class Expression:
    """A tree in which columns of the table ``#`` stand for ``leaves``, and its type."""

    tree: exp.Expr
    type: TypeName | None
    leaves: dict[str, Leaf]

    def metric(self, definition: spec.Metric) -> Metric:
        """The metric that it is the meaning of."""
        return Metric(str(definition.name), definition, self.tree, self.leaves, self.type)


def changed(
    tree: exp.Expr, leaves: Mapping[str, Leaf], change: Callable[[Leaf], Sequence[Leaf]]
) -> tuple[exp.Expr, dict[str, Leaf]]:
    """A tree with others in the place of each leaf that it reads."""
    found: dict[str, Leaf] = {}
    tree = tree.copy()
    for node in [node for node in columns_of(tree) if node.table == "#"]:
        parts = change(leaves[node.name])
        found |= {leaf.key: leaf for leaf in parts}
        tree = substitute(tree, node, value_of(parts))
    return tree, found


def value_of(parts: Sequence[Leaf]) -> exp.Expr:
    """The value of an aggregate in parts: the first over the second, where there are two."""
    columns = [leaf_column(leaf.key) for leaf in parts]
    return columns[0] if len(columns) == 1 else call("safe_divide", *columns)


def in_parts(leaf: Leaf, *, framed: bool) -> list[Leaf]:
    """The leaves whose parts add up over a window, or over snapshots: an average is a sum over a count."""
    if not framed or str(leaf.call.this) != "avg":
        return [leaf]
    column = leaf.call.expressions[0]
    kind: TypeName | None = "float" if leaf.per is not None else None
    summed = replace(leaf, name=f"{leaf.name}_sum", call=call("sum", column.copy()), type=kind)
    counted = replace(leaf, name=f"{leaf.name}_count", call=call("count", column.copy()), type="integer")
    return [summed, counted]


def named_by(definition: spec.Metric, leaf: Leaf) -> str:
    """What an aggregate of another metric is called in the one that is made of it."""
    return str(definition.name) if leaf.name == definition.metric else f"{leaf.name}_{definition.name}"
