"""The rows of the bicycle rental: few enough to count by hand, with what importers trip over.

Keys that lead nowhere and keys that are NULL, empty days and months, a rider who changes plan, a lock that has a
row for every day, visits and passes at the very ends of a window, balances of riders who leave early.
"""
# ruff: noqa: E501  (a table is read by its columns)

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.engines import Table

FOLDER = Path(__file__).parent / "projects" / "pedals"

RIDES = """
ride_id integer | rider_id integer | bike_id integer | from_station_id integer | lock_id integer | started_at timestamp | ended_at timestamp | loaded_on date | minutes integer | fare decimal | is_member boolean
 1 | 1 | 1 | 1 | 1 | 2024-01-25 08:00 | 2024-01-25 08:20 | 2024-01-25 | 20 |  4.00 | true
 2 | 2 | 2 | 1 | 2 | 2024-01-31 23:50 | 2024-02-01 00:30 | 2024-02-01 | 40 |  9.00 | false
 3 | 1 | 1 | 2 | 1 | 2024-02-01 00:00 | 2024-02-01 00:10 | 2024-02-01 | 10 |  2.00 | true
 4 | 1 | 2 | 2 | 1 | 2024-02-01 12:00 | 2024-02-01 12:50 | 2024-02-01 | 50 |       | true
 5 | 3 | 3 | 3 |   | 2024-02-03 09:00 | 2024-02-03 09:30 | 2024-02-03 | 30 |  6.00 | false
 6 |   | 8 | 1 | 2 | 2024-02-08 10:00 | 2024-02-08 10:15 | 2024-02-08 | 15 |  3.00 | false
 7 | 9 | 1 |   | 1 | 2024-02-08 18:00 | 2024-02-08 18:05 | 2024-02-09 |  5 |  1.00 |
 8 | 1 | 3 | 3 | 1 | 2024-02-20 07:00 | 2024-02-20 08:00 | 2024-02-20 | 60 | 12.00 | true
 9 | 2 | 3 | 4 | 2 | 2024-02-29 22:00 | 2024-03-01 00:10 | 2024-02-29 |    | 20.00 | false
10 | 4 | 2 | 2 |   | 2024-03-01 06:00 | 2024-03-01 06:25 | 2024-03-01 | 25 |  5.00 | true
11 | 2 |   | 1 | 2 | 2024-03-01 07:00 | 2024-03-01 07:35 | 2024-03-01 | 35 |  7.00 | false
12 | 1 | 1 | 1 | 1 | 2024-03-07 07:00 | 2024-03-07 07:45 | 2024-03-07 | 45 |  8.00 | true
"""

REPAIRS = """
repair_id integer | bike_id integer | station_id integer | repaired_on date | part text | cost decimal
1 | 1 | 1 | 2024-01-30 | tyre  | 15.00
2 | 2 |   | 2024-02-01 | brake | 20.00
3 | 8 | 3 | 2024-02-05 | tyre  | 10.00
4 | 3 | 2 | 2024-02-20 | chain |
5 |   | 4 | 2024-03-01 | tyre  | 12.00
6 | 1 | 3 | 2024-04-02 | brake | 30.00
"""

BIKES = """
bike_id integer | maker_id integer | model_name text | bought_on date
1 | 1 | Omafiets | 2022-05-01
2 | 2 | Rapide   | 2023-01-15
3 |   | Custom   | 2023-06-30
4 | 1 | Bakfiets | 2024-02-01
"""

MAKERS = """
maker_id integer | country text
1 | NL
2 | FR
3 | IT
"""

STATIONS = """
station_id integer | city_id integer | district text | capacity integer
1 | 1 | North | 20
2 | 1 | South | 10
3 | 2 |       | 20
4 |   | South | 15
"""

CITIES = """
city_id integer | country text
1 | NL
2 | BE
"""

RIDERS = """
rider_id integer | account_no integer | home_station_id integer | joined_on timestamp | age_group text
1 | 101 | 1 | 2024-01-05 10:00 | adult
2 | 102 | 2 | 2024-01-20 11:00 | adult
3 | 103 | 3 | 2024-02-02 12:00 | young
4 | 104 |   | 2024-02-28 13:00 |
5 | 105 | 2 | 2024-03-03 14:00 | young
"""

PLANS = """
rider_id integer | valid_from date | valid_to date | plan text
1 | 2024-01-01 | 2024-02-01 | basic
1 | 2024-02-01 | 2024-03-07 | plus
1 | 2024-03-07 |            | pro
2 | 2024-01-15 | 2024-02-29 | basic
3 | 2024-02-04 |            | basic
"""

