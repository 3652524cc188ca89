"""Questions to the examples on their real data give the rows of SQL that was written by hand.

Each file of ``truth/<example>/`` holds the question, as JSON in its first line, and the SQL. Where the
package registry cannot be reached these tests fail: nothing else proves the examples.
"""

from __future__ import annotations

import importlib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from semantic import Layer
from tests.examples.questions import Row, first_difference, read

TRUTH = Path(__file__).with_name("truth")
EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(TRUTH.glob("*/*.sql"))


@cache
def database(example: str) -> Path:
    return importlib.import_module(f"examples.{example}.build").main()


@cache
def layer(example: str) -> Layer:
    return Layer.load(EXAMPLES / example)


def by_hand(example: str, sql: str) -> list[Row]:
    with duckdb.connect(database(example), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def group_of(path: Path) -> Any:
    """One worker builds an example's database and asks all its questions."""
    example = path.parent.name
    return pytest.param(path, id=f"{example}-{path.stem}", marks=pytest.mark.xdist_group(example))


@pytest.mark.slow
@pytest.mark.parametrize("path", [group_of(path) for path in FILES])
def test_rows_equal_those_by_hand(path: Path) -> None:
    example = path.parent.name
    question, sql = read(path)
    expected = by_hand(example, sql)
    answer = layer(example).run(**question, target="local")
    assert first_difference(list(answer.rows), expected) is None


@pytest.mark.slow
@pytest.mark.xdist_group("complete_journey")
def test_known_numbers() -> None:
    database("complete_journey")
    metrics = ["sales", "baskets", "household_days", "household_days_positive"]
    answer = layer("complete_journey").run(metrics=metrics, target="local")
    assert list(answer.rows) == [(Decimal("4596039.58"), 155_848, 126_824, 126_703)]


@pytest.mark.parametrize("example", ["complete_journey", "cdnow"])
@pytest.mark.parametrize("dialect", ["bigquery", "duckdb", "postgres", "snowflake"])
def test_every_metric_compiles_everywhere(example: str, dialect: str) -> None:
    project = layer(example)
    for metric in project.catalog.metrics:
        assert project.sql(metrics=[metric], dialect=dialect).text
