"""The rows of deployed views are those of SQL by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines import Engine
from tests.shop import same
from tests.views.shop import deploy, layer, load

#: What each view holds, by hand and in plain SQL that every engine reads alike.
BY_HAND = {
    "monthly_sales": """
        SELECT CAST({month} AS DATE), region, SUM(amount), COUNT(*), CAST(SUM(amount) AS {float}) / COUNT(*)
        FROM orders LEFT JOIN customers ON orders.customer_id = customers.customer_id GROUP BY 1, 2""",
    "sales_in_korean": """
        SELECT CAST(SUM(amount) AS {float}) / COUNT(*), SUM(amount), channel, COUNT(*)
        FROM orders GROUP BY 3""",
    "web_sales": """
        SELECT CAST({month} AS DATE), SUM(amount) FROM orders
        WHERE channel = 'web' AND ordered_at < {march} GROUP BY 1""",
    "filled_sales": """
        SELECT CAST({month} AS DATE), SUM(amount), COUNT(*) FROM orders GROUP BY 1
        UNION ALL SELECT CAST('2024-04-01' AS DATE), 0, 0""",
    "sales_of_regions": """
        SELECT region, SUM(amount) FROM orders
        LEFT JOIN customers ON orders.customer_id = customers.customer_id GROUP BY 1""",
    "largest": "SELECT 'shop', 20",
    "known_sales": "SELECT 30",
    "live_sales": "SELECT 43.5",
    "order_rows": """
        SELECT orders.order_id, orders.customer_id, ordered_at, amount, channel, region,
               CASE WHEN customers.customer_id = 1 THEN 'old' WHEN customers.customer_id = 2 THEN 'new' END
        FROM orders LEFT JOIN customers ON orders.customer_id = customers.customer_id
        WHERE orders.order_id <> 3""",
    "pen_orders": """
        SELECT order_id, CAST('2024-01-01' AS DATE), 'north', 'old', amount
        FROM orders WHERE order_id <= 2""",
    "line_rows": """
        SELECT line_id, lines.order_id, product, channel
        FROM lines LEFT JOIN orders ON lines.order_id = orders.order_id""",
}
WORDS = {
    "duckdb": {"month": "DATE_TRUNC('month', ordered_at)", "float": "DOUBLE"},
    "postgres": {"month": "DATE_TRUNC('month', ordered_at)", "float": "DOUBLE PRECISION"},
    "snowflake": {"month": "DATE_TRUNC('month', ordered_at)", "float": "DOUBLE"},
    "bigquery": {"month": "DATETIME_TRUNC(ordered_at, MONTH)", "float": "FLOAT64"},
}


def by_hand(name: str, dialect: str) -> str:
    kind = "DATETIME" if dialect == "bigquery" else "TIMESTAMP"
    return BY_HAND[name].format(**WORDS[dialect], march=f"CAST('2024-03-01 00:00:00' AS {kind})")


def sorted_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: tuple((value is None, str(value)) for value in row))


def check(name: str, found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> None:
    assert expected
    assert same(sorted_rows(found), sorted_rows(expected)), f"{name}\n{found}\n{expected}"


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_deployed(dialect: str, request: pytest.FixtureRequest) -> None:
    """Made and read, twice, in a schema of their own."""
    engine = request.getfixturevalue("duck" if dialect == "duckdb" else dialect)
    load(engine)
    engine.run("DROP SCHEMA IF EXISTS bi CASCADE")
    engine.run("CREATE SCHEMA bi")
    shop = layer()
    for _ in range(2):
        views = deploy(engine, shop, schema="bi")
        assert {view.name for view in views} == set(BY_HAND)
    for view in views:
        found = f"SELECT * FROM bi.{view.name}"
        assert engine.columns(found) == [column.name for column in view.columns]
        check(view.name, engine.rows(found), engine.rows(by_hand(view.name, dialect)))


def test_emulated_snowflake(snowflake: Any) -> None:
    """The emulator makes them (what it does not know of CREATE it leaves out) and reads them; the SELECTs
    alone pass our own checks, too."""
    load(snowflake)
    shop = layer()
    views = shop.views("snowflake").views
    for view in views:
        snowflake._execute(shop.ddl(view)[0])
        found = [tuple(row) for row in snowflake._execute(f"SELECT * FROM {view.name}").fetchall()]
        check(view.name, found, snowflake.unchecked(by_hand(view.name, "snowflake"))[1])
        check(view.name, snowflake.rows(view.select), found)
    for view in views:
        snowflake._execute(f"DROP {'TABLE' if view.kind == 'table' else 'VIEW'} {view.name}")


def test_bigquery(bigquery: Engine) -> None:
    """The reference implementation runs the SELECTs."""
    load(bigquery)
    for view in layer().views("bigquery").views:
        assert bigquery.columns(view.select) == [column.name for column in view.columns]
        check(view.name, bigquery.rows(view.select), bigquery.rows(by_hand(view.name, "bigquery")))


def test_a_view_stays_live(duck: Any) -> None:
    """Today's date is not the day of deployment."""
    load(duck)
    shop = layer()
    [view] = deploy(duck, shop, "live_sales")
    assert "NOW()" in view.select
    duck.run("INSERT INTO orders VALUES (6, 1, CAST(NOW() AS TIMESTAMP) - INTERVAL 1 DAY * 2, 100, 'web')")
    assert [float(row[0]) for row in duck.rows("SELECT * FROM live_sales")] == [143.5]
    load(duck)


def test_no_view_is_sorted_without_a_limit() -> None:
    found = {view.name: view.select for view in layer().views("duckdb").views}
    assert [name for name, select in found.items() if "ORDER BY" in select] == ["largest"]
