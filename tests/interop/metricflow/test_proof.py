"""Imported definitions give the numbers of hand-written SQL, and are the same however they were spelled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines import Engine
from tests.interop.metricflow.asking import SPELLINGS, answer, statement
from tests.interop.metricflow.cases import Case, cases, same

CASES = cases()
NAMES = [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_rows(case: Case, warehouse: Engine) -> None:
    columns, rows = answer(warehouse, statement(case.ask, warehouse.dialect))
    named, expected = answer(warehouse, case.sql)
    assert sorted(columns) == sorted(named)
    places = [columns.index(name) for name in named]
    found = [tuple(row[place] for place in places) for row in rows]
    assert same(found, expected, case.ordered), f"{shown(found)}\ninstead of\n{shown(expected)}"


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_spellings(case: Case) -> None:
    texts = {spelling: statement(case.ask, "duckdb", spelling) for spelling in SPELLINGS}
    assert set(texts.values()) == {texts["manifest"]}


def test_every_answer_has_rows_to_tell_apart() -> None:
    """Two questions with one answer would prove less than they seem to: their SQL differs, at least."""
    assert len({case.sql for case in CASES}) > len(CASES) * 0.95
    assert len(set(NAMES)) == len(NAMES)


def shown(rows: list[tuple[Any, ...]]) -> str:
    """A row a line."""
    return "\n".join(sorted(", ".join(map(str, row)) for row in rows))
