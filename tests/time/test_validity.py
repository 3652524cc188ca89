# ruff: noqa: E501 - a table reads best with a row a line
"""Joins to what is valid at the time of each metric, whichever rows it counts."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer
from tests.engines import Engine, Table
from tests.shop import layer_of, sources
from tests.time.calendar import floor
from tests.time.world import check, some

PROJECT = """
name: rooms
models:
  - name: bookings
    source: bookings
    primary_key: id
    time: made_at
    dimensions: [state]
    joins:
      - {to: rooms, on: room}
      - {to: grades, as: guest, on: {guest: host}, valid: [from_day, to_day], at: time}
  - name: views
    source: views
    primary_key: id
    time: seen_on
    joins: [{to: rooms, on: room}]
  - name: rooms
    source: rooms
    primary_key: room
    dimensions: [city, {name: place, sql: "concat(city, ' ', host.grade)"}]
    joins: [{to: grades, as: host, on: host, valid: [from_day, to_day], at: time}]
  - {name: grades, source: grades, primary_key: [host, from_day], dimensions: [grade]}
metrics:
  - {name: made, model: bookings, sql: count(*)}
  - {name: paid, model: bookings, sql: count(*), time: paid_on}
  - {name: seen, model: views, sql: count(*)}
  - {name: paid_of_made, sql: paid / made}
  - {name: good, model: bookings, sql: count(*), filter: rooms.host.grade = 'good'}
  - {name: good_paid, metric: paid, filter: rooms.host.grade = 'good'}
  - {name: points, model: bookings, sql: "sum(case when rooms.host.grade = 'good' then 2 else 1 end)", time: paid_on}
  - {name: made_4w, metric: made, window: 28 days}
  - {name: rooms_of, per: rooms.city, sql: count(*), having: paid > 2}
"""
FIRST = date(2024, 1, 1)
Rows = list[tuple[Any, ...]]


class World:
    """Hosts that are good or bad for a while, bookings that are paid for days later, and views of rooms."""

    def __init__(self, seed: int) -> None:
        rnd = Random(seed)
        self.rooms: Rows = [(n, rnd.choice("xy"), rnd.choice([1, 2, 3, 9])) for n in range(1, 6)]
        self.grades: Rows = []
        for host in (1, 2, 3):
            day = FIRST + timedelta(days=rnd.randint(0, 15))
            while day < date(2024, 4, 1):
                end = day + timedelta(days=rnd.randint(3, 30))
                last = end >= date(2024, 4, 1)
                self.grades.append((host, rnd.choice(["good", "bad"]), day, None if last else end))
                day = end + timedelta(days=rnd.choice([0, 0, 4]))
        self.bookings: Rows = []
        for number in range(120):
            made = datetime(2024, 1, 1) + timedelta(hours=rnd.randint(0, 90 * 24))
            paid = None if rnd.random() < 0.1 else made.date() + timedelta(days=rnd.randint(0, 20))
            self.bookings.append(
                (
                    number,
                    rnd.choice([1, 2, 3, 4, 5, None]),
                    rnd.choice([1, 2, 9]),
                    rnd.choice("op"),
                    made,
                    paid,
                )
            )
        self.views: Rows = [
            (n, rnd.randint(1, 5), FIRST + timedelta(days=rnd.randint(0, 89))) for n in range(80)
        ]

    def tables(self) -> dict[str, Table]:
        columns = {
            "rooms": "room integer, city text, host integer",
            "grades": "host integer, grade text, from_day date, to_day date",
            "bookings": "id integer, room integer, guest integer, state text, made_at timestamp, paid_on date",
            "views": "id integer, room integer, seen_on date",
        }
        return {
            name: Table(
                tuple((c.split()[0], c.split()[1]) for c in text.split(", ")), tuple(getattr(self, name))
            )  # type: ignore[misc]
            for name, text in columns.items()
        }

    def room(self, number: int | None) -> tuple[Any, ...]:
        """The city and the host of a room."""
        return next((row[1:] for row in self.rooms if row[0] == number), (None, None))

    def grade(self, host: int | None, day: date | None) -> str | None:
        """What a host is on a day."""
        for who, grade, start, end in self.grades:
            if day is not None and who == host and start <= day and (end is None or day < end):
                return str(grade)
        return None


class Shop:
    """The world on an engine."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.world = World(seed)
        self.engine = engine
        tables = self.world.tables()
        engine.load(tables)
        self.layer = layer_of(semantic=PROJECT, sources=sources(tables))

    def ask(self, *metrics: str, by: list[str], **question: Any) -> dict[Any, Any]:
        sql = self.layer.sql(list(metrics), by=by, dialect=self.engine.dialect, **question).text
        return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in self.engine.rows(sql)}


