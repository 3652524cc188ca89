"""Aggregates in trees: where they stand, and what they take in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.functions import REGISTRY

_WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node is an aggregate, in a parsed tree or a canonical one."""
    if isinstance(node, exp.Anonymous):
        known = REGISTRY.get(str(node.this).lower())
        return known is not None and known.kind == "aggregate"
    return isinstance(node, exp.AggFunc)


def aggregates(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost aggregates of a parsed tree, their FILTER and WITHIN GROUP included."""
    for node in tree.walk(prune=_outermost):
        if _outermost(node):
            yield node


def _outermost(node: exp.Expr) -> bool:
    return is_aggregate(node) or (isinstance(node, _WRAPPERS) and node.find(exp.AggFunc) is not None)


def ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes that a node stands in, nearest first."""
    up = node.parent
    while up is not None:
        yield up
        up = up.parent


def has_values(node: exp.Anonymous) -> bool:
    """Whether an aggregate takes the value of any column: one that only a condition looks at chooses rows."""
    return any(not _in_condition(column, node) for column in columns_of(node))


def _in_condition(column: exp.Expr, top: exp.Expr) -> bool:
    while column is not top and column.parent is not None:
        if isinstance(column.parent, exp.If) and column.arg_key == "this":
            return True
        column = column.parent
    return False
