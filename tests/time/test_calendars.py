# ruff: noqa: E501 - a table reads best with a row a line
"""Calendars of a project's own: 4-4-5 months with names that sort badly, business days, and holidays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from semantic.faults import SemanticError
from tests.engines import Engine, Table
from tests.shop import layer_of, sources
from tests.time.calendar import floor
from tests.time.test_windows import METRICS, ROWS
from tests.time.world import PROJECT, Line, Shop, World, check, some

FIRST, LAST = date(2022, 8, 1), date(2025, 8, 31)
START = date(2022, 8, 1)  # a Monday; a retail year has 52 weeks, a quarter 4 + 4 + 5 of them


@dataclass(frozen=True)
class Day:
    """A row of the calendar."""

    day: date
    retail_month: str
    retail_year: int
    business_day: date | None
    holiday: str | None


def calendar() -> list[Day]:
    found = []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        week = (day - START).days // 7
        year, week = divmod(week, 52)
        quarter, rest = divmod(week, 13)
        month = quarter * 3 + min(rest // 4, 2)
        work = day if day.weekday() < 5 else None
        name = "new year" if (day.month, day.day) == (1, 1) else None
        found.append(Day(day, f"P{month + 1} of {2022 + year}", 2022 + year, work, name))
    return found


DAYS = calendar()
BY_DAY = {each.day: each for each in DAYS}
YAML = """
  - {name: purchase_3p, metric: METRIC, window: 3 retail_months}
  - {name: purchase_ytd, metric: METRIC, to_date: retail_year}
  - {name: purchase_before, metric: METRIC, offset: 1 retail_month}
  - {name: purchase_ly, metric: METRIC, offset: 1 retail_year}
  - {name: purchase_first, metric: METRIC, offset: to start of retail_year}
  - {name: purchase_ever, metric: METRIC, window: all}
  - {name: purchase_28d, metric: METRIC, window: 28 days}
  - {name: purchase_5b, metric: METRIC, window: 5 business_days}
  - {name: ytd_before, metric: purchase_ytd, offset: 1 retail_month}
"""
CALENDAR = """
  - name: retail
    source: retail
    primary_key: day
    periods: [retail_month, retail_year, business_day, holiday]
