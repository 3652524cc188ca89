"""Fixtures for the whole suite; an engine starts when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines import Engine, duckdb_engine, postgres_engine, postgres_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A Postgres server of this session (of each worker, where there are several)."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres(postgres_url: str) -> Iterator[Engine]:
    """A connection to that server."""
    with postgres_engine(postgres_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def duck() -> Iterator[Engine]:
    """A DuckDB in memory."""
    with duckdb_engine() as engine:
        yield engine
