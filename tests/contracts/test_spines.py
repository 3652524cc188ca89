"""A spine has a row for every period from the first to the last, whatever the session's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlglot

from semantic.dialect import load
from semantic.functions import REGISTRY
from semantic.spec.types import TypeName
from tests.contracts.truth import months_later
from tests.engines import Engine

Moment = date | datetime
SPINES: dict[str, tuple[Moment, Moment, object]] = {
    "spine_second": (datetime(2024, 3, 10, 1, 59, 58), datetime(2024, 3, 10, 2, 0, 1), timedelta(seconds=1)),
    "spine_minute": (datetime(2024, 3, 10, 1, 58), datetime(2024, 3, 10, 3, 1), timedelta(minutes=1)),
    "spine_hour": (datetime(2024, 3, 9, 22), datetime(2024, 3, 10, 5), timedelta(hours=1)),
    "spine_day": (date(2024, 2, 27), date(2024, 3, 12), timedelta(days=1)),
    "spine_week": (date(2023, 12, 25), date(2024, 4, 1), timedelta(days=7)),
    "spine_month": (date(2023, 11, 1), date(2024, 4, 1), 1),
    "spine_quarter": (date(2023, 10, 1), date(2025, 1, 1), 3),
    "spine_year": (date(1999, 1, 1), date(2001, 1, 1), 12),
}


def periods(lo: Moment, hi: Moment, step: object) -> list[Moment]:
    found: list[Moment] = []
    count = 0
    while True:
        period = (
            lo + step * count if isinstance(step, timedelta) else months_later(lo, int(str(step)) * count)
        )
        if period > hi:
            return found
        found.append(period)
        count += 1


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
        return [period for (period,) in engine.rows(f"SELECT period FROM ({written}) AS s ORDER BY 1")]

    assert rows(lo, hi) == periods(lo, hi, step)
    assert rows(lo, lo) == [lo]
    assert rows(hi, lo) == []
