"""Whether a scalar is NULL wherever everything that it reads is NULL."""

from __future__ import annotations

from sqlglot import exp

from semantic.functions import REGISTRY

#: Functions that make something of NULL.
_LOOSE = frozenset(("coalesce", "concat", "concat_ws"))
_ANY = (
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike,
)  # fmt: skip


def strict(tree: exp.Expr) -> bool:
    """Whether a canonical scalar is NULL wherever all of its columns are.

    >>> from sqlglot import parse_one
    >>> strict(parse_one("a + 1 > b")), strict(parse_one("case when a then 1 end")), strict(parse_one("1"))
    (True, False, False)
    """
    match tree:
        case exp.Column() | exp.Null():
            return True
        case exp.Paren() | exp.Neg() | exp.Not() | exp.Cast() | exp.In() | exp.Between():
            return strict(tree.this)
        case exp.And() | exp.Or():
            return strict(tree.this) and strict(tree.expression)
        case exp.Anonymous():
            return _call(tree)
    return isinstance(tree, _ANY) and (strict(tree.this) or strict(tree.expression))


def _call(tree: exp.Anonymous) -> bool:
    name, arguments = str(tree.this), tree.expressions
    if name in _LOOSE or name not in REGISTRY:
        return False
    return strict(arguments[0]) if name == "nullif" else any(map(strict, arguments))
