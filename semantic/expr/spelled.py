"""Trees as text for messages, printed plans and comparison; what a warehouse gets is made in `emit` alone."""

from __future__ import annotations

from sqlglot import Dialect, Generator, exp

_PLAIN = Dialect()  # whose printer changes nothing in a tree, so that none need be copied


def spelled(tree: exp.Expr) -> str:
    """The tree in plain SQL of no particular target; equal for equal trees.

    >>> spelled(exp.Add(this=exp.column("a"), expression=exp.Literal.number(1)))
    'a + 1'
    """
    return Generator(dialect=_PLAIN, normalize_functions=False).generate(tree, copy=False)
