# ruff: noqa: E501 - a table reads best with a row a line
"""Snapshots: the first, the last, or the average one of each period."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import layer_of, sources
from tests.time.calendar import floor
from tests.time.world import check, some

PROJECT = """
name: stock
models:
  - {name: stock, source: stock, primary_key: [day, product, store], time: day, dimensions: [product, store]}
metrics:
  - {name: last, model: stock, sql: sum(quantity), not_additive_over: {time: last}}
  - {name: first, model: stock, sql: sum(quantity), not_additive_over: {time: first}}
  - {name: last_of_each, model: stock, sql: sum(quantity), not_additive_over: {time: last, per: product}}
  - {name: average, model: stock, sql: sum(quantity), not_additive_over: {time: average}}
"""
Row = tuple[date, str, str | None, int]


def stock(seed: int) -> list[Row]:
    rnd, rows = Random(seed), list[Row]()
    for day in range(100):
        if rnd.random() < 0.7:
            for product in "abc":
                for store in ("x", "y", None):
                    if rnd.random() < 0.6:
                        rows.append(
                            (date(2024, 1, 1) + timedelta(days=day), product, store, rnd.randint(0, 9))
                        )
    return rows


def truth(metric: str, by: list[str], rows: list[Row]) -> dict[Any, Any]:
    def key(row: Row) -> tuple[Any, ...]:
        named = {"time.month": floor(row[0], "month"), "stock.store": row[2], "stock.product": row[1]}
        return tuple(named[each] for each in by)

    def period(row: Row) -> Any:
        month = floor(row[0], "month") if "time.month" in by else 0
        return (month, row[1]) if metric == "last_of_each" else month

    if metric == "average":
        sums: dict[Any, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            sums[key(row)][row[0]] += row[3]
        return {group: sum(days.values()) / len(days) for group, days in sums.items()}
    days: dict[Any, list[date]] = defaultdict(list)
    for row in rows:
        days[period(row)].append(row[0])
    pick = min if metric == "first" else max
    found: dict[Any, Any] = defaultdict(int)
    for row in rows:
        if row[0] == pick(days[period(row)]):
            found[key(row)] += row[3]
    return dict(found)


@pytest.mark.parametrize("metric", ["last", "first", "last_of_each", "average"])
def test_snapshots_of_a_period(engine: Engine, metric: str) -> None:
    rows = stock(1)
    columns = (("day", "date"), ("product", "text"), ("store", "text"), ("quantity", "integer"))
    tables = {"stock": Table(columns, tuple(rows))}
    engine.load(tables)
    layer = layer_of(semantic=PROJECT, sources=sources(tables))
    groups = ([], ["time.month"], ["time.month", "stock.store"], ["stock.product"])
    filters = (("", rows), ("stock.store = 'x'", [row for row in rows if row[2] == "x"]))
    for by, (where, kept) in some(engine, product(groups, filters), len(metric), times=2):
        sql = layer.sql([metric], by=by, where=where or (), dialect=engine.dialect).text
        found = {tuple(row[:-1]): row[-1] for row in engine.rows(sql)}
        check(found, truth(metric, by, kept), f"{metric} {by} {where}")


MORE = """
  - {name: last_of_both, model: stock, sql: sum(quantity), not_additive_over: {time: last, per: [product, store]}}
  - {name: mean_last, model: stock, sql: avg(quantity), not_additive_over: {time: last}}
  - {name: kinds_last, model: stock, sql: count(distinct product), not_additive_over: {time: last}}
  - {name: some_kinds, model: stock, sql: count(distinct product), filter: quantity > 4, not_additive_over: {time: first}}
  - {name: twice_last, model: stock, sql: "sum(quantity) + count(distinct quantity)", not_additive_over: {time: last}}
  - {name: by_count, model: stock, sql: sum(quantity), not_additive_over: {time: last, of: counted}}
"""
Counted = tuple[date, str, str | None, int, date | None]


def told(metric: str, by: list[str], rows: list[Counted]) -> dict[Any, Any]:
    """The rows of the last (or first) moment of each period of the time that is meant, one by one."""
    at = 4 if metric == "by_count" else 0
    rows = [row for row in rows if row[at] is not None and (metric != "some_kinds" or row[3] > 4)]

    def named(row: Counted, path: str) -> Any:
        plain = {"stock.store": row[2], "stock.product": row[1], "time.month": floor(row[0], "month")}
        plain["stock.day.month"] = plain["time.month"]
        plain["stock.counted.month"] = floor(row[4], "month") if row[4] is not None else None
        return plain[path]

    def period(row: Counted) -> tuple[Any, ...]:
        times = ["stock.counted.month"] if at else ["time.month", "stock.day.month"]
        each = (row[1], row[2]) if metric == "last_of_both" else ()
        return (*(named(row, path) for path in times if path in by), *each)

    moments: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        moments[period(row)].append(row[at])
    pick = min if metric == "some_kinds" else max
    chosen: dict[Any, list[Counted]] = defaultdict(list)
    for row in rows:
        if row[at] == pick(moments[period(row)]):
            chosen[tuple(named(row, path) for path in by)].append(row)
    return {key: _told(metric, kept) for key, kept in chosen.items()}


def _told(metric: str, rows: list[Counted]) -> Any:
    total = sum(row[3] for row in rows)
    match metric:
        case "mean_last":
            return total / len(rows)
        case "kinds_last" | "some_kinds":
            return len({row[1] for row in rows})
        case "twice_last":
            return total + len({row[3] for row in rows})
    return total


def test_snapshots_by_other_times_and_of_other_aggregates(engine: Engine) -> None:
    rnd = Random(4)
    rows: list[Counted] = [
        (*row, None if rnd.random() < 0.1 else row[0] + timedelta(days=rnd.randint(0, 40)))
        for row in stock(4)
    ]
    columns = (
        ("day", "date"),
        ("product", "text"),
        ("store", "text"),
        ("quantity", "integer"),
        ("counted", "date"),
    )
    tables = {"stock": Table(columns, tuple(rows))}
    engine.load(tables)
    project = (
        PROJECT.replace("dimensions: [product, store]", "dimensions: [product, store, day, counted]") + MORE
    )
    layer = Layer.from_text(semantic=project, sources=sources(tables))
    groups = (
        [],
        ["time.month"],
        ["stock.day.month", "stock.store"],
        ["stock.counted.month", "stock.product"],
    )
    names = [line.split("name: ")[1].split(",")[0] for line in MORE.strip().splitlines()]
    for by, metric in some(engine, product(groups, names), 3, times=3):
        sql = layer.sql([metric], by=by, dialect=engine.dialect).text
        found = {tuple(row[:-1]): row[-1] for row in engine.rows(sql)}
        check(found, told(metric, by, rows), f"{metric} {by}")
