"""Names of a plan's columns and steps, and what its nodes have in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlglot import exp

from semantic.spec.types import TypeName

#: In bytes; the shortest limit of a target is 63, and a number may follow.
_LONGEST_NAME = 56


#: Where the columns of a step stand that no join of a model leads to.
BESIDE = ("@",)


class PlanError(AssertionError):
    """A plan that cannot be right: a defect of the planner, never of a definition."""


@dataclass(frozen=True)
class Named:
    """A scalar with its output name and type."""

    name: str
    tree: exp.Expr
    type: TypeName | None


#: How the results of parts become that of the whole.
MERGED = {
    "sum": "sum",
    "count": "total_count",
    "count_rows": "total_count",
    "min": "min",
    "max": "max",
    "total_count": "total_count",
    "bool_and": "bool_and",
    "bool_or": "bool_or",
}

#: Of these, what a rewrite of a plan puts together from parts that it makes itself.
PARTS = {name: MERGED[name] for name in ("sum", "count", "count_rows", "min", "max")}


def known_of(name: str) -> str:
    """The measure that tells how many values a sum has: a sum of none is NULL, and not 0.

    >>> known_of("amount")
    'amount_known'
    """
    return f"{name}_known"


def beside_column(name: str) -> exp.Column:
    """A reference to a column of the step beside rows."""
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="/@"))


def frame_column(name: str) -> exp.Column:
    """A reference to a column of the frames that rows were expanded by."""
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="~"))


def partial_column(name: str) -> exp.Column:
    """A reference to a column of the partial aggregate below."""
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="="))


def free_name(wish: str, taken: set[str]) -> str:
    """The wish (cut if long), or with the first number that makes it new; it is taken from then on.

    Names of steps and of columns between steps are ours: no target's limit may cut two of them alike.

    >>> free_name("orders", {"orders"})
    'orders_2'
    """
    wish = _cut(wish)
    name, number = wish, 2
    while name.lower() in taken:
        name, number = f"{wish}_{number}", number + 1
    taken.add(name.lower())
    return name


def _cut(name: str) -> str:
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}_{digest}"
