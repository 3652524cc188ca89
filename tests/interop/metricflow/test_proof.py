"""Imported definitions give the numbers of hand-written SQL, and are the same however they were spelled."""

from __future__ import annotations

from typing import Any

import pytest

from semantic.faults import SemanticError
from tests.engines import Engine
from tests.interop.metricflow.asking import answer, statement, texts
from tests.interop.metricflow.cases import Case, cases, same

CASES = [case for case in cases() if not case.refused]
REFUSED = [case for case in cases() if case.refused]
NAMES = [case.name for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_rows(case: Case, warehouse: Engine) -> None:
    columns, rows = answer(warehouse, statement(case.ask, warehouse.dialect))
    named, expected = answer(warehouse, case.sql)
    assert sorted(columns) == sorted(named)
    places = [columns.index(name) for name in named]
    found = [tuple(row[place] for place in places) for row in rows]
    ours = case.ours(named, expected)
    assert same(found, ours, case.ordered), f"{shown(found)}\ninstead of\n{shown(ours)}"
    assert (len(ours) < len(expected)) == bool(case.until)


@pytest.mark.parametrize("case", REFUSED, ids=[case.name for case in REFUSED])
def test_refused(case: Case) -> None:
    with pytest.raises(SemanticError):
        statement(case.ask, "duckdb")


def test_manifests_and_legacy_yaml_make_the_same_project() -> None:
    assert texts("transformed") == texts("manifest") == texts("legacy")


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_spellings(case: Case) -> None:
    assert statement(case.ask, "duckdb", "latest") == statement(case.ask, "duckdb")


def test_every_answer_has_rows_to_tell_apart() -> None:
    """Two questions with one answer would prove less than they seem to: their SQL differs, at least."""
    assert len({case.sql for case in CASES}) > len(CASES) * 0.95
    assert len(set(NAMES)) == len(NAMES)


def shown(rows: list[tuple[Any, ...]]) -> str:
    """A row a line."""
    return "\n".join(sorted(", ".join(map(str, row)) for row in rows))
