"""Rows that hold for an interval, at the start of a period, at its end, and during it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import layer_of, sources
from tests.time.calendar import add, floor, periods
from tests.time.world import check, some

MOMENTS = ("period_start", "period_end", "during")
PROJECT = """
name: grades
models:
  - {name: grades, source: grades, primary_key: id, valid: [valid_from, valid_to], dimensions: [grade]}
metrics:
""" + "".join(
    f"  - {{name: graded_{at}, model: grades, sql: count(distinct customer_id), at: {at}}}\n"
    f"  - {{name: points_{at}, model: grades, sql: sum(points), at: {at}}}\n"
    for at in MOMENTS
)
RANGE = ("2024-01-10..2024-04-20", date(2024, 1, 10), date(2024, 4, 21))
Row = tuple[int, int | None, str, datetime, datetime | None, int]


def grades(seed: int, days: bool) -> list[Row]:
    """Intervals that begin and end on and off the edges of periods; some are empty, some have no end."""
    rnd, rows = Random(seed), list[Row]()
    for number in range(25):
        begin = datetime(2023, 11, 1) + timedelta(days=rnd.randint(0, 200))
        end = begin + timedelta(days=rnd.choice([0, 1, 20, 31, 60, 100]))
        if not days:
            begin += timedelta(hours=rnd.choice([0, 0, 5]))
            end = max(begin, end + timedelta(hours=rnd.choice([0, 7])))
        if rnd.random() < 0.3:
            begin = begin.replace(day=1)
            end = max(begin, end.replace(day=1))
        known = rnd.random() > 0.25
        customer = rnd.choice([1, 2, 3, None])
        rows.append((number, customer, rnd.choice("gh"), begin, end if known else None, rnd.randint(0, 5)))
    return rows


def holds(row: Row, at: str, first: date, after: date) -> bool:
    begin, end = row[3], row[4]
    start, stop = datetime.combine(first, time()), datetime.combine(after, time())
    if at == "period_start":
        return begin <= start and (end is None or start < end)
    if at == "period_end":
        return begin < stop and (end is None or end >= stop)
    return begin < stop and (end is None or (end > start and begin < end))


def entered(row: Row, at: str, grain: str) -> date:
    """The first period that a row can hold at."""
    period = floor(row[3].date(), grain)
    exact = datetime.combine(period, time()) == row[3]
    return period if exact or at != "period_start" else add(period, 1, grain)


def truth(rows: list[Row], at: str, grain: str, grouped: bool, asked: bool) -> dict[str, dict[Any, Any]]:
    if asked:
        rows = [row for row in rows if row[3] < datetime.combine(RANGE[2], time())]
        first, last = floor(RANGE[1], grain), floor(RANGE[2] - timedelta(days=1), grain)
    else:
        full = [row for row in rows if at != "during" or row[4] is None or row[3] < row[4]]
        first = floor(min(row[3].date() for row in rows), grain)
        last = max(entered(row, at, grain) for row in full)
    found: dict[str, dict[Any, Any]] = {"graded": {}, "points": {}}
    for period in periods(first, last, grain):
        groups: dict[Any, list[Row]] = defaultdict(list)
        after = add(period, 1, grain)
        if asked and at == "period_end":  # where a range ends inside a period, that is its end
            after = min(after, RANGE[2])
        for row in rows:
            if holds(row, at, period, after):
                groups[row[2] if grouped else 0].append(row)
        for group, each in groups.items():
            key = (period, group) if grouped else (period,)
            found["graded"][key] = len({row[1] for row in each if row[1] is not None})
            found["points"][key] = sum(row[5] for row in each)
    return found


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_what_holds_at_a_moment(engine: Engine, kind: Any, at: str) -> None:
    rows = grades(2, kind == "date")
    layer = loaded(engine, rows, kind)
    grains = ("day", "week", "month", "quarter")
    every = product(grains, (False, True), (False, True), ("graded", "points"))
    for grain, grouped, asked, name in some(engine, every, MOMENTS.index(at) + 3 * len(kind), times=3):
        words = {"time": RANGE[0]} if asked else {}
        by = [f"time.{grain}", *(["grades.grade"] if grouped else [])]
        sql = layer.sql([f"{name}_{at}"], by=by, dialect=engine.dialect, **words).text
        found = {tuple(row[:-1]): row[-1] for row in engine.rows(sql)}
        check(found, truth(rows, at, grain, grouped, asked)[name], f"{name} {at} {by} {words}")


def loaded(engine: Engine, rows: list[Row], kind: Any) -> Layer:
    def value(moment: datetime | None) -> Any:
        return moment.date() if moment is not None and kind == "date" else moment

    columns = (
        ("id", "integer"), ("customer_id", "integer"), ("grade", "text"),
        ("valid_from", kind), ("valid_to", kind), ("points", "integer"),
    )  # fmt: skip
    cells = tuple((*row[:3], value(row[3]), value(row[4]), row[5]) for row in rows)
    tables = {"grades": Table(columns, cells)}
    engine.load(tables)
    return layer_of(semantic=PROJECT, sources=sources(tables))


def test_several_distinct_counts_and_filters(engine: Engine) -> None:
    """By hand: at the end of January (1, p), (1, q) hold; of February (1, q), (2, p); of March (1, q)."""
    tables = {
        "spans": Table.parse(
            """
            id integer | customer integer | kind text | begins date | ends date
            1 | 1 | p | 2024-01-05 | 2024-02-10
            2 | 1 | q | 2024-01-20 |
            3 | 2 | p | 2024-02-01 | 2024-03-05
            4 | 3 | q | 2024-01-01 | 2024-01-31
            """
        )
    }
    project = """
name: spans
models: [{name: spans, source: spans, primary_key: id, valid: [begins, ends]}]
metrics:
  - {name: customers, model: spans, sql: count(distinct customer), at: period_end}
  - {name: kinds, model: spans, sql: count(distinct kind), at: period_end}
  - {name: customers_p, model: spans, sql: count(distinct customer), filter: "kind = 'p'", at: period_end}
  - {name: held, model: spans, sql: count(*), at: period_end}
"""
    layer = Layer.from_text(semantic=project, sources=sources(tables))
    asked = ["customers", "kinds", "customers_p", "held"]
    text = layer.sql(asked, by="time.month", time="2024-01..2024-03", dialect=engine.dialect).text
    engine.load(tables)
    assert engine.rows(text) == [
        (date(2024, 1, 1), 1, 2, 1, 2),
        (date(2024, 2, 1), 2, 2, 1, 2),
        (date(2024, 3, 1), 1, 1, 0, 1),
    ]
