"""Trees as text for messages, printed plans and comparison; what a warehouse gets is made in `emit` alone."""

from __future__ import annotations

from sqlglot import exp


def spelled(tree: exp.Expr) -> str:
    """The tree in plain SQL of no particular target; equal for equal trees.

    >>> spelled(exp.Add(this=exp.column("a"), expression=exp.Literal.number(1)))
    'a + 1'
    """
    return tree.sql(normalize_functions=False)
