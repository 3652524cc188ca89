"""DuckDB and Postgres: engines whose tables are made with SQL of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, LiteralString

import duckdb
import psycopg

from tests.engines.base import Engine, marks, quoted
from tests.engines.table import Table, exact

TYPES: Mapping[str, str] = {
    "integer": "BIGINT",
    "decimal": "NUMERIC(24, 6)",
    "float": "DOUBLE PRECISION",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


class SqlEngine(Engine):
    """A connection of Python's DB-API."""

    mark: ClassVar[LiteralString]

    def __init__(self, connection: Any, product: str) -> None:
        self.connection = connection
        self.product = product

    def run(self, sql: str) -> None:
        """A statement without rows."""
        self.connection.execute(sql)

    def _load(self, tables: Mapping[str, Table]) -> None:
        self.run("DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; SET search_path = 'shop'")
        self.run("; ".join(created(name, table) for name, table in tables.items()))
        for name, table in tables.items():
            self._fill(name, table)

    def _refill(self, before: Mapping[str, Table], tables: Mapping[str, Table]) -> None:
        for name, table in tables.items():
            if table.rows != before[name].rows:
                self.run(f"DELETE FROM shop.{quoted(exact(name)[0])}")
                self._fill(name, table)

    def _fill(self, name: str, table: Table) -> None:
        if table.rows:
            values = [value for row in table.rows for value in row]
            target = quoted(exact(name)[0]).replace("%", "%%" if self.mark == "%s" else "%")
            rows = marks(table.rows, self.mark)
            self.connection.execute(f"INSERT INTO shop.{target} VALUES {rows}", values)

    def _answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self.connection.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()

    def session(self, zone: str, week_start: int) -> None:
        self.run(f"SET TimeZone = '{zone}'")  # neither has a first day of the week


def created(name: str, table: Table) -> str:
    """The DDL of a table."""
    columns = ", ".join(f"{quoted(exact(column)[0])} {TYPES[kind]}" for column, kind in table.columns)
    return f"CREATE TABLE {quoted(exact(name)[0])} ({columns})"


class DuckDB(SqlEngine):
    """A DuckDB in memory."""

    dialect = "duckdb"
    mark = "?"


class Postgres(SqlEngine):
    """A connection to a Postgres server."""

    dialect = "postgres"
    mark = "%s"


@contextlib.contextmanager
def duckdb_engine() -> Iterator[DuckDB]:
    """A DuckDB in memory, its session in a zone of its own so that nothing may depend on it."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    connection.execute("SET threads = 1")
    try:
        yield DuckDB(connection, f"DuckDB {duckdb.__version__}")
    finally:
        connection.close()


@contextlib.contextmanager
def postgres_engine(url: str) -> Iterator[Postgres]:
    """A connection to a Postgres server."""
    with psycopg.connect(url, autocommit=True) as connection:
        version = connection.info.server_version
        yield Postgres(connection, f"PostgreSQL {version // 10000}.{version % 10000}")
