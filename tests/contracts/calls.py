"""Calls in canonical names, as text: to a tree, to SQL, to a query, to a type; and results compared."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.types import infer
from semantic.spec.types import TypeName
from tests.contracts.rows import TYPES

_MASK = "c__"
_CLASSES: dict[TypeName, type] = {
    "integer": int,
    "decimal": Decimal,
    "float": float,
    "text": str,
    "boolean": bool,
    "date": date,
    "timestamp": datetime,
    "timestamptz": datetime,
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


@cache
def type_of(text: str) -> TypeName | None:
    """The type that the call is said to have."""
    return infer(tree(text), lambda column: TYPES.get(column.name))


def agree(found: Any, expected: Any, kind: TypeName | None, label: str) -> None:
    """The same value, in the class of Python that belongs to the type."""
    assert kind is not None, label
    if expected is None or found is None:
        assert found is expected, label
        return
    assert is_of(found, kind), f"{label}: {found!r} is no {kind}"
    same = pytest.approx(float(expected), rel=1e-11, abs=1e-300) if kind == "float" else expected
    assert found == same, label


def is_of(value: Any, kind: TypeName) -> bool:
    """Whether a value is of the type's class; a wall clock has no zone, and an instant has one.

    An exact number without digits after its point may come as the other exact class: Postgres sums integers
    to a NUMERIC, and Snowflake's integers are NUMBERs.
    """
    if kind in ("integer", "decimal") and type(value) in (int, Decimal):
        return type(value) is _CLASSES[kind] or value == int(value)
    if type(value) is datetime:
        return kind == ("timestamp" if value.tzinfo is None else "timestamptz")
    return type(value) is _CLASSES[kind]


def query(dialect: str, call: exp.Expr, source: str, key: str = "") -> str:
    """The aggregate over rows, or over groups of them: where need be as a window function first."""
    target = load(dialect)
    template = target.template(call.name, len(call.expressions))
    arguments = [target.translate(part.copy()) for part in call.expressions]
    listed, grouped = (f"{key}, ", f" GROUP BY {key}") if key else ("", "")
    if template.over_group is not None:
        window = template.over_group(arguments).sql(target.answers.sqlglot)
        partitioned = window.replace("OVER ()", f"OVER (PARTITION BY {key})") if key else window
        source = f"(SELECT {listed}{partitioned} AS state FROM {source}) AS states"
        arguments = [exp.column("state")]
    aggregate = template.build(arguments).sql(target.answers.sqlglot)
    return f"SELECT {listed}{aggregate} AS answer FROM {source}{grouped}"
