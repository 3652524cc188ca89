"""Every warehouse that SQLAlchemy has a dialect for, with the driver that the extra installs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.warehouse.causes import cause
from semantic.warehouse.connection import Limits, Shape, guarded
from semantic.warehouse.drivers import driver
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row
from semantic.warehouse.secret import secrets_in
from semantic.warehouse.wording import reason

#: The drivers of our extras, for URLs that name none.
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
T = TypeVar("T")


def fetch(place: Place, sql: str) -> list[Row]:
    """All rows of a statement, which may only read where the warehouse can promise that."""
    with opened(place) as connection:
        return connection.fetch(sql)


class AlchemyConnection:
    """A connection through SQLAlchemy. A text goes to the driver without parameters, so that ``%`` and
    ``:`` in it stay what they are."""

    def __init__(
        self,
        place: Place,
        raw: Connection,
        secrets: list[str],
        limits: Limits,
        *,
        write: bool,
        autocommit: bool,
    ) -> None:
        self.place = place
        self.dialect = place.dialect
        self._raw = raw
        self._secrets = secrets
        self._limits = limits
        self._driver = driver(raw.dialect.name)
        self._write = write
        self._autocommit = autocommit
        self._inside = False

    def fetch(self, sql: str) -> list[Row]:
        """All rows of a statement; none where it has none."""
        return self._guarded(lambda: self._alone(lambda: _rows(self._sent(sql))))

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""
        self._guarded(lambda: self._alone(lambda: self._sent(sql).close()))

    def shape(self, sql: str) -> list[Shape]:
        """The columns of a SELECT; its rows are left where they are."""

        def columns() -> list[Shape]:
            with self._sent(sql) as result:
                described: Any = result.cursor.description
                return [Shape(str(each[0]), self._driver.kind(each)) for each in described or ()]

        return self._guarded(lambda: self._alone(columns))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is executed inside holds together, where the warehouse can promise that."""
        assert not self._inside, "transactions do not nest"
        assert not self._autocommit, "a connection with autocommit has no transactions"
        self._guarded(self._begin)
        self._inside = True
        try:
            yield
            self._guarded(self._raw.commit)
        except BaseException:
            with suppress(Exception):  # the connection may be gone; what went wrong is told already
                self._raw.rollback()
            raise
        finally:
            self._inside = False

    def relations(self, schema: str) -> list[str] | None:
        """The names of the tables and views of a schema, or ``None`` where there is no such schema."""

        def names() -> list[str] | None:
            inspector = inspect(self._raw)
            known = [each for each in inspector.get_schema_names() if each.lower() == schema.lower()]
            if not known:
                return None
            names = [*inspector.get_table_names(known[0]), *inspector.get_view_names(known[0])]
            return sorted(name.removeprefix(f"{known[0]}.") for name in names)  # as BigQuery's are called

        return self._guarded(lambda: self._alone(names))

    # --- statements ---------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._raw.begin()
        self._driver.began(self._raw, self._limits)

    def _alone(self, act: Callable[[], T]) -> T:
        """The result of an act that is a transaction of its own, unless one is open."""
        if self._inside:
            return act()
        try:
            self._begin()
            result = act()
        except BaseException:
            with suppress(Exception):
                self._raw.rollback()
            raise
        self._raw.commit() if self._write else self._raw.rollback()
        return result

    def _sent(self, sql: str) -> CursorResult[Any]:
        text = sql.replace("%", self._driver.percent)
        return self._raw.exec_driver_sql(text, execution_options={"no_parameters": True})

    def _guarded(self, act: Callable[[], T]) -> T:
        return guarded(act, self._fault)

    def _fault(self, error: Exception) -> Fault:
        own = _own(error)
        why: str = cause(error)
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            why = "lost"
        return faults.statement_failed(self.place.name, why, reason(own, self._secrets), self.place.span)


def _rows(result: CursorResult[Any]) -> list[Row]:
    return [tuple(row) for row in result] if result.returns_rows else []


@contextmanager
def opened(
    place: Place, *, write: bool = False, autocommit: bool = False, limits: Limits | None = None
) -> Iterator[AlchemyConnection]:
    """A connection that is closed in the end."""
    limits = limits or Limits()
    url = _url(place)
    secrets = _secrets(url)

    def told(error: Exception) -> Fault:
        why = cause(error)
        return faults.no_connection(place.name, why, reason(_own(error), secrets), place.span)

    raw = guarded(lambda: _connection(place, url, limits, write, autocommit), told)
    try:
        yield AlchemyConnection(place, raw, secrets, limits, write=write, autocommit=autocommit)
    finally:
        with suppress(Exception):  # one that was lost cannot be closed
            raw.close()


def _connection(place: Place, url: URL, limits: Limits, write: bool, autocommit: bool) -> Connection:
    own = driver(url.get_backend_name())
    raw = _engine(place, *own.called(url, limits)).connect()
    own.opened(raw, limits)
    if autocommit:
        return raw.execution_options(isolation_level="AUTOCOMMIT")
    return raw if write else raw.execution_options(**own.options or {})


def _url(place: Place) -> URL:
    """The URL read; a second ``@`` would make a host, which errors tell, of a part of the password."""
    fault = faults.bad_url(place.name, place.span)
    if place.url.count("@") > 1:
        raise SemanticError([fault])
    url = guarded(lambda: make_url(place.url), lambda error: fault)
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def engine(place: Place, **options: Any) -> Engine:
    """An engine for a place; nothing is connected yet."""
    if not place.url.startswith("duckdb:"):
        return _engine(place, _url(place), **{"poolclass": None} | options)
    from semantic.warehouse.duckdb_dialect import creator, register

    register()
    return create_engine("duckdb+semantic://", **{"creator": creator(place), "poolclass": NullPool} | options)


def _engine(place: Place, url: URL, arguments: Mapping[str, Any] | None = None, **options: Any) -> Engine:
    """A connection a question, unless said otherwise: nothing is kept open that a program could fork or
    forget."""

    def told(error: Exception) -> Fault:
        if isinstance(error, NoSuchModuleError | ImportError):
            return faults.missing_driver(place.dialect, place.name, place.span)
        if isinstance(error, ArgumentError | TypeError | ValueError):
            return faults.bad_url(place.name, place.span)
        return faults.no_connection(place.name, cause(error), reason(error, _secrets(url)), place.span)

    usual = {"poolclass": NullPool, "connect_args": dict(arguments or {}), "hide_parameters": True}
    return guarded(lambda: create_engine(url, **usual | options), told)


def _reason(error: BaseException, url: URL) -> str:
    return reason(_own(error), _secrets(url))


def _own(error: BaseException) -> BaseException:
    """What the driver said, without SQLAlchemy's words around it."""
    return error.orig if isinstance(error, DBAPIError) and error.orig else error


def _secrets(url: URL) -> list[str]:
    """The password, and whatever else in a URL lets somebody in."""
    return secrets_in(url.password, url.query)
