"""Three years of a shop's events, made from hashes: ten million purchases, five million clicks and visits."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb

from semantic import Layer

NAME = "semantic-bench-events.duckdb"
MEMORY = "4GB"

#: Events come evenly over time. A few customers have thousands of them, most a handful, some are not
#: known; and every fifth purchase is a return, so that what a customer spent goes up and down.
EVENTS = """
    CREATE TABLE {table} AS
    SELECT
      i AS {key},
      CASE WHEN hash(i, 'known{key}') % 200 > 0
        THEN CAST(500000 * pow((hash(i, 'who{key}') % 1000000007) / 1000000007.0, 2.5) AS INTEGER) END AS
        customer_id,
      TIMESTAMP '2022-01-01' + to_seconds(CAST(i * 94694400.0 / {count} AS BIGINT)) AS {time}
      {more}
    FROM range({count}) AS numbers(i)
"""
AMOUNT = ", CAST((CAST(hash(i, 'amount') % 20000 AS BIGINT) - 4000) / 100 AS DECIMAL(10, 2)) AS amount"
TABLES = (
    {"table": "purchases", "key": "purchase_id", "time": "bought_at", "more": AMOUNT, "count": 10_000_000},
    {"table": "clicks", "key": "click_id", "time": "clicked_at", "more": "", "count": 5_000_000},
    {"table": "visits", "key": "visit_id", "time": "visited_at", "more": "", "count": 5_000_000},
)

PROJECT = """
name: shop
sources:
  purchases:
    table: purchases
    columns: {purchase_id: integer, customer_id: integer, bought_at: timestamp, amount: decimal}
  clicks: {table: clicks, columns: {click_id: integer, customer_id: integer, clicked_at: timestamp}}
  visits: {table: visits, columns: {visit_id: integer, customer_id: integer, visited_at: timestamp}}
models:
  - {name: purchases, source: purchases, primary_key: purchase_id, time: bought_at}
  - {name: clicks, source: clicks, primary_key: click_id, time: clicked_at}
  - {name: visits, source: visits, primary_key: visit_id, time: visited_at}
metrics:
  - {name: net, model: purchases, sql: sum(amount)}
  - {name: net_ever, metric: net, window: all}
  - {name: net_ytd, metric: net, to_date: year}
  - {name: customers, model: purchases, sql: count(distinct customer_id)}
  - {name: customers_90d, metric: customers, window: 90 days}
  - {name: buyers, per: purchases.customer_id, having: net > 0, sql: count(*)}
  - {name: buyers_12m, metric: buyers, window: 12 months}
  - name: visits_3m
    conversion: {from: clicks, to: visits, by: customer_id, within: 3 months, immature: count}
"""


def layer() -> Layer:
    """The project over the events."""
    return Layer.from_text(semantic=PROJECT)


def connect() -> duckdb.DuckDBPyConnection:
    """The events, made once a machine, in a session that spills what memory does not hold."""
    path = Path(tempfile.gettempdir()) / NAME
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=path.parent) as work:
            _make(Path(work) / NAME)
            os.replace(Path(work) / NAME, path)
    spilled = str(path.parent / f"{NAME}.spilled")
    connection = duckdb.connect(
        path, read_only=True, config={"memory_limit": MEMORY, "temp_directory": spilled}
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def _make(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("SET enable_progress_bar = false")
        for table in TABLES:
            connection.execute(EVENTS.format(**table))
