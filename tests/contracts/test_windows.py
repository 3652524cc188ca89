"""Every window function means the same everywhere: ties, tie-breakers, NULLs, partitions, frames."""

from __future__ import annotations

import pytest
import sqlglot

from semantic.dialect import load
from semantic.expr.canonical import canonical_statement
from semantic.expr.types import infer
from semantic.functions import REGISTRY
from tests.contracts.authoring import in_table, type_of
from tests.contracts.calls import agree
from tests.contracts.windows import FRAMED, WINDOWS
from tests.engines import Engine

CASES = {**WINDOWS, **FRAMED}


def test_no_window_function_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "window"} == set(WINDOWS)


@pytest.mark.parametrize("name", CASES)
def test_window(engine: Engine, name: str) -> None:
    """One statement with a column a window."""
    windows, target = CASES[name], load(engine.dialect)
    columns = ", ".join(f"{window.text} AS a{index}" for index, window in enumerate(windows))
    tree = canonical_statement(sqlglot.parse_one(f"SELECT id, {columns} FROM r", read="duckdb"), in_table, {})
    kinds = [infer(column.unalias(), type_of) for column in tree.selects[1:]]
    found = {row[0]: row[1:] for row in engine.rows(target.translate(tree).sql(target.answers.sqlglot))}
    for index, (window, kind) in enumerate(zip(windows, kinds, strict=True)):
        for number, expected in window.expected().items():
            agree(found[number][index], expected, kind, f"{window.text} at row {number}")
