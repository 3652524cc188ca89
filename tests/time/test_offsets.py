"""Offsets: the same period some time before, by the calendar and not by counting rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.engines import Engine
from tests.time.calendar import GRAINS, add, floor, periods
from tests.time.test_windows import METRICS as METRIC
from tests.time.test_windows import ROWS
from tests.time.world import Line, Shop, World, check, some

OFFSETS = {"1 year": (1, "year"), "2 months": (2, "month"), "5 weeks": (5, "week"), "1 day": (1, "day")}
METRICS = "".join(
    f"  - {{name: before_{n}, metric: purchase, offset: {offset}}}\n" for n, offset in enumerate(OFFSETS)
)


def truth(world: World, grain: str, count: int, unit: str, grouped: bool) -> dict[Any, Any]:
    """For each period the sum over the period that holds the first day of it, moved back."""
    sums: dict[tuple[date, Any], Decimal] = defaultdict(Decimal)
    for line in world.dated:
        sums[floor(line.day, grain), world.region(line.customer_id) if grouped else 0] += line.amount
    first, last = min(p for p, _ in sums), max(p for p, _ in sums)
    found: dict[Any, Any] = {}
    for period in periods(floor(first - timedelta(days=40), grain), add(last, 2, "year"), grain):
        source = floor(add(period, -count, unit), grain)
        for (earlier, group), amount in sums.items():
            if earlier == source:
                found[(period, group) if grouped else (period,)] = amount
    return found


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("grain", GRAINS)
def test_an_offset_is_the_period_that_lies_before(engine: Engine, grain: str, offset: str) -> None:
    world = World.random(3)
    shop = Shop(engine, world, METRICS)
    number, (count, unit) = list(OFFSETS).index(offset), OFFSETS[offset]
    for grouped in some(engine, (False, True), number + GRAINS.index(grain)):
        by = [f"time.{grain}", *(["customers.region"] if grouped else [])]
        found = {k: v for k, v in shop.ask(f"before_{number}", by).items() if k[0] is not None}
        check(found, truth(world, grain, count, unit, grouped), f"{offset} {by}")


def test_a_period_of_one_side_only_appears(engine: Engine) -> None:
    world = World.random(1)
    growth = "  - {name: before, metric: purchase, offset: 1 year}\n"
    growth += "  - {name: growth, sql: purchase / before - 1}\n"
    shop = Shop(engine, world, growth)
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for line in world.dated:
        sums[floor(line.day, "month")] += line.amount
    expected = {}
    for month in {*sums, *(add(month, 1, "year") for month in sums)}:
        before = sums.get(add(month, -1, "year"))
        known = month in sums and before
        expected[month,] = float(sums[month]) / float(before) - 1 if known and before else None
    found = {k: v for k, v in shop.ask("growth", ["time.month"]).items() if k[0] is not None}
    check(found, expected, "growth")


#: Windows and how their values are put together, one a way of compiling them.
WINDOWED = {
    "buyers": ("", "all"),
    "buyers_3m": ("window: 3 months", "3m"),
    "buyers_12m": ("window: 12 months", "12m"),
    "middle_3m": ("window: 3 months", "3m"),
    "customer_count_ytd": ("to_date: year", "ytd"),
    "purchase_ytd": ("to_date: year", "ytd"),
}
#: The first days of whole periods; the ranges end with both a week and a month.
RANGES = {"week": date(2023, 12, 11), "month": date(2023, 12, 1)}
STARTS: dict[str, Callable[[date, date], date]] = {
    "all": lambda period, end: period,
    "3m": lambda period, end: add(end, -3, "month"),
    "12m": lambda period, end: add(end, -12, "month"),
    "ytd": lambda period, end: floor(end - timedelta(days=1), "year"),
}


def windowed(world: World, metric: str, period: date, grain: str) -> Any:
    """The value of a metric in a period, or ``None`` where its window has no row."""
    end = add(period, 1, grain)
    stem, kind = metric.rsplit("_", 1) if metric != "buyers" else (metric, "all")
    lines = [x for x in world.dated if STARTS[kind](period, end) <= x.day < end]
    lines = [x for x in lines if ROWS.get(stem, lambda line: True)(x)]
    return METRIC[stem](lines) if lines else None


@pytest.mark.parametrize("offset", ["1 year", "5 weeks"])
@pytest.mark.parametrize("grain", ["week", "month"])
@pytest.mark.parametrize("metric", WINDOWED)
def test_offsets_of_windows_and_entities(engine: Engine, metric: str, grain: str, offset: str) -> None:
    world = World.random(2)
    stem = metric if metric == "buyers" else metric.rsplit("_", 1)[0]
    yaml = f"  - {{name: {metric}, metric: {stem}, {WINDOWED[metric][0]}}}\n" if metric != "buyers" else ""
    shop = Shop(engine, world, f"{yaml}  - {{name: before, metric: {metric}, offset: {offset}}}\n")
    count, unit = OFFSETS[offset]
    expected = {}
    days = [x.day for x in world.dated if ROWS.get(stem, lambda line: True)(x)]
    for period in periods(floor(min(days), grain), add(max(days), 2, "year"), grain):
        source = floor(add(period, -count, unit), grain)
        value = windowed(world, metric, source, grain) if source <= max(days) else None
        if value or (
            value is not None and metric != "buyers"
        ):  # without a window a group without buyers is no group
            expected[period,] = value
    inside = {k: v for k, v in expected.items() if RANGES[grain] <= k[0] <= date(2024, 3, 31)}
    number = list(WINDOWED).index(metric) + len(grain) + len(offset)
    for ranged in some(engine, (False, True), number):
        words = {"time": f"{RANGES[grain]}..2024-03-31"} if ranged else {}
        found = {k: v for k, v in shop.ask("before", [f"time.{grain}"], **words).items() if k[0] is not None}
        check(found, inside if ranged else expected, f"{metric} {grain} {offset} {words}")


def test_offsets_of_hours_add_up(duck: Engine) -> None:
    yaml = "  - {name: earlier, metric: purchase, offset: 2 hours}\n"
    yaml += "  - {name: twice, metric: earlier, offset: 3 hours}\n"
    shop = Shop(duck, World.random(4), yaml)
    plain = {key: value for key, value in shop.ask("purchase", ["time.hour"]).items() if key[0] is not None}
    expected = {(hour + timedelta(hours=5),): value for (hour,), value in plain.items()}
    check(shop.ask("twice", ["time.hour"]), expected, "two and three hours")


@pytest.mark.parametrize("start", ["month", "quarter", "year"])
@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_an_offset_to_the_start_of_a_longer_period(engine: Engine, grain: str, start: str) -> None:
    world = World.random(4)
    shop = Shop(engine, world, f"  - {{name: at_start, metric: purchase, offset: to start of {start}}}\n")
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for line in world.dated:
        sums[floor(line.day, grain)] += line.amount
    expected = {}
    for period in periods(floor(min(sums), grain), add(max(sums), 1, "year"), grain):
        source = floor(floor(period, start), grain)
        if source in sums:
            expected[period,] = sums[source]
    found = {k: v for k, v in shop.ask("at_start", [f"time.{grain}"]).items() if k[0] is not None}
    check(found, expected, f"{grain} to start of {start}")


@pytest.mark.parametrize("by", [["time.month"], ["time.week", "customers.region"], ["customers.region"], []])
@pytest.mark.parametrize("asked", [None, "2023-06-05..2024-03-31"])
def test_a_base_stands_beside_every_period(engine: Engine, by: list[str], asked: str | None) -> None:
    world = World.random(4)
    yaml = "  - {name: at_base, metric: METRIC, base: 2023-02}\n  - {name: index, sql: METRIC / at_base}\n"
    for metric, value in (("purchase", METRIC["purchase"]), ("customer_count", METRIC["customer_count"])):
        shop = Shop(engine, world, yaml.replace("METRIC", metric))
        groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
        bases: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
        for line in world.dated:
            region = (world.region(line.customer_id),) if "customers.region" in by else ()
            period = (floor(line.day, by[0].removeprefix("time.")),) if "time" in "".join(by) else ()
            if asked is None or date(2023, 6, 5) <= line.day <= date(2024, 3, 31):
                groups[(*period, *region)].append(line)
            if floor(line.day, "month") == date(2023, 2, 1):
                bases[region].append(line)
        expected = {}
        for key, lines in groups.items():
            base = value(bases[key[-1:] if "customers.region" in by else ()])
            expected[key] = float(value(lines)) / float(base) if base else None
        found = shop.ask("index", by, **({"time": asked} if asked else {}))
        kept = {k: v for k, v in found.items() if not (by and "time" in by[0] and k[0] is None)}
        if by[:1] == ["time.month"] or "time" in "".join(by) or asked:
            check(kept, expected, f"{metric} {by} {asked}")
