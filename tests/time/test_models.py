"""Models made from questions: groups, populations, windows, scores, bands and rules."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engines import Engine
from tests.time.world import PROJECT, Shop, World, check

SCORED = PROJECT.replace(
    "metrics:\n  - {name: purchase,",
    """  - name: scores
    query:
      of: customers
      metrics:
        last_on: max(visits.ordered_on)
        frequency: count(visits.ordered_on)
        monetary: sum(visits.amount)
      window: {last: 12 months, until: "{{ as_of }}"}
    joins: [{to: customers, on: customer_id}]
    dimensions:
      - {name: recency, sql: "ntile(3) over (order by last_on, customer_id)"}
      - {name: place, sql: "rank() over (order by frequency desc)"}
      - {name: code, sql: "concat(recency, '-', place)"}
      - {name: band, bands: {sql: monetary, cuts: [1, 50], labels: [none, some, much]}}
      - name: segment
        rules:
          by: [band, "case when recency = 3 then 'new' else 'old' end"]
          table: {much: {new: star, "*": big}, "*": {new: fresh}}
          otherwise: rest
  - name: segments
    query: {from: scores, metrics: {size: count(*)}, by: [segment]}
    dimensions: [segment]
parameters:
  - {name: as_of, type: date, default: 2024-02-29}
metrics:
  - {name: members, model: scores, sql: count(*)}
  - {name: segment_count, model: segments, sql: count(*)}
  - {name: largest_segment, model: segments, sql: max(size)}
  - {name: visit_count, model: visits, sql: count(*)}
  - {name: visit_amount, model: visits, sql: sum(amount)}
  - {name: purchase,""",
)


def visits(world: World) -> dict[tuple[int | None, date | None], Decimal]:
    """Days of customers on which more was bought than brought back."""
    sums: dict[tuple[int | None, date | None], Decimal] = defaultdict(Decimal)
    for line in world.lines:
        sums[line.customer_id, line.ordered_at.date() if line.ordered_at else None] += line.amount
    return {key: amount for key, amount in sums.items() if amount > 0}


def scores(world: World, end: date) -> dict[int, dict[str, Any]]:
    """The twelve months before a day, for every customer."""
    found: dict[int, dict[str, Any]] = {}
    for customer in world.customers:
        mine = {
            day: amount
            for (who, day), amount in visits(world).items()
            if who == customer.customer_id and day is not None and end.replace(year=end.year - 1) <= day < end
        }
        last, count = max(mine, default=None), len(mine)
        found[customer.customer_id] = {"last": last, "count": count, "amount": sum(mine.values(), Decimal(0))}
    ordered = sorted(found, key=lambda who: (found[who]["last"] is None, found[who]["last"] or end, who))
    for index, who in enumerate(ordered):
        found[who]["recency"] = tile(index, len(ordered), 3)
    for each in found.values():
        each["place"] = 1 + sum(other["count"] > each["count"] for other in found.values())
        each["band"] = "none" if each["amount"] < 1 else "some" if each["amount"] < 50 else "much"
        each["segment"] = segment(each["band"], "new" if each["recency"] == 3 else "old")
    return found


def tile(index: int, count: int, tiles: int) -> int:
    """NTILE: the first tiles have one more where the rows do not divide."""
    small, more = divmod(count, tiles)
    edge = more * (small + 1)
    return index // (small + 1) + 1 if index < edge else more + (index - edge) // small + 1


def segment(band: str, age: str) -> str:
    if age == "new":
        return "star" if band == "much" else "fresh"
    return "big" if band == "much" else "rest"


def counted(values: Any) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for value in values:
        found[value,] += 1
    return dict(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_scores_group_customers(engine: Engine, seed: int) -> None:
    world = World.random(seed)
    shop = Shop(engine, world, project=SCORED)
    truth = scores(world, date(2024, 3, 1)).values()
    check(shop.ask("members", ["scores.recency"]), counted(x["recency"] for x in truth), "recency")
    codes = counted(f"{x['recency']}-{x['place']}" for x in truth)
    check(shop.ask("members", ["scores.code"]), codes, "code")
    check(shop.ask("members", ["scores.band"]), counted(x["band"] for x in truth), "band")
    segments = counted(x["segment"] for x in truth)
    check(shop.ask("members", ["scores.segment"]), segments, "segment")
    old = counted(x["segment"] for x in truth if x["recency"] < 3)
    check(shop.ask("members", ["scores.segment"], where="scores.recency < 3"), old, "old segments")
    check(shop.ask("segment_count", []), {(): len(segments)}, "a model of a model")
    check(shop.ask("largest_segment", []), {(): max(segments.values())}, "largest")


def test_scores_group_other_facts(engine: Engine) -> None:
    world = World.random(1)
    shop = Shop(engine, world, project=SCORED)
    truth = scores(world, date(2024, 3, 1))
    found: dict[Any, int] = defaultdict(int)
    for who, _ in visits(world):
        found[truth[who]["band"] if who in truth else None,] += 1  # type: ignore[index]
    check(shop.ask("visit_count", ["scores.band"]), dict(found), "visits by band")


def test_groups_that_meet_a_condition(engine: Engine) -> None:
    world = World.random(2)
    shop = Shop(engine, world, project=SCORED)
    amounts: dict[Any, Decimal] = defaultdict(Decimal)
    for (who, _), amount in visits(world).items():
        amounts[world.region(who),] += amount
    check(shop.ask("visit_amount", ["customers.region"]), dict(amounts), "amounts")


def test_what_is_not_asked_for_is_not_written(duck: Engine) -> None:
    shop = Shop(duck, World.random(1), project=SCORED)
    sql = shop.layer.sql(["members"], by=["scores.recency"], dialect="duckdb").text
    assert "frequency" not in sql
    assert "monetary" not in sql
    assert "RANK()" not in sql
    plain = shop.layer.sql(["visit_count"], by=["customers.region"], dialect="duckdb").text
    assert "units" not in plain
    assert " AS amount" not in plain
