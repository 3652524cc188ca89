"""Scalars over one row of a model, and how they move along joins.

A `Row` holds a canonical sqlglot tree whose columns are qualified by a *walk*: the table part of the
column spells the roles from the row's model (``/`` is the model itself, ``/orders/buyer`` two joins on).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sqlglot import exp

from semantic.catalog import Walk
from semantic.expr.spelled import spelled
from semantic.spec.types import TypeName

_ATOMS = (exp.Column, exp.Literal, exp.Func, exp.Paren, exp.Case, exp.Boolean, exp.Null, exp.Placeholder)


@dataclass(frozen=True)
class Row:
    """A scalar over one row of ``model``; ``type`` is ``None`` where it is not known.

    ``at`` is the walk at which it was named: a dimension belongs to its model, whatever it is made of.
    ``finest`` is the shortest period that a time is told by, where that is said.
    """

    model: str
    tree: exp.Expr
    type: TypeName | None
    at: Walk = ()
    finest: str | None = None

    @cached_property
    def walks(self) -> frozenset[Walk]:
        """The walks that its columns stand at."""
        return frozenset(walk_of(column) for column in columns_of(self.tree))

    @cached_property
    def key(self) -> str:
        """Equal for equal scalars of one model."""
        return f"{self.model}:{spelled(self.tree)}"


def column(name: exp.Identifier, walk: Walk = ()) -> exp.Column:
    """A column at a walk.

    >>> column(exp.to_identifier("region"), ("orders", "buyer")).table
    '/orders/buyer'
    """
    return exp.Column(this=name, table=exp.Identifier(this="/" + "/".join(walk), quoted=True))


def walk_of(node: exp.Column) -> Walk:
    """The walk that a column stands at.

    >>> walk_of(column(exp.to_identifier("region"), ("orders", "buyer")))
    ('orders', 'buyer')
    """
    return _walk(node.table)


@lru_cache(maxsize=4096)
def _walk(table: str) -> Walk:
    return tuple(part for part in table.split("/") if part)


def columns_of(tree: exp.Expr) -> list[exp.Column]:
    """The columns of a bound tree, in the order of its text (asked at every step, hence no generic walk)."""
    found: list[exp.Column] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if type(node) is exp.Column:
            found.append(node)
            continue
        for value in reversed(node.args.values()):
            if isinstance(value, exp.Expr):
                pending.append(value)
            elif type(value) is list:
                pending.extend(v for v in reversed(value) if isinstance(v, exp.Expr))
    return found


def moved(tree: exp.Expr, move: Callable[[Walk], Walk]) -> exp.Expr:
    """A copy of the tree with every column at another walk."""
    copy = tree.copy()
    for node in columns_of(copy):
        node.args["table"].set("this", "/" + "/".join(move(walk_of(node))))
    return copy


def rerooted(row: Row, model: str, walk: Walk) -> Row:
    """The same scalar seen from a model that reaches its own by ``walk``."""
    if not walk:
        return row
    return Row(model, moved(row.tree, lambda own: walk + own), row.type, walk + row.at, row.finest)


def substitute(tree: exp.Expr, node: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Put ``value`` in the place of ``node``, in parentheses where its meaning needs them."""
    if node is tree:
        return value
    parent = node.parent
    bare = isinstance(value, _ATOMS) or isinstance(parent, exp.Func | exp.Paren)
    node.replace(value if bare else exp.Paren(this=value))
    return tree


def filled(tree: exp.Expr, value: exp.Expr) -> exp.Expr:
    """A tree with a value in the place of each of its columns."""
    copy = tree.copy()
    for column in columns_of(copy):
        copy = substitute(copy, column, value.copy())
    return copy


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A canonical function call."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def conjunction(trees: list[exp.Expr], kind: type[exp.Connector] = exp.And) -> exp.Expr:
    """All of the conditions (or any of them, with ``exp.Or``), in order."""
    wrapped = [
        exp.Paren(this=t) if isinstance(t, exp.Connector) and not isinstance(t, kind) else t for t in trees
    ]
    joined = wrapped[0]
    for tree in wrapped[1:]:
        joined = kind(this=joined, expression=tree)
    return joined
