"""No session setting matters: the same statement gives the same rows under every one of them.

That zones do not matter is asked of every other promise as well: `Shop` runs each statement in several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from semantic.rooms import room
from tests.engines import Engine
from tests.promises.conftest import PROJECT, TABLES
from tests.sessions import ASKING, SETTINGS, changed, home
from tests.shop import Shop, same

SESSIONS = (("UTC", 1), ("Asia/Tokyo", 7), ("America/New_York", 6), ("Pacific/Kiritimati", 7))
MORE = """
  - {name: average, model: orders, sql: avg(total)}
  - {name: half, model: lines, sql: sum(quantity / 2)}
  - {name: thirds, model: lines, sql: sum(quantity // 3)}
  - {name: nothing, model: orders, sql: sum(total) / (count(*) - count(*))}
  - {name: names, model: orders, sql: "string_agg(distinct customers.customer, '+')"}
  - {name: late, model: orders, sql: count(*), filter: "ordered_on > date '2024-01-31' + interval 1 day"}
  - {name: odd, model: orders, sql: count(*), filter: "status <> 'a\\\\b'"}
  - {name: digits, model: orders, sql: count(*), filter: "regexp_matches(status, '^\\\\w+$')"}
  - {name: middle, model: orders, sql: median(total)}
  - {name: clicks, model: clicks, sql: count(*)}
  - {name: first_click, model: clicks, sql: "min(cast(clicked_at as text))"}
  - {name: by_clock, model: clicks, sql: count(*), time: noted_at}
"""
CLICKS = """
  - name: clicks
    source: clicks
    primary_key: click_id
    time: clicked_at
    dimensions:
      - {name: said_on, sql: "strftime(clicked_at, '%Y-%m-%d')"}
      - {name: said_at, sql: cast(noted_at as text)}
      - {name: local_day, sql: local_date(clicked_at)}
      - {name: weekday, sql: "strftime(noted_at, '%A')"}
      - {name: read_on, type: date, sql: cast(written as date)}
      - {name: text_of_day, sql: "'on ' || local_date(clicked_at)"}
      - clicked_at
      - noted_at
    joins: [{to: customers, on: customer_id}]
"""
#: Around midnight in Seoul, at the turn of a year, on a Sunday, and on a 29 February.
CLICK_ROWS = """
    click_id integer | customer_id integer | clicked_at timestamptz | noted_at timestamp  | written text
    1                | 1                   | 2023-12-31 14:59:59+00 | 2023-12-31 23:59:59 | 2023-12-31
    2                | 1                   | 2023-12-31 15:00:00+00 | 2024-01-01 00:00:00 | 2024-01-01
    3                | 2                   | 2024-01-07 15:30:00+00 | 2024-01-07 12:00:00 | 2024-01-07
    4                |                     | 2024-02-29 01:00:00+00 | 2024-02-29 10:00:00 | 2024-02-29
    5                | 2                   |                        |                     |
    """
QUESTIONS: dict[str, dict[str, Any]] = {
    "week": {"metrics": ["revenue", "visits"], "by": ["time.week", "customers.region"], "fill": True},
    "order and limit": {
        "metrics": ["average", "half", "names", "late"],
        "by": ["orders.status"],
        "order": "-average",
        "limit": 2,
    },
    "division": {"metrics": ["half", "thirds", "nothing", "conversion", "middle"]},
    "parts": {
        "metrics": ["odd", "digits"],
        "by": ["orders.ordered_on.fiscal_quarter", "orders.ordered_on.day_of_week"],
    },
    "null": {"metrics": ["revenue"], "where": "orders.status = null or orders.total > 60"},
    "nulls": {
        "metrics": ["revenue"],
        "where": "orders.total + null > 1 or not (orders.status <> null) or orders.status like null"
        " or -null = 1 or null || 'x' = 'x' or orders.status in (null, 'open') or orders.total > 60",
    },
    "many sides": {"metrics": ["revenue"], "where": "lines.quantity > 1", "by": ["payments.method"]},
    "letters": {"metrics": ["revenue"], "where": "orders.status in ('PAID', 'Open')"},
    "condition": {"metrics": ["revenue"], "where": r"orders.status <> 'a\' and orders.status <> 'b''\'"},
    "local days": {"metrics": ["clicks"], "by": ["time.day"], "fill": True, "time": "2023-12-31..2024-01-08"},
    "local hours": {"metrics": ["clicks"], "by": ["clicks.clicked_at.hour"]},
    "local parts": {"metrics": ["clicks"], "by": ["clicks.clicked_at.day_of_week", "time.week_of_year"]},
    "text": {
        "metrics": ["clicks", "first_click"],
        "by": ["clicks.said_on", "clicks.said_at", "clicks.weekday", "clicks.read_on", "clicks.text_of_day"],
    },
    "instants": {"metrics": ["clicks"], "where": "clicks.clicked_at >= timestamp '2024-01-01 00:00:00'"},
    "offsets": {"metrics": ["clicks"], "where": "clicks.clicked_at >= '2024-01-01 00:00:00.5+09'"},
    "clocks": {"metrics": ["by_clock"], "time": "2024-01", "by": ["time.week"], "fill": True},
    "clock filters": {"metrics": ["clicks"], "where": "clicks.noted_at < '2024-1-7 12:00:00.5'"},
    "day filters": {"metrics": ["clicks"], "where": "clicks.local_day between '2024-1-1' and current_date"},
    "two facts": {"metrics": ["clicks", "by_clock", "orders"], "by": ["time.month"], "fill": True},
    "members": {
        "metrics": ["clicks"],
        "by": ["customers.region", "time.month"],
        "members": True,
        "fill": True,
    },
}


@pytest.fixture
def asked(engine: Engine) -> Iterator[Shop]:
    """The store with its clicks; the session is as it was afterwards."""
    project = PROJECT.replace(
        "\nmetrics:", f"{CLICKS.rstrip()}\ncalendar: {{timezone: Asia/Seoul}}\nmetrics:"
    )
    yield Shop(engine, project + MORE, **TABLES, clicks=CLICK_ROWS)
    home(engine)


def answers(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every question."""
    return {name: shop.ask(*words["metrics"], **_rest(words)) for name, words in QUESTIONS.items()}


def _rest(words: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in words.items() if key != "metrics"}


def differing(shop: Shop, before: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """The questions whose rows are others now."""
    return [name for name, rows in answers(shop).items() if not same(rows, before[name])]


def test_zones_and_first_days_of_the_week(asked: Shop) -> None:
    before = answers(asked)
    assert all(before.values())
    for zone, first in SESSIONS:
        asked.engine.session(zone, first)
        assert differing(asked, before) == [], zone


def test_the_rows_are_those_of_the_calendar(asked: Shop) -> None:
    # by arithmetic: Seoul is nine hours ahead, so click 1 is of 31 December, 2 of 1 January, 3 of the 8th
    found = answers(asked)
    assert [row[1] for row in found["local days"]] == [1, 1, 0, 0, 0, 0, 0, 0, 1]
    assert [str(row[0]) for row in found["text"]] == [
        *("2023-12-31", "2024-01-01", "2024-01-08", "2024-02-29", "None"),
    ]
    assert [row[2] for row in found["text"]] == ["Sunday", "Monday", "Sunday", "Thursday", None]
    assert [row[4] for row in found["text"]][:2] == ["on 2023-12-31", "on 2024-01-01"]
    assert [found[name] for name in ("null", "nulls")] == [[(170,)], [(220,)]]
    assert [found[name] for name in ("instants", "offsets", "clock filters", "day filters")] == [
        *([(3,)], [(2,)], [(3,)], [(3,)]),
    ]


def settings() -> list[Any]:
    return [
        pytest.param(dialect, name, id=f"{dialect}-{name}")
        for dialect, each in SETTINGS.items()
        for name in each
    ]


@pytest.mark.parametrize(("engine", "name"), settings(), indirect=["engine"])
def test_no_setting_matters(asked: Shop, name: str) -> None:
    before = answers(asked)
    changed(asked.engine, f"SET {name} = '{SETTINGS[asked.engine.dialect][name]}'")
    assert differing(asked, before) == []


@pytest.mark.parametrize("engine", ["duckdb", "postgres"], indirect=True)
def test_nor_do_all_of_them_together(asked: Shop) -> None:
    before = answers(asked)
    for name, value in SETTINGS[asked.engine.dialect].items():
        if name not in ("Calendar", "default_collation"):  # see marks
            changed(asked.engine, f"SET {name} = '{value}'")
    asked.engine.session("Pacific/Kiritimati", 7)
    assert differing(asked, before) == []


INSTANT = {
    "duckdb": "SELECT CAST(CAST('2024-01-01 00:00:00+00:00' AS TIMESTAMPTZ) AS DATE)",
    "postgres": "SELECT CAST(CAST('2024-01-01 00:00:00+00:00' AS TIMESTAMPTZ) AS DATE)",
    "bigquery": "SELECT DATE(TIMESTAMP '2024-01-01 00:00:00+00:00')",
    "snowflake": "SELECT CAST(CURRENT_TIMESTAMP() AS TIMESTAMP_NTZ)",
}


def test_a_statement_may_depend_on_the_zone(asked: Shop) -> None:
    """The zones are real: what asks the session gets different answers."""
    found = []
    for zone in ("Asia/Tokyo", "America/New_York"):
        asked.engine.session(zone, 1)
        [(moment,)] = asked.engine.rows(INSTANT[asked.engine.dialect])
        found.append(str(moment)[:13])
    assert found[0] > found[1]


@pytest.mark.parametrize("parameter", ASKING)
def test_nothing_asks_a_session_of_snowflake(parameter: str) -> None:
    """The emulator has no such parameters; this reads the text of every function of the dialect."""
    text = (room("dialects") / "snowflake" / "dialect.yaml").read_text("utf-8")
    templates = yaml.safe_load(text)["functions"].values()
    texts = [
        text for answer in templates for text in ([answer] if isinstance(answer, str) else answer.values())
    ]
    assert [text for text in texts if re.search(ASKING[parameter], text, re.I)] == []


@pytest.mark.parametrize("engine", ["snowflake"], indirect=True)
def test_no_statement_asks_a_session_of_snowflake(asked: Shop) -> None:
    for words in QUESTIONS.values():
        sql = asked.sql(*words["metrics"], **_rest(words)).split("\n", 2)[2]
        assert [p for p, pattern in ASKING.items() if re.search(pattern, sql)] == [], sql
