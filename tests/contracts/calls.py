"""Calls in canonical names, as text: to a tree, to an engine's SQL, to a type; and results compared."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.types import infer
from semantic.spec.types import TypeName
from tests.contracts.rows import TYPES

_MASK = "c__"
_CLASSES: dict[TypeName, tuple[type, ...]] = {
    "integer": (int, Decimal),  # an exact sum of integers is a DECIMAL in Postgres
    "decimal": (Decimal,),
    "float": (float,),
    "text": (str,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "timestamptz": (datetime,),
}


def tree(text: str) -> exp.Expr:
    """The canonical tree that the text spells: every call stays a call of that name."""
    parsed = sqlglot.parse_one(re.sub(r"\b([a-z_0-9]+)\(", rf"{_MASK}\1(", text), read="duckdb")
    for node in parsed.find_all(exp.Anonymous):
        node.set("this", node.this[len(_MASK) :])
    return parsed


def sql(dialect: str, text: str) -> str:
    """The call, written for a dialect."""
    target = load(dialect)
    return target.translate(tree(text)).sql(target.answers.sqlglot)


def type_of(text: str) -> TypeName | None:
    """The type that the call is said to have."""
    return infer(tree(text), lambda column: TYPES.get(column.name))


def agree(found: Any, expected: Any, kind: TypeName | None, label: str) -> None:
    """The same value, in the class of Python that belongs to the type."""
    if expected is None or found is None:
        assert found is expected, label
        return
    assert kind is not None, label
    assert type(found) in _CLASSES[kind], f"{label}: {found!r} is no {kind}"
    same = pytest.approx(expected, rel=1e-11, abs=1e-300) if kind == "float" else expected
    assert found == same, label