"""


class Retail(Shop):
    """The shop with a calendar table."""

    def __init__(self, engine: Engine, world: World, metrics: str) -> None:
        self.engine, self.world = engine, world
        columns = (("day", "date"), ("retail_month", "text"), ("retail_year", "integer"))
        columns += (("business_day", "date"), ("holiday", "text"))
        rows = tuple((d.day, d.retail_month, d.retail_year, d.business_day, d.holiday) for d in DAYS)
        tables = world.tables() | {"retail": Table(columns, rows)}
        engine.load(tables)
        project = PROJECT.replace("\nmetrics:", f"{CALENDAR}metrics:") + metrics
        self.layer = layer_of(semantic=project, sources=sources(tables))


def ordered(attribute: str) -> list[Any]:
    """The periods of the calendar by their first day."""
    return list(dict.fromkeys(v for d in DAYS if (v := getattr(d, attribute)) is not None))


MONTHS = ordered("retail_month")
YEAR_OF = {each.retail_month: each.retail_year for each in reversed(DAYS)}
Inside = Callable[[str], Callable[[Line], bool]]


def month_of(line: Line) -> int:
    return MONTHS.index(BY_DAY[line.day].retail_month)


def back_a_year(month: str) -> str | None:
    name, year = month.split(" of ")
    earlier = f"{name} of {int(year) - 1}"
    return earlier if earlier in MONTHS else None


def last_day(month: str) -> date:
    return max(d.day for d in DAYS if d.retail_month == month)


def months_inside(metric: str, month: str) -> Callable[[Line], bool]:
    """Whether a line counts for a month."""
    place, year = MONTHS.index(month), YEAR_OF[month]
    if metric == "purchase_3p":
        return lambda x: place - 3 < month_of(x) <= place
    if metric == "purchase_ytd":
        return lambda x: YEAR_OF[MONTHS[month_of(x)]] == year and month_of(x) <= place
    if metric == "ytd_before":
        return months_inside("purchase_ytd", MONTHS[place - 1]) if place else lambda x: False
    if metric == "purchase_before":
        return lambda x: month_of(x) == place - 1
    if metric == "purchase_ly":
        return lambda x: MONTHS[month_of(x)] == back_a_year(month)
    if metric == "purchase_first":
        first = next(n for n, name in enumerate(MONTHS) if YEAR_OF[name] == year)
        return lambda x: month_of(x) == first
    if metric == "purchase_28d":
        return lambda x: last_day(month) - timedelta(days=28) < x.day <= last_day(month)
    return lambda x: month_of(x) <= place


def truth(world: World, metric: str, of: str, grouped: bool, asked: bool) -> dict[Any, Any]:
    lines = [x for x in world.dated if ROWS.get(of, lambda each: True)(x)]
    if asked and metric not in ("purchase_before", "purchase_ly", "purchase_first", "ytd_before"):
        lines = [x for x in lines if x.day <= date(2024, 3, 10)]
    last = max(month_of(x) for x in world.dated if ROWS.get(of, lambda each: True)(x))
    found: dict[Any, Any] = {}
    for place, month in enumerate(MONTHS):
        ends = place - 1 if metric == "ytd_before" else place
        framed = metric in ("purchase_3p", "purchase_ytd", "ytd_before", "purchase_ever", "purchase_28d")
        if framed and not asked and ends > last:
            continue
        days = [d.day for d in DAYS if d.retail_month == month]
        if asked and not (max(days) >= date(2023, 5, 17) and min(days) <= date(2024, 3, 10)):
            continue
        groups: dict[Any, list[Line]] = defaultdict(list)
        for line in filter(months_inside(metric, month), lines):
            groups[world.region(line.customer_id) if grouped else 0].append(line)
        for group, rows in groups.items():
            found[(month, group) if grouped else (month,)] = METRICS[of](rows)
    return found


@pytest.mark.parametrize("of", ["purchase", "customer_count", "middle", "buyers"])
@pytest.mark.parametrize(
    "metric",
    [
        "purchase_3p", "purchase_ytd", "purchase_before", "purchase_ly", "purchase_first", "purchase_ever",
        "purchase_28d", "ytd_before",
    ],
)  # fmt: skip
def test_windows_and_offsets_by_retail_months(engine: Engine, metric: str, of: str) -> None:
    world = World.random(2)
    shop = Retail(engine, world, YAML.replace("METRIC", of))
    for grouped, asked in some(engine, product((False, True), repeat=2), len(metric) + len(of), times=1):
        by = ["time.retail_month", *(["customers.region"] if grouped else [])]
        words = {"time": "2023-05-17..2024-03-10"} if asked else {}
        found = shop.ask(metric, by, **words)
        expected = truth(world, metric, of, grouped, asked)
        if (of == "buyers" and "before" in metric) or metric in ("purchase_ly", "purchase_first"):
            found = {key: value for key, value in found.items() if value}
            expected = {key: value for key, value in expected.items() if value}
        check(found, expected, f"{metric} of {of} {by} {words}")


def test_periods_of_a_calendar_are_grains(engine: Engine) -> None:
    world = World.random(2)
    shop = Retail(engine, world, YAML.replace("METRIC", "purchase"))
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in world.dated:
        if BY_DAY[line.day].retail_year == 2023:
            groups[(BY_DAY[line.day].retail_month, world.region(line.customer_id))].append(line)
    expected = {key: sum((x.amount for x in rows), Decimal(0)) for key, rows in groups.items()}
    found = shop.ask("purchase", ["time.retail_month", "customers.region"], where="time.retail_year = 2023")
    check(found, expected, "a filter and a group")


def test_five_business_days(engine: Engine) -> None:
    world = World.random(2)
    shop = Retail(engine, world, YAML.replace("METRIC", "purchase"))
    work = ordered("business_day")
    lines = [x for x in world.dated if BY_DAY[x.day].business_day]
    last = max(x.day for x in world.dated)
    expected: dict[Any, Any] = {}
    for place, day in enumerate(work):
        rows = [x for x in lines if x.day in work[max(0, place - 4) : place + 1]]
        if rows and day <= last:
            expected[day,] = sum((x.amount for x in rows), Decimal(0))
    asked = {}
    if engine.dialect == "bigquery":  # which takes long to meet days with days
        first, end = work[20], work[60]
        asked = {"time": f"{first}..{end}"}
        expected = {key: value for key, value in expected.items() if first <= key[0] <= end}
    check(shop.ask("purchase_5b", ["time.business_day"], **asked), expected, "five business days")


@pytest.mark.parametrize(
    ("metric", "by", "told"),
    [
        ("purchase_3p", ["time.week"], "along 'week'"),
        ("opening", ["time.retail_month"], "along 'retail_month'"),
        ("purchase_before", ["time.hour"], "along 'hour'"),
        ("purchase_3p", ["time.business_day"], "along 'business_day'"),
        ("purchase_3p", ["customers.region"], "without periods"),
        ("purchase", ["time.retail_mont"], "retail_month"),
    ],
)
def test_what_no_calendar_tells_is_refused(duck: Engine, metric: str, by: Sequence[str], told: str) -> None:
    opening = "  - {name: opening, metric: purchase, offset: to start of month}\n"
    shop = Retail(duck, World.random(2), YAML.replace("METRIC", "purchase") + opening)
    with pytest.raises(SemanticError, match=told):
        shop.ask(metric, by)


def test_a_longer_period_to_its_own_date(engine: Engine) -> None:
    shop = Retail(engine, World.random(2), YAML.replace("METRIC", "purchase"))
    plain = {key: value for key, value in shop.ask("purchase", ["time.retail_year"]).items() if key[0]}
    for metric in ("purchase_ytd", "purchase_first"):
        check(shop.ask(metric, ["time.retail_year"]), plain, metric)


def place_later(day: date, attribute: str) -> date | None:
    """The day at the same place in the next period, if that has one."""
    periods = ordered(attribute)
    inside = [d.day for d in DAYS if getattr(d, attribute) == getattr(BY_DAY[day], attribute)]
    following = periods.index(getattr(BY_DAY[day], attribute)) + 1
    later = [d.day for d in DAYS if following < len(periods) and getattr(d, attribute) == periods[following]]
    place = inside.index(day)
    return later[place] if place < len(later) else None


@pytest.mark.parametrize(
    ("metric", "attribute"), [("purchase_before", "retail_month"), ("purchase_ly", "retail_year")]
)
def test_an_offset_of_its_periods_along_others(engine: Engine, metric: str, attribute: str) -> None:
    """Day by day: each is shown at the same place in the next period, in the week or month that this lies in."""
    world = World.random(5)
    shop = Retail(engine, world, YAML.replace("METRIC", "purchase"))
    start, end = date(2023, 2, 6), date(2024, 2, 4)
    for period, asked in some(engine, list(product(("day", "week", "month", "quarter"), (False, True))), 1):
        expected: dict[Any, Decimal] = defaultdict(Decimal)
        for line in world.dated:
            day = place_later(line.day, attribute)
            first = floor(day, period) if day is not None else None
            if first is not None and (not asked or floor(start, period) <= first <= floor(end, period)):
                expected[first,] += line.amount
        question = {"time": f"{start}..{end}"} if asked else {}
        check(shop.ask(metric, [f"time.{period}"], **question), expected, f"{metric} {period} {asked}")


def test_periods_beyond_a_range_are_no_members(engine: Engine) -> None:
    """What lies outside of a range is not told as nothing."""
    world = World.random(2)
    shop = Retail(engine, world, YAML.replace("METRIC", "purchase"))
    start, end = date(2023, 5, 17), date(2023, 9, 10)
    rows = [x for x in world.dated if start <= x.day <= end]
    expected: dict[Any, Decimal] = defaultdict(Decimal)
    for line in rows:
        expected[BY_DAY[line.day].retail_month,] += line.amount
    asked = {"time": f"{start}..{end}"}
    check(shop.ask("purchase", ["time.retail_month"], members=True, **asked), expected, "all members")
    with pytest.raises(SemanticError, match="no members"):
        shop.ask("purchase", ["time.retail_month"], members=["time.retail_month"], **asked)


def test_a_range_ends_with_its_last_day(duck: Engine) -> None:
    shop = Retail(duck, World.random(2), YAML.replace("METRIC", "purchase"))
    whole = shop.ask("purchase_before", ["time.day"])
    for (day,) in sorted(whole)[5:12]:
        found = shop.ask("purchase_before", ["time.day"], time=f"{day}")
        check(found, {(day,): whole[day,]}, f"{day}")


def test_a_period_that_lies_in_no_single_one_has_no_place_there(duck: Engine) -> None:
    """A year lies in no month: there is no year at the same place a month before, and no wrong one is shown."""
    shop = Retail(duck, World.random(2), YAML.replace("METRIC", "purchase"))
    assert shop.ask("purchase_before", ["time.retail_year"]) == {}


CUT = """
name: shop
models:
  - {name: orders, source: orders, primary_key: id, time: day}
  - {name: cal, source: cal, primary_key: day, periods: [decade, half]}
