"""Names, values and sort keys come out exactly, whatever characters they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import Dialect, load, names
from semantic.spec.types import TypeName
from tests.engines import Engine

TEXTS = (
    "",
    "plain",
    "O'Brien",
    "''",
    "back\\slash",
    "\\",
    "\\'",
    "\\n is not a newline",
    'double "quotes"',
    "`ticks`",
    "line\nbreak",
    "tab\tand\r\nreturn",
    "한국어 naïve 😀",
    "-- no comment",
    "/* nor here */",
    "{{ jinja }} {% if %}",
    "100%",
    ":hole $1 ? @p",
    " spaces ",
    "a;b",
)
VALUES: dict[TypeName, tuple[Any, ...]] = {
    "text": TEXTS,
    "integer": (0, 1, -1, 2**53 + 1, -(2**62)),
    "decimal": (
        Decimal("0.10"),
        Decimal("-12345678901234567890.123456789"),
        Decimal("1E+3"),
        Decimal("1E-7"),
    ),
    "float": (0.1, -2.5, 1e300, 5e-324, 0.1 + 0.2),
    "boolean": (True, False),
    "date": (date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)),
    "timestamp": (datetime(2024, 3, 10, 2, 30), datetime(1969, 12, 31, 23, 59, 59, 1)),
    "timestamptz": (
        datetime(2024, 3, 10, 2, 30, tzinfo=UTC),
        datetime(2024, 3, 10, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=9))),
    ),
}
NAMES = (
    "order",
    "Order",
    "user",
    "a b",
    'a"b',
    "a`b",
    "a'b",
    "한국",
    "a.b",
    "1a",
    "a-b",
    "_a1",
    "select",
    "x\\y",
)


@pytest.fixture(params=names())
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return load(request.param)


def written(dialect: Dialect, node: exp.Expr) -> str:
    return node.sql(dialect.answers.sqlglot, pretty=True)


@pytest.mark.parametrize("kind", VALUES)
def test_literals_are_exact(engine: Engine, kind: TypeName) -> None:
    dialect = load(engine.dialect)
    for value in VALUES[kind]:
        sql = f"SELECT {written(dialect, dialect.literal(value, kind))} AS x"
        ((found,),) = engine.rows(sql)
        assert found == value, sql
        whole = kind == "decimal" and value == value.to_integral_value()
        assert type(found) in ((int, Decimal) if whole else (type(value),)), sql


@pytest.mark.parametrize("kind", VALUES)
def test_null_has_a_type(engine: Engine, kind: TypeName) -> None:
    dialect = load(engine.dialect)
    assert engine.rows(f"SELECT {written(dialect, dialect.literal(None, kind))} AS x") == [(None,)]


@pytest.mark.parametrize("value", TEXTS)
def test_text_reads_back(dialect: Dialect, value: str) -> None:
    """What is printed is one string for the target's own tokenizer, and the same."""
    sql = written(dialect, dialect.literal(value, "text"))
    parsed = sqlglot.parse_one(f"SELECT {sql}", read=dialect.answers.sqlglot)
    assert [literal.name for literal in parsed.find_all(exp.Literal)] == [value]


def test_backslashes_are_escaped_where_they_escape() -> None:
    for name in ("bigquery", "snowflake"):
        assert (
            written(load(name), load(name).literal("a\\n'b", "text")) == "'a\\\\n\\'b'"
            if (name == "bigquery")
            else "'a\\\\n''b'"
        )
    for name in ("duckdb", "postgres"):
        assert written(load(name), load(name).literal("a\\n'b", "text")) == "'a\\n''b'"


@pytest.mark.parametrize("name", NAMES)
def test_names_work_as_columns(engine: Engine, name: str) -> None:
    dialect = load(engine.dialect)
    column = written(dialect, dialect.identifier(name))
    rows = engine.rows(
        f"WITH t AS (SELECT 1 AS {column}) SELECT t.{column}, {column} FROM t GROUP BY {column}"
    )
    assert rows == [(1, 1)]


