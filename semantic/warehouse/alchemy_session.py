"""One statement through SQLAlchemy, with a cursor that stays at the server where the driver has such."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse import alchemy
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row

T = TypeVar("T")
#: What drivers call the method that stops a statement from another thread.
_CANCELS = ("cancel_safe", "cancel")


class AlchemySession:
    """A connection of its own with one open result; it may only read where the warehouse can promise that."""

    def __init__(self, place: Place) -> None:
        self._place, self._url = place, alchemy._url(place)
        self._result: CursorResult[Any] | None = None
        self._connection = self._connected()

    def _connected(self) -> Connection:
        made = alchemy.engine(self._place, poolclass=NullPool)
        options = {"postgresql_readonly": True} if made.dialect.name == "postgresql" else {}
        try:
            return made.connect().execution_options(no_parameters=True, **options)
        except (SQLAlchemyError, OSError) as error:
            words = alchemy._reason(error, self._url)
            fault = faults.cannot_connect(self._place.name, words, self._place.span)
            raise SemanticError([fault]) from None

    def start(self, sql: str, batch_rows: int) -> None:
        """Send the statement."""
        options = {"stream_results": True, "max_row_buffer": batch_rows}
        self._result = self._told(lambda: self._connection.exec_driver_sql(sql, execution_options=options))

    def batch(self, size: int) -> list[Row]:
        """The next rows."""
        result = self._result
        assert result is not None
        return self._told(lambda: [tuple(row) for row in result.fetchmany(size)])

    def arrow(self, sql: str, batch_rows: int) -> Any:
        """Nothing: batches are made from rows."""
        return None

    def explain(self, sql: str) -> list[Row]:
        """The rows of an EXPLAIN."""
        return self._told(lambda: [tuple(row) for row in self._connection.exec_driver_sql(sql)])

    def dry_run(self, sql: str) -> int:
        """The bytes that a statement would read, as BigQuery's client tells them."""
        from google.cloud.bigquery import QueryJobConfig

        client = self._connection.connection.driver_connection._client  # type: ignore[union-attr]
        job = self._told(lambda: client.query(sql, job_config=QueryJobConfig(dry_run=True)))
        return int(job.total_bytes_processed)

    def cancel(self) -> None:
        """Stop what is running, where the driver can; elsewhere it ends with the batch."""
        with suppress(Exception):  # the statement may just have ended, and the connection with it
            driver = self._connection.connection.driver_connection
            name = next(name for name in _CANCELS if hasattr(driver, name))
            getattr(driver, name)()

    def close(self) -> None:
        """Close the connection."""
        with suppress(SQLAlchemyError):
            self._connection.close()

    def _told(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except SQLAlchemyError as error:
            words = alchemy._reason(error, self._url)
            fault = faults.statement_refused(self._place.name, words, self._place.span)
            raise SemanticError([fault]) from None
