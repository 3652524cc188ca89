"""DuckDB through its own API: a file (read only), or memory over the files of the project."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any
from urllib.parse import parse_qsl, unquote

import duckdb

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEMORY = ":memory:"
_ELSEWHERE = re.compile(r"[a-z]\w+:")


def fetch(place: Place, sql: str) -> list[Row]:
    """All rows of a statement."""
    with _connected(place) as connection:
        try:
            return _interruptible(connection, lambda: _rows(connection.sql(sql)))
        except duckdb.Error as error:
            fault = faults.statement_refused(place.name, reason(error, []), place.span)
            raise SemanticError([fault]) from None


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
def _connected(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(place)
    try:
        yield connection
    finally:
        connection.close()


def connect(place: Place) -> duckdb.DuckDBPyConnection:
    """A connection to a file, read only, or to memory over the files of the project."""
    path, options = _address(place)
    in_file = _is_file(path)
    if in_file and not Path(path).is_file():
        raise SemanticError([faults.no_database(path, place.span)])
    try:
        connection = duckdb.connect(path, read_only=in_file, config=options)
    except duckdb.Error as error:
        words = reason(error, list(options.values()))
        raise SemanticError([faults.cannot_connect(place.name, words, place.span)]) from None
    try:
        connection.execute("SET enable_progress_bar = false; SET python_enable_replacements = false")
        if place.folder is not None:
            connection.execute("SET file_search_path = $folder", {"folder": str(place.folder.resolve())})
    except BaseException:
        connection.close()
        raise
    return connection


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
