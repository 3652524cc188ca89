"""What is listed, shown, completed and checked of metrics over time, over entities and of cohorts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Semantic
from tests.cli.test_completion import completed

PROJECT = """
models:
  - name: days                          # one row a customer and day
    query:
      {from: orders, metrics: {amount: sum(total)}, by: [customer_id, ordered_at.day as day],
       having: amount > 0}
    time: day
    joins: [{to: customers, on: customer_id}]
  - name: scores
    query: {of: customers, metrics: {spent: sum(days.amount)}, window: {last: 12 months, until: 2024-12-31}}
    dimensions:
      - {name: band, bands: {sql: spent, cuts: [1, 100], labels: [none, some, much]}}
      - {name: age, sql: "case when ntile(2) over (order by spent, customer_id) = 1 then 'a' else 'b' end"}
      - {name: segment, rules: {by: [band, age], table: {much: {a: star, "*": big}}, otherwise: rest}}
    joins: [{to: customers, on: customer_id}]
  - name: stays
    table: stays
    columns: {id: integer, since: date, till: date}
    primary_key: id
    valid: [since, till]
  - name: retail
    table: retail
    columns: {day: date, retail_week: date, retail_year: integer}
    primary_key: day
    periods: [retail_week, retail_year]
metrics:
  - {name: sales_3m, metric: sales, window: 3 months, unit: KRW, label: Sales of a quarter}
  - {name: sales_ever, metric: sales, window: all}
  - {name: sales_ytd, metric: sales, to_date: fiscal_year}
  - {name: sales_ly, metric: sales, offset: 1 year}
  - {name: sales_next, metric: sales_3m, offset: -2 weeks}
  - {name: growth, sql: sales / sales_ly - 1}
  - {name: sales_4w, metric: sales, window: 4 retail_weeks, offset: 52 retail_weeks}
  - {name: share, metric: sales, share_over: customers.region}
  - {name: overall, metric: buyers, total_over: [customers.region, orders.channel]}
  - {name: place, metric: sales, rank_over: customers.region}
  - {name: pareto, metric: sales, cumulative_share_over: customers.region}
  - {name: unfiltered, metric: sales, ignoring: customers.region}
  - {name: spenders, per: orders.customer_id, having: sales > 100, sql: count(*)}
  - {name: spenders_12m, metric: spenders, window: 12 months}
  - {name: latest, model: days, sql: sum(amount), not_additive_over: {time: last, per: customer_id}}
  - {name: staying, model: stays, sql: count(*), at: period_end}
  - name: converted
    conversion: {from: customers, to: orders, by: customer_id, within: 3 months, start: inclusive, each: once}
  - {name: waited, conversion: {from: customers, to: orders, by: customer_id, value: median_days}}
  - {name: returned, retention: {cohort: customers, activity: days, by: customer_id, period: month}}
  - name: returned_count
    retention:
      {cohort: customers, activity: days, by: customer_id, period: month, value: count, window: rolling}
  - {name: sales_opening, metric: sales, offset: to start of quarter}
  - {name: sales_base, metric: sales, base: 2024-01}
