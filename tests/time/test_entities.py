"""Metrics over entities whose values are seen through windows and offsets: retention, churn, growth of
each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import sources
from tests.time.calendar import add, floor, periods
from tests.time.world import Shop, World, check

YAML = """
  - {name: purchase_before, metric: purchase, offset: 1 PERIOD}
  - {name: purchase_3p, metric: purchase, window: 3 PERIODs}
  - {name: purchase_ytd, metric: purchase, to_date: year}
  - {name: kept, per: lines.customer_id, having: purchase_before > 0 and purchase > 0, sql: count(*)}
  - {name: base, per: lines.customer_id, having: purchase_before > 0, sql: count(*)}
  - name: retention
    per: lines.customer_id
    having: purchase_before > 0
    sql: sum(case when purchase > 0 then 1 else 0 end) / count(*)
  - name: back
    per: lines.customer_id
    having: purchase > 0 and coalesce(purchase_before, 0) <= 0
    sql: count(*)
  - {name: quarterly, per: lines.customer_id, having: purchase_3p > 30, sql: median(purchase_3p)}
  - {name: growing, per: lines.customer_id, sql: sum(case when purchase > purchase_before then 1 else 0 end)}
  - {name: best_year, per: lines.customer_id, sql: max(purchase_ytd)}
"""


def middle(values: list[Decimal]) -> Decimal | None:
    ordered = sorted(values)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


Values = dict[str, Decimal | None]


def both(v: Values) -> bool:
    return (v["before"] or 0) > 0 and (v["now"] or 0) > 0


METRICS: dict[str, tuple[Callable[[Values], bool], Callable[[list[Values]], Any]]] = {
    "kept": (both, len),
    "base": (lambda v: (v["before"] or 0) > 0, len),
    "retention": (
        lambda v: (v["before"] or 0) > 0,
        lambda vs: sum((v["now"] or 0) > 0 for v in vs) / len(vs) if vs else None,
    ),
    "back": (lambda v: (v["now"] or 0) > 0 and (v["before"] or 0) <= 0, len),
    "quarterly": (
        lambda v: (v["three"] or 0) > 30,
        lambda vs: middle([v["three"] for v in vs if v["three"] is not None]),
    ),
    "growing": (
        lambda v: True,
        lambda vs: sum(
            v["now"] is not None and v["before"] is not None and v["now"] > v["before"] for v in vs
        ),
    ),
    "best_year": (
        lambda v: True,
        lambda vs: max((v["year"] for v in vs if v["year"] is not None), default=None),
    ),
}
#: What each metric looks at, which tells where a customer is seen at all.
LOOKS = {
    "kept": ("now", "before"), "base": ("before",), "retention": ("before", "now"), "back": ("now", "before"),
    "quarterly": ("three",), "growing": ("now", "before"), "best_year": ("year",),
}  # fmt: skip


def values(world: World, customer: int, period: date | None, grain: str) -> Values:
    """What a customer spent in a period, the one before, the last three, and since the start of the year."""
    if period is None:  # lines without a time are in no window, and no period follows theirs
        undated = [x.amount for x in world.lines if x.customer_id == customer and x.ordered_at is None]
        return {
            "now": sum(undated, Decimal(0)) if undated else None,
            "before": None,
            "three": None,
            "year": None,
        }
    end = add(period, 1, grain)
    ranges = {
        "now": (period, end),
        "before": (add(period, -1, grain), period),
        "three": (add(period, -2, grain), end),
        "year": (floor(end - timedelta(days=1), "year"), end),
    }
    found: Values = {}
    for name, (start, until) in ranges.items():
        rows = [x.amount for x in world.dated if x.customer_id == customer and start <= x.day < until]
        found[name] = sum(rows, Decimal(0)) if rows else None
    return found


def truth(world: World, metric: str, grain: str) -> dict[Any, Any]:
    """Each period up to the last one in which the metric sees anyone."""
    days = [x.day for x in world.dated if x.customer_id is not None]
    customers = {x.customer_id for x in world.dated if x.customer_id is not None}
    last = floor(max(days), grain)
    last = add(last, 1, grain) if "before" in LOOKS[metric] else last
    counts, puts_together = METRICS[metric]
    found: dict[Any, Any] = {}
    for period in (None, *periods(floor(min(days), grain), last, grain)):
        seen: dict[Any, list[Values]] = defaultdict(list)
        for customer in customers:
            each = values(world, customer, period, grain)
            if any(each[name] is not None for name in LOOKS[metric]):
                seen[world.region(customer)].append(each)
        for region, group in seen.items():
            counted = [each for each in group if counts(each)]
            if counted:
                found[period, region] = puts_together(counted)
    return found


@pytest.mark.parametrize("grain", ["month", "quarter"])
@pytest.mark.parametrize("metric", METRICS)
def test_values_of_entities_through_time(engine: Engine, metric: str, grain: str) -> None:
    world = World.random(3)
    shop = Shop(engine, world, YAML.replace("PERIOD", grain))
    found = shop.ask(metric, [f"time.{grain}", "customers.region"])
    check(found, truth(world, metric, grain), f"{metric} {grain}")


def test_an_offset_of_what_has_offsets_inside(engine: Engine) -> None:
    world = World.random(3)
    yaml = YAML + "  - {name: kept_ly, metric: kept, offset: 1 year}\n"
    yaml += "  - {name: retained, metric: retention, offset: 1 year}\n"
    shop = Shop(engine, world, yaml.replace("PERIOD", "month"))
    for name, later in (("kept", "kept_ly"), ("retention", "retained")):
        plain = {k: v for k, v in shop.ask(name, ["time.month"]).items() if k[0] is not None}
        expected = {(add(month, 1, "year"),): value for (month,), value in plain.items()}
        check(shop.ask(later, ["time.month"]), expected, later)


def test_members_are_those_that_the_question_chooses(engine: Engine) -> None:
    """By hand: regions without buyers appear, those that the question leaves out do not."""
    tables = {
        "regions": Table.parse("id integer | name text | zone text\n1 | a | x\n2 | b | x\n3 | c | y\n"),
        "orders": Table.parse(
            "id integer | region_id integer | customer integer | amount integer\n"
            "1 | 1 | 7 | 5\n2 | 1 | 7 | 6\n3 | 2 | 8 | -7\n"
        ),
    }
    project = """
name: shop
models:
  - {name: regions, source: regions, primary_key: id, dimensions: [name, zone]}
  - {name: orders, source: orders, primary_key: id, joins: [{to: regions, on: {region_id: id}}]}
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: buyers, per: orders.customer, having: sales > 0, sql: count(*)}
"""
    layer = Layer.from_text(semantic=project, sources=sources(tables))
    engine.load(tables)

    def rows(**more: object) -> list[Any]:
        asked = layer.sql("buyers", by="regions.name", members=True, dialect=engine.dialect, **more)
        return list(engine.rows(asked.text))

    assert rows() == [("a", 1), ("b", 0), ("c", 0)]
    assert rows(where="regions.zone = 'x'") == [("a", 1), ("b", 0)]
