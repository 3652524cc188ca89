"""The table of awkward rows in each of the four engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.authoring import SEOUL, Native
from tests.contracts.rows import TABLE
from tests.engines import Engine, duckdb_engine


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Each of the four, holding the table ``r`` and nothing else."""
    engine.load({"r": TABLE})
    return engine


@pytest.fixture(scope="session")
def native() -> Iterator[Native]:
    """DuckDB with the calendar's zone as its session's: what an author had in mind; not under test."""
    with duckdb_engine() as duck:
        duck.load({"r": TABLE})
        duck.run(f"SET TimeZone = '{SEOUL}'")
        yield lambda sql: duck.connection.execute(sql).fetchall()
