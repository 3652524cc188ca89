"""The tables of `shop` on DuckDB and Postgres, reached as programs reach them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from semantic.layer import Layer
from semantic.warehouse.duckdb_dialect import register
from tests.embedding import shop

Urls = dict[str, str]


@pytest.fixture(scope="session")
def layer() -> Layer:
    return shop.layer()


@pytest.fixture(scope="session")
def urls(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Urls:
    """Where the tables stand, by dialect: a database of their own at each engine."""
    path = tmp_path_factory.mktemp("embedding") / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(shop.TABLES)
    server = make_url(postgres_url).set(drivername="postgresql+psycopg")
    whole = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with whole.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS embedding")
        connection.exec_driver_sql("CREATE DATABASE embedding")
    own = server.set(database="embedding")
    with create_engine(own, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(shop.TABLES, execution_options={"no_parameters": True})
    return {"duckdb": f"duckdb:///{Path(path)}", "postgres": own.render_as_string(hide_password=False)}


@pytest.fixture(params=["duckdb", "postgres"])
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def engine(layer: Layer, urls: Urls, dialect: str) -> Iterator[Engine]:
    register()
    made = layer.engine(url=urls[dialect])
    yield made
    made.dispose()
