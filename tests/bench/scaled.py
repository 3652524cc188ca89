"""The grocer's year laid over itself until there are more than twenty million transaction lines."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb

from examples.complete_journey import build
from examples.download import cache

COPIES = 14  # of 1,469,307 lines each
NAME = f"complete_journey_x{COPIES}.duckdb"

#: Every copy has households and baskets of its own and starts thirteen weeks after the one before, so
#: that distinct counts, days and the span of time grow with the lines. The lists stay as they are.
TABLES = {
    "transactions": """
        SELECT t.* REPLACE (
            basket_id + copy * 100_000_000_000 AS basket_id,
            household_id + copy * 10_000 AS household_id,
            transaction_timestamp + copy * INTERVAL 91 DAYS AS transaction_timestamp
        )
        FROM small.transactions AS t, RANGE($copies) AS copies(copy)
        ORDER BY transaction_timestamp, basket_id, product_id
    """,
    "coupon_redemptions": """
        SELECT c.* REPLACE (
            household_id + copy * 10_000 AS household_id,
            CAST(redemption_date + copy * INTERVAL 91 DAYS AS DATE) AS redemption_date
        )
        FROM small.coupon_redemptions AS c, RANGE($copies) AS copies(copy)
    """,
    "households": """
        SELECT h.* REPLACE (household_id + copy * 10_000 AS household_id)
        FROM small.households AS h, RANGE($copies) AS copies(copy)
    """,
    "campaign_households": """
        SELECT c.* REPLACE (household_id + copy * 10_000 AS household_id)
        FROM small.campaign_households AS c, RANGE($copies) AS copies(copy)
    """,
    "products": "SELECT * FROM small.products WHERE $copies > 0",
    "stores": "SELECT * FROM small.stores WHERE $copies > 0",
    "campaigns": "SELECT * FROM small.campaigns WHERE $copies > 0",
}


def database() -> Path:
    """The scaled database in the cache directory, built when it is not there."""
    path = cache() / NAME
    if not path.exists():
        small = build.main()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as work:
            _fill(Path(work) / NAME, small)
            os.replace(Path(work) / NAME, path)
    return path


def _fill(path: Path, small: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{small}' AS small (READ_ONLY)")
        for table, select in TABLES.items():
            connection.execute(f"CREATE TABLE {table} AS {select}", {"copies": COPIES})
