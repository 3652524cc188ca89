"""Every lie of the stand-ins that is said to be caught is told, and caught."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engines import Table
from tests.engines.checks import RefusedError

LIES = yaml.safe_load((Path(__file__).parent / "lies.yaml").read_text(encoding="utf-8"))
TABLES = {
    "orders": Table.parse("""
        id integer | status text | "City" text | day date   | paid boolean | total decimal
        1          | new         | Seoul       | 2024-01-31 | true         | 10.5
        2          |             | Busan       | 2024-02-29 | false        | 3
        """),
    "lines": Table.parse("""
        line integer | order_id integer | amount decimal | made timestamptz
        1            | 1                | 5              | 2024-01-01 00:00:00
        2            | 1                | 7              | 2024-01-02 00:00:00
        3            | 2                | 3              |
        """),
}


def refused() -> Iterator[Any]:
    """Dialect, statement, and what the refusal says."""
    for dialect, lies in LIES.items():
        for lie in lies:
            for sql, word in lie.get("refused", {}).items():
                yield pytest.param(dialect, sql, word, id=f"{dialect}-{sql}")


@pytest.mark.parametrize(("dialect", "sql", "word"), tuple(refused()))
def test_a_lie_is_told_and_caught(request: pytest.FixtureRequest, dialect: str, sql: str, word: str) -> None:
    engine = request.getfixturevalue(dialect)
    engine.load(TABLES)
    engine.unchecked(sql)
    with pytest.raises(RefusedError, match=word or None):
        engine.rows(sql)


def test_a_division_by_zero_is_an_error(snowflake: Any) -> None:
    snowflake.load(TABLES)
    assert snowflake.unchecked("SELECT CAST(total AS DOUBLE) / 0 AS x FROM orders")[1]
    with pytest.raises(RefusedError, match="division by zero"):
        snowflake.rows("SELECT CAST(total AS DOUBLE) / 0 AS x FROM orders")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT SUM(total) FILTER (WHERE paid) AS x FROM orders",
        "SELECT COUNT(*) AS x FROM orders GROUP BY STRUCT(id, status)",
        "SELECT id FROM orders, LATERAL (SELECT amount FROM lines WHERE order_id = id)",
        "SELECT PI() AS x",
    ],
)
def test_what_bigquery_has_not_is_switched_off(bigquery: Any, sql: str) -> None:
    bigquery.load(TABLES)
    with pytest.raises(Exception, match="Code: 3"):
        bigquery.unchecked(sql)


def test_every_lie_is_told_in_words() -> None:
    assert {*LIES} == {"bigquery", "snowflake"}
    for lie in (lie for lies in LIES.values() for lie in lies):
        assert {*lie} <= {"lie", "caught", "refused"}
        assert lie["lie"]
        assert lie["caught"] or "refused" not in lie
