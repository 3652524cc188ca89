"""Snowflake, emulated: fakesnow runs a statement on DuckDB; our own checks see what it is lenient about."""

from __future__ import annotations

import atexit
import contextlib
import math
import shutil
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

from fakesnow.instance import FakeSnow
from fakesnow.transforms.stage import LOCAL_BUCKET_PATH

from semantic.spec.types import TypeName
from tests.engines.amended import amend
from tests.engines.base import Engine, marks, quoted
from tests.engines.checks import RefusedError, check
from tests.engines.table import Table, exact

atexit.register(shutil.rmtree, LOCAL_BUCKET_PATH, ignore_errors=True)  # it leaves one behind for each process

TYPES: Mapping[TypeName, str] = {
    "integer": "NUMBER(38, 0)",
    "decimal": "NUMBER(24, 6)",
    "float": "FLOAT",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
    "timestamptz": "TIMESTAMP_TZ",
}


class Snowflake(Engine):
    """A session of the emulator."""

    dialect = "snowflake"

    def __init__(self, connection: Any) -> None:
        self.product = f"fakesnow {metadata.version('fakesnow')}"
        self._connection = connection
        self._tables: tuple[str, ...] = ()
        self._ready: dict[str, Any] = {}

    def _load(self, tables: Mapping[str, Table]) -> None:
        self._ready.clear()
        self._connection.results_cache.clear()  # it keeps every answer
        for name in self._tables:
            self._connection._duck_conn.execute(f"DROP TABLE IF EXISTS {named(name)}")
        self._tables = tuple(tables)
        for name, table in tables.items():
            columns = ", ".join(f"{named(column)} {TYPES[kind]}" for column, kind in table.columns)
            self._execute(f"CREATE TABLE {named(name)} ({columns})")
            self._fill(name, table)

    def _refill(self, before: Mapping[str, Table], tables: Mapping[str, Table]) -> None:
        for name, table in tables.items():
            if table.rows != before[name].rows:
                self._connection._duck_conn.execute(f"DELETE FROM {named(name)}")
                self._fill(name, table)

    def _fill(self, name: str, table: Table) -> None:
        """The rows go to the DuckDB beneath: how data is loaded is not what is proved."""
        if table.rows:
            values = [value for row in table.rows for value in row]
            rows = marks(table.rows, "?")
            self._connection._duck_conn.execute(f"INSERT INTO {named(name)} VALUES {rows}", values)

    def session(self, zone: str, week_start: int) -> None:
        # The emulator refuses ALTER SESSION; so, the zone of the DuckDB beneath. It has no WEEK_START.
        self._connection._duck_conn.execute(f"SET TimeZone = '{zone}'")

    def _answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        ready = self._ready.get(sql)  # in another session, or over other rows
        if ready is None:
            check(sql, self.dialect, self._loaded or {})
            cursor = self._execute(sql)
            self._ready[sql] = cursor._last_transformed
        else:
            cursor = self._connection.cursor()
            cursor._execute(ready)
        names, rows = _answered(cursor)
        if any(isinstance(value, float) and not math.isfinite(value) for row in rows for value in row):
            raise RefusedError("snowflake refuses: a division by zero")  # which DuckDB beneath makes infinite
        return names, rows

    def unchecked(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """What the emulator answers."""
        return _answered(self._execute(sql))

    def _execute(self, sql: str) -> Any:
        return self._connection.cursor().execute(sql)


def _answered(cursor: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names and rows; `description` would have the emulator read and bind the statement once more."""
    return cursor._arrow_table.column_names, list(map(tuple, cursor.fetchall()))


def named(name: str) -> str:
    """A name as Snowflake keeps it: in capitals, unless it is in quotes."""
    bare, is_exact = exact(name)
    return quoted(bare if is_exact else bare.upper())


@contextlib.contextmanager
def snowflake_engine() -> Iterator[Snowflake]:
    """An emulated Snowflake of its own."""
    amend()
    fake = FakeSnow()
    try:
        yield Snowflake(fake.connect(database="tests", schema="shop"))
    finally:
        fake.duck_conn.close()
