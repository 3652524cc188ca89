"""Every warehouse that SQLAlchemy has a dialect for, with the driver that the extra installs."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from semantic import faults
from semantic.faults import SemanticError
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row
from semantic.warehouse.wording import reason

#: The drivers of our extras, for URLs that name none.
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SECRET = re.compile("pass|pwd|secret|token|key|credential", re.IGNORECASE)


def fetch(place: Place, sql: str) -> list[Row]:
    """All rows of a statement, which may only read where the warehouse can promise that.

    The text goes to the driver without parameters, so that ``%`` and ``:`` in it stay what they are.
    """
    url = _url(place)
    engine = _engine(place, url)
    options: dict[str, Any] = {"no_parameters": True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    try:
        connection = engine.connect()
    except (SQLAlchemyError, OSError) as error:
        fault = faults.cannot_connect(place.name, _reason(error, url), place.span)
        raise SemanticError([fault]) from None
    with connection:
        try:
            result = connection.execution_options(**options).exec_driver_sql(sql)
            return [tuple(row) for row in result]
        except SQLAlchemyError as error:
            fault = faults.statement_refused(place.name, _reason(error, url), place.span)
            raise SemanticError([fault]) from None


def _url(place: Place) -> URL:
    """The URL read; a second ``@`` would make a host, which errors tell, of a part of the password."""
    if place.url.count("@") > 1:
        raise SemanticError([faults.bad_url(place.name, place.span)])
    try:
        url = make_url(place.url)
    except (ArgumentError, ValueError):
        raise SemanticError([faults.bad_url(place.name, place.span)]) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def engine(place: Place, **options: Any) -> Engine:
    """An engine for a place; nothing is connected yet."""
    if not place.url.startswith("duckdb:"):
        return _engine(place, _url(place), **{"poolclass": None} | options)
    from semantic.warehouse.duckdb_dialect import creator, register

    register()
    return create_engine("duckdb+semantic://", **{"creator": creator(place), "poolclass": NullPool} | options)


def _engine(place: Place, url: URL, **options: Any) -> Engine:
    """A connection a question, unless said otherwise: nothing is kept open that a program could fork or
    forget."""
    try:
        return create_engine(url, **{"poolclass": NullPool} | options)
    except (NoSuchModuleError, ImportError):
        raise SemanticError([faults.missing_driver(place.dialect, place.name, place.span)]) from None
    except (ArgumentError, TypeError, ValueError):
        raise SemanticError([faults.bad_url(place.name, place.span)]) from None


def _reason(error: BaseException, url: URL) -> str:
    own = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return reason(own, _secrets(url))


def _secrets(url: URL) -> list[str]:
    """The password, and whatever else in a URL lets somebody in."""
    found = [str(url.password)] if url.password else []
    for name, value in url.query.items():
        if _SECRET.search(name):
            found += [value] if isinstance(value, str) else value
    return found