metrics:
  - {name: n, model: orders, sql: count(*)}
  - {name: before, metric: n, offset: 1 half}
  - {name: first, metric: n, offset: to start of half}
  - {name: so_far, metric: n, to_date: half}
"""


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("before", {"D4": 1, "D5": 2, "D6": 3}),
        ("first", {"D0": 1, "D1": 1, "D2": 1, "D4": 5, "D5": 5, "D6": 5}),
        ("so_far", {"D0": 1, "D1": 3, "D2": 6, "D4": 5, "D5": 11, "D6": 18}),
    ],
)
def test_a_period_that_lies_in_several_takes_no_place(engine: Engine, metric: str, expected: Any) -> None:
    """D3 lies in both halves; D4 is the first of the second, whose name sorts before the other's."""
    from semantic.layer import Layer

    days = [(date(2024, 1, 1) + timedelta(n), n // 10) for n in range(70)]
    cal = tuple((d, f"D{n}", "H9" if (d - days[0][0]).days < 35 else "H10") for d, n in days)
    starts = [(d, n) for d, n in days if (d - days[0][0]).days % 10 == 0 for _ in range(n + 1)]
    orders = tuple((number, d) for number, (d, _) in enumerate(starts))
    tables = {
        "cal": Table((("day", "date"), ("decade", "text"), ("half", "text")), cal),
        "orders": Table((("id", "integer"), ("day", "date")), orders),
    }
    engine.load(tables)
    layer = Layer.from_text(semantic=CUT, sources=sources(tables))
    found = engine.rows(layer.sql([metric], by=["time.decade"], dialect=engine.dialect).text)
    assert dict(found) == expected


LARGE = """
name: shop
models:
  - {name: orders, source: orders, primary_key: id, time: day, dimensions: [size]}
  - {name: cal, source: cal, primary_key: day, periods: [decade]}
metrics:
  - {name: large, model: orders, sql: count(*), filter: size > 5}
  - {name: large_2d, metric: large, window: 2 decades}
  - {name: large_ever, metric: large, window: all}
  - {name: large_20, metric: large, window: 20 days}
"""


@pytest.mark.parametrize("metric", ["large_2d", "large_ever", "large_20"])
def test_the_last_period_is_that_of_the_rows_that_count(engine: Engine, metric: str) -> None:
    """Later rows that the filter of a metric leaves out make no further periods."""
    from semantic.layer import Layer

    days = [date(2024, 1, 1) + timedelta(n) for n in range(50)]
    orders = ((1, days[2], 9), (2, days[12], 7), (3, days[14], 1), (4, days[33], 2))
    tables = {
        "cal": Table(
            (("day", "date"), ("decade", "text")), tuple((d, f"D{n // 10}") for n, d in enumerate(days))
        ),
        "orders": Table((("id", "integer"), ("day", "date"), ("size", "integer")), orders),
    }
    engine.load(tables)
    layer = Layer.from_text(semantic=LARGE, sources=sources(tables))
    found = engine.rows(layer.sql([metric], by=["time.decade"], dialect=engine.dialect).text)
    assert dict(found) == {"D0": 1, "D1": 2}
