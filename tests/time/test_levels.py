"""Totals, shares, ranks and metrics without a chosen filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.engines import Engine
from tests.time.world import Line, Shop, World, check

METRICS = """
  - {name: share, metric: purchase, share_over: customers.region}
  - {name: share_of_all, metric: purchase, share_over: all}
  - {name: everyone, metric: customer_count, total_over: customers.region}
  - {name: all_buyers, metric: buyers, total_over: customers.region}
  - {name: place, metric: purchase, rank_over: customers.region}
  - {name: pareto, metric: purchase, cumulative_share_over: customers.region}
  - {name: unfiltered, metric: purchase, ignoring: customers.region}
"""
BY = ["time.year", "customers.region"]


def year(line: Line) -> date | None:
    return date(line.day.year, 1, 1) if line.ordered_at is not None else None


def total(lines: Sequence[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def buyers(lines: Sequence[Line]) -> int:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.customer_id is not None:
            sums[line.customer_id] += line.amount
    return sum(amount > 0 for amount in sums.values())


def groups(world: World) -> dict[Any, list[Line]]:
    found: dict[Any, list[Line]] = defaultdict(list)
    for line in world.lines:
        found[year(line), world.region(line.customer_id)].append(line)
    return found


def test_totals_and_shares(engine: Engine) -> None:
    world = World.random(1)
    shop = Shop(engine, world, METRICS)
    cells, years = groups(world), defaultdict(list)
    for (when, _), lines in cells.items():
        years[when] += lines
    truth: dict[str, dict[Any, Any]] = {
        name: {} for name in ("share", "share_of_all", "everyone", "all_buyers")
    }
    for key, lines in cells.items():
        whole = years[key[0]]
        truth["share"][key] = float(total(lines)) / float(total(whole)) if total(whole) else None
        truth["share_of_all"][key] = float(total(lines)) / float(total(world.lines))
        truth["everyone"][key] = len({x.customer_id for x in whole if x.customer_id is not None})
        if any(line.customer_id is not None for line in lines):  # the groups that have customers
            truth["all_buyers"][key] = buyers(whole)
    for name, expected in truth.items():
        check(shop.ask(name, BY), expected, name)


def test_ranks(engine: Engine) -> None:
    world = World.random(2)
    shop = Shop(engine, world, METRICS)
    sums: dict[Any, Decimal] = defaultdict(Decimal)
    for line in world.lines:
        sums[world.region(line.customer_id)] += line.amount
    whole, so_far, places, shares = sum(sums.values()), Decimal(0), {}, {}
    for region in sorted(sums, key=lambda r: (-sums[r], r is None, r)):
        so_far += sums[region]
        places[region,] = 1 + sum(other > sums[region] for other in sums.values())
        shares[region,] = float(so_far) / float(whole)
    check(shop.ask("place", ["customers.region"]), places, "place")
    check(shop.ask("pareto", ["customers.region"]), shares, "pareto")
    first = {key: place for key, place in places.items() if place <= 2}
    check(shop.ask("place", ["customers.region"], having="place <= 2"), first, "the first two")


@pytest.mark.parametrize("known", [True, False], ids=["beside regions", "alone"])
def test_sums_of_nothing_are_0_where_periods_are_filled(engine: Engine, *, known: bool) -> None:
    """The sum of a day over all regions, and that of days on which nothing was sold, beside every day."""
    world = World.random(1)
    yaml = "  - {name: whole, metric: purchase, total_over: customers.region}\n"
    yaml += "  - {name: long_ago, metric: purchase, base: 1999-01}\n"
    shop, days = Shop(engine, world, yaml), defaultdict[date, Decimal](Decimal)
    for line in world.lines:
        if line.ordered_at is not None:
            days[line.day] += line.amount
    regions = {world.region(line.customer_id) for line in world.lines if line.ordered_at is not None}
    every = [min(days) + timedelta(days=n) for n in range((max(days) - min(days)).days + 1)]
    assert len(days) < len(every)
    keys = [(day, region) for day in every for region in regions] if known else [(day,) for day in every]
    by = ["time.day", "customers.region"] if known else ["time.day"]
    asked = {"fill": True, "where": "not (time.day is null)"}
    check(shop.ask("whole", by, **asked), {key: days[key[0]] for key in keys}, "whole")
    check(shop.ask("long_ago", by, **asked), dict.fromkeys(keys, 0), "filled")
    unfilled = shop.ask("long_ago", by, where="not (time.day is null)")
    assert set(unfilled.values()) == {None}


def test_a_filter_that_does_not_count(engine: Engine) -> None:
    world = World.random(3)
    shop = Shop(engine, world, METRICS)
    years: dict[Any, list[Line]] = defaultdict(list)
    for line in world.lines:
        years[year(line),].append(line)
    found = shop.ask("unfiltered", ["time.year"], where="customers.region = 'a'")
    check(found, {key: total(lines) for key, lines in years.items()}, "unfiltered")


@pytest.mark.parametrize("metric", ["purchase", "customer_count", "buyers", "middle", "middle_spend"])
@pytest.mark.parametrize(
    "window", ["window: 3 months", "window: 28 days", "to_date: year", "window: all", "offset: 1 year"]
)
def test_a_total_over_time_is_the_question_without_periods(duck: Engine, metric: str, window: str) -> None:
    yaml = f"  - {{name: seen, metric: {metric}, {window}}}\n"
    yaml += "  - {name: whole, metric: seen, total_over: time}\n"
    shop = Shop(duck, World.random(5), yaml)
    asked = {"time": "2023-02-10..2024-03-20"}
    alone = shop.ask("seen", ["customers.region"], **asked)
    found = shop.ask("whole", ["time.month", "customers.region"], **asked)
    assert found
    for (_, region), value in found.items():
        nothing = 0 if metric in ("customer_count", "buyers") else None
        assert value == alone.get((region,), nothing), (metric, window, region)
