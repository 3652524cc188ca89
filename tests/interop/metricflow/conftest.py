"""The engines that everything imported is proved on."""

from __future__ import annotations

import pytest

from tests.conftest import engine_of
from tests.engines import Engine


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Engine:
    """DuckDB and Postgres, in turn."""
    return engine_of(request, request.param)
