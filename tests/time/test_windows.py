"""Windows: trailing, to date and all, against sums over lists of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from tests.engines import Engine
from tests.time.calendar import GRAINS, add, floor, periods
from tests.time.world import Line, Shop, World, check, some

WINDOWS: dict[str, tuple[str, Callable[[date], date]]] = {
    "3m": ("window: 3 months", lambda end: add(end, -3, "month")),
    "28d": ("window: 28 days", lambda end: add(end, -28, "day")),
    "mtd": ("to_date: month", lambda end: floor(end - timedelta(days=1), "month")),
    "ytd": ("to_date: year", lambda end: floor(end - timedelta(days=1), "year")),
    "all": ("window: all", lambda end: date.min),
}
RANGE = ("2023-05-17..2024-03-10", date(2023, 5, 17), date(2024, 3, 11))


def spent(lines: Sequence[Line], known: bool = False) -> list[Any]:
    """What each customer spent who spent anything."""
    sums: dict[int, Any] = defaultdict(int)
    for line in lines:
        if line.customer_id is not None:
            sums[line.customer_id] += line.amount
    return [amount for amount in sums.values() if amount > 0]


def mean(values: Sequence[Any]) -> float | None:
    return float(sum(values)) / len(values) if values else None


METRICS: dict[str, Callable[[Sequence[Line]], Any]] = {
    "purchase": lambda lines: sum(line.amount for line in lines),
    "line_count": len,
    "average": lambda lines: mean([line.amount for line in lines]),
    "largest": lambda lines: max(line.amount for line in lines),
    "middle": lambda lines: median([line.amount for line in lines]),
    "regular_count": lambda lines: len({x.customer_id for x in lines} - {None}),
    "customer_count": lambda lines: len({x.customer_id for x in lines if x.customer_id is not None}),
    "buyers": lambda lines: len(spent(lines)),
    "spend": lambda lines: mean(spent(lines)),
    "middle_spend": lambda lines: median(spent(lines)) if spent(lines) else None,
    "largest_spend": lambda lines: max(spent(lines), default=None),
}
#: The rows that a metric is about: lines of no customer do not count for metrics over customers.
ROWS: dict[str, Callable[[Line], bool]] = {
    **dict.fromkeys(
        ("buyers", "spend", "middle_spend", "largest_spend"), lambda line: line.customer_id is not None
    ),
    "regular_count": lambda line: line.quantity > 1,
}
METRICS_YAML = "".join(
    f"  - {{name: {metric}_{name}, metric: {metric}, {yaml}}}\n"
    for metric in METRICS
    for name, (yaml, _) in WINDOWS.items()
)


def truth(world: World, metric: str, window: str, grain: str, grouped: bool, asked: bool) -> dict[Any, Any]:
    """Each period with the rows of its window; those before a range count, those after it do not."""
    lines = [x for x in world.dated if not asked or x.day < RANGE[2]]
    if metric in ROWS:
        lines = [line for line in lines if ROWS[metric](line)]
    first = floor(RANGE[1] if asked else min(line.day for line in lines), grain)
    last = floor(RANGE[2] - timedelta(days=1) if asked else max(line.day for line in lines), grain)
    found: dict[Any, Any] = {}
    for period in periods(first, last, grain):
        end = add(period, 1, grain)
        start = WINDOWS[window][1](end)
        groups: dict[Any, list[Line]] = defaultdict(list)
        for line in lines:
            if start <= line.day < end:
                groups[world.region(line.customer_id) if grouped else 0].append(line)
        for group, rows in groups.items():
            found[(period, group) if grouped else (period,)] = METRICS[metric](rows)
    return found


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("metric", METRICS)
def test_a_window_ends_with_its_period(engine: Engine, metric: str, window: str) -> None:
    """Each metric through each window by each grain. Another dimension and a range take turns: each metric
    and window, and each metric and grain, is asked with both, with either, and with none of them."""
    world = World.random(1)
    shop = Shop(engine, world, METRICS_YAML)
    number = list(METRICS).index(metric) * len(WINDOWS) + list(WINDOWS).index(window)
    questions = _questions(list(METRICS).index(metric), list(WINDOWS).index(window))
    if engine.dialect == "bigquery" and (number % 4 or (window, metric) in LONG):
        questions = [question for question in questions if question[0] not in ("day", "week")]
    for grain, grouped, asked in some(engine, questions, number):
        by = [f"time.{grain}", *(["customers.region"] if grouped else [])]
        question = {"time": RANGE[0]} if asked else {}
        found = shop.ask(f"{metric}_{window}", by, **question)
        expected = truth(world, metric, window, grain, grouped, asked)
        check(found, expected, f"{metric} {window} {by} {question}")


#: What GoogleSQL's reference implementation takes ten seconds for, as it meets every day with every row.
LONG = {("all", "middle"), ("all", "spend")}


def _questions(metric: int, window: int) -> list[tuple[str, bool, bool]]:
    """Every grain, some with another dimension, some with a range."""
    return [
        (grain, (metric + window + n) % 2 == 0, (metric + window // 2 + n // 2) % 2 == 0)
        for n, grain in enumerate(GRAINS)
    ]


@pytest.mark.parametrize("seed", range(2, 6))
def test_other_worlds(duck: Engine, seed: int) -> None:
    world = World.random(seed)
    shop = Shop(duck, world, METRICS_YAML)
    for metric in METRICS:
        for window in WINDOWS:
            number = seed + list(METRICS).index(metric) + 2 * list(WINDOWS).index(window)
            grain = GRAINS[number % len(GRAINS)]
            found = shop.ask(f"{metric}_{window}", [f"time.{grain}", "customers.region"])
            check(found, truth(world, metric, window, grain, True, False), f"{metric} {window} {grain}")
