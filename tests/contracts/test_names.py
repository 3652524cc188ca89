"""Names and sort keys come out exactly, whatever characters they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import Dialect, load, names
from semantic.faults import SemanticError
from tests.contracts.authoring import Native
from tests.contracts.values import NAMES
from tests.engines import Engine

ORDERS = list(product((False, True), repeat=2))


@pytest.fixture(params=names())
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return load(request.param)


def written(dialect: Dialect, node: exp.Expr) -> str:
    return node.sql(dialect.answers.sqlglot, pretty=True)


def possible(dialect: Dialect) -> list[str]:
    """The names that something there can have."""
    return [name for name in NAMES if not set(name) & set(dialect.answers.name_excludes)]


def test_names_work_as_columns(engine: Engine) -> None:
    dialect = load(engine.dialect)
    for name in possible(dialect):
        column = written(dialect, dialect.identifier(name))
        inner = f"WITH t AS (SELECT 1 AS {column}) SELECT t.{column} AS a, COUNT({column}) AS b FROM t"
        assert engine.rows(f"{inner} GROUP BY {column}") == [(1, 1)], name


def test_names_that_nothing_can_have(dialect: Dialect) -> None:
    for name in set(NAMES) - set(possible(dialect)):
        for tree in (exp.column(name), exp.column(exp.to_identifier(name, quoted=True))):
            with pytest.raises(SemanticError, match="which no name in bigquery can"):
                dialect.translate(tree)


def test_no_keyword_needs_quotes_that_it_does_not_get(
    engine: Engine, native: Native, postgres: Engine
) -> None:
    """Every word that DuckDB or Postgres knows as a keyword can be a column and an alias anywhere."""
    known = native("SELECT DISTINCT keyword_name FROM duckdb_keywords()")
    known += postgres.connection.execute("SELECT word FROM pg_get_keywords()").fetchall()  # type: ignore[attr-defined]
    words_in_all = sorted({word for (word,) in known})
    for start in range(0, len(words_in_all), 25):
        words = words_in_all[start : start + 25]
        try:
            assert engine.rows(naming(load(engine.dialect), words)) == [(1,) * len(words)]
        except Exception as error:
            raise AssertionError(list(refused(engine, words))) from error


def naming(dialect: Dialect, words: Sequence[str]) -> str:
    """A statement in which every word is a column and a table's alias."""
    quoted = [written(dialect, dialect.identifier(word)) for word in words]
    columns = ", ".join(f"{name}.{name} AS a{index}" for index, name in enumerate(quoted))
    return (
        f"SELECT {columns} FROM {' CROSS JOIN '.join(f'(SELECT 1 AS {name}) AS {name}' for name in quoted)}"
    )


def refused(engine: Engine, words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Which of the words the engine stumbles over, and what it says."""
    for word in words:
        try:
            engine.rows(naming(load(engine.dialect), [word]))
        except Exception as error:
            yield word, str(error)


def test_reserved_words_keep_naming_the_unquoted_object() -> None:
    assert written(load("snowflake"), load("snowflake").identifier("order")) == '"ORDER"'
    assert written(load("postgres"), load("postgres").identifier("Order")) == '"order"'
    assert written(load("bigquery"), load("bigquery").identifier("order")) == "`order`"
    for name in names():
        assert written(load(name), load(name).identifier("amount")) == "amount"


def test_names_read_back(dialect: Dialect) -> None:
    for name in possible(dialect):
        check_reading(dialect, name)


def check_reading(dialect: Dialect, name: str) -> None:
    sql = written(dialect, dialect.identifier(name))
    parsed = sqlglot.parse_one(f"SELECT {sql}", read=dialect.answers.sqlglot)
    column = parsed.find(exp.Column)
    assert column is not None
    # BigQuery reads a quoted name with a dot as a path of names, which comes to the same words.
    assert ".".join(part.name for part in column.parts).lower() == name.lower()
    assert list(parsed.find_all(exp.Column)) == [column]


@pytest.mark.parametrize(("desc", "first"), ORDERS)
def test_null_order_is_always_said(dialect: Dialect, desc: bool, first: bool) -> None:
    key = dialect.ordered(exp.column("x"), desc=desc, nulls_first=first)
    expected = f"x {'DESC' if desc else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
    assert written(dialect, key) == expected
    query = exp.select("x").from_("t").order_by(key)
    assert written(dialect, query).split("ORDER BY")[1].split() == expected.split()


@pytest.mark.parametrize(("desc", "first"), ORDERS)
def test_null_order_is_kept(engine: Engine, desc: bool, first: bool) -> None:
    dialect = load(engine.dialect)
    key = written(dialect, dialect.ordered(exp.column("j"), desc=desc, nulls_first=first))
    found = [value for (value,) in engine.rows(f"SELECT j FROM r ORDER BY {key}")]
    values = sorted((value for value in found if value is not None), reverse=desc)
    assert found == ([None, *values] if first else [*values, None])
