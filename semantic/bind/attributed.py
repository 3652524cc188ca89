"""Attributes of a caller in a parsed condition: each placeholder becomes the literal of a value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.parameters import constant
from semantic.bind.row import substitute
from semantic.faults import SemanticError
from semantic.macros import ATTRIBUTE
from semantic.policies import Anything, User
from semantic.source import Span
from semantic.spec.types import TypeName


def attributed(tree: exp.Expr, user: User, span: Span | None) -> exp.Expr:
    """The tree with the caller's values in it; raises `SemanticError` where one cannot stand."""
    _check_quoted(tree, span)
    holder = exp.Paren(this=tree)
    for node in [each for each in holder.find_all(exp.In) if _listed(each)]:
        values = [value for each in _items(node) for value in _spread(each, user)]
        found = exp.In(this=node.this, expressions=values) if values else exp.Boolean(this=False)
        node.replace(found)
    for placeholder in [each for each in holder.find_all(exp.Placeholder) if _name(each)]:
        value = user.attribute(_name(placeholder))
        if isinstance(value, tuple):
            raise SemanticError([faults.attribute_list(user.policy, _name(placeholder), span)])
        substitute(holder, placeholder, literal(value))
    return holder.this.pop()  # type: ignore[no-any-return]


def literal(value: Any) -> exp.Expr:
    """A value as a literal of its own type.

    >>> literal("it's").sql(), literal(-2).sql(), literal(True).sql()
    ("'it''s'", '-2', 'TRUE')
    """
    if isinstance(value, Anything):
        return exp.Null()
    if isinstance(value, Decimal):
        value = Decimal(format(value, "f"))
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and value < 0:
        return exp.Neg(this=exp.Literal.number(-value))
    return constant(value, _type(value))


def _type(value: Any) -> TypeName:
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return "timestamptz" if isinstance(value, datetime) and value.tzinfo else name
    raise TypeError(value)  # `policies.attributes` lets no other value in


_TYPES: tuple[tuple[type, TypeName], ...] = (
    (bool, "boolean"),
    (str, "text"),
    (int, "integer"),
    (Decimal, "decimal"),
    (float, "float"),
    (datetime, "timestamp"),
    (date, "date"),
)


def _name(node: exp.Expr) -> str:
    """The attribute that a placeholder stands for, if it does for one."""
    plain = isinstance(node, exp.Placeholder) and node.name.startswith(ATTRIBUTE)
    return node.name.removeprefix(ATTRIBUTE) if plain else ""


def _items(node: exp.In) -> list[exp.Expr]:
    field = node.args.get("field")
    return [field] if field is not None else list(node.expressions)


def _listed(node: exp.In) -> bool:
    return any(_name(each) for each in _items(node))


def _spread(item: exp.Expr, user: User) -> Iterable[exp.Expr]:
    """A value of a list as literals: an attribute may be several, or none."""
    if not _name(item):
        return (item.copy(),)
    value = user.attribute(_name(item))
    return map(literal, value if isinstance(value, tuple) else (value,))


def _check_quoted(tree: exp.Expr, span: Span | None) -> None:
    """Raises `SemanticError` for an attribute that became part of a text or a name."""
    for node in tree.find_all(exp.Literal, exp.Identifier):
        if found := re.search(rf"{ATTRIBUTE}(\w*)", node.name):
            raise SemanticError([faults.attribute_printed(found[1], span)])