"""
KINDS = {
    "sales_3m": "window", "sales_ever": "window", "sales_ytd": "window", "sales_ly": "offset",
    "sales_next": "offset",
    "sales_4w": "window", "growth": "ratio", "share": "share", "overall": "total", "place": "rank",
    "pareto": "cumulative share",
    "unfiltered": "unfiltered", "spenders": "entity", "spenders_12m": "window", "latest": "snapshot",
    "staying": "moment", "converted": "conversion", "waited": "conversion", "returned": "retention",
    "returned_count": "retention", "sales_opening": "offset", "sales_base": "index",
}  # fmt: skip
MEANINGS = {
    "sales": "",
    "sales_3m": "trailing 3 months of sales",
    "sales_ever": "sales of all time so far",
    "sales_ytd": "fiscal year to date of sales",
    "sales_ly": "sales, 1 year before",
    "sales_next": "sales_3m, 2 weeks after",
    "sales_4w": "trailing 4 retail_weeks of sales, 52 retail_weeks before",
    "share": "share of sales in that of all customers.region together",
    "overall": "buyers of all customers.region and orders.channel together",
    "place": "place by sales among all customers.region, the largest first",
    "pareto": "share of sales up to this place, the largest of all customers.region first",
    "unfiltered": "sales, whatever is asked of customers.region",
    "spenders": "count(*) over each orders.customer_id with sales > 100",
    "latest": "sum(amount) of the last snapshot of each customer_id in each period",
    "staying": "count(*) of rows that hold at the end of each period",
    "converted": "share of customers that are followed by orders of the same customer_id, within 3 months, "
    "at the same time too, each of orders once, no value while any can still convert",
    "waited": "median days from customers to the next orders of the same customer_id",
    "returned": "share of customers, by month, that have days of the same customer_id some months later",
    "returned_count": "number of customers, by month, that have days of the same customer_id some months "
    "later, counted from each one's own entry",
    "sales_opening": "sales, at the start of the quarter",
    "sales_base": "sales of 2024-01, beside every period",
}
PERIOD, AGE = ["time"], ["since.month"]
NEEDS = {
    "sales": [], "sales_3m": PERIOD, "sales_ever": [], "sales_ly": PERIOD, "growth": PERIOD, "share": [],
    "spenders": [],
    "sales_4w": ["time.retail_week"], "spenders_12m": PERIOD, "staying": PERIOD,
    "converted": [], "returned": AGE,
}  # fmt: skip


@pytest.fixture
def timely(shop: Path, semantic: Semantic) -> Semantic:
    """The starter project with a metric of each kind."""
    (shop / "time.yml").write_text(PROJECT)
    return semantic


def records(semantic: Semantic, *words: str) -> dict[str, dict[str, object]]:
    found = json.loads(semantic(*words, "--format", "json").stdout)
    return {record.get("name", record.get("path")): record for record in found}


def test_every_kind_is_listed_with_its_meaning(timely: Semantic) -> None:
    listed = records(timely, "list", "metrics")
    assert {name: listed[name]["kind"] for name in KINDS} == KINDS
    assert {name: listed[name]["meaning"] for name in MEANINGS} == MEANINGS
    assert {name: listed[name]["needs"] for name in NEEDS} == NEEDS
    assert listed["converted"]["models"] == ["customers", "orders"]
    assert listed["returned"]["models"] == ["customers", "days"]
    assert listed["spenders"]["models"] == ["orders"]


def test_models_made_from_a_question(timely: Semantic) -> None:
    lines = {line.split("  ")[0]: line.split() for line in timely("list", "models").stdout.splitlines()[2:]}
    assert lines["days"] == ["days", "grouped", "orders", "customer_id,", "day", "day", "customers"]
    assert lines["scores"][:5] == ["scores", "one", "for", "each", "of"]
    assert lines["stays"][-2:] == ["since,", "till"]
    assert "@" not in timely("list", "models").stdout  # the way to a cohort is no join of a person's


def test_dimensions_of_every_metric_can_be_asked(timely: Semantic) -> None:
    for name in KINDS:
        (record,) = json.loads(timely("show", "metric", name, "--format", "json").stdout)
        more = [
            word for path in record["needs"] for word in ("--by", "time.month" if path == "time" else path)
        ]
        for path in records(timely, "list", "dimensions", name):
            result = timely("sql", name, "--by", path, *more)
            assert result.exit_code == 0, (name, path, result.output)


def test_a_model_is_shown_as_it_is_written(timely: Semantic) -> None:
    assert timely("show", "spec", "scores").stdout.splitlines() == [
        "model scores  time.yml:9:5",
        "├─ query",
        "│  ├─ of: customers",
        "│  ├─ metrics",
        "│  │  └─ spent: sum(days.amount)",
        "│  └─ window",
        "│     ├─ last: 12 months",
        "│     └─ until: 2024-12-31",
        "├─ dimensions",
        "│  ├─ band",
        "│  │  └─ bands",
        "│  │     ├─ sql: spent",
        "│  │     ├─ cuts: 1, 100",
        "│  │     └─ labels: none, some, much",
        "│  ├─ age: case when ntile(2) over (order by spent, customer_id) = 1 then 'a' else 'b' end",
        "│  └─ segment",
        "│     └─ rules by band and age",
        "│        ├─ much, a: star",
        "│        ├─ much, *: big",
        "│        └─ otherwise: rest",
        "└─ joins",
        "   └─ customers",
        "      ├─ to: customers",
        "      ├─ as: customers",
        "      └─ on: customer_id",
    ]


def test_a_conversion_is_shown_as_it_is_written(timely: Semantic) -> None:
    assert timely("show", "spec", "converted").stdout.splitlines()[1:] == [
        "└─ conversion",
        "   ├─ from: customers",
        "   ├─ to: orders",
        "   ├─ by: customer_id",
        "   ├─ within: 3 months",
        "   ├─ start: inclusive",
        "   ├─ each: once",
        "   ├─ immature: null",
        "   ├─ counted: base",
        "   ├─ nobody: skip",
        "   └─ value: rate",
    ]


def test_a_window_is_shown_in_words(timely: Semantic) -> None:
    assert timely("show", "metric", "spenders_12m").stdout.splitlines()[1:] == [
        "├─ kind: window",
        "├─ means: trailing 12 months of spenders",
        "├─ needs: a period of 'time' in 'by', or a range with an end",
        "├─ additivity: non-additive",
        "├─ type: integer",
        "└─ leaves",
        "   └─ spenders_12m: integer = count_rows() over orders (non-additive)",
        "      ├─ seen through window 12 months",
        "      └─ each orders.customer_id",
        "         ├─ having sales > 100",
        "         └─ sales: integer = sum(total)",
        "            └─ time ordered_at (timestamp)",
    ]


@pytest.mark.parametrize("name", KINDS)
def test_every_stage_of_every_kind_is_shown(timely: Semantic, name: str) -> None:
    by = {"returned": "since.month", "returned_count": "since.month", "sales_4w": "time.retail_week"}.get(
        name
    )
    by = by or "time.month"
    assert timely("show", "spec", name).stdout.startswith(f"metric {name}  time.yml:")
    for stage in ("bound", "plan", "sql"):
        result = timely("show", stage, name, "--by", by)
        assert result.exit_code == 0, result.output
        assert " object at 0x" not in result.stdout
        assert "Span(" not in result.stdout


def test_check_asks_each_metric_by_what_it_needs(timely: Semantic) -> None:
    result = timely("check")
    assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("timely")
def test_words() -> None:
    assert completed("sql", "sales_") == [
        "sales_per_new_customer", "sales_3m", "sales_ever", "sales_ytd", "sales_ly", "sales_next",
        "sales_4w", "sales_opening", "sales_base",
    ]  # fmt: skip
    assert completed("sql", "returned", "--by", "since") == ["since.month"]
    assert completed("sql", "sales", "--by", "since") == []
    assert completed("sql", "sales_4w", "--by", "time.r") == ["time.retail_week", "time.retail_year"]
    assert completed("show", "spec", "scores.b") == ["scores.band"]
    assert "scores.segment" in completed("sql", "sales", "--by", "scores.")
