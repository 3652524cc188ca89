"""The views of the grocer's year, deployed beside its database and compared with SQL by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from semantic.query import Extract
from semantic.source import Text
from semantic.views import fingerprint_in
from tests.examples.projects import database, layer

MONTHLY = """
WITH lines AS (
  SELECT DATE_TRUNC('month', transaction_timestamp)::DATE AS month, department, basket_id,
         sales_value, retail_disc + coupon_match_disc AS given
  FROM transactions LEFT JOIN products USING (product_id)
), wholes AS (SELECT basket_id, SUM(sales_value) AS total FROM transactions GROUP BY 1
), held AS (
  SELECT month, department, SUM(total) AS total
  FROM (SELECT DISTINCT month, department, basket_id FROM lines) JOIN wholes USING (basket_id) GROUP BY ALL
), sold AS (
  SELECT month, department, SUM(sales_value) AS sales, COUNT(DISTINCT basket_id) AS baskets,
         SUM(given) AS given
  FROM lines GROUP BY ALL
)
SELECT sold.month, sold.department, sales, baskets, sales::DOUBLE / baskets, sales::DOUBLE / NULLIF(total, 0),
       given::DOUBLE / NULLIF(sales + given, 0)
FROM sold JOIN held ON sold.month = held.month AND sold.department IS NOT DISTINCT FROM held.department
"""


@pytest.fixture(scope="module")
def deployed() -> Iterator[Any]:
    """A database of its own that reads the example's, with the views in it."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{database('complete_journey')}' AS journey (READ_ONLY)")
    connection.execute("SET search_path = 'memory.main,journey.main'")
    shop = layer("complete_journey")
    for view in shop.views("duckdb").views:
        for statement in shop.ddl(view):
            connection.execute(statement)
    yield connection
    connection.close()


def test_three_views_with_our_mark(deployed: Any) -> None:
    found = deployed.execute(
        "SELECT view_name, comment FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal"
    ).fetchall()
    marks = {view.name: view.fingerprint for view in layer("complete_journey").views("duckdb").views}
    assert {name: fingerprint_in(comment) for name, comment in found} == marks
    assert set(marks) == {"monthly_purchases", "transaction_rows", "weekly_purchases"}


def test_purchases_by_month(deployed: Any) -> None:
    order = " ORDER BY 1, 2"
    found = deployed.execute("SELECT * FROM monthly_purchases" + order).fetchall()
    expected = deployed.execute(MONTHLY + order).fetchall()
    assert len(found) == len(expected) > 300
    for row, truth in zip(found, expected, strict=True):
        assert row[:4] == truth[:4]
        assert row[4:] == pytest.approx(truth[4:])


def test_every_week_is_there(deployed: Any) -> None:
    weeks, sales = deployed.execute("SELECT COUNT(*), SUM(sales) FROM weekly_purchases").fetchone()
    assert (weeks, sales) == (54, Decimal("4596039.58"))


def test_a_line_stands_there_once(deployed: Any) -> None:
    """A tool that adds up lines by what they join has what the tables have."""
    lines = "SELECT COUNT(*), SUM(sales_value) FROM transactions"
    found = deployed.execute(
        "SELECT COUNT(*), SUM(transactions_sales_value) FROM transaction_rows"
    ).fetchone()
    assert found == deployed.execute(lines).fetchone()
    by = "SELECT products_department, households_income, SUM(transactions_sales_value) FROM transaction_rows "
    truth = """SELECT department, income, SUM(sales_value) FROM transactions
               LEFT JOIN products USING (product_id)
               LEFT JOIN households USING (household_id) """
    tail = "GROUP BY ALL ORDER BY ALL"
    assert deployed.execute(by + tail).fetchall() == deployed.execute(truth + tail).fetchall()


@pytest.mark.parametrize("example", ["cdnow", "complete_journey"])
def test_no_model_has_more_rows_beside_what_it_joins(example: str) -> None:
    """Nor fewer: models from tables, SELECTs and questions, with scores, roles and intervals of validity."""
    shop = layer(example)
    with duckdb.connect(database(example), read_only=True) as connection:
        for name in shop.catalog.models:
            rows = [shop.compile(Extract(Text(name), joins=joins)).text for joins in (None, ())]
            counts = [connection.execute(f"SELECT COUNT(*) FROM ({each})").fetchone() for each in rows]
            assert counts[0] == counts[1], name
