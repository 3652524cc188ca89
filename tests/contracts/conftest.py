"""The table of awkward rows in each engine that executes here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from semantic.dialect import load
from tests.contracts.rows import table
from tests.engines import Engine


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that holds the table ``r``."""
    chosen: Engine = request.getfixturevalue("duck" if request.param == "duckdb" else "postgres")
    table(chosen, dict(load(chosen.dialect).answers.types))
    yield chosen
    chosen.run("DROP TABLE r")
