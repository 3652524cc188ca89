"""A part of each example, small enough for any engine: some of its entities with all that is theirs."""

from __future__ import annotations

from functools import cache

import duckdb

from semantic import Layer
from tests.engines import Table
from tests.examples.projects import database, layer, views

#: What is left of each table when one entity in `n` is kept.
KEPT = {
    "cdnow": {"purchases": "CAST(customer_id AS INTEGER) % {n} = 0"},
    "complete_journey": {
        "transactions": "household_id % {n} = 0",
        "products": "product_id IN (SELECT product_id FROM whole.transactions WHERE household_id % {n} = 0)",
        "households": "household_id % {n} = 0",
        "stores": "TRUE",
        "retail_days": "TRUE",
        "campaigns": "TRUE",
        "campaign_households": "household_id % {n} = 0",
        "coupon_redemptions": "household_id % {n} = 0",
    },
}


@cache
def sample(example: str, n: int) -> duckdb.DuckDBPyConnection:
    """A database in memory with one entity in ``n``."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{database(example)}' AS whole (READ_ONLY)")
    for table, kept in KEPT[example].items():
        where = kept.format(n=n)
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM whole.{table} WHERE {where}")
    connection.execute("DETACH whole")
    connection.execute(views(example))
    return connection


@cache
def tables(example: str, n: int) -> dict[str, Table]:
    """The same rows, as what an engine is loaded with."""
    return {name: _table(sample(example, n), layer(example), name) for name in KEPT[example]}


def _table(connection: duckdb.DuckDBPyConnection, project: Layer, name: str) -> Table:
    source = next(each for each in project.catalog.spec.sources if each.name == name)
    columns = tuple((str(column.name), column.type) for column in source.columns)
    rows = connection.execute(f"SELECT {', '.join(name for name, _ in columns)} FROM {name}").fetchall()
    return Table(columns, tuple(rows))  # type: ignore[arg-type]  # every column of an example has a type
