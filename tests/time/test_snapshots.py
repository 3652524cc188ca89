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
from tests.shop import sources
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
    layer = Layer.from_text(semantic=PROJECT, sources=sources(tables))
    groups = ([], ["time.month"], ["time.month", "stock.store"], ["stock.product"])
    filters = (("", rows), ("stock.store = 'x'", [row for row in rows if row[2] == "x"]))
    for by, (where, kept) in some(engine, product(groups, filters), len(metric), times=2):
        sql = layer.sql([metric], by=by, where=where or (), dialect=engine.dialect).text
        found = {tuple(row[:-1]): row[-1] for row in engine.rows(sql)}
        check(found, truth(metric, by, kept), f"{metric} {by} {where}")