def counted(world: World, metric: str, by: list[str]) -> Counter[Any]:
    """Rows one by one, each with the grade of its host on the day of the metric."""
    found: Counter[Any] = Counter()
    rows = [(room, seen, None) for _, room, seen in world.views] if metric == "seen" else [
        (room, made.date() if metric == "made" else paid, guest) for _, room, guest, _, made, paid in world.bookings]  # fmt: skip
    for room, day, guest in rows:
        city, host = world.room(room)
        named = {
            "rooms.city": city,
            "rooms.host.grade": world.grade(host, day),
            "guest.grade": world.grade(guest, day),
            "time.month": floor(day, "month") if day is not None else None,
        }
        found[tuple(named[path] for path in by)] += 1
    return found


QUESTIONS = [
    ["rooms.host.grade"],
    ["rooms.host.grade", "time.month"],
    ["guest.grade", "rooms.host.grade"],
    ["rooms.city", "rooms.host.grade"],
]


@pytest.mark.parametrize("seed", [1, 2])
def test_each_metric_has_a_time_of_its_own(engine: Engine, seed: int) -> None:
    shop = Shop(engine, seed)
    every = [
        (m, by)
        for by in QUESTIONS
        for m in ("made", "paid", "seen")
        if m != "seen" or "guest.grade" not in by
    ]
    for metric, by in some(engine, every, seed, times=2):
        expected = {key: (count,) for key, count in counted(shop.world, metric, by).items()}
        check(shop.ask(metric, by=by), expected, f"{metric} {by}")


def test_metrics_of_unlike_times_beside_each_other(engine: Engine) -> None:
    shop = Shop(engine, 3)
    by = ["rooms.host.grade"]
    made, paid, seen = (counted(shop.world, metric, by) for metric in ("made", "paid", "seen"))
    keys = {*made, *paid, *seen}
    expected = {key: (made[key], paid[key], seen[key]) for key in keys}
    check(shop.ask("made", "paid", "seen", by=by), expected, "beside")


def test_conditions_look_at_that_time_too(engine: Engine) -> None:
    shop = Shop(engine, 4)
    made, paid = (counted(shop.world, metric, ["rooms.host.grade"])["good",] for metric in ("made", "paid"))
    points = sum(counted(shop.world, "paid", []).values()) + paid
    found = shop.ask("good", "good_paid", "points", by=[])
    assert found == {(): (made, paid, points)}
    assert shop.ask("made", "paid", by=[], where="rooms.host.grade = 'good'") == {(): (made, paid)}


def test_windows_and_dimensions_over_such_a_join(duck: Engine) -> None:
    shop = Shop(duck, 5)
    by = ["rooms.place", "time.month"]
    found = shop.ask("paid", by=by)
    truth: Counter[Any] = Counter()
    for _, room, _, _, _, paid in shop.world.bookings:
        city, host = shop.world.room(room)
        grade = shop.world.grade(host, paid)
        place = None if city is None else city + " " + (grade or "")
        truth[place, floor(paid, "month") if paid is not None else None] += 1
    check(found, {key: (count,) for key, count in truth.items()}, "place")
    window = shop.ask("made_4w", by=["time.month", "rooms.host.grade"], time="2024-02..2024-03")
    expected: Counter[Any] = Counter()
    for _, room, _, _, made, _ in shop.world.bookings:
        for end in (date(2024, 3, 1), date(2024, 4, 1)):
            if end - timedelta(days=28) <= made.date() < end:
                host = shop.world.room(room)[1]
                expected[floor(end - timedelta(days=1), "month"), shop.world.grade(host, made.date())] += 1
    check(
        {key: value for key, value in window.items() if value[0]},
        {k: (n,) for k, n in expected.items()},
        "window",
    )


def test_rows_without_a_time_are_refused(duck: Engine) -> None:
    timeless = PROJECT.replace("    time: seen_on\n", "")
    layer = Layer.from_text(semantic=timeless, sources=sources(World(1).tables()))
    with pytest.raises(SemanticError, match="The rows of 'views' have no time axis"):
        layer.sql("seen", by="rooms.host.grade")
    assert layer.sql("seen", by="rooms.city").text
