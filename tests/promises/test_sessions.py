"""No session setting matters: the same statement gives the same rows under every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines import Engine
from tests.promises.conftest import Open
from tests.shop import Shop

SETTINGS = {
    "duckdb": [
        ("TimeZone", "Pacific/Kiritimati"),
        ("Calendar", "japanese"),
        ("default_null_order", "NULLS FIRST"),
        ("default_order", "DESC"),
        ("integer_division", "true"),
        ("ieee_floating_point_ops", "false"),
        ("preserve_insertion_order", "false"),
        ("threads", "4"),
    ],
    "postgres": [
        ("TimeZone", "Pacific/Kiritimati"),
        ("DateStyle", "German, DMY"),
        ("IntervalStyle", "sql_standard"),
        ("transform_null_equals", "on"),
        ("enable_hashagg", "off"),
        ("enable_hashjoin", "off"),
        ("escape_string_warning", "on"),
        ("default_statistics_target", "1"),
    ],
}
METRICS = """
  - {name: average, model: orders, sql: avg(total)}
  - {name: half, model: lines, sql: sum(quantity / 2)}
  - {name: names, model: orders, sql: "string_agg(distinct customers.customer, '+')"}
  - {name: late, model: orders, sql: count(*), filter: "ordered_on > date '2024-01-31' + interval 1 day"}
  - {name: odd, model: orders, sql: count(*), filter: "status <> 'a\\\\b'"}
"""
QUESTIONS: list[dict[str, Any]] = [
    {"metrics": ["revenue", "visits", "conversion"], "by": ["time.week", "customers.region"], "fill": True},
    {
        "metrics": ["average", "half", "names", "late"],
        "by": ["orders.status"],
        "order": "-average",
        "limit": 2,
    },
    {"metrics": ["odd"], "by": ["orders.ordered_on.fiscal_quarter", "orders.ordered_on.day_of_week"]},
    {
        "metrics": ["revenue"],
        "where": "orders.status = null or lines.quantity > 1",
        "by": ["payments.method"],
    },
]


@pytest.fixture
def restored(engine: Engine) -> Iterator[None]:
    """The session as it was."""
    [(zone,)] = engine.rows("SELECT CURRENT_SETTING('TimeZone')")
    yield
    for name, _ in SETTINGS[engine.dialect]:
        engine.run(f"RESET {name}")
    engine.run(f"SET TimeZone = '{zone}'")
    if engine.dialect == "duckdb":
        engine.run("SET threads = 1")


def _answers(shop: Shop) -> list[list[tuple[Any, ...]]]:
    return [shop.ask(*question["metrics"], **_rest(question)) for question in QUESTIONS]


def _rest(question: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in question.items() if key != "metrics"}


@pytest.mark.usefixtures("restored")
def test_no_session_setting_matters(store: Open, engine: Engine) -> None:
    shop = store(METRICS)
    before = _answers(shop)
    for name, value in SETTINGS[engine.dialect]:
        engine.run(f"SET {name} = '{value}'")
        assert _answers(shop) == before, name
