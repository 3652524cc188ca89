"""Trees as plain values that are equal where trees mean the same.

Parentheses, the order of what AND and OR join, and the case of bare names say nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from sqlglot import exp

#: What a node is in plain values, or ``None`` where it is written as it stands.
Replace = Callable[[exp.Expr], Any]

_SILENT = frozenset({"comments"})
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_TURNED = (exp.EQ, exp.NEQ, exp.Add, exp.Mul)


def digest(value: Any) -> str:
    """Thirty-two characters that are equal for equal plain values, in every process.

    >>> digest(("a", 1)) == digest(("a", 1)), digest(("a", 1)) == digest(("a", "1"))
    (True, False)
    """
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plain(tree: exp.Expr, replace: Replace) -> Any:
    """A tree as plain values; ``replace`` says what its names mean.

    >>> from sqlglot import parse_one
    >>> def same(one, other):
    ...     return plain(parse_one(one), lambda node: None) == plain(parse_one(other), lambda node: None)
    >>> same("A > 1 AND (b = 'x')", "'x' = b AND 1 < a"), same("a - b", "b - a")
    (True, False)
    """
    tree = tree.unnest() if isinstance(tree, exp.Paren) else tree
    known = replace(tree)
    if known is not None:
        return known
    if isinstance(tree, exp.Identifier):
        return ("name", tree.name if tree.args.get("quoted") else tree.name.lower())
    if isinstance(tree, exp.Connector):
        parts = {repr(part): part for part in _joined(tree, type(tree), replace)}
        return (type(tree).__name__, *(parts[key] for key in sorted(parts)))
    if type(tree) in _MIRRORED:
        turned = {"this": tree.expression, "expression": tree.this}
        return (
            _MIRRORED[type(tree)].__name__,
            *((key, plain(turned[key], replace)) for key in sorted(turned)),
        )
    if isinstance(tree, _TURNED):
        sides = (plain(tree.this, replace), plain(tree.expression, replace))
        return (type(tree).__name__, *sorted(sides, key=repr))
    if isinstance(tree, exp.In) and tree.args.get("query") is None:
        listed = sorted({repr(_value(each, replace)) for each in tree.expressions})
        return ("In", plain(tree.this, replace), *listed, repr(_value(tree.args.get("unnest"), replace)))
    return (type(tree).__name__, *_arguments(tree, replace))


def _joined(tree: exp.Expr, kind: type[exp.Expr], replace: Replace) -> list[Any]:
    """What a chain of one connector joins, whatever stands in parentheses of its own."""
    found: list[Any] = []
    for side in (tree.this, tree.expression):
        inner = side.unnest() if isinstance(side, exp.Paren) else side
        found += _joined(inner, kind, replace) if type(inner) is kind else [plain(inner, replace)]
    return found


def _arguments(tree: exp.Expr, replace: Replace) -> list[Any]:
    return [
        (key, _value(value, replace))
        for key, value in sorted(tree.args.items())
        if key not in _SILENT and value is not None and value is not False and value != []
    ]


def _value(value: Any, replace: Replace) -> Any:
    if isinstance(value, exp.Expr):
        return plain(value, replace)
    if isinstance(value, list | tuple):
        return tuple(_value(each, replace) for each in value)
    return str(value) if isinstance(value, str) else repr(value)


def nothing(node: exp.Expr) -> Any:
    """A `Replace` that leaves every node as it stands."""
    return None


def spaced(text: str | None) -> str:
    """A text with one space where it has any.

    >>> spaced(" a  = b ")
    'a = b'
    """
    return " ".join(text.split()) if text is not None else ""
