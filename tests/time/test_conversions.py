"""Conversions: base events that a later event of the same entity follows, against a search through lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product
from statistics import median
from typing import Any, NamedTuple

import pytest

from tests.engines import Engine
from tests.time.calendar import add
from tests.time.world import Shop, World, check, some


class Way(NamedTuple):
    """One way to tell a conversion."""

    base: str
    within: str | None
    start: str
    each: str
    immature: str
    value: str

    @property
    def name(self) -> str:
        return f"c{WAYS.index(self)}"

    @property
    def yaml(self) -> str:
        within = f", within: {self.within}" if self.within else ""
        return (
            f"  - {{name: {self.name}, conversion: {{from: {self.base}, to: lines, by: customer_id, "
            f"start: {self.start}, each: {self.each}, immature: {self.immature}, "
            f"value: {self.value}{within}}}}}\n"
        )


WAYS = [
    Way(*parts)
    for parts in product(
        ("customers", "visits"),
        (None, "1 month", "40 days"),
        ("exclusive", "inclusive"),
        ("many", "once"),
        ("null", "exclude", "count"),
        ("rate", "count", "median_days"),
    )
]
Base = tuple[int | None, str | None, date | None]


def bases(world: World, kind: str) -> list[Base]:
    """Customers by the day they joined, or days of customers on which something was bought."""
    if kind == "customers":
        return [(c.customer_id, c.region, c.joined_on) for c in world.customers]
    sums: dict[tuple[int | None, date | None], Any] = defaultdict(int)
    for line in world.lines:
        sums[line.customer_id, line.ordered_at.date() if line.ordered_at else None] += line.amount
    return [(who, world.region(who), day) for (who, day), amount in sums.items() if amount > 0]


def following(way: Way, base: Base, everyone: list[Base], world: World) -> date | None:
    """The next line of a base event's customer, unless it belongs to a nearer base event."""
    who, _, day = base
    if who is None or day is None:
        return None
    inclusive = way.start == "inclusive"
    later = [
        x.day for x in world.dated if x.customer_id == who and (x.day > day or (inclusive and x.day == day))
    ]
    found = min(later, default=None)
    if way.each == "once" and found is not None:
        others = [d for w, _, d in everyone if w == who and d is not None and d > day]
        nearest = min(others, default=None)
        if nearest is not None and not (nearest > found if inclusive else nearest >= found):
            return None
    return found


def truth(way: Way, world: World, grouped: bool) -> dict[Any, Any]:
    everyone = bases(world, way.base)
    last = max([d for *_, d in everyone if d is not None] + [line.day for line in world.dated])
    groups: dict[Any, list[tuple[bool, bool | None, int | None]]] = defaultdict(list)
    for base in everyone:
        if base[0] is None:  # nobody can convert
            continue
        day, found = base[2], following(way, base, everyone, world)
        limit = None
        if way.within and day is not None:
            count, unit = way.within.split()
            limit = add(day, int(count), unit.rstrip("s"))
        done = found is not None and (limit is None or found <= limit)
        mature = True if not way.within else None if limit is None else limit <= last
        days = (found - day).days if found is not None and day is not None else None
        groups[base[1] if grouped else 0].append((done, mature, days))
    return {(group,) if grouped else (): told(way, events) for group, events in groups.items()}


def told(way: Way, events: list[tuple[bool, bool | None, int | None]]) -> Any:
    if way.within and way.immature == "null" and any(mature is False for _, mature, _ in events):
        return None
    if way.within and way.immature == "exclude":
        events = [event for event in events if event[1]]
    done = [days for converted, _, days in events if converted]
    if way.value == "count":
        return len(done)
    if way.value == "rate":
        return len(done) / len(events) if events else None
    return float(median(day for day in done if day is not None)) if done else None


@pytest.mark.parametrize("base", ["customers", "visits"])
@pytest.mark.parametrize("within", [None, "1 month", "40 days"])
def test_a_conversion_is_the_next_event(engine: Engine, base: str, within: str | None) -> None:
    world = World.random(2)
    shop = Shop(engine, world, "".join(way.yaml for way in WAYS))
    number = WAYS.index(next(way for way in WAYS if (way.base, way.within) == (base, within)))
    ways = [way for way in WAYS if (way.base, way.within) == (base, within)]
    for way in some(engine, ways, number, times=4):
        grouped = WAYS.index(way) % 2 == 0
        found = shop.ask(way.name, ["customers.region"] if grouped else [])
        check(found, truth(way, world, grouped), str(way))


