"""Every scalar function means the same everywhere: engines against results computed in Python."""

from __future__ import annotations

import pytest

from semantic.functions import REGISTRY
from tests.contracts.calls import agree, sql, type_of
from tests.contracts.rows import ROWS
from tests.contracts.truth import SCALARS
from tests.engines import Engine


def test_no_scalar_function_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "scalar"} == set(SCALARS)


@pytest.mark.parametrize("name", sorted(SCALARS))
def test_scalar(engine: Engine, name: str) -> None:
    for case in SCALARS[name]:
        written = sql(engine.dialect, case.text)
        found = [value for (value,) in engine.rows(f"SELECT {written} AS x FROM r ORDER BY id")]
        for value, row in zip(found, ROWS, strict=True):
            agree(value, case.expected(row), type_of(case.text), f"{case.text} at row {row.id}: {written}")