HELMETS = """
rider_id integer | lent_at timestamp | returned_at timestamp | helmet text
1 | 2024-01-25 07:00 | 2024-02-01 11:00 | red
1 | 2024-02-01 11:00 | 2024-03-07 06:00 | blue
1 | 2024-03-07 06:00 |                  | green
2 | 2024-02-29 00:00 | 2024-03-01 12:00 | white
"""

LOCKS = """
lock_id integer | loaded_on date | firmware text
1 | 2024-01-25 | v1
1 | 2024-02-01 | v1
1 | 2024-02-08 | v1
1 | 2024-02-09 | v2
1 | 2024-02-20 | v2
1 | 2024-03-07 | v3
2 | 2024-02-01 | v1
2 | 2024-02-08 | v2
2 | 2024-03-01 | v2
"""

VISITS = """
visit_id integer | rider_id integer | visited_at timestamp | channel text
 1 | 1 | 2024-02-01 09:00 | web
 2 | 1 | 2024-02-03 09:00 | app
 3 | 1 | 2024-02-03 20:00 | web
 4 | 2 | 2024-02-01 10:00 | web
 5 | 2 | 2024-02-10 10:00 | app
 6 | 3 | 2024-02-27 10:00 | web
 7 | 3 | 2024-03-02 10:00 | app
 8 |   | 2024-02-02 10:00 | web
 9 | 4 | 2024-03-05 10:00 | web
10 | 5 | 2024-02-20 10:00 | app
"""

PASSES = """
pass_id integer | rider_id integer | account_no integer | bought_at timestamp | sold_by text | price decimal
1 | 1 | 101 | 2024-02-04 08:00 | web | 30.00
2 | 1 | 101 | 2024-02-10 23:00 | app | 30.00
3 | 2 | 102 | 2024-02-08 09:00 | web | 50.00
4 | 3 | 102 | 2024-03-03 10:00 | web | 30.00
5 |   | 103 | 2024-02-02 11:00 | web | 20.00
6 | 4 | 199 | 2024-03-05 08:00 | web | 30.00
7 | 5 |     | 2024-02-19 10:00 | app | 30.00
8 | 5 | 105 | 2024-04-01 10:00 | app | 30.00
"""

BALANCES = """
rider_id integer | balance_on date | currency text | amount decimal
1 | 2024-01-31 | EUR |  10.00
2 | 2024-01-31 | EUR |  20.00
3 | 2024-01-30 | GBP |   5.00
1 | 2024-02-01 | EUR |  12.00
2 | 2024-02-01 | EUR |  18.00
1 | 2024-02-29 | EUR |   7.00
3 | 2024-02-29 | GBP |   6.00
3 | 2024-02-28 | GBP |   9.00
2 | 2024-03-02 | EUR |  30.00
  | 2024-03-02 | EUR |   1.00
1 | 2024-03-01 | EUR |   8.00
"""

READINGS = """
reading_id integer | station_id integer | read_at timestamp | parked integer
1 | 1 | 2024-02-01 08:05 | 5
2 | 1 | 2024-02-01 08:55 | 4
3 | 1 | 2024-02-01 10:00 | 7
4 | 2 | 2024-02-01 23:59 | 2
5 | 2 | 2024-02-02 00:00 | 3
"""

FIRST, DAYS = date(2023, 12, 25), 110  # until 2024-04-12


def term(day: date) -> str:
    """The school term of a day: three of unlike length."""
    return next(
        name
        for name, last in (
            ("2023-3", date(2024, 1, 31)),
            ("2024-1", date(2024, 2, 20)),
            ("2024-2", date(2024, 12, 31)),
        )
        if day <= last
    )


def retail_month(day: date) -> int:
    """The number of the retail month: four weeks each, from a Monday."""
    return 202400 + (day - FIRST).days // 28


def _days() -> Table:
    every = [FIRST + timedelta(days=n) for n in range(DAYS)]
    columns = (("day", "date"), ("term", "text"), ("retail_month_no", "integer"))
    return Table(columns, tuple((day, term(day), retail_month(day)) for day in every))


def _hours() -> Table:
    first = datetime(2024, 1, 31)
    return Table((("hour", "timestamp"),), tuple((first + timedelta(hours=n),) for n in range(24 * 4)))


def tables() -> Mapping[str, Table]:
    """All tables, by name."""
    texts = {
        "rides": RIDES,
        "repairs": REPAIRS,
        "bikes": BIKES,
        "makers": MAKERS,
        "stations": STATIONS,
        "cities": CITIES,
        "riders": RIDERS,
        "plans": PLANS,
        "helmets": HELMETS,
        "locks": LOCKS,
        "visits": VISITS,
        "passes": PASSES,
        "balances": BALANCES,
        "readings": READINGS,
    }
    return {name: Table.parse(text) for name, text in texts.items()} | {"days": _days(), "hours": _hours()}
