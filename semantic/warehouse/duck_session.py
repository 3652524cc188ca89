"""One statement on DuckDB, read in batches while it runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import duckdb

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.duck import connect, projected, with_instants
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason

T = TypeVar("T")


class DuckSession:
    """A connection to DuckDB with one open result."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection = connect(place)
        self._zoned: list[int] = []

    def start(self, sql: str, batch_rows: int) -> None:
        """Send the statement; it stops when its first rows are there."""
        relation, self._zoned = self._told(lambda: projected(self._connection.sql(sql)))
        self._told(lambda: self._connection.execute(relation.sql_query() if self._zoned else sql))

    def batch(self, size: int) -> list[Row]:
        """The next rows."""
        rows = self._told(lambda: self._connection.fetchmany(size))
        return [with_instants(row, self._zoned) for row in rows] if self._zoned else rows

    def arrow(self, sql: str, batch_rows: int) -> Any:
        """DuckDB's own reader of Arrow batches."""
        return self._told(lambda: self._connection.sql(sql).to_arrow_reader(batch_rows))

    def explain(self, sql: str) -> list[Row]:
        """The rows of an EXPLAIN."""
        return self._told(lambda: self._connection.execute(sql).fetchall())

    def dry_run(self, sql: str) -> int:
        """DuckDB knows no bytes beforehand."""
        raise ValueError("DuckDB has no dry run")

    def cancel(self) -> None:
        """Stop what is running."""
        with suppress(duckdb.ConnectionException):  # the answer may just have been let go of
            self._connection.interrupt()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _told(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except duckdb.Error as error:
            words = reason(error, [])
            fault = faults.statement_refused(self._place.name, words, self._place.span)
            raise SemanticError([fault]) from None
