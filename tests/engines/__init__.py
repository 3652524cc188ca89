"""Engines for the tests: one for each dialect, real or the nearest thing to it that runs anywhere."""

from tests.engines.base import Engine
from tests.engines.sql import SqlEngine, duckdb_engine, postgres_engine
from tests.engines.table import Table

DIALECTS = ("duckdb", "postgres", "bigquery", "snowflake")

__all__ = ["DIALECTS", "Engine", "SqlEngine", "Table", "duckdb_engine", "postgres_engine"]
