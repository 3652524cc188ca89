"""DuckDB for SQLAlchemy, as far as asking goes: ``duckdb+semantic:///file.duckdb``.

SQLAlchemy has no dialect for DuckDB. This one is what its dialect for Postgres becomes over DuckDB's own API:
SELECTs, tables and plain data; no reflection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import duckdb
from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect

from semantic.warehouse.duck import connect
from semantic.warehouse.place import Place


class Cursor:
    """The rows of one statement at a time, fetched at once: a DuckDB connection has a single open result."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: deque[tuple[Any, ...]] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.arraysize = 1

    def execute(self, sql: str, parameters: Any = ()) -> None:
        """Run a statement."""
        self._connection.execute(sql, parameters or None)
        self.description = self._connection.description
        self._rows = deque(self._connection.fetchall() if self.description else ())

    def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run a statement once for each of some values."""
        self._connection.executemany(sql, parameters)
        self.description = None

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next rows."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        rows, self._rows = list(self._rows), deque()
        return rows

    def setinputsizes(self, *sizes: Any) -> None:
        """Nothing: DuckDB needs no sizes."""

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class Connection:
    """A connection whose transactions are as DB-API has them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.driver = connection

    def cursor(self) -> Cursor:
        """A cursor of the same transaction."""
        return Cursor(self.driver)

    def commit(self) -> None:
        """Keep what was done; nothing where nothing was begun."""
        with suppress(duckdb.TransactionException):
            self.driver.commit()

    def rollback(self) -> None:
        """Undo what was done; nothing where nothing was begun."""
        with suppress(duckdb.TransactionException):
            self.driver.rollback()

    def close(self) -> None:
        """Close it."""
        self.driver.close()


class Dialect(PGDialect):
    """DuckDB's SQL is near to that of Postgres; its driver is its own."""

    name = "duckdb"
    driver = "semantic"
    default_paramstyle = "numeric_dollar"
    supports_statement_cache = True
    use_insertmanyvalues = False
    supports_native_decimal = True
    supports_server_side_cursors = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """The module of the driver."""
        return duckdb

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"paramstyle": "numeric_dollar"} | options)  # type: ignore[no-untyped-call]

    def create_connect_args(self, url: URL) -> Any:
        """The path of a file, or memory, and DuckDB's own settings."""
        return ((url.database or ":memory:",), {"config": dict(url.query)})

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """A connection."""
        return Connection(duckdb.connect(*arguments, **options))

    def on_connect(self) -> None:
        """Nothing that Postgres would want to be told."""
        return

    def initialize(self, connection: Any) -> None:
        """Nothing that Postgres would have to be asked."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin a transaction."""
        dbapi_connection.driver.begin()

    def do_ping(self, dbapi_connection: Any) -> bool:
        """A connection in this process is there."""
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Whether the connection is gone."""
        return isinstance(e, duckdb.ConnectionException)


def register() -> None:
    """Let SQLAlchemy find it in this process, installed or not."""
    registry.register("duckdb.semantic", __name__, "Dialect")


def creator(place: Place) -> Callable[[], Connection]:
    """What opens connections to a place."""
    return lambda: Connection(connect(place))
