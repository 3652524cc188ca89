"""What tests run on: one connection that stays open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import duckdb

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse import Place, duck
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason

#: Where tests run that name no target.
MEMORY = Place("DuckDB in memory", "duckdb", "duckdb:///:memory:")
_ZONED = "TIMESTAMP WITH TIME ZONE"  # needs a way of its own to leave
_SETTINGS = "SET enable_progress_bar = false; SET python_enable_replacements = false; SET threads = 1"


class Session(Protocol):
    """A connection that makes tables and answers questions."""

    place: Place

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""

    def rows(self, sql: str) -> list[Row]:
        """The rows of a statement."""

    def count(self, schema: str) -> int | None:
        """How many tables and views a schema holds, or ``None`` where it does not exist."""


class DuckSession:
    """DuckDB through its own API."""

    def __init__(self, place: Place, connection: duckdb.DuckDBPyConnection) -> None:
        self.place = place
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
        """How many tables and views a schema holds, or ``None`` where it does not exist."""
        statement = (
            "SELECT count(*) FILTER (table_name IS NOT NULL) FROM information_schema.schemata "
            "LEFT JOIN information_schema.tables ON table_schema = schema_name "
            "AND table_catalog = catalog_name "
            "WHERE lower(schema_name) = lower(?) AND catalog_name = current_database() "
            "HAVING count(*) > 0"
        )
        row = self._connection.execute(statement, [schema]).fetchone()
        return None if row is None else int(row[0])


def refused(place: Place, words: str) -> SemanticError:
    """What a warehouse says against a statement."""
    return SemanticError([faults.statement_refused(place.name, words, place.span)])


@contextmanager
def in_duckdb(place: Place) -> Iterator[DuckSession]:
    """A session that is closed in the end; in memory it reads no file."""
    path, options = duck._address(place)
    try:
        connection = duckdb.connect(path, config=options)
    except duckdb.Error as error:
        words = reason(error, list(options.values()))
        raise SemanticError([faults.cannot_connect(place.name, words, place.span)]) from None
    with connection:
        connection.execute(_SETTINGS)
        if place is MEMORY:
            connection.execute("SET enable_external_access = false")
        yield DuckSession(place, connection)
