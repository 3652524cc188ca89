"""Days, zones, weeks, fiscal periods: written out and shifted once; `Shop` asks in several zones."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.promises.conftest import Open

EVENTS = """
name: events
calendar: {timezone: Asia/Seoul}
models:
  - name: events
    source: events
    primary_key: id
    time: moment
    dimensions: [day, clock, moment, {name: local_day, sql: "local_date(moment)"}]
metrics:
  - {name: events, model: events, sql: count(*)}
  - {name: by_day, model: events, sql: count(*), time: day}
  - {name: by_clock, model: events, sql: count(*), time: clock}
"""

# The same moments three times: a date, a wall clock, an instant. Seoul is nine hours ahead of UTC.
MOMENTS = """
    id integer | day date   | clock timestamp     | moment timestamptz
    1          | 2024-01-01 | 2024-01-01 00:00:00 | 2023-12-31 15:00:00+00
    2          | 2024-01-31 | 2024-01-31 23:59:59 | 2024-01-31 23:59:59+09
    3          | 2024-02-01 | 2024-02-01 00:00:00 | 2024-01-31 10:00:00-05
    4          |            |                     |
    """


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _clock(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_dates_are_never_shifted(shop: Open) -> None:
    asked = shop(EVENTS, events=MOMENTS)
    months = [(_day("2024-01-01"), 2), (_day("2024-02-01"), 1), (None, 1)]
    asked.check("events", by=["events.day.month"], rows=months)
    asked.check("by_day", by=["time.month"], rows=months)
    asked.check("by_day", time="2024-01", rows=[(2,)])
    asked.check("by_day", time="2024-02-01", rows=[(1,)])


def test_wall_clocks_are_never_shifted(shop: Open) -> None:
    asked = shop(EVENTS, events=MOMENTS)
    asked.check("by_clock", time="2024-01", rows=[(2,)])
    hours = [(_clock("2024-01-01 00:00"), 1), (_clock("2024-01-31 23:00"), 1)]
    asked.check("by_clock", by=["time.hour"], time="2024-01", rows=hours)


def test_instants_become_local_days_once(shop: Open) -> None:
    asked = shop(EVENTS, events=MOMENTS)
    days = [(_day("2024-01-01"), 1), (_day("2024-01-31"), 1), (_day("2024-02-01"), 1), (None, 1)]
    asked.check("events", by=["time.day"], rows=days)
    asked.check("events", by=["events.local_day"], rows=days)
    asked.check(
        "events", by=["events.moment.hour"], time="2024-01-31", rows=[(_clock("2024-01-31 23:00"), 1)]
    )
    asked.check("events", time="2024-01", rows=[(2,)])
    asked.check("events", time="2024-02", rows=[(1,)])
    asked.check("events", time=[_clock("2024-01-01 00:00"), _clock("2024-01-31 23:59:59")], rows=[(1,)])


def test_null_days_are_last_either_way(shop: Open) -> None:
    asked = shop(EVENTS, events=MOMENTS)
    days = [_day("2024-01-01"), _day("2024-01-31"), _day("2024-02-01"), None]
    assert [row[0] for row in asked.ask("events", by=["events.day"])] == days
    falling = asked.ask("events", by=["events.day"], order="-events.day")
    assert [row[0] for row in falling] == [*reversed(days[:3]), None]


def test_dates_of_instants_in_filters(shop: Open) -> None:
    asked = shop(EVENTS, events=MOMENTS)
    asked.check("events", where="events.local_day = date '2024-02-01'", rows=[(1,)])
    asked.check("events", where="events.moment >= timestamp '2024-02-01 00:00:00'", rows=[(1,)])


@pytest.mark.parametrize(
    ("instant", "hour"),
    [
        ("2024-03-10 06:59:59+00", "2024-03-10 01:00"),
        ("2024-03-10 07:00:00+00", "2024-03-10 03:00"),
        ("2024-11-03 05:30:00+00", "2024-11-03 01:00"),
        ("2024-11-03 06:30:00+00", "2024-11-03 01:00"),
    ],
)
def test_instants_at_a_change_of_clocks(shop: Open, instant: str, hour: str) -> None:
    project = EVENTS.replace("Asia/Seoul", "America/New_York")
    rows = f"id integer | day date | clock timestamp | moment timestamptz\n1 | | | {instant}"
    shop(project, events=rows).check("events", by=["time.hour"], rows=[(_clock(hour), 1)])


def test_days_at_a_change_of_clocks_are_whole(shop: Open) -> None:
    project = EVENTS.replace("Asia/Seoul", "America/New_York")
    # 10 March 2024 has 23 hours in New York: from 05:00 to 04:00 UTC
    rows = """
        id integer | day date | clock timestamp | moment timestamptz
        1          |         |                 | 2024-03-10 04:59:59+00
        2          |         |                 | 2024-03-10 05:00:00+00
        3          |         |                 | 2024-03-11 03:59:59+00
        4          |         |                 | 2024-03-11 04:00:00+00
        """
    asked = shop(project, events=rows)
    asked.check("events", time="2024-03-10", rows=[(2,)])
    days = [(_day("2024-03-09"), 1), (_day("2024-03-10"), 2), (_day("2024-03-11"), 1)]
    asked.check("events", by=["time.day"], rows=days)


GRAINS = [
    ("second", "2024-05-17 13:45:59"),
    ("minute", "2024-05-17 13:45:00"),
    ("hour", "2024-05-17 13:00:00"),
    ("day", "2024-05-17"),
    ("week", "2024-05-13"),
    ("iso_week", "2024-05-13"),
    ("month", "2024-05-01"),
    ("quarter", "2024-04-01"),
    ("year", "2024-01-01"),
    ("fiscal_quarter", "2024-04-01"),
    ("fiscal_year", "2024-01-01"),
]


@pytest.mark.parametrize(("grain", "start"), GRAINS)
def test_grains_of_dates_clocks_and_instants(shop: Open, grain: str, start: str) -> None:
    rows = """
        id integer | day date   | clock timestamp            | moment timestamptz
        1          | 2024-05-17 | 2024-05-17 13:45:59.999999 | 2024-05-17 04:45:59.999999+00
        """
    asked = shop(EVENTS, events=rows)
    period = _day(start) if len(start) == 10 else _clock(start)
    columns = ["clock", "moment"] if grain in ("second", "minute", "hour") else ["day", "clock", "moment"]
    for column in columns:
        asked.check("events", by=[f"events.{column}.{grain}"], rows=[(period, 1)])


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("day_of_week", (7, 1, 1, 5)),
        ("day_of_month", (31, 1, 30, 1)),
        ("day_of_year", (366, 1, 365, 1)),
        ("week_of_year", (52, 1, 1, 53)),
        ("iso_year", (2000, 2001, 2025, 2020)),
        ("month_of_year", (12, 1, 12, 1)),
        ("quarter_of_year", (4, 1, 4, 1)),
        ("year_of", (2000, 2001, 2024, 2021)),
        ("fiscal_year_of", (2001, 2001, 2025, 2021)),
        ("fiscal_quarter_of_year", (3, 4, 3, 4)),
    ],
)
def test_parts_at_the_turn_of_the_year(shop: Open, part: str, values: tuple[int, ...]) -> None:
    # 31 December 2000 was a Sunday in week 52 of 2000; 30 December 2024 is a Monday of week 1 of 2025
    days = ("2000-12-31", "2001-01-01", "2024-12-30", "2021-01-01")
    project = EVENTS.replace("timezone: Asia/Seoul", "timezone: Asia/Seoul, fiscal_year_start: april")
    for day, value in zip(days, values, strict=True):
        head = "id integer | day date | clock timestamp | moment timestamptz"
        rows = f"{head}\n1 | {day} | {day} 00:30:00 | {day} 23:30:00+09"
        asked = shop(project, events=rows)
        for column in ("day", "clock", "moment"):
            asked.check("events", by=[f"events.{column}.{part}"], rows=[(value, 1)])


def test_parts_of_the_clock(shop: Open) -> None:
    rows = """
        id integer | day date | clock timestamp        | moment timestamptz
        1          |         | 2024-05-17 13:45:59.75 | 2024-05-17 15:45:59.75+00
        """
    asked = shop(EVENTS, events=rows)
    for column, hour in (("clock", 13), ("moment", 0)):
        parts = [f"events.{column}.{part}" for part in ("hour_of_day", "minute_of_hour", "second_of_minute")]
        asked.check("events", by=parts, rows=[(hour, 45, 59, 1)])


@pytest.mark.parametrize(
    ("first", "week"), [("monday", "2024-05-13"), ("sunday", "2024-05-19"), ("saturday", "2024-05-18")]
)
def test_weeks_begin_where_the_calendar_says(shop: Open, first: str, week: str) -> None:
    project = EVENTS.replace("timezone: Asia/Seoul", f"timezone: Asia/Seoul, week_start: {first}")
    # a Sunday, in the first hour of its local day
    rows = """
        id integer | day date   | clock timestamp     | moment timestamptz
        1          | 2024-05-19 | 2024-05-19 00:30:00 | 2024-05-18 15:30:00+00
        """
    asked = shop(project, events=rows)
    for column in ("day", "clock", "moment"):
        asked.check("events", by=[f"events.{column}.week"], rows=[(_day(week), 1)])
        asked.check("events", by=[f"events.{column}.iso_week"], rows=[(_day("2024-05-13"), 1)])


@pytest.mark.parametrize(
    ("start", "year", "quarter"),
    [
        ("april", "2023-04-01", "2024-01-01"),
        ("february", "2024-02-01", "2024-02-01"),
        ("july", "2023-07-01", "2024-01-01"),
        ("november", "2023-11-01", "2024-02-01"),
    ],
)
def test_fiscal_periods(shop: Open, start: str, year: str, quarter: str) -> None:
    project = EVENTS.replace("timezone: Asia/Seoul", f"timezone: Asia/Seoul, fiscal_year_start: {start}")
    rows = """
        id integer | day date   | clock timestamp     | moment timestamptz
        1          | 2024-03-31 | 2024-03-31 23:00:00 | 2024-03-31 14:00:00+00
        """
    asked = shop(project, events=rows)
    for column in ("day", "clock", "moment"):
        by = [f"events.{column}.fiscal_year", f"events.{column}.fiscal_quarter"]
        asked.check("events", by=by, rows=[(_day(year), _day(quarter), 1)])


def test_each_fact_uses_its_own_date(store: Open) -> None:
    # order 10 and a visit on 5 January; February has two orders and two visits; March an order, April a visit
    store().check(
        "orders",
        "visits",
        by=["time.month"],
        rows=[
            (_day("2024-01-01"), 2, 2),
            (_day("2024-02-01"), 2, 2),
            (_day("2024-03-01"), 1, 0),
            (_day("2024-04-01"), 0, 1),
        ],
    )
    store().check("orders", "visits", time="2024-03..2024-04", rows=[(1, 1)])
    store().check("orders", "visits", "line_amount", time="2024-01", rows=[(2, 2, 150)])


def test_each_metric_may_choose_its_date(shop: Open) -> None:
    project = """
