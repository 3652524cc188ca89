"""Samples: longer periods that take the first, the last, or the average of the values of shorter ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from statistics import mean, median
from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import same, sources
from tests.time.calendar import add, floor
from tests.time.world import PROJECT, Line, Shop, World, check, some

TAKES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "average": lambda values: mean(values),
}
#: What is seen, and from which day on.
SEEN: dict[str, Callable[[date], date]] = {
    "window: 9 days": lambda day: day - timedelta(days=8),
    "window: all": lambda day: date.min,
    "to_date: month": lambda day: day.replace(day=1),
}


def regular(lines: Iterable[Line]) -> int:
    return len({line.customer_id for line in lines if line.customer_id is not None})


VALUES: dict[str, Callable[[list[Line]], Any]] = {
    "purchase": lambda lines: sum(line.amount for line in lines),
    "customer_count": regular,
    "average": lambda lines: sum(line.amount for line in lines) / len(lines),
    "middle": lambda lines: median(line.amount for line in lines),
}
NAMES = {
    (metric, seen, take): f"{metric}_{n}_{take}"
    for metric, (n, seen), take in product(VALUES, enumerate(SEEN), TAKES)
}
METRICS = "".join(
    f"  - {{name: {name}, metric: {metric}, {seen}, sampled: {{each: day, take: {take}}}}}\n"
    for (metric, seen, take), name in NAMES.items()
)


def by_day(world: World, value: Any, start: Any, last: date, grouped: bool) -> dict[Any, dict[date, Any]]:
    """For each group the value of each day that has one, until a last day."""
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in world.dated:
        groups[world.region(line.customer_id) if grouped else 0].append(line)
    found: dict[Any, dict[date, Any]] = defaultdict(dict)
    for group, lines in groups.items():
        day = min(line.day for line in lines)
        while day <= last:
            if inside := [line for line in lines if start(day) <= line.day <= day]:
                found[group][day] = value(inside)
            day += timedelta(days=1)
    return found


def taken(days: dict[Any, dict[date, Any]], grain: str, take: str, grouped: bool) -> dict[Any, Any]:
    """The samples of each period of a grain."""
    samples: dict[Any, list[Any]] = defaultdict(list)
    for group, values in days.items():
        for day in sorted(values):
            samples[(floor(day, grain), group) if grouped else (floor(day, grain),)].append(values[day])
    return {key: TAKES[take](values) for key, values in samples.items()}


def end(world: World, grain: str) -> date:
    """The last day of the last period that has a row."""
    last = max(line.day for line in world.dated)
    return add(floor(last, grain), 1, grain) - timedelta(days=1)


@pytest.mark.parametrize("seen", SEEN)
def test_a_longer_period_takes_of_its_days(engine: Engine, seen: str) -> None:
    world = World.random(5)
    shop = Shop(engine, world, METRICS)
    number = list(SEEN).index(seen)
    values = ["purchase"] if engine.dialect == "bigquery" else [*VALUES]  # its emulator takes long
    questions = list(product(values, TAKES, ("week", "month", "quarter"), (False, True)))[number::9]
    for metric, take, grain, grouped in some(engine, questions, number):
        by = [f"time.{grain}", *(["customers.region"] if grouped else [])]
        days = by_day(world, VALUES[metric], SEEN[seen], end(world, grain), grouped)
        found = shop.ask(NAMES[metric, seen, take], by)
        check(found, taken(days, grain, take, grouped), f"{metric} {seen} {take} {by}")


def test_a_range_bounds_the_samples_and_not_their_history(engine: Engine) -> None:
    world = World.random(6)
    shop = Shop(engine, world, METRICS)
    for take in some(engine, TAKES, 1):
        days = by_day(world, VALUES["purchase"], SEEN["window: 9 days"], date(2023, 9, 17), True)
        days = {g: {d: v for d, v in values.items() if d >= date(2023, 3, 9)} for g, values in days.items()}
        found = shop.ask(
            f"purchase_0_{take}", ["time.month", "customers.region"], time="2023-03-09..2023-09-17"
        )
        check(found, taken(days, "month", take, True), take)


def test_by_its_own_period_a_sample_is_the_value(duck: Engine) -> None:
    world = World.random(7)
    shop = Shop(duck, world, METRICS + "  - {name: plain, metric: purchase, window: 9 days}\n")
    by = ["time.day", "customers.region"]
    check(shop.ask("purchase_0_average", by), shop.ask("plain", by), "each day")
    check(shop.ask("purchase_1_first", []), {(): sum(x.amount for x in world.lines)}, "no period")


MORE = """
  - {name: per_customer, sql: purchase_0_first / customer_count_0_first}
  - {name: month_before, metric: purchase_0_last, offset: 1 month}
  - {name: shown_later, metric: seen, offset: 1 month}
  - {name: seen, metric: purchase, window: 9 days}
  - {name: later_first, metric: shown_later, sampled: {each: day, take: first}}
  - {name: day_mean, metric: purchase, sampled: {each: day, take: average}}
  - {name: share, metric: purchase_0_last, share_over: customers.region}
  - {name: ratio, sql: purchase / line_count}
  - {name: ratio_seen, metric: ratio, window: 9 days, sampled: {each: day, take: average}}
