"""Opens connections: DuckDB through its own API, everything else through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from semantic.warehouse.connection import Connection, Limits
from semantic.warehouse.place import Place


@contextmanager
def connect(
    place: Place, *, write: bool = False, autocommit: bool = False, limits: Limits | None = None
) -> Iterator[Connection]:
    """A connection that is closed in the end; without ``write`` it only reads, where that can be promised
    (Postgres, DuckDB).

    Each statement is a transaction of its own, or one of a ``transaction()``. With ``autocommit`` the
    warehouse is told of no transaction at all, as some statements want it (``CREATE INDEX CONCURRENTLY``).

    >>> from semantic.warehouse import of_url
    >>> with connect(of_url("duckdb://", ("duckdb",))) as connection:
    ...     connection.fetch("SELECT 1 + 1")
    [(2,)]
    """
    limits = limits or Limits()
    if place.url.startswith("duckdb:"):
        from semantic.warehouse import duck

        with duck.opened(place, write=write, autocommit=autocommit, limits=limits) as connection:
            yield connection
        return
    from semantic.warehouse import alchemy

    with alchemy.opened(place, write=write, autocommit=autocommit, limits=limits) as other:
        yield other
