"""Each warehouse that views are deployed on for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.shop import Duck, Postgres, Warehouse


@pytest.fixture
def pg(postgres_url: str) -> Iterator[Postgres]:
    """Postgres with an empty schema, and a reader without rights."""
    found = Postgres(postgres_url)
    for role in ("deploy_reader", "deploy_other"):
        found.run(f"DROP ROLE IF EXISTS {role}")
        found.run(f"CREATE ROLE {role} LOGIN")
    yield found
    found.run("DROP SCHEMA deployed CASCADE; DROP OWNED BY deploy_reader, deploy_other")
    found.run("DROP ROLE deploy_reader, deploy_other")


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Duck:
    return Duck(tmp_path / "shop.duckdb")


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    found: Warehouse = request.getfixturevalue("duckdb_file" if request.param == "duckdb" else "pg")
    return found