"""


def test_what_is_made_of_samples(duck: Engine) -> None:
    world = World.random(8)
    shop = Shop(duck, world, METRICS + MORE)
    start, last = SEEN["window: 9 days"], end(world, "month")
    days = {name: by_day(world, VALUES[name], start, last, False) for name in VALUES}
    sums = taken(days["purchase"], "month", "first", False)
    counts = taken(days["customer_count"], "month", "first", False)
    expected = {key: float(sums[key]) / counts[key] if counts[key] else None for key in sums}
    check(shop.ask("per_customer", ["time.month"]), expected, "a ratio")
    lasts = taken(days["purchase"], "month", "last", False)
    moved = {(add(key, 1, "month"),): value for (key,), value in lasts.items()}
    check(shop.ask("month_before", ["time.month"]), moved, "the month before")
    means = taken(days["average"], "month", "average", False)
    check(shop.ask("ratio_seen", ["time.month"]), means, "the average of a ratio")


def test_samples_of_days_and_of_what_is_shown_later(duck: Engine) -> None:
    world = World.random(9)
    shop = Shop(duck, world, METRICS + MORE)
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for line in world.dated:
        sums[line.day] += line.amount
    check(
        shop.ask("day_mean", ["time.month"]), taken({0: sums}, "month", "average", False), "days with sales"
    )
    days = by_day(world, VALUES["purchase"], SEEN["window: 9 days"], end(world, "month"), False)[0]
    later: dict[date, Any] = {}
    day = min(days)
    while day <= add(max(days), 2, "month"):
        if (source := add(day, -1, "month")) in days:
            later[day] = days[source]
        day += timedelta(days=1)
    found = shop.ask("later_first", ["time.month"])
    expected = taken({0: later}, "month", "first", False)
    check(found, {key: value for key, value in expected.items() if key in found}, "later")
    assert set(found) >= {(key,) for key in {floor(d, "month") for d in later} if key <= max(days)}


def test_a_share_of_samples(duck: Engine) -> None:
    world = World.random(10)
    shop = Shop(duck, world, METRICS + MORE)
    start, last = SEEN["window: 9 days"], end(world, "month")
    parts = taken(by_day(world, VALUES["purchase"], start, last, True), "month", "last", True)
    wholes = taken(by_day(world, VALUES["purchase"], start, last, False), "month", "last", False)
    found = shop.ask("share", ["time.month", "customers.region"])
    check(found, {key: float(v) / float(wholes[key[:1]]) for key, v in parts.items()}, "shares")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"by": "time.hour"}, "has no value by 'time.hour'"),
        ({"by": ["time.week", "time.month"]}, "goes along one period"),
        ({"time": "2023"}, "needs a period"),
        ({"by": "customers.region"}, "needs a period"),
    ],
)
def test_what_cannot_be_asked(question: dict[str, Any], told: str) -> None:
    layer = Layer.from_text(semantic=PROJECT + METRICS, sources=sources(World.random(1).tables()))
    with pytest.raises(SemanticError, match=told):
        layer.sql(["purchase_0_first"], **question)


SOLD = """
name: sold
models:
  - name: sold
    source: sold
    primary_key: id
    time: on_day
    dimensions: [kind, {name: sold_on, sql: on_day}]
  - {name: calendar, source: calendar, primary_key: day, periods: [half]}
metrics:
  - {name: total, model: sold, sql: sum(amount)}
  - {name: in_half, metric: total, to_date: half}
  - {name: first, metric: total, window: 3 days, sampled: {each: day, take: first}}
  - {name: last, metric: total, to_date: half, sampled: {each: day, take: last}}
  - {name: mean, metric: total, window: all, sampled: {each: day, take: average}}
"""


def test_periods_of_a_calendar_table_take_of_its_days(engine: Engine) -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(60)]
    halves = tuple((day, None if day.day == 31 else f"{day.month}-{1 + (day.day > 15)}") for day in days)
    lines = ((1, date(2024, 1, 3), "a", 10), (2, date(2024, 1, 15), "b", 20), (3, date(2024, 2, 10), "a", 40))
    columns = (("id", "integer"), ("on_day", "date"), ("kind", "text"), ("amount", "integer"))
    tables = {
        "calendar": Table((("day", "date"), ("half", "text")), halves),
        "sold": Table(columns, (*lines, (4, None, "a", 1_000))),
    }
    engine.load(tables)
    layer = Layer.from_text(semantic=SOLD, sources=sources(tables))

    def rows(*metrics: str, **question: Any) -> list[tuple[Any, ...]]:
        return engine.rows(layer.sql([*metrics], dialect=engine.dialect, **question).text)

    by = "time.half"
    halves_of = [("1-1", 10, 30), ("1-2", 20, None), ("2-1", 40, 40)]  # 16 and 17 January still see the 15th
    assert same(rows("first", "last", by=by), halves_of)
    # 1-1: 12 days of 10 and one of 30; 1-2: 30 on each; 2-1: 9 days of 30 and 6 of 70, until it ends
    assert same(rows("mean", by=by), [("1-1", 150 / 13), ("1-2", 30.0), ("2-1", 46.0)])
    assert same(rows("mean", by=by, time="2024-01-14..2024-01-16"), [("1-1", 20.0), ("1-2", 30.0)])
    by_kind = [("1-1", "a", 10), ("1-1", "b", 20), ("1-2", "b", 20), ("2-1", "a", 40)]
    assert same(rows("first", by=[by, "sold.kind"]), by_kind)
    of_a_dimension = [("1-1", 30), ("2-1", 40), (None, 1_000)]
    assert same(rows("total", by="sold.sold_on.half"), of_a_dimension)
    assert same(rows(by="sold.sold_on.half"), [(half,) for half, _ in of_a_dimension])
    assert same(rows("total", where="sold.sold_on.half = '1-1'"), [(30,)])
    one_day = rows("in_half", by="time.day", time="2024-01-15")  # a range of days has its last one
    assert same(one_day, [(date(2024, 1, 15), 30)])