@pytest.mark.parametrize("kind", ["reserved", "type_function", "column_name", "unreserved"])
def test_no_keyword_needs_quotes_that_it_does_not_get(engine: Engine, kind: str) -> None:
    """Every word of the engine's own list of keywords can be a column and an alias."""
    dialect = load(engine.dialect)
    lists = {
        "duckdb": f"SELECT DISTINCT keyword_name FROM duckdb_keywords() WHERE keyword_category = '{kind}'",
        "postgres": f"SELECT word FROM pg_get_keywords() WHERE catcode = '{kind[0].upper()}'",
    }
    for (word,) in engine.rows(lists[engine.dialect]):
        name = written(dialect, dialect.identifier(word))
        assert engine.rows(f"SELECT {name} FROM (SELECT 1 AS {name}) AS {name}") == [(1,)], word


def test_reserved_words_keep_naming_the_unquoted_object() -> None:
    assert written(load("snowflake"), load("snowflake").identifier("order")) == '"ORDER"'
    assert written(load("postgres"), load("postgres").identifier("Order")) == '"order"'
    assert written(load("bigquery"), load("bigquery").identifier("order")) == "`order`"
    for name in names():
        assert written(load(name), load(name).identifier("amount")) == "amount"


@pytest.mark.parametrize("name", NAMES)
def test_names_read_back(dialect: Dialect, name: str) -> None:
    sql = written(dialect, dialect.identifier(name))
    parsed = sqlglot.parse_one(f"SELECT {sql}", read=dialect.answers.sqlglot)
    column = parsed.find(exp.Column)
    assert column is not None
    # BigQuery reads a quoted name with a dot as a path of names, which comes to the same words.
    assert ".".join(part.name for part in column.parts).lower() == name.lower()
    assert list(parsed.find_all(exp.Column)) == [column]


@pytest.mark.parametrize(("desc", "first"), product((False, True), repeat=2))
def test_null_order_is_always_said(dialect: Dialect, desc: bool, first: bool) -> None:
    key = dialect.ordered(exp.column("x"), desc=desc, nulls_first=first)
    expected = f"x {'DESC' if desc else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
    assert written(dialect, key) == expected
    query = exp.select("x").from_("t").order_by(key)
    assert written(dialect, query).split("ORDER BY")[1].split() == expected.split()


@pytest.mark.parametrize(("desc", "first"), product((False, True), repeat=2))
def test_null_order_is_kept(engine: Engine, desc: bool, first: bool) -> None:
    dialect = load(engine.dialect)
    key = written(dialect, dialect.ordered(exp.column("j"), desc=desc, nulls_first=first))
    found = [value for (value,) in engine.rows(f"SELECT j FROM r ORDER BY {key}")]
    values = sorted((value for value in found if value is not None), reverse=desc)
    assert found == ([None, *values] if first else [*values, None])


@pytest.mark.parametrize("kind", VALUES)
def test_types_have_names(engine: Engine, kind: TypeName) -> None:
    dialect = load(engine.dialect)
    assert engine.rows(f"SELECT CAST(NULL AS {written(dialect, dialect.type(kind))}) AS x") == [(None,)]


def test_decimals_keep_their_digits() -> None:
    casts = {
        "duckdb": "CAST(x AS DECIMAL(10, 2))",
        "postgres": "CAST(x AS DECIMAL(10, 2))",
        "bigquery": "CAST(x AS NUMERIC(10, 2))",
        "snowflake": "CAST(x AS DECIMAL(10, 2))",
    }
    for name, expected in casts.items():
        tree = sqlglot.parse_one("CAST(x AS DECIMAL(10, 2))", read="duckdb")
        assert written(load(name), load(name).translate(tree)) == expected
    wide = sqlglot.parse_one("CAST(x AS DECIMAL(38, 12))", read="duckdb")
    assert written(load("bigquery"), load("bigquery").translate(wide)) == "CAST(x AS BIGNUMERIC(38, 12))"
