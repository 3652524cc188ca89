"""Every scalar function means the same everywhere: engines against results computed in Python."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from semantic.functions import REGISTRY
from tests.contracts.calls import agree, sql, type_of
from tests.contracts.marks import groups, marked, proved
from tests.contracts.rows import ROWS
from tests.contracts.scalars import SCALARS
from tests.engines import Engine

CASES = {case.text: case for cases in SCALARS.values() for case in cases}
NAMES = {name: [case.text for case in cases] for name, cases in SCALARS.items()}


def test_no_scalar_function_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "scalar"} == set(SCALARS)


def test_every_case_calls_its_function() -> None:
    assert all(f"{name}(" in text for name, texts in NAMES.items() for text in texts)


@pytest.mark.parametrize(("engine", "name"), groups(NAMES), indirect=["engine"])
def test_scalar(engine: Engine, name: str) -> None:
    check(engine, proved(engine.dialect, NAMES[name]))


@pytest.mark.parametrize(("engine", "case"), marked(CASES), indirect=["engine"])
def test_marked_scalar(engine: Engine, case: str) -> None:
    check(engine, [case])


def check(engine: Engine, texts: Iterable[str]) -> None:
    """One statement with a column a case."""
    written = {text: sql(engine.dialect, text) for text in texts}
    columns = ", ".join(f"{call} AS a{index}" for index, call in enumerate(written.values()))
    found = engine.rows(f"SELECT {columns} FROM r ORDER BY id NULLS LAST")
    for values, row in zip(found, ROWS, strict=True):
        for value, (text, call) in zip(values, written.items(), strict=True):
            agree(value, CASES[text].expected(row), type_of(text), f"{text} at row {row.id}: {call}")
