"""Canonical scalars as text: walks become paths, stand-ins get their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from semantic.bind.condition import Condition, Exists
from semantic.bind.leaf import Leaf
from semantic.bind.row import columns_of, walk_of
from semantic.catalog import Walk
from semantic.expr.spelled import spelled

Named = Callable[[str], str]


def scalar(tree: exp.Expr, leaves: Mapping[str, Leaf] | None = None) -> str:
    """A bound or planned scalar as a person would write it.

    >>> from sqlglot import parse_one
    >>> scalar(parse_one('trunc_month_date("/orders/buyer".born_on)'))
    'trunc_month_date(orders.buyer.born_on)'
    """
    copy = tree.copy()
    for node in list(columns_of(copy)):
        copy = _renamed(copy, node, leaves or {})
    return spelled(copy)


def _renamed(tree: exp.Expr, node: exp.Column, leaves: Mapping[str, Leaf]) -> exp.Expr:
    table = node.table
    if table == "#":
        name = leaves[node.name].name if node.name in leaves else node.name
    elif table == "?":
        name = f"exists_{int(node.name) + 1}"
    elif table.startswith("/"):
        name = ".".join((*walk_of(node), node.name))
    else:
        return tree
    plain = exp.Column(this=exp.Identifier(this=name, quoted=False))
    if node is tree:
        return plain
    node.replace(plain)
    return tree


def walk(steps: Walk) -> str:
    """A walk of joins as a path."""
    return ".".join(steps) or "the row itself"


def condition(each: Condition) -> str:
    """A condition, with what its EXISTS look for."""
    text = scalar(each.tree)
    for number, exists in enumerate(each.exists, 1):
        text += f"\nexists_{number}: {exists_text(exists)}"
    return text


def exists_text(exists: Exists) -> str:
    """A condition on a many side."""
    branch = exists.branch
    back = f"{branch.root} by {walk(branch.back)}"
    orphan = f"; without any row: {scalar(exists.orphan)}" if exists.orphan is not None else ""
    return f"a row of {back} with {scalar(exists.tree)}{orphan}"
