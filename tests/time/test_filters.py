# ruff: noqa: E501 - a table reads best with a row a line
"""A metric of some rows: the same as asking for it with that condition, whatever it is seen through."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from semantic.faults import SemanticError
from tests.engines import Engine
from tests.time.calendar import floor
from tests.time.world import PROJECT, Shop, World, check, some

#: Metrics of every kind, each seen along time, over entities, at a level, as a place, or as events.
METRICS = """\
  - {name: bought_again, conversion: {from: lines, to: visits, by: customer_id, within: 3 months, immature: count}}
  - {name: back_once, conversion: {from: visits, to: visits, by: customer_id, each: once, value: avg_days}}
  - {name: retained, retention: {cohort: customers, activity: visits, by: customer_id, period: quarter}}
  - {name: part, sql: purchase / customer_count}
  - {name: two_homes, sql: visit_amount / line_count}
  - {name: visit_amount, model: visits, sql: sum(amount)}
  - {name: latest, model: lines, sql: sum(quantity), not_additive_over: {time: last}}
  - {name: earliest_of_each, model: lines, sql: sum(quantity), not_additive_over: {time: first, per: customer_id}}
  - {name: daily, model: lines, sql: sum(quantity), not_additive_over: {time: average}}
  - {name: purchase_3m, metric: purchase, window: 3 months}
  - {name: customers_3m, metric: customer_count, window: 3 months}
  - {name: middle_3m, metric: middle, window: 3 months}
  - {name: purchase_ytd, metric: purchase, to_date: year}
  - {name: ever, metric: customer_count, window: all}
  - {name: before, metric: purchase, offset: 1 quarter}
  - {name: buyers_before, metric: buyers, offset: 1 quarter}
  - {name: opening, metric: line_count, offset: to start of year}
  - {name: in_2023, metric: purchase, base: 2023}
  - {name: buyers_6m, metric: buyers, window: 6 months}
  - {name: spend_6m, metric: middle_spend, window: 6 months}
  - {name: everybody, per: lines.customer_id, sql: count(*)}
  - {name: lines_of_each, per: lines.customer_id, sql: avg(line_count)}
  - {name: growing, per: lines.customer_id, having: purchase > 0, sql: sum(before)}
  - {name: share, metric: purchase, share_over: customers.region}
  - {name: whole, metric: spend, total_over: all}
  - {name: free, metric: purchase, ignoring: customers.region}
  - {name: place, metric: purchase, rank_over: customers.region}
  - {name: pareto, metric: line_count, cumulative_share_over: customers.region}
  - {name: growth, sql: purchase / before - 1}
"""
KNOWN = [
    line.split("name: ")[1].split(",")[0]
    for line in (PROJECT + METRICS).splitlines()
    if line[:9] == "  - {name"
]
FILTERS = [
    "customers.region = 'a'",
    "customers.region is null or customers.region = 'b'",
    "time.month_of_year < 9",
]
QUESTIONS: list[dict[str, Any]] = [
    {"by": ["time.quarter"]},
    {"by": ["customers.region", "time.quarter"], "where": "customers.region is not null"},
    {"by": ["customers.region"], "time": "2023-02..2023-11"},
]
SEEN = "\n".join(f"  - {{name: {name}_f{n}, metric: {name}, filter: {f!r}}}"
                 for name in KNOWN for n, f in enumerate(FILTERS))  # fmt: skip
#: What retentions need beside.
SINCE = "since.quarter"


def asked(name: str, question: dict[str, Any]) -> dict[str, Any]:
    return {**question, "by": [*question["by"], SINCE] if name == "retained" else question["by"]}


def restricted(question: dict[str, Any], condition: str) -> dict[str, Any]:
    where = [question["where"]] if "where" in question else []
    return {**question, "where": [*where, condition]}


def asked_or_refused(shop: Shop, name: str, question: dict[str, Any]) -> dict[Any, Any] | list[str]:
    """The answer, or the codes of the faults."""
    try:
        return shop.ask(name, **question)
    except SemanticError as error:
        return [fault.code for fault in error.faults]


def test_it_is_the_question_with_that_condition(engine: Engine) -> None:
    shop = Shop(engine, World.random(1), METRICS + SEEN)
    every = [(name, question) for question in QUESTIONS for name in KNOWN]
    cases = [(*each, number % len(FILTERS)) for number, each in enumerate(every)]
    compared = 0
    for name, plain, number in some(engine, cases, 1, times=4):
        question = asked(name, plain)
        expected = asked_or_refused(shop, name, restricted(question, FILTERS[number]))
        found = asked_or_refused(shop, f"{name}_f{number}", question)
        if "time." in FILTERS[number] and isinstance(expected, list) and "time" in expected:
            continue  # only of a metric's own condition it is plain that it means rows
        if isinstance(expected, list) or isinstance(found, list):
            assert found == expected, (name, question)
            continue
        compared += 1
        check(found, expected, f"{name} {question} {FILTERS[number]}")
    assert compared > (100 if engine.dialect == "duckdb" else 2)


SOME = """\
  - {name: of_a, metric: purchase, filter: "customers.region = 'a'"}
  - {name: own_of_a, model: lines, sql: sum(amount), filter: "customers.region = 'a'"}
  - {name: large_of_a, metric: of_a, filter: quantity > 1}
  - {name: of_a_before, metric: purchase, filter: "customers.region = 'a'", offset: 1 quarter}
  - {name: last_of_a, metric: latest, filter: "customers.region = 'a'"}
  - {name: everybody_of_a, metric: free, filter: "customers.region = 'a'"}
  - {name: a_freely, metric: of_a, ignoring: customers.region}
