"""Build a DuckDB file from named SELECT statements, once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

Step = tuple[str, str]  # the table, and the SELECT that fills it; $data in it is the folder of the raw files


def build(script: Path, steps: Sequence[Step], data: Callable[[], Path]) -> Path:
    """Build the database of the script's folder; one that is newer than the script is kept.

    The file is filled elsewhere and moved into place at once, so that nobody meets half of it.
    """
    database = script.with_name(f"{script.parent.name}.duckdb")
    if not database.exists() or database.stat().st_mtime < script.stat().st_mtime:
        with tempfile.TemporaryDirectory(dir=database.parent) as work:
            new = Path(work) / database.name
            _fill(new, steps, str(data()))
            os.replace(new, database)
    return database


def _fill(path: Path, steps: Sequence[Step], data: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("SET enable_progress_bar = false")
        for table, select in steps:
            given = {"data": data} if "$data" in select else {}
            connection.execute(f"CREATE TABLE {table} AS {select}", given)
            (rows,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() or (0,)
            print(f"  {table:<20} {rows:>9,} rows", flush=True)
