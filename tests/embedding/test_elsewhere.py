"""The parameterised statement on GoogleSQL and on an emulated Snowflake: the same rows as the plain one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from semantic import Parameter
from semantic.layer import Layer
from tests.embedding.shop import HOSTILE, PROJECT, QUESTIONS
from tests.engines import Engine, Table
from tests.shop import same

PAID = """
    id integer | customer_id integer | amount decimal | ordered_at timestamp | paid_at timestamptz
    1          | 1                   | 10.50          | 2024-01-05 08:00:00  | 2024-01-05 08:00:00
    2          | 1                   | 20.00          | 2024-01-31 23:59:59  | 2024-01-31 23:59:59
    3          | 2                   | 30.25          | 2024-02-01 00:00:00  | 2024-01-31 15:00:00
    4          | 2                   | 5.00           | 2024-03-10 12:00:00  |
    5          | 9                   |                | 2023-12-31 12:00:00  |
"""
#: What a table on paper cannot hold stands beside it.
BESIDE = (("web", 0.5), ("store", 1.5), ("web", -2.5), (None, None), (HOSTILE, 3.0))
ORDERS = Table(
    (*Table.parse(PAID).columns, ("status", "text"), ("score", "float")),
    tuple((*row, *more) for row, more in zip(Table.parse(PAID).rows, BESIDE, strict=True)),
)
CUSTOMERS = Table.parse("""
    id integer | region text | joined date
    1          | north       | 2021-01-01
    2          | c%:south    | 2022-02-02
    3          |             |
""")

#: How BigQuery's client sends a value of a type; written here as a constant of that type.
TYPED: Mapping[str, Callable[[Any], str]] = {
    "integer": str,
    "decimal": lambda value: f"NUMERIC '{value}'",
    "float": lambda value: f"CAST('{value!r}' AS FLOAT64)",
    "text": lambda value: "'" + re.sub(r"(['\\])", r"\\\1", value) + "'",
    "date": lambda value: f"DATE '{value}'",
    "timestamp": lambda value: f"DATETIME '{value}'",
    "timestamptz": lambda value: f"TIMESTAMP '{value}'",
}


def sent(text: str, parameters: tuple[Parameter, ...]) -> str:
    """The statement with each parameter as a constant of its own type."""
    values = {each.name: TYPED[each.type](each.value) for each in parameters}
    return re.sub(r"@(p\d+)\b", lambda found: values[found[1]], text)


@pytest.fixture(scope="module")
def elsewhere() -> Layer:
    return Layer.from_text(semantic=PROJECT.replace("shop.", ""))


@pytest.mark.parametrize("question", QUESTIONS)
def test_bigquery(elsewhere: Layer, bigquery: Engine, question: str) -> None:
    bigquery.load({"orders": ORDERS, "customers": CUSTOMERS})
    words: dict[str, Any] = QUESTIONS[question]
    compiled = elsewhere.sql(**words, dialect="bigquery")
    made = compiled.parameterised()
    assert same(bigquery.rows(sent(made.text, made.parameters)), bigquery.rows(compiled.text))


@pytest.mark.parametrize("question", QUESTIONS)
def test_snowflake(elsewhere: Layer, snowflake: Any, question: str) -> None:
    """Through the connector, which writes the values into the text itself."""
    snowflake.load({"orders": ORDERS, "customers": CUSTOMERS})
    words: dict[str, Any] = QUESTIONS[question]
    compiled = elsewhere.sql(**words, dialect="snowflake")
    made = compiled.parameterised()
    assert made.paramstyle == "pyformat"
    cursor = snowflake._connection.cursor().execute(made.text, made.by_name)
    assert same(list(map(tuple, cursor.fetchall())), snowflake.rows(compiled.text))
