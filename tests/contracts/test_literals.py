"""Values come out exactly, whatever characters and digits they hold, in the class of their type."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load, names
from semantic.spec.types import TypeName
from tests.contracts.calls import is_of
from tests.contracts.values import TEXTS, VALUES
from tests.engines import Engine


def written(dialect: str, node: exp.Expr) -> str:
    return node.sql(load(dialect).answers.sqlglot, pretty=True)


@pytest.mark.parametrize("kind", VALUES)
def test_literals_are_exact(engine: Engine, kind: TypeName) -> None:
    dialect = load(engine.dialect)
    texts = [written(engine.dialect, dialect.literal(value, kind)) for value in VALUES[kind]]
    (found,) = engine.rows("SELECT " + ", ".join(f"{text} AS a{n}" for n, text in enumerate(texts)))
    for value, expected, text in zip(found, VALUES[kind], texts, strict=True):
        assert value == expected, text
        assert is_of(value, kind), text


@pytest.mark.parametrize("text", ["0.5", "1.50", "-0.5", "123456789012345678.12", "0.0000000001"])
def test_decimals_in_expressions_are_exact(engine: Engine, text: str) -> None:
    """An author's ``0.1`` is a tenth, not the nearest fraction of two."""
    dialect = load(engine.dialect)
    tree = dialect.translate(sqlglot.parse_one(text, read="duckdb"))
    ((found,),) = engine.rows(f"SELECT {written(engine.dialect, tree)} AS a")
    assert (type(found), found) == (Decimal, Decimal(text))


@pytest.mark.parametrize("kind", VALUES)
def test_null_has_a_type(engine: Engine, kind: TypeName) -> None:
    null = load(engine.dialect).literal(None, kind)
    assert engine.rows(f"SELECT {written(engine.dialect, null)} AS x") == [(None,)]


@pytest.mark.parametrize("kind", VALUES)
def test_types_have_names(engine: Engine, kind: TypeName) -> None:
    named = written(engine.dialect, load(engine.dialect).type(kind))
    assert engine.rows(f"SELECT CAST(NULL AS {named}) AS x") == [(None,)]


@pytest.mark.parametrize("value", TEXTS)
@pytest.mark.parametrize("dialect", names())
def test_text_reads_back(dialect: str, value: str) -> None:
    """What is printed is one string for the target's own tokenizer, and the same."""
    sql = written(dialect, load(dialect).literal(value, "text"))
    parsed = sqlglot.parse_one(f"SELECT {sql}", read=load(dialect).answers.sqlglot)
    assert [literal.name for literal in parsed.find_all(exp.Literal)] == [value]


def test_backslashes_are_escaped_where_they_escape() -> None:
    escaped = {name: written(name, load(name).literal("a\\n'b", "text")) for name in names()}
    assert escaped["bigquery"] == escaped["snowflake"] == r"'a\\n\'b'"
    assert escaped["duckdb"] == escaped["postgres"] == r"'a\n''b'"


def test_decimals_keep_their_digits() -> None:
    casts = {
        "duckdb": "CAST(x AS DECIMAL(10, 2))",
        "postgres": "CAST(x AS DECIMAL(10, 2))",
        "bigquery": "CAST(x AS NUMERIC(10, 2))",
        "snowflake": "CAST(x AS DECIMAL(10, 2))",
    }
    for name, expected in casts.items():
        tree = sqlglot.parse_one("CAST(x AS DECIMAL(10, 2))", read="duckdb")
        assert written(name, load(name).translate(tree)) == expected
    wide = sqlglot.parse_one("CAST(x AS DECIMAL(38, 12))", read="duckdb")
    assert written("bigquery", load("bigquery").translate(wide)) == "CAST(x AS BIGNUMERIC(38, 12))"
