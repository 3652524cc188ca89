"""Defects on purpose: random questions find them, and what is told of a failure is a small case that runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import test_cases
from tests.engines import Engine, Table
from tests.reference.engines import Asked, Differs, Refused, compare
from tests.reference.explore import Search
from tests.reference.failure import case, least
from tests.reference.test_random import answered, asked

#: Defects that a compiler could have, as what its statements for Postgres would say instead.
DEFECTS = {
    "a row without partner is lost": ("LEFT JOIN", "INNER JOIN"),
    "a value counts twice": ("COUNT(DISTINCT ", "COUNT("),
    "a range includes its end": (" < DATE", " <= DATE"),
    "a validity ends too late": (" < grades.valid_to", " <= grades.valid_to"),
    "an open end is closed": (".valid_to IS NULL", ".valid_to IS NOT NULL"),
    "NULL comes first": ("NULLS LAST", "NULLS FIRST"),
    "a sum over nothing is NULL": ("COALESCE(MAX(", "NULLIF(MAX("),
    "a many side multiplies": ("SELECT DISTINCT", "SELECT"),
    "a week is a month": ("'week'", "'month'"),
    "a filter is forgotten": (" FILTER(WHERE", " FILTER(WHERE TRUE OR"),
}


class Wrong(Engine):
    """An engine that reads some words of every statement as others."""

    def __init__(self, engine: Engine, words: str, others: str) -> None:
        self.engine, self.words, self.others = engine, words, others
        self.dialect = engine.dialect  # type: ignore[misc]
        self.product = f"{engine.product}, wrong on purpose"

    def load(self, tables: Mapping[str, Table]) -> None:
        self.engine.load(tables)

    def session(self, zone: str, week_start: int) -> None:
        self.engine.session(zone, week_start)

    def _answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        return self.engine._answer(sql.replace(self.words, self.others))


def test_defects_are_found(postgres: Engine) -> None:
    hidden = {defect: Wrong(postgres, *words) for defect, words in DEFECTS.items()}

    def tried(drawn: tuple[Asked, ...], engine: Engine) -> int:
        for each in drawn:
            for defect in _told(each, hidden):
                del hidden[defect]
        if not hidden:
            raise Differs([], engine, "every defect was found", "")
        return len(drawn)

    # From here on, 72 draws find all of them.
    found = Search([postgres], 9).failure(200, asked(), tried, shrink=False)
    assert found is not None, f"not found: {list(hidden)}"


def _told(asked: Asked, hidden: Mapping[str, Wrong]) -> list[str]:
    """The defects that a question tells."""
    try:
        sql = asked.sql("postgres")
    except Refused:
        return []
    return [defect for defect, wrong in hidden.items() if wrong.words in sql and _is_found(asked, wrong)]


def _is_found(asked: Asked, wrong: Wrong) -> bool:
    """Whether a wrong answer is told from the right one; that an engine refuses it, is no merit of ours."""
    try:
        compare(asked, wrong)
    except Differs as failure:
        return failure.kind == "rows"
    return False


def test_what_is_told_is_a_small_case_that_runs(
    duck: Engine, engines: list[Engine], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    wrong = Wrong(duck, "LEFT JOIN", "INNER JOIN")
    failure = Search([wrong], 0).failure(100, asked(), answered)
    assert failure is not None
    path = tmp_path / "16_saved.md"
    path.write_text(case(least(failure).asked, "Saved"))
    test_cases.test_the_sql_is_the_one_that_was_read(path)
    for engine in engines:
        test_cases.test_the_rows_are_right(path, engine, request)
    with pytest.raises(AssertionError):
        test_cases.test_the_rows_are_right(path, wrong, request)
    _is_small(test_cases.Case(path.read_text()))


def _is_small(saved: test_cases.Case) -> None:
    tables = [Table.parse(text) for text in saved.tables.values()]
    assert len(tables) <= 3
    assert sum(len(table.rows) for table in tables) <= 2
    [(_, blocks)] = saved.questions()
    assert [block.name or block.kind for block in blocks] == ["sql", *test_cases.OTHERS, "rows"]