@pytest.mark.parametrize("seed", range(3, 6))
def test_other_worlds(duck: Engine, seed: int) -> None:
    world = World.random(seed)
    shop = Shop(duck, world, "".join(way.yaml for way in WAYS))
    for way in WAYS[seed % 4 :: 4]:
        check(shop.ask(way.name, ["customers.region"]), truth(way, world, True), str(way))


# --- what else is counted ----------------------------------------------------------------------------


class Count(NamedTuple):
    """What is counted of conversions, and of which events."""

    counted: str
    within: str | None
    end: str
    start: str
    filtered: bool
    nobody: str
    value: str

    @property
    def name(self) -> str:
        return f"n{COUNTS.index(self)}"

    @property
    def yaml(self) -> str:
        keys = [
            f"counted: {self.counted}",
            f"start: {self.start}",
            f"nobody: {self.nobody}",
            f"value: {self.value}",
        ]
        keys += ["each: once"] if self.counted == "entities" else []
        keys += [f"within: {self.within}", f"end: {self.end}", "immature: count"] if self.within else []
        keys += ['from_filter: "visits.units > 0"', "to_filter: quantity > 1"] if self.filtered else []
        told = ", ".join(["from: visits, to: lines, by: customer_id", *keys])
        return f"  - {{name: {self.name}, conversion: {{{told}}}}}\n"


COUNTS = [
    Count(*parts)
    for parts in product(
        ("later", "entities", "base"),
        (None, "1 month", "40 days"),
        ("inclusive", "exclusive"),
        ("exclusive", "inclusive"),
        (False, True),
        ("skip", "count"),
        ("count", "rate"),
    )
    if parts[1] or parts[2] == "inclusive"
]


def in_time(how: Count, base: date, later: date) -> bool:
    if how.within is None:
        return True
    count, unit = how.within.split()
    if how.end == "exclusive":
        return base > add(later, -int(count), unit.rstrip("s"))
    return later <= add(base, int(count), unit.rstrip("s"))


def counts(how: Count, world: World) -> dict[Any, Any]:
    """Each line belongs to the last visit before it; looked for line by line."""
    sums: dict[tuple[int | None, date | None], list[Any]] = defaultdict(list)
    for line in world.lines:
        sums[line.customer_id, line.ordered_at.date() if line.ordered_at else None].append(line)
    visits = [
        (who, day, sum(line.quantity for line in lines))
        for (who, day), lines in sums.items()
        if sum(line.amount for line in lines) > 0
    ]
    visits = [visit for visit in visits if not how.filtered or visit[2] > 0]
    follows: dict[tuple[int | None, date | None], int] = defaultdict(int)
    for line in world.dated:
        if how.filtered and line.quantity <= 1:
            continue
        before = [
            day
            for who, day, _ in visits
            if who is not None and who == line.customer_id and day is not None
            and (day < line.day or (how.start == "inclusive" and day == line.day))
        ]  # fmt: skip
        if how.counted == "base":
            for day in before:
                follows[line.customer_id, day] += in_time(how, day, line.day)
        elif before and in_time(how, max(before), line.day):
            follows[line.customer_id, max(before)] += 1
    found: dict[Any, list[Any]] = defaultdict(list)
    for who, day, _ in visits:
        if who is not None or how.nobody == "count":
            found[(world.region(who),)].append((who, follows[who, day]))
    return {group: number_of(how, events) for group, events in found.items()}


def number_of(how: Count, events: list[tuple[int | None, int]]) -> float | None:
    if how.counted == "entities":
        number, whole = len({w for w, n in events if n}), len({w for w, _ in events} - {None})
    else:
        whole = len(events)
        number = sum(n if how.counted == "later" else n > 0 for _, n in events)
    if how.value == "count":
        return number
    return number / whole if whole else None


def test_later_events_and_entities_are_counted(engine: Engine) -> None:
    world = World.random(7)
    shop = Shop(engine, world, "".join(how.yaml for how in COUNTS))
    for how in some(engine, COUNTS[1::3], 3, times=4):
        check(shop.ask(how.name, ["customers.region"]), counts(how, world), str(how))


def test_several_ways_to_count_beside_each_other(duck: Engine) -> None:
    world = World.random(8)
    shop = Shop(duck, world, "".join(how.yaml for how in COUNTS))
    asked = COUNTS[::9]
    rows = duck.rows(shop.layer.sql([how.name for how in asked], by="customers.region").text)
    for number, how in enumerate(asked, 1):
        check({(row[0],): row[number] for row in rows}, counts(how, world), str(how))
