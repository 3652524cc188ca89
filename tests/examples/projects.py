"""The examples as the tests meet them: their databases, their layers, and what SQL by hand gives on them."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import duckdb

from semantic import Layer

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
FILES = sorted((HERE / "truth").glob("*/*.sql"))


@cache
def database(example: str) -> Path:
    """The example's database, built where it is not there."""
    path: Path = importlib.import_module(f"examples.{example}.build").main()
    return path


@cache
def layer(example: str) -> Layer:
    """The example's project."""
    return Layer.load(EXAMPLES / example)


def views(example: str) -> str:
    """What the SQL by hand of an example has in common."""
    return (HERE / "views" / f"{example}.sql").read_text()


@cache
def connection(example: str) -> duckdb.DuckDBPyConnection:
    """The example's database, with those views."""
    opened = duckdb.connect(database(example), read_only=True)
    opened.execute(views(example))
    return opened
