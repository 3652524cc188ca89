"""What an author writes, made canonical and written for a dialect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.canonical import ZONE, canonical
from semantic.spec.types import TypeName
from tests.contracts.rows import TYPES

SEOUL = "Asia/Seoul"
Native = Callable[[str], list[tuple[Any, ...]]]


def type_of(column: exp.Expr) -> TypeName | None:
    """The type of a column of the table."""
    return TYPES.get(column.name)


def in_table(table: exp.Table, name: str) -> TypeName | None:
    """The type of a column of the table, as a statement asks for it."""
    return TYPES.get(name)


def read(text: str, authoring: str = "duckdb") -> exp.Expr:
    """The canonical tree of an expression."""
    return canonical(sqlglot.parse_one(text, read=authoring), type_of, {}, authoring)


def zoned(tree: exp.Expr) -> exp.Expr:
    """The tree with the calendar's zone put in, as the binder does."""
    for node in list(tree.find_all(exp.Placeholder)):
        if node.name == ZONE:
            node.replace(exp.Literal.string(SEOUL))
    return tree


def written(dialect: str, text: str) -> str:
    """The expression in a dialect."""
    target = load(dialect)
    return target.translate(zoned(read(text))).sql(target.answers.sqlglot)
