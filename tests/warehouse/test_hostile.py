"""A statement reaches the warehouse as it is, whatever its texts hold: nothing on the way reads them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg
import pytest

from semantic import Layer
from tests.faults.hostile import PROJECT, TEXTS


@pytest.fixture(params=["duckdb", "postgres"])
def notes(request: pytest.FixtureRequest, tmp_path: Path) -> Layer:
    """The notes in a warehouse that `Layer.run` connects to itself."""
    return (
        _duckdb(tmp_path) if request.param == "duckdb" else _postgres(request.getfixturevalue("postgres_url"))
    )


def _duckdb(folder: Path) -> Layer:
    with duckdb.connect(folder / "notes.duckdb") as connection:
        connection.execute("CREATE SCHEMA hostile; CREATE TABLE hostile.notes (id BIGINT, body TEXT)")
        connection.executemany("INSERT INTO hostile.notes VALUES (?, ?)", list(enumerate(TEXTS)))
    return _layer("duckdb", f"duckdb:///{folder}/notes.duckdb")


def _postgres(url: str) -> Layer:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS hostile CASCADE; CREATE SCHEMA hostile")
        connection.execute("CREATE TABLE hostile.notes (id BIGINT, body TEXT)")
        connection.cursor().executemany("INSERT INTO hostile.notes VALUES (%s, %s)", list(enumerate(TEXTS)))
    return _layer("postgres", url)


def _layer(dialect: str, url: str) -> Layer:
    project = PROJECT.replace("from notes", "from hostile.notes")
    columns = "columns: {id: integer, body: text}"
    sources = f"sources: {{notes: {{table: hostile.notes, {columns}}}}}"
    targets = f"targets: {{local: {{dialect: {dialect}, url: '{url}'}}}}"
    return Layer.from_text(semantic=f"{project}\n{targets}", sources=sources)


def test_every_text_is_found_and_comes_back(notes: Layer) -> None:
    for text in TEXTS:
        assert notes.run(["found", "said"], parameters={"wanted": text}).rows == [(1, text)], text
    assert sorted(notes.run("rows", by="notes.body").rows) == sorted((text, 1) for text in TEXTS)
