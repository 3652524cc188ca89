"""Everything combines with everything that makes sense: odd questions against SQL by hand, and refusals.

``combinations.yml`` has them. The SQL by hand looks at every row for every period, on DuckDB, over ``l``
(lines with their day and region), ``v`` (visits) and ``months``; ``nxt(m)`` is the month after, ``bk(m, n)``
n months back.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.engines.sql import SqlEngine
from tests.shop import sources
from tests.time.test_calendars import CALENDAR, DAYS
from tests.time.world import PROJECT, World

MODELS = """
  - name: grades
    source: grades
    primary_key: [customer_id, valid_from]
    valid: [valid_from, valid_to]
    time: valid_from
    dimensions: [grade]
    joins: [{to: customers, on: customer_id}]
  - name: balances
    query: {from: lines, metrics: {spent: sum(amount)}, by: [customer_id, ordered_on.month as month]}
    time: month
    dimensions: [{name: points, sql: "sum(spent) over (partition by customer_id order by month)"}]
    joins: [{to: customers, on: customer_id}]
  - name: pieces
    query: {from: lines, metrics: {n: count(*)}, by: [customer_id, quantity, ordered_on.month as month]}
    time: month
    dimensions: [quantity]
  - name: firsts
    query: {from: visits, metrics: {first_on: min(ordered_on)}, by: customer_id}
    time: first_on
    joins: [{to: customers, on: customer_id}]
metrics:"""
SHOP = PROJECT.replace("\nmetrics:", CALENDAR + MODELS.lstrip("\n")).replace(
    "dimensions: [{name: ordered_on,", "dimensions: [quantity, {name: ordered_on,"
)
GRADES = Table(
    (("customer_id", "integer"), ("grade", "text"), ("valid_from", "date"), ("valid_to", "date")),
    (
        (1, "s", date(2023, 1, 31), date(2023, 3, 1)),
        (1, "g", date(2023, 3, 1), None),
        (2, "s", date(2023, 2, 28), date(2023, 2, 28)),
        (3, "g", date(2022, 12, 31), date(2024, 2, 29)),
        (4, "s", date(2023, 6, 15), date(2023, 6, 30)),
        (5, "g", date(2024, 2, 29), date(2024, 3, 31)),
        (6, "s", date(2023, 5, 1), None),
    ),
)
RETAIL = Table(
    (
        ("day", "date"),
        ("retail_month", "text"),
        ("retail_year", "integer"),
        ("business_day", "date"),
        ("holiday", "text"),
    ),
    tuple((each.day, each.retail_month, each.retail_year, each.business_day, each.holiday) for each in DAYS),
)
TABLES = {**World.random(11).tables(), "grades": GRADES, "retail": RETAIL}
MACROS = (
    "CREATE OR REPLACE TEMP MACRO nxt(m) AS CAST(m + INTERVAL 1 MONTH AS DATE)",
    "CREATE OR REPLACE TEMP MACRO bk(m, n) AS CAST(m - to_months(n) AS DATE)",
)
GIVEN = """
WITH l AS (
  SELECT lines.*, CAST(ordered_at AS DATE) AS d, region FROM lines LEFT JOIN customers USING (customer_id)
), v AS (
  SELECT customer_id, d, SUM(amount) AS amount, ANY_VALUE(region) AS region FROM l
  GROUP BY 1, 2 HAVING SUM(amount) > 0
), months AS (
  SELECT CAST(UNNEST(GENERATE_SERIES(DATE '2022-10-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS m
)
"""
CASES = yaml.safe_load(Path(__file__).with_name("combinations.yml").read_text())
ANSWERED = [each for each in CASES if "sql" in each]
REFUSED = [each for each in CASES if "told" in each]


def layer(case: dict[str, Any]) -> Layer:
    """The shop with the metrics of a case."""
    metrics = {"metrics": case["metrics"]} if "metrics" in case else {}
    return Layer.from_text(semantic=SHOP, m=yaml.safe_dump(metrics), sources=sources(TABLES))


def alike(rows: list[tuple[Any, ...]], keys: int) -> list[tuple[Any, ...]]:
    """Rows in the order of their groups, with numbers that may differ in their last digits."""
    ordered = sorted(rows, key=lambda row: [(value is None, str(value)) for value in row[:keys]])
    return [
        tuple(round(float(v), 9) if isinstance(v, int | float | Decimal) else v for v in row)
        for row in ordered
    ]


@pytest.fixture(scope="module")
def by_hand(duck: SqlEngine) -> dict[str, list[tuple[Any, ...]]]:
    """What the SQL by hand gives."""
    duck.load(TABLES)
    for macro in MACROS:
        duck.run(macro)
    return {case["name"]: duck.rows(f"{GIVEN} FROM (\n{case['sql']})") for case in ANSWERED}


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: str(case["name"]))
def test_rows(
    duck: Engine, postgres: Engine, by_hand: dict[str, list[tuple[Any, ...]]], case: dict[str, Any]
) -> None:
    asked, keys = case["ask"], len(case["ask"].get("by", ()))
    expected = alike(by_hand[case["name"]], keys)
    for engine in (duck, postgres):
        engine.load(TABLES)
        found = engine.rows(layer(case).sql(**asked, dialect=engine.dialect).text)
        assert alike(found, keys) == expected, engine.dialect


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case["name"]))
def test_refusals(case: dict[str, Any]) -> None:
    with pytest.raises(SemanticError) as caught:
        layer(case).sql(**case["ask"], dialect="duckdb")
    assert case["told"] in str(caught.value)
