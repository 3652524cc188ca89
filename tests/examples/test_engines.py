"""The questions to the examples on Postgres, and some to CDNOW on what stands in for BigQuery and Snowflake.

They have a part of each example: some customers or households with all that is theirs. The rows to find are
those that the SQL by hand has on the same part, in DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines import Engine, SqlEngine, postgres_engine
from tests.engines.sql import created
from tests.examples.projects import FILES, layer
from tests.examples.questions import first_difference, read
from tests.examples.samples import sample, tables

#: One entity in so many is kept.
POSTGRES = {"cdnow": 8, "complete_journey": 80}
STAND_INS = {"cdnow": 400}
#: What the slower engines are asked: one question of each kind.
CHOSEN = (
    "active_rate_by_segment",
    "a_year_before_and_after",
    "bought_again",
    "buyers_of_windows",
    "next_visits_year_over_year",
    "places_of_segments",
    "segments",
    "triangle",
    "who_pays_by_segment",
    "windows",
)


def files(example: str | None = None, stems: tuple[str, ...] = ()) -> Any:
    """All questions, or some to one example."""
    paths = [path for path in FILES if not example or (path.parent.name == example and path.stem in stems)]
    return pytest.mark.parametrize("path", paths, ids=lambda path: f"{path.parent.name}-{path.stem}")


def compare(engine: Engine, path: Path, n: int) -> None:
    example = path.parent.name
    question, sql = read(path)
    found = engine.rows(layer(example).sql(**question, dialect=engine.dialect).text)
    expected = sample(example, n).execute(sql).fetchall()
    assert first_difference(found, expected) is None


@pytest.fixture(scope="module")
def server(postgres_url: str) -> Iterator[SqlEngine]:
    """A Postgres with a schema for each example."""
    with postgres_engine(postgres_url) as engine:
        for example, n in POSTGRES.items():
            copied(engine, example, n)
        yield engine


def copied(engine: SqlEngine, example: str, n: int) -> None:
    engine.run(
        f"DROP SCHEMA IF EXISTS {example} CASCADE; CREATE SCHEMA {example}; SET search_path = {example}"
    )
    for name, table in tables(example, n).items():
        engine.run(created(name, table))
        with engine.connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for row in table.rows:
                copy.write_row(row)
    engine.run("ANALYZE")


@pytest.mark.slow
@pytest.mark.xdist_group("examples on postgres")
@files()
def test_postgres_has_the_rows(server: SqlEngine, path: Path) -> None:
    server.run(f"SET search_path = {path.parent.name}")
    compare(server, path, POSTGRES[path.parent.name])


@pytest.mark.slow
@pytest.mark.xdist_group("examples on stand-ins")
@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
@files("cdnow", CHOSEN)
def test_stand_ins_have_the_rows(request: pytest.FixtureRequest, dialect: str, path: Path) -> None:
    engine: Engine = request.getfixturevalue(dialect)
    n = STAND_INS[path.parent.name]
    engine.load(tables(path.parent.name, n))
    compare(engine, path, n)