"""


def test_rows_that_are_counted_by_hand(engine: Engine) -> None:
    world = World.random(2)
    shop = Shop(engine, world, METRICS + SOME)
    large: dict[Any, Decimal] = defaultdict(Decimal)
    before: dict[Any, Decimal] = defaultdict(Decimal)
    for line in world.dated:
        if world.region(line.customer_id) == "a":
            quarter = floor(line.day, "quarter")
            before[
                (
                    quarter.replace(
                        year=quarter.year + quarter.month // 10, month=(quarter.month + 2) % 12 + 1
                    ),
                )
            ] += line.amount
            if line.quantity > 1:
                large[(quarter,)] += line.amount
    by = ["time.quarter"]
    check(shop.ask("large_of_a", by, where="time.day is not null"), large, "large_of_a")
    found = shop.ask("of_a_before", by)
    check({key: found[key] for key in found if found[key] is not None}, before, "of_a_before")


def test_it_reads_like_a_filter_of_its_own(duck: Engine) -> None:
    shop = Shop(duck, World.random(2), METRICS + SOME)
    texts = [shop.layer.sql([name], by="time.month").text for name in ("of_a", "own_of_a")]
    assert (
        texts[0].split("\n", 2)[2].replace("of_a", "own_of_a").replace("own_own", "own")
        == texts[1].split("\n", 2)[2]
    )
    assert shop.layer.sql(["purchase", "of_a"], by="time.month").text.count("FROM lines\n") == 1


def test_the_snapshot_is_one_of_the_rows_that_meet_it(engine: Engine) -> None:
    """Whatever else is asked beside: the last day with a line from region a, not the last day of all."""
    shop = Shop(engine, World.random(3), METRICS + SOME)
    alone = shop.ask("last_of_a", ["time.month"])
    sql = shop.layer.sql(["latest", "last_of_a"], by="time.month", dialect=engine.dialect).text
    beside = {(row[0],): row[2] for row in engine.rows(sql) if row[2] is not None}
    check(beside, alone, sql)


def test_what_is_ignored_and_what_is_not(duck: Engine) -> None:
    """A condition around a metric that ignores it is ignored; one inside it is part of what it ignores for."""
    shop = Shop(duck, World.random(2), METRICS + SOME)
    question: dict[str, Any] = {"by": ["time.quarter"], "where": "customers.region = 'b'"}
    check(shop.ask("everybody_of_a", ["time.quarter"]), shop.ask("purchase", ["time.quarter"]), "around")
    found = shop.ask("a_freely", **question)
    check(found, shop.ask("of_a", ["time.quarter"]), "inside")
