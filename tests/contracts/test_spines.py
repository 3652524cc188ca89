"""A spine has a row for every period from the first to the last, whatever the session's zone."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlglot

from semantic.dialect import load
from semantic.functions import REGISTRY
from semantic.spec.types import TypeName
from tests.contracts.calls import is_of
from tests.contracts.spines import SPINES, Moment, periods
from tests.engines import Engine


def test_no_spine_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "spine"} == set(SPINES)


@pytest.mark.parametrize("name", sorted(SPINES))
@pytest.mark.parametrize("form", ["{}", "(SELECT MIN(x) FROM (SELECT {} AS x) AS y)"])
def test_spine(engine: Engine, name: str, form: str) -> None:
    target = load(engine.dialect)
    lo, hi, step = SPINES[name]
    kind: TypeName = "timestamp" if isinstance(lo, datetime) else "date"

    def rows(first: Moment, last: Moment) -> list[Moment]:
        ends = [target.literal(end, kind).sql(target.answers.sqlglot) for end in (first, last)]
        parts = [sqlglot.parse_one(form.format(end), read=target.answers.sqlglot) for end in ends]
        written = target.call(name, *parts).sql(target.answers.sqlglot)
        return [
            period
            for (period,) in engine.rows(f"SELECT period FROM ({written}) AS s ORDER BY period NULLS LAST")
        ]

    for first, last, expected in ((lo, hi, periods(lo, hi, step)), (lo, lo, [lo]), (hi, lo, [])):
        found = rows(first, last)
        assert found == expected
        assert all(is_of(period, kind) for period in found)
