"""What differs between the drivers behind SQLAlchemy: limits, and what columns are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import URL, Connection

from semantic.warehouse.connection import Limits


@dataclass(frozen=True)
class Driver:
    """One driver: what it is connected with, what a new connection is told, and its names for types.

    ``arguments`` are those that connecting takes beside the URL; ``began`` is done at the start of every
    transaction, ``opened`` once; ``kind`` is what a column of an answer is called there; ``percent`` is what
    ``%`` has to be in a statement without parameters; ``apart`` are settings of the URL that the driver wants
    as arguments.
    """

    arguments: Callable[[URL, Limits], dict[str, Any]]
    kind: Callable[[Any], str]
    opened: Callable[[Connection, Limits], None] = lambda connection, limits: None
    began: Callable[[Connection, Limits], None] = lambda connection, limits: None
    options: Mapping[str, Any] | None = None
    percent: str = "%"
    apart: frozenset[str] = frozenset()

    def called(self, url: URL, limits: Limits) -> tuple[URL, dict[str, Any]]:
        """The URL and the arguments to connect with."""
        apart = {name: value for name, value in url.query.items() if name in self.apart}
        return url.difference_update_query(apart), {**self.arguments(url, limits), **apart}


def driver(name: str) -> Driver:
    """The driver of one of SQLAlchemy's dialects."""
    return _DRIVERS.get(name, _ANY)


# --- Postgres ---------------------------------------------------------------------------------------


def _postgres_arguments(url: URL, limits: Limits) -> dict[str, Any]:
    """The library waits that long for each address of a host, and two seconds at least."""
    return {} if "connect_timeout" in url.query else {"connect_timeout": max(2, ceil(limits.connect))}


def _postgres_limit(connection: Connection, limits: Limits) -> None:
    """For this transaction alone, where there is one: a pooler may give the session to somebody else
    afterwards."""
    if limits.statement is not None:
        local = connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"
        given = (f"{ceil(limits.statement * 1000)}ms", local)
        connection.exec_driver_sql("SELECT set_config('statement_timeout', %s, %s)", given)


def _postgres_kind(column: Any) -> str:
    return str(column.type_display)


# --- Snowflake --------------------------------------------------------------------------------------


def _snowflake_arguments(url: URL, limits: Limits) -> dict[str, Any]:
    wait = ceil(limits.connect)
    given: dict[str, Any] = {"login_timeout": wait, "connect_timeout": wait}
    if limits.statement is not None:
        given["session_parameters"] = {"STATEMENT_TIMEOUT_IN_SECONDS": max(1, ceil(limits.statement))}
        given["query_timeout"] = max(1, ceil(limits.statement)) + wait  # should the server not keep to it
    return {name: value for name, value in given.items() if name not in url.query}


def _snowflake_kind(column: Any) -> str:
    """``FIXED`` with its scale: a number without digits after the point is an integer."""
    from snowflake.connector.constants import FIELD_ID_TO_NAME

    name = str(FIELD_ID_TO_NAME[column[1]])
    return f"{name}({column[4]},{column[5]})" if name == "FIXED" else name


# --- BigQuery ---------------------------------------------------------------------------------------


def _bigquery_opened(connection: Connection, limits: Limits) -> None:
    """The client tries for ten minutes whatever does not answer; here it tries as long as it may."""
    from functools import partial

    from google.cloud.bigquery import QueryJobConfig
    from google.cloud.bigquery.retry import DEFAULT_JOB_RETRY, DEFAULT_RETRY

    raw: Any = connection.connection.dbapi_connection
    client = raw._client
    known = {
        "api_timeout": limits.connect,
        "retry": DEFAULT_RETRY.with_timeout(limits.connect),
        "job_retry": DEFAULT_JOB_RETRY.with_timeout(limits.connect),
    }
    if limits.statement is not None:
        config = client.default_query_job_config or QueryJobConfig()
        config.job_timeout_ms = ceil(limits.statement * 1000)
        client.default_query_job_config = config
        known["wait_timeout"] = limits.statement + limits.connect
    client.query_and_wait = partial(client.query_and_wait, **known)


def _anything_kind(column: Any) -> str:
    return str(column[1])


def _nothing(url: URL, limits: Limits) -> dict[str, Any]:
    return {}


_ANY = Driver(_nothing, _anything_kind)
_DRIVERS = {
    "postgresql": Driver(
        _postgres_arguments,
        _postgres_kind,
        began=_postgres_limit,
        options={"postgresql_readonly": True},
    ),
    "snowflake": Driver(
        _snowflake_arguments,
        _snowflake_kind,
        apart=frozenset({"private_key_file", "token_file_path", "host", "protocol"}),
    ),
    # Its cursor makes one % of two, whether there are parameters or not.
    "bigquery": Driver(_nothing, _anything_kind, opened=_bigquery_opened, percent="%%"),
}
