"""Fixtures for the whole suite; an engine starts when the first test asks for it."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import pytest

from tests.engines import DIALECTS, Engine, SqlEngine, duckdb_engine, postgres_engine
from tests.proof.plugin import (  # noqa: F401  hooks
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    pytest_runtest_setup,
    pytest_sessionfinish,
    pytest_testnodedown,
)


def pytest_configure() -> None:
    """What runs in the background of a shell without job control is born deaf to SIGINT, and so is what it
    starts; tests of interrupts need ears."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Garbage is looked for seldom: that took an eighth of the time of tests that make many trees.
    gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish() -> None:
    """What was collected stays, and need not be looked at."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What was set aside may go, in the order that extensions ask for."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A Postgres server of this session (of each worker, where there are several)."""
    from tests.engines.server import postgres_server

    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[SqlEngine]:
    """A connection to that server."""
    with postgres_engine(postgres_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def duck() -> Iterator[SqlEngine]:
    """A DuckDB in memory."""
    with duckdb_engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def bigquery() -> Engine:
    """GoogleSQL's reference implementation, as BigQuery offers it."""
    from tests.engines.bigquery import BigQuery

    return BigQuery()


@pytest.fixture(scope="session")
def snowflake() -> Iterator[Engine]:
    """An emulated Snowflake."""
    from tests.engines.snowflake import snowflake_engine

    with snowflake_engine() as engine:
        yield engine


@pytest.fixture(params=DIALECTS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the four, in turn."""
    return engine_of(request, request.param)


def engine_of(request: pytest.FixtureRequest, dialect: str) -> Engine:
    """The engine that executes a dialect."""
    chosen: Engine = request.getfixturevalue("duck" if dialect == "duckdb" else dialect)
    return chosen
