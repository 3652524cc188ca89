"""Sessions of warehouses that SQLAlchemy has a dialect for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from semantic import faults
from semantic.faults import SemanticError
from semantic.testing.sessions import refused
from semantic.warehouse import Place, alchemy
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason


class AlchemySession:
    """Any other warehouse, through SQLAlchemy; every statement is a transaction."""

    def __init__(self, place: Place, connection: Connection, secrets: list[str]) -> None:
        self.place = place
        self._connection = connection.execution_options(isolation_level="AUTOCOMMIT", no_parameters=True)
        self._secrets = secrets

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""
        self._run(sql)

    def rows(self, sql: str) -> list[Row]:
        """The rows of a statement."""
        return [tuple(row) for row in self._run(sql)]

    def _run(self, sql: str) -> Any:
        try:
            return self._connection.exec_driver_sql(sql)
        except SQLAlchemyError as error:
            own = getattr(error, "orig", None) or error
            raise refused(self.place, reason(own, self._secrets)) from None

    def count(self, schema: str) -> int | None:
        """How many tables and views a schema holds, or ``None`` where it does not exist."""
        inspector = inspect(self._connection)
        if schema.lower() not in map(str.lower, inspector.get_schema_names()):
            return None
        return len(inspector.get_table_names(schema)) + len(inspector.get_view_names(schema))


@contextmanager
def opened(place: Place) -> Iterator[AlchemySession]:
    """A session that is closed in the end."""
    url = alchemy._url(place)
    engine = alchemy._engine(place, url)
    try:
        connection = engine.connect()
    except (SQLAlchemyError, OSError) as error:
        words = alchemy._reason(error, url)
        raise SemanticError([faults.cannot_connect(place.name, words, place.span)]) from None
    with connection:
        yield AlchemySession(place, connection, alchemy._secrets(url))
