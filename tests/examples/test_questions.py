"""Questions to the examples on their real data give the rows of SQL that was written by hand.

Each file of ``truth/<example>/`` holds the question, as JSON in its first line, and the SQL; ``views/``
what the SQL of an example has in common. Where the package registry cannot be reached these tests fail:
nothing else proves the examples.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.examples.projects import FILES, connection, database, layer
from tests.examples.questions import first_difference, read

PROJECTS = ("complete_journey", "cdnow")


def group_of(path: Path) -> Any:
    """One worker builds an example's database and asks all its questions."""
    example = path.parent.name
    return pytest.param(path, id=f"{example}-{path.stem}", marks=pytest.mark.xdist_group(example))


@pytest.mark.slow
@pytest.mark.parametrize("path", [group_of(path) for path in FILES])
def test_rows_equal_those_by_hand(path: Path) -> None:
    example = path.parent.name
    question, sql = read(path)
    expected = connection(example).execute(sql).fetchall()
    assert expected, "a question without rows proves nothing"
    answer = layer(example).run(**question, target="local")
    assert first_difference(list(answer.rows), expected) is None


@pytest.mark.slow
@pytest.mark.xdist_group("complete_journey")
def test_known_numbers() -> None:
    database("complete_journey")
    metrics = ["sales", "baskets", "household_days", "household_days_positive"]
    answer = layer("complete_journey").run(metrics=metrics, target="local")
    assert list(answer.rows) == [(Decimal("4596039.58"), 155_848, 126_824, 126_703)]


@pytest.mark.parametrize("example", PROJECTS)
def test_every_metric_is_asked_for(example: str) -> None:
    asked = {name for path in FILES if path.parent.name == example for name in read(path)[0]["metrics"]}
    assert not set(layer(example).catalog.metrics) - asked


@pytest.mark.parametrize("example", PROJECTS)
def test_the_projects_have_no_faults(example: str) -> None:
    """Everything that is defined, for every dialect."""
    assert layer(example).check() == ()


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name == PROJECTS[0]], ids=lambda x: x.stem
)
def test_what_runs_nowhere_else_compiles(path: Path, dialect: str) -> None:
    """The grocer's questions are too large for what stands in for these two."""
    assert layer(PROJECTS[0]).sql(**read(path)[0], dialect=dialect).text
