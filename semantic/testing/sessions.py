"""What tests run on: one connection that stays open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import duckdb

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse import Connection, Place, duck
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason

#: Where tests run that name no target.
MEMORY = Place("DuckDB in memory", "duckdb", "duckdb:///:memory:")
_ZONED = "TIMESTAMP WITH TIME ZONE"  # needs a way of its own to leave
_SETTINGS = (
    "SET enable_progress_bar = false; SET python_enable_replacements = false; SET threads = 1; "
    "SET enable_external_access = false"
)


class Session(Protocol):
    """A connection that makes tables and answers questions."""

    place: Place

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""

    def rows(self, sql: str) -> list[Row]:
        """The rows of a statement."""

    def count(self, schema: str) -> int | None:
        """How many tables and views a schema holds, or ``None`` where it does not exist."""


class TargetSession:
    """A target of the project."""

    def __init__(self, connection: Connection) -> None:
        self.place = connection.place
        self.execute = connection.execute
        self.rows = connection.fetch
        self._relations = connection.relations

    def count(self, schema: str) -> int | None:
        """How many tables and views a schema holds, or ``None`` where it does not exist."""
        names = self._relations(schema)
        return None if names is None else len(names)


class MemorySession:
    """DuckDB in memory, as directly as can be: there are thousands of statements, and none takes long."""

    place = MEMORY

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""
        try:
            self._connection.execute(sql)
        except duckdb.Error as error:
            raise refused(self.place, reason(error, [])) from None

    def rows(self, sql: str) -> list[Row]:
        """The rows of a statement."""
        try:
            with self._connection.cursor() as cursor:
                kinds = [str(column[1]) for column in cursor.execute(sql).description or ()]
                if _ZONED not in kinds:
                    return cursor.fetchall()
            return duck._rows(self._connection.sql(sql))
        except duckdb.Error as error:
            raise refused(self.place, reason(error, [])) from None

    def count(self, schema: str) -> int | None:
        """A memory of its own holds nothing yet."""
        return None


def refused(place: Place, words: str) -> SemanticError:
    """What a warehouse says against a statement."""
    return SemanticError([faults.statement_refused(place.name, words, place.span)])


@contextmanager
def in_memory() -> Iterator[MemorySession]:
    """A session that is closed in the end; it reads no file."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(_SETTINGS)
        yield MemorySession(connection)
