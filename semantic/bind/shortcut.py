"""The key of a required join needs no join: its partner's column is the row's own."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.bind.row import columns_of, moved, substitute, walk_of
from semantic.catalog import Walk


def shortened(definitions: Definitions, model: str, tree: exp.Expr) -> exp.Expr:
    """The scalar over ``model`` with the columns that a required join meets on taken from its own side.

    A join that is not required gives NULL for a missing partner, so its key has to be looked up.
    """
    if not any(_own_side(definitions, model, node) for node in columns_of(tree)):
        return tree
    result = tree.copy()
    for node in columns_of(result):
        value = _own_side(definitions, model, node)
        if value is not None:
            result = substitute(result, node, shortened(definitions, model, value.copy()))
    return result


def _own_side(definitions: Definitions, model: str, node: exp.Column) -> exp.Expr | None:
    """What the joining row itself says for a column of its partner."""
    walk = walk_of(node) if node.table.startswith("/") else ()
    if not walk:
        return None
    edge = definitions.catalog.edges(model, walk)[-1]
    if not edge.required or edge.spec.valid is not None:
        return None
    for left, right in edge.on:
        other = definitions.key_row(edge.target, right).tree
        if isinstance(other, exp.Column) and other.this == node.this and not walk_of(other):
            return _at(definitions.key_row(edge.origin, left).tree, walk[:-1])
    return None


def _at(tree: exp.Expr, walk: Walk) -> exp.Expr:
    return moved(tree, lambda own: walk + own)