name: parcels
models: [{name: parcels, source: parcels, primary_key: id, time: sent_on, dimensions: [{name: sent_on}]}]
metrics:
  - {name: sent, model: parcels, sql: count(*)}
  - {name: arrived, model: parcels, sql: count(arrived_on), time: arrived_on}
  - {name: underway, sql: sent - arrived}
"""
    parcels = """
        id integer | sent_on date | arrived_on date
        1          | 2024-01-30   | 2024-02-02
        2          | 2024-01-31   | 2024-01-31
        3          | 2024-02-01   |
        """
    shop(project, parcels=parcels).check(
        "sent",
        "arrived",
        "underway",
        by=["time.month"],
        where="time.month is not null",
        rows=[(_day("2024-01-01"), 2, 1, 1), (_day("2024-02-01"), 1, 1, 0)],
    )


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("2024", 5),
        ("2024-Q1", 5),
        ("2024-01", 2),
        ("2024-01-20", 1),
        ("2024-W05", 1),
        ("2024-01-06..2024-02-03", 2),
        ("2024-02..", 3),
        ("..2024-01", 2),
        ("2023", 0),
    ],
)
def test_time_ranges_are_half_open(store: Open, asked: str, count: int) -> None:
    store().check("orders", time=asked, rows=[(count,)])


def test_time_range_is_a_range_on_the_raw_column(store: Open, shop: Open) -> None:
    sql = store().sql("orders", time="2024-01")
    assert "ordered_on >= " in sql
    assert "TRUNC" not in sql
    assert "  moment >= " in shop(EVENTS, events=MOMENTS).sql("events", time="2024-01")


def test_current_date_stays_live(shop: Open) -> None:
    project = (
        EVENTS
        + """
parameters: [{name: as_of, type: date, default: current_date}]
"""
    )
    project = project.replace(
        "metrics:\n",
        'metrics:\n  - {name: past, model: events, sql: count(*), filter: "day <= {{ as_of }}"}\n',
    )
    asked = shop(project, events=MOMENTS)
    sql = asked.sql("past")
    assert str(date.today().year) not in sql.split("\n", 2)[2]
    assert "Asia/Seoul" in sql
    asked.check("past", rows=[(3,)])
    asked.check("past", parameters={"as_of": "2024-01-15"}, rows=[(1,)])
