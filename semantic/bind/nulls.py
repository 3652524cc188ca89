"""What a condition says when some of its columns are NULL, as far as that can be told from its form."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from sqlglot import exp

_STRICT = (exp.Binary, exp.Unary, exp.In, exp.Cast)
_STRICT_CALLS = (
    "trunc_",
    "add_",
    "to_",
    "date_of_",
    "timestamp_of_",
    "safe_",
    "lower",
    "upper",
    "trim",
    "day_of_",
)


class Truth(Enum):
    """The answer of a condition in three-valued logic, or that it depends on the data."""

    TRUE = "true"
    FALSE = "false"
    NULL = "null"
    OPEN = "open"


def truth(tree: exp.Expr, missing: Callable[[exp.Column], bool]) -> Truth:
    """The value of a condition over a row whose ``missing`` columns are NULL.

    >>> from sqlglot import parse_one
    >>> everything = lambda column: True
    >>> truth(parse_one("a = 1 and b > 2"), everything), truth(parse_one("a is null"), everything)
    (<Truth.NULL: 'null'>, <Truth.TRUE: 'true'>)
    """
    match tree:
        case exp.Paren():
            return truth(tree.this, missing)
        case exp.And():
            return _both(truth(tree.this, missing), truth(tree.expression, missing), Truth.FALSE, Truth.TRUE)
        case exp.Or():
            return _both(truth(tree.this, missing), truth(tree.expression, missing), Truth.TRUE, Truth.FALSE)
        case exp.Not():
            return _NOT[truth(tree.this, missing)]
        case exp.Boolean():
            return Truth.TRUE if tree.this else Truth.FALSE
        case exp.Is():
            return _is(tree, missing)
        case exp.NullSafeEQ() | exp.NullSafeNEQ():
            return Truth.OPEN
        case _:
            return Truth.NULL if _is_null(tree, missing) else Truth.OPEN


_NOT = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.NULL: Truth.NULL, Truth.OPEN: Truth.OPEN}


def _both(left: Truth, right: Truth, decisive: Truth, neutral: Truth) -> Truth:
    """AND (or OR): one decisive side settles it, neutral sides drop out."""
    if decisive in (left, right):
        return decisive
    if left is neutral:
        return right
    if right is neutral:
        return left
    return left if left is right else Truth.OPEN


def _is(tree: exp.Is, missing: Callable[[exp.Column], bool]) -> Truth:
    if not _is_null(tree.this, missing):
        return Truth.OPEN
    return Truth.TRUE if isinstance(tree.expression, exp.Null) else Truth.FALSE


def _is_null(tree: exp.Expr, missing: Callable[[exp.Column], bool]) -> bool:
    """Whether a scalar is surely NULL."""
    match tree:
        case exp.Column():
            return missing(tree)
        case exp.Null():
            return True
        case exp.NullSafeEQ() | exp.NullSafeNEQ():
            return False
        case exp.And() | exp.Or() | exp.Not() | exp.Is():
            return truth(tree, missing) is Truth.NULL
        case exp.In():
            return _is_null(tree.this, missing)
        case exp.Between():  # one bound may settle it, as in 20 BETWEEN NULL AND 15
            return _is_null(tree.this, missing) or all(
                _is_null(tree.args[bound], missing) for bound in ("low", "high")
            )
        case exp.Anonymous():
            strict = str(tree.this).startswith(_STRICT_CALLS)
            return strict and any(_is_null(a, missing) for a in tree.expressions)
        case exp.Paren() | exp.Cast():
            return _is_null(tree.this, missing)
        case _:
            return isinstance(tree, _STRICT) and any(_is_null(p, missing) for p in tree.iter_expressions())
