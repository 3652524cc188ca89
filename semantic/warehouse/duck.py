"""DuckDB through its own API: a file (read only), or memory over the files of the project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer, current_thread, main_thread
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import duckdb

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.warehouse.causes import cause
from semantic.warehouse.connection import Limits, Shape, guarded
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row
from semantic.warehouse.secret import secrets_in
from semantic.warehouse.wording import reason

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEMORY = ":memory:"
_ELSEWHERE = re.compile(r"[a-z]\w+:")
_OWN_CAUSES = ("read_only", "permission")
T = TypeVar("T")


def fetch(place: Place, sql: str) -> list[Row]:
    """All rows of a statement."""
    with opened(place) as connection:
        return connection.fetch(sql)


class DuckConnection:
    """A connection through DuckDB's own API."""

    def __init__(
        self, place: Place, raw: duckdb.DuckDBPyConnection, limits: Limits, autocommit: bool
    ) -> None:
        self.place = place
        self.dialect = place.dialect
        self._raw = raw
        self._limits = limits
        self._autocommit = autocommit
        self._inside = False
        self._late = False
        self._secrets = _secrets(place)

    def fetch(self, sql: str) -> list[Row]:
        """All rows of a statement; none where it has none."""
        return self._guarded(lambda: _interruptible(self._raw, lambda: _rows(self._raw.sql(sql))))

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""

        def run() -> list[Row]:
            self._raw.execute(sql)
            return []

        self._guarded(lambda: _interruptible(self._raw, run))

    def shape(self, sql: str) -> list[Shape]:
        """The columns of a SELECT; its rows are left where they are."""

        def columns() -> list[Shape]:
            relation: duckdb.DuckDBPyRelation | None = self._raw.sql(sql)
            return (
                list(map(Shape, relation.columns, map(str, relation.types))) if relation is not None else []
            )

        return self._guarded(columns)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is executed inside holds together."""
        assert not self._inside, "transactions do not nest"
        assert not self._autocommit, "a connection with autocommit has no transactions"
        self._guarded(self._raw.begin)
        self._inside = True
        try:
            yield
            self._guarded(self._raw.commit)
        except BaseException:
            with suppress(duckdb.Error):  # what went wrong is told already
                self._raw.rollback()
            raise
        finally:
            self._inside = False

    def relations(self, schema: str) -> list[str] | None:
        """The names of the tables and views of a schema, or ``None`` where there is no such schema."""
        statement = (
            "SELECT table_name FROM information_schema.schemata LEFT JOIN information_schema.tables "
            "ON table_schema = schema_name AND table_catalog = catalog_name WHERE "
            "lower(schema_name) = lower(?) AND catalog_name = current_database() ORDER BY table_name"
        )
        rows = self._guarded(lambda: self._raw.execute(statement, [schema]).fetchall())
        return [str(name) for (name,) in rows if name is not None] if rows else None

    # --- statements ---------------------------------------------------------------------------------

    def _guarded(self, act: Callable[[], T]) -> T:
        with self._limited():
            return guarded(act, self._fault)

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """DuckDB knows no limit of time, so somebody else has to watch it."""
        if self._limits.statement is None:
            yield
            return
        self._late = False
        timer = Timer(self._limits.statement, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self._late = True
        self._raw.interrupt()

    def _fault(self, error: Exception) -> Fault:
        if self._late and self._limits.statement is not None and isinstance(error, duckdb.InterruptException):
            return faults.stopped(self.place.name, self._limits.statement, self.place.span)
        why = cause(error) if cause(error) in _OWN_CAUSES else "other"
        return faults.statement_failed(self.place.name, why, reason(error, self._secrets), self.place.span)


@contextmanager
def opened(
    place: Place, *, write: bool = False, autocommit: bool = False, limits: Limits | None = None
) -> Iterator[DuckConnection]:
    """A connection that is closed in the end."""
    with _connected(place, write=write) as raw:
        yield DuckConnection(place, raw, limits or Limits(), autocommit)


def _interruptible(connection: duckdb.DuckDBPyConnection, act: Callable[[], list[Row]]) -> list[Row]:
    """The result of an act; DuckDB hears no Ctrl-C while it works, so somebody else has to wait for it."""
    if current_thread() is not main_thread():
        return act()
    with ThreadPoolExecutor(1) as worker:
        future = worker.submit(act)
        try:
            while not future.done():
                wait([future], timeout=0.5)
        except KeyboardInterrupt:
            connection.interrupt()
            raise
        return future.result()


@contextmanager
def _connected(place: Place, *, write: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(place, write=write)
    try:
        yield connection
    finally:
        connection.close()


def connect(place: Place, *, write: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a file, read only unless it is to be written to, or to memory over the files of the
    project."""
    path, options = _address(place)
    in_file = _is_file(path)
    if in_file and not write and not Path(path).is_file():
        raise SemanticError([faults.no_database(path, place.span)])

    def told(error: Exception) -> Fault:
        return faults.cannot_connect(place.name, reason(error, _secrets(place)), place.span)

    read_only = in_file and not write
    connection = guarded(lambda: duckdb.connect(path, read_only=read_only, config=options), told)
    try:
        connection.execute("SET enable_progress_bar = false; SET python_enable_replacements = false")
        if place.folder is not None:
            connection.execute("SET file_search_path = $folder", {"folder": str(place.folder.resolve())})
    except BaseException:
        connection.close()
        raise
    return connection


def _secrets(place: Place) -> list[str]:
    """What lets somebody in: DuckDB knows options only, and tells of none of them."""
    _, options = _address(place)
    return [value for value in options.values() if len(value) > 2] + secrets_in(None, options)


def _address(place: Place) -> tuple[str, dict[str, Any]]:
    """The path of ``duckdb:///path?option=value``, from the project's folder, and the options."""
    _, slashes, rest = place.url.partition("://")
    if not slashes:
        raise SemanticError([faults.bad_url(place.name, place.span)])
    path, _, query = rest.partition("?")
    path = unquote(path.removeprefix("/"))
    if _is_file(path) and place.folder is not None:
        path = str(place.folder / path)
    return path or _MEMORY, dict(parse_qsl(query))


def _is_file(path: str) -> bool:
    """Whether a path is one, and neither memory nor a database elsewhere (``md:shop``)."""
    return path not in ("", _MEMORY) and not _ELSEWHERE.match(path)


def _rows(relation: duckdb.DuckDBPyRelation | None) -> list[Row]:
    """The rows of a SELECT; instants leave as microseconds, since DuckDB's own way needs a library."""
    if relation is None:
        return []
    relation, zoned = projected(relation)
    rows = relation.fetchall()
    return [with_instants(row, zoned) for row in rows] if zoned else rows


def projected(relation: duckdb.DuckDBPyRelation) -> tuple[duckdb.DuckDBPyRelation, list[int]]:
    """A relation with its instants as microseconds, and where these are."""
    zoned = [i for i, kind in enumerate(relation.types) if str(kind) == "TIMESTAMP WITH TIME ZONE"]
    if not zoned:
        return relation, []
    names = ['"' + name.replace('"', '""') + '"' for name in relation.columns]
    picked = [f"epoch_us({name})" if i in zoned else name for i, name in enumerate(names)]
    return relation.project(", ".join(picked)), zoned


def with_instants(row: Row, zoned: list[int]) -> Row:
    """A row with instants in the place of microseconds."""
    return tuple(
        _EPOCH + timedelta(microseconds=value) if i in zoned and value is not None else value
        for i, value in enumerate(row)
    )
