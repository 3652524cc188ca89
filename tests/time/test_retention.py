"""Retention: every cohort at every age that is known, against sets of active periods."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from tests.engines import Engine
from tests.time.calendar import add, floor
from tests.time.world import Shop, World, check, some

RANGE = ("2023-02..2023-11", date(2023, 2, 1), date(2023, 12, 1))
PERIODS = ("week", "month", "quarter", "year")
METRICS = "".join(
    f"  - {{name: {value}_{period}, retention: {{cohort: customers, activity: lines, by: customer_id, "
    f"period: {period}, value: {value}}}}}\n"
    for period in PERIODS
    for value in ("rate", "count")
)
ROLLING = METRICS.replace("value:", "window: rolling, value:")


def truth(
    world: World, period: str, by: list[str], region: str | None, asked: bool
) -> dict[Any, tuple[int, int]]:
    """Size and active of each cell, up to the last period in which anyone is active."""
    last = floor(max(line.day for line in world.dated), period)
    cells: dict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for customer in world.customers:
        joined = customer.joined_on
        if joined is None or (region is not None and customer.region != region):
            continue
        if asked and not RANGE[1] <= joined < RANGE[2]:
            continue
        seen = {floor(x.day, period) for x in world.dated if x.customer_id == customer.customer_id}
        entry, age = floor(joined, period), 0
        names = {f"time.{period}": entry, "customers.region": customer.region}
        now = entry
        while now <= last:
            key = (*(names[each] for each in by), age)
            size, active = cells[key]
            cells[key] = (size + 1, active + (now in seen))
            now, age = add(now, 1, period), age + 1
    return dict(cells)


@pytest.mark.parametrize("period", PERIODS)
def test_cells(engine: Engine, period: str) -> None:
    world = World.random(4)
    shop = Shop(engine, world, METRICS)
    groups = ([f"time.{period}"], [f"time.{period}", "customers.region"], ["customers.region"], [])
    every = product(groups, (None, "a"), (False, True), ("count", "rate"))
    for by, region, asked, value in some(engine, every, PERIODS.index(period), times=2):
        words: dict[str, Any] = {"time": RANGE[0]} if asked else {}
        words |= {"where": f"customers.region = '{region}'"} if region else {}
        cells = truth(world, period, by, region, asked)
        expected = {k: active if value == "count" else active / size for k, (size, active) in cells.items()}
        found = shop.ask(f"{value}_{period}", [*by, f"since.{period}"], **words)
        check(found, expected, f"{value} {by} {words}")


def rolling_truth(world: World, period: str, by: list[str], region: str | None) -> dict[Any, tuple[int, int]]:
    """Cells of periods that begin with each customer's own day; only those that all of a cohort have
    behind them."""
    end = max(line.day for line in world.dated) + timedelta(days=1)
    cells: dict[Any, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for customer in world.customers:
        joined = customer.joined_on
        if joined is None or (region is not None and customer.region != region):
            continue
        days = [x.day for x in world.dated if x.customer_id == customer.customer_id]
        entry = floor(joined, period)
        names = {f"time.{period}": entry, "customers.region": customer.region}
        last_entry, age = add(entry, 1, period) - timedelta(days=1), 0
        while add(last_entry, age + 1, period) <= end:
            key = (*(names[each] for each in by), age)
            active = any(add(joined, age, period) <= day < add(joined, age + 1, period) for day in days)
            size, so_far = cells[key]
            cells[key] = (size + 1, so_far + active)
            age += 1
    return dict(cells)


@pytest.mark.parametrize("period", PERIODS)
def test_rolling_cells(engine: Engine, period: str) -> None:
    world = World.random(4)
    shop = Shop(engine, world, ROLLING)
    groups = ([f"time.{period}", "customers.region"], [f"time.{period}"], [])
    every = product(groups, (None, "a"), ("count", "rate"))
    for by, region, value in some(engine, every, PERIODS.index(period), times=2):
        words: dict[str, Any] = {"where": f"customers.region = '{region}'"} if region else {}
        cells = rolling_truth(world, period, by, region)
        expected = {k: active if value == "count" else active / size for k, (size, active) in cells.items()}
        check(
            shop.ask(f"{value}_{period}", [*by, f"since.{period}"], **words),
            expected,
            f"{value} {by} {words}",
        )
