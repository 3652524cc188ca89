"""Whole statements in the dialects that are not executed here, before an independent grammar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semantic.layer import Layer
from semantic.query import Query
from tests.examples.questions import read
from tests.grammar import violations
from tests.test_cases import CASES, Case

ROOT = Path(__file__).parents[1]
EXAMPLES = ("complete_journey", "cdnow")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sqlfluff")]  # it takes seconds to load


def statements(dialect: str) -> Iterator[str]:
    """The statement of every question of the cases and of the examples."""
    for path in CASES:
        case = Case(path.read_text())
        layer = case.layer()
        for question, _ in case.questions():
            yield layer.compile(Query.from_json(question)[0], dialect).text
    for example in EXAMPLES:
        layer = Layer.load(ROOT / "examples" / example)
        for path in sorted((ROOT / "tests" / "examples" / "truth" / example).glob("*.sql")):
            yield layer.sql(**read(path)[0], dialect=dialect).text


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_every_statement_is_grammatical(dialect: str) -> None:
    found = list(statements(dialect))
    assert len(found) > 40
    assert violations(found, dialect) == []
