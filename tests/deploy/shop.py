"""A shop whose views are deployed on DuckDB and Postgres, and somebody who looks at them from outside."""
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import psycopg

from semantic import Layer
from semantic.deploy import Applied, Changes

PROJECT = """
name: shop
sources:
  orders:
    table: deployed.orders
    columns: {order_id: integer, region: text, ordered_on: date, amount: decimal}
  regions: {table: deployed.regions, columns: {region: text, sales: decimal}}
models:
  - {name: orders, source: orders, primary_key: order_id, time: ordered_on, dimensions: [region]}
  - {name: by_region, source: regions, primary_key: region, dimensions: [region]}
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*)}
  - {name: best, model: by_region, sql: max(sales)}
"""
#: `best_region` reads `regions`.
OLD = """
views:
  - {name: regions, metrics: [sales, orders], by: orders.region as region, schema: deployed}
  - {name: months, metrics: sales, by: time.month as month, schema: deployed, description: By month.}
  - {name: best_region, metrics: best, schema: deployed}
  - {name: days, metrics: sales, by: time.day as day, schema: deployed}
  - {name: gone, metrics: orders, schema: deployed}
"""
#: Columns in another order, one more at the end, a view that becomes a table, one that is new, one that is gone.
NEW = """
views:
  - {name: regions, metrics: [orders, sales], by: orders.region as region, schema: deployed}
  - {name: months, metrics: [sales, orders], by: time.month as month, schema: deployed, description: Of months.}
  - {name: best_region, metrics: best, schema: deployed}
  - {name: days, metrics: sales, by: time.day as day, schema: deployed, materialized: table}
  - {name: added, metrics: orders, by: orders.region as region, schema: deployed}
"""
TABLES = """
CREATE SCHEMA deployed;
CREATE TABLE deployed.orders (order_id BIGINT, region TEXT, ordered_on DATE, amount NUMERIC(12, 2));
INSERT INTO deployed.orders VALUES
  (1, 'north', '2024-01-05', 10), (2, 'south', '2024-01-31', 20.5), (3, 'north', '2024-02-01', 5), (4, NULL, '2024-02-01', 7)
"""
#: What the views of each set hold, added up by hand.
REGIONS = {("north", 15), ("south", 20.5), (None, 7)}


class Warehouse:
    """A real warehouse, with the shop's tables and nothing else."""

    dialect: str
    url: str

    def run(self, statements: str) -> None:
        """Change something by hand."""
        raise NotImplementedError

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask something by hand."""
        raise NotImplementedError

    def objects(self) -> dict[str, tuple[str, str | None]]:
        """Every object of the schema but the tables of the shop: its kind and its comment."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """Every object with all of its columns and rows: each can be read."""
        found = self.objects()
        names = [f"SELECT '{name}', rows_of::TEXT FROM deployed.{name} AS rows_of" for name in found]
        rows = self.rows(" UNION ALL ".join(names)) if names else []
        return {
            name: (*told, sorted(row for key, row in rows if key == name)) for name, told in found.items()
        }

    def names(self) -> set[str]:
        return set(self.objects())

    def comment(self, name: str) -> str:
        return str(self.objects()[name][1])

    def plan(self, views: str, *names: str, **how: Any) -> Changes:
        return layer(views).deployment_plan(*names, url=self.url, **how)

    def statuses(self, views: str, *names: str) -> dict[str, str]:
        return {change.name: change.status for change in self.plan(views, *names)}

    def apply(self, views: str, *names: str, **how: Any) -> Applied:
        return layer(views).apply(*names, url=self.url, **how)


def layer(views: str) -> Layer:
    return Layer.from_text(semantic=PROJECT, views=views)


class Duck(Warehouse):
    dialect = "duckdb"

    def __init__(self, file: Path) -> None:
        self.file = file
        self.url = f"duckdb:///{file}"
        self.run(TABLES)

    def run(self, statements: str) -> None:
        with duckdb.connect(self.file) as connection:
            connection.execute(statements)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.file) as connection:
            return connection.execute(sql).fetchall()

    def objects(self) -> dict[str, tuple[str, str | None]]:
        views = "SELECT view_name, 'view', comment FROM duckdb_views() WHERE NOT internal UNION ALL "
        tables = "SELECT table_name, 'table', comment FROM duckdb_tables() WHERE table_name <> 'orders'"
        return {name: (kind, comment) for name, kind, comment in self.rows(views + tables)}


class Postgres(Warehouse):
    dialect = "postgres"

    def __init__(self, url: str) -> None:
        self.url = url
        self.run("DROP SCHEMA IF EXISTS deployed CASCADE")
        self.run(TABLES)

    def run(self, statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statements)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    def objects(self) -> dict[str, tuple[str, str | None]]:
        found = self.rows(
            "SELECT relname, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' ELSE 'table' END, "
            "obj_description(oid, 'pg_class') FROM pg_class WHERE relnamespace = 'deployed'::regnamespace "
            "AND relkind IN ('v', 'm', 'r') AND relname <> 'orders'"
        )
        return {name: (kind, comment) for name, kind, comment in found}

    def acl(self, name: str) -> set[str]:
        return {
            str(item)
            for (item,) in self.rows(
                f"SELECT unnest(relacl)::text FROM pg_class WHERE oid = 'deployed.{name}'::regclass"
            )
        }
