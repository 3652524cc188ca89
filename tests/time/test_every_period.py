"""Every period: rows of periods in which a metric has none, against a spine that is joined by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import layer_of, same, sources
from tests.time.world import PROJECT, World, some

METRICS = """
  - {name: every_sum, model: lines, sql: sum(amount), every_period: true}
  - {name: every_count, model: lines, sql: count(*), filter: quantity > 2, every_period: true}
  - {name: every_week, metric: purchase, window: 3 days, every_period: true}
  - {name: every_buyer, per: lines.customer_id, having: purchase > 0, sql: count(*), every_period: true}
"""
GRAINS = ("week", "month")


def by_hand(metric: str, grain: str, group: str, where: str) -> str:
    """DuckDB's SQL of a metric by a period and another dimension, left-joined to all periods."""
    period = f"cast(date_trunc('{grain}', ordered_at) as date)"
    value = {"every_sum": "sum(amount)", "every_count": "count(*)"}[metric]
    only = "where quantity > 2" if metric == "every_count" else "where true"
    return f"""
        with found as (
          select {period} as period, {group} as other, {value} as value
          from lines left join customers using (customer_id) {only} and {where} group by all
        ), spine as (
          select distinct cast(date_trunc('{grain}', day) as date) as period
          from (select unnest(generate_series(
            (select min(period) from found), (select max(period) from found), interval 1 day)) as day)
        )
        select period, other, value from spine left join found using (period)"""


@pytest.fixture(scope="module")
def truth() -> Any:
    """The world in DuckDB, for SQL that is written by hand."""
    import duckdb

    connection = duckdb.connect()
    for name, table in World.random(4).tables().items():
        columns = ", ".join(f"{c} {k.replace('decimal', 'decimal(18, 2)')}" for c, k in table.columns)
        connection.execute(f"create table {name} ({columns.replace(' text', ' varchar')})")
        marks = ", ".join("?" for _ in table.columns)
        connection.executemany(f"insert into {name} values ({marks})", table.rows)
    return connection


def asked(engine: Engine, metrics: list[str], **question: Any) -> list[tuple[Any, ...]]:
    """The rows of a question, without an order."""
    tables = World.random(4).tables()
    engine.load(tables)
    layer = layer_of(semantic=PROJECT + METRICS, sources=sources(tables))
    return engine.rows(layer.sql(metrics, dialect=engine.dialect, order=(), **question).text)


@pytest.mark.parametrize("metric", ["every_sum", "every_count"])
def test_periods_without_rows_have_one(engine: Engine, truth: Any, metric: str) -> None:
    wheres = {"": "true", "customers.region = 'a'": "region = 'a'"}
    for grain, where in some(engine, product(GRAINS, wheres), len(metric), 2):
        found = asked(engine, [metric], by=[f"time.{grain}", "customers.region"], where=where or ())
        right = truth.sql(by_hand(metric, grain, "region", wheres[where])).fetchall()
        assert same(ordered(found), ordered(right)), (metric, grain, where)


def ordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: tuple(str(cell) for cell in row[:2]))


def test_windows_and_entities_have_every_period(engine: Engine) -> None:
    for metric in ("every_week", "every_buyer"):
        found = [row[0] for row in asked(engine, [metric], by=["time.month"])]
        months = {(day.year, day.month) for day in found}
        first, last = min(found), max(found)
        assert len(found) == len(months) == (last.year - first.year) * 12 + last.month - first.month + 1


def test_periods_of_a_calendar_table(engine: Engine) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(60)]
    halves = tuple((day, f"{day.year}-{day.month:02}-{1 + (day.day > 15)}") for day in days)
    lines = ((1, 1, None, 1, 5), (2, 1, "2024-01-03", 1, 10), (3, 1, "2024-02-20", 1, 20))
    tables = {
        "calendar": Table((("day", "date"), ("half", "text")), halves),
        "sold": Table(
            (("id", "integer"), ("on_day", "date"), ("amount", "integer")),
            tuple((n, date.fromisoformat(day) if day else None, amount) for n, _, day, _, amount in lines),
        ),
    }
    engine.load(tables)
    project = """
name: sold
models:
  - {name: sold, source: sold, primary_key: id, time: on_day, dimensions: [id]}
  - {name: calendar, source: calendar, primary_key: day, periods: [half]}
metrics:
  - {name: total, model: sold, sql: sum(amount), every_period: true}
"""
    layer = Layer.from_text(semantic=project, sources=sources(tables))

    def rows(**question: Any) -> list[tuple[Any, ...]]:
        return engine.rows(layer.sql(["total"], dialect=engine.dialect, **question).text)

    by = ["time.half"]
    halves_of = [("2024-01-1", 10), ("2024-01-2", None), ("2024-02-1", None), ("2024-02-2", 20)]
    assert same(rows(by=by), halves_of)
    assert same(rows(by=by, time="2024-01-20..2024-02-01"), [("2024-01-2", None), ("2024-02-1", None)])
    kept = [each for each in halves_of if each[0] != "2024-02-1"]
    assert same(rows(by=by, where="time.half <> '2024-02-1'"), kept)
    assert same(rows(by=by, where="time.month = date '2024-02-01'"), halves_of[3:])

    # A calendar whose types nobody wrote down, as those are that a manifest tells of.
    day = "{name: day, type: date, sql: cast(day as date)}"
    untold = project.replace("calendar, source: calendar", f"calendar, table: calendar, dimensions: [{day}]")
    layer = Layer.from_text(semantic=untold, sources=sources(tables))
    assert same(rows(by=by), halves_of)
    assert same(rows(by=by, where="time.half <> '2024-02-1'"), kept)
