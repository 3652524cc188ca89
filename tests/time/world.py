"""A small shop of random sales, the same project on every engine, and answers as dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from random import Random
from typing import Any, TypeVar

from tests.engines import Engine, Table
from tests.shop import layer_of, same_value, sources

PROJECT = """
name: sales
models:
  - name: customers
    source: customers
    primary_key: customer_id
    time: joined_on
    dimensions: [region]
  - name: lines
    source: lines
    primary_key: line_id
    time: ordered_at
    dimensions: [{name: ordered_on, sql: local_date(ordered_at)}]
    joins: [{to: customers, on: customer_id}]
  - name: visits
    query:
      from: lines
      metrics: {amount: sum(amount), units: sum(quantity)}
      by: [customer_id, ordered_on]
      having: amount > 0
    time: ordered_on
    joins: [{to: customers, on: customer_id}]
metrics:
  - {name: purchase, model: lines, sql: sum(amount)}
  - {name: line_count, model: lines, sql: count(*)}
  - {name: average, model: lines, sql: avg(amount)}
  - {name: largest, model: lines, sql: max(amount)}
  - {name: middle, model: lines, sql: median(amount)}
  - {name: regular_count, model: lines, sql: count(distinct customer_id), filter: quantity > 1}
  - {name: customer_count, model: lines, sql: count(distinct customer_id)}
  - {name: buyers, per: lines.customer_id, having: purchase > 0, sql: count(*)}
  - {name: spend, per: lines.customer_id, having: purchase > 0, sql: avg(purchase)}
  - {name: middle_spend, per: lines.customer_id, having: purchase > 0, sql: median(purchase)}
  - {name: largest_spend, per: lines.customer_id, having: purchase > 0, sql: max(purchase)}
"""


T = TypeVar("T")
#: How many questions of a kind are asked of an engine that takes long to answer.
_ASKED = {"postgres": 2, "snowflake": 1, "bigquery": 1}


@dataclass(frozen=True)
class Line:
    """A line of an order; a return has a negative amount."""

    line_id: int
    customer_id: int | None
    ordered_at: datetime | None
    quantity: int
    amount: Decimal

    @cached_property
    def day(self) -> date:
        """The day of the line, which has one."""
        assert self.ordered_at is not None
        return self.ordered_at.date()


@dataclass(frozen=True)
class Customer:
    """A customer; the key 99 of some lines is nobody's."""

    customer_id: int
    region: str | None
    joined_on: date | None


@dataclass(frozen=True)
class World:
    """The rows of a shop."""

    customers: tuple[Customer, ...]
    lines: tuple[Line, ...]

    @classmethod
    @cache
    def random(cls, seed: int) -> World:
        """Sales of two years, with lines of no customer, of nobody, and of no time."""
        rnd = Random(seed)
        customers = tuple(Customer(n, rnd.choice(["a", "b", None]), _joined(rnd)) for n in range(1, 8))
        return cls(customers, tuple(_line(rnd, n) for n in range(60)))

    def region(self, customer: int | None) -> str | None:
        """The region of a customer, if there is one."""
        return self._regions.get(customer)

    @cached_property
    def _regions(self) -> dict[int | None, str | None]:
        return {customer.customer_id: customer.region for customer in self.customers}

    @cached_property
    def dated(self) -> tuple[Line, ...]:
        """The lines that have a time."""
        return tuple(line for line in self.lines if line.ordered_at is not None)

    def tables(self) -> dict[str, Table]:
        """The rows as tables."""
        customers = tuple((c.customer_id, c.region, c.joined_on) for c in self.customers)
        lines = tuple((x.line_id, x.customer_id, x.ordered_at, x.quantity, x.amount) for x in self.lines)
        return {
            "customers": Table(
                (("customer_id", "integer"), ("region", "text"), ("joined_on", "date")), customers
            ),
            "lines": Table(
                (
                    ("line_id", "integer"),
                    ("customer_id", "integer"),
                    ("ordered_at", "timestamp"),
                    ("quantity", "integer"),
                    ("amount", "decimal"),
                ),
                lines,
            ),
        }


def _joined(rnd: Random) -> date | None:
    return date(2022, 11, 1) + timedelta(days=rnd.randint(0, 700)) if rnd.random() > 0.1 else None


def _line(rnd: Random, number: int) -> Line:
    moment = datetime(2022, 11, 1) + timedelta(days=rnd.randint(0, 800), hours=rnd.randint(0, 23))
    return Line(
        number,
        rnd.choice([None, 1, 2, 3, 4, 5, 6, 7, 99]),
        None if rnd.random() < 0.03 else moment,
        rnd.randint(-2, 4),
        Decimal(rnd.randint(-500, 5000)) / 100,
    )


class Shop:
    """A world on an engine, with metrics of a test's own."""

    def __init__(self, engine: Engine, world: World, metrics: str = "", project: str = PROJECT) -> None:
        self.engine = engine
        self.world = world
        tables = world.tables()
        engine.load(tables)
        self.layer = layer_of(semantic=project + metrics, sources=sources(tables))

    def ask(self, metric: str, by: Sequence[str], **question: Any) -> dict[tuple[Any, ...], Any]:
        """The answer to a question of one metric, by its keys."""
        sql = self.layer.sql([metric], by=list(by), dialect=self.engine.dialect, **question).text
        rows = self.engine.rows(sql)
        found = {tuple(row[:-1]): row[-1] for row in rows}
        assert len(found) == len(rows), f"a group comes twice: {sql}"
        return found


def some(engine: Engine, questions: Iterable[T], number: int, times: int = 1) -> list[T]:
    """What an engine is asked: DuckDB everything, the others a few of it, other ones for each ``number``."""
    every = list(questions)
    count = _ASKED.get(engine.dialect, len(every)) * times
    if count >= len(every):
        return every
    first = number * 7 + list(_ASKED).index(engine.dialect)
    return [every[(first + n * len(every) // count) % len(every)] for n in range(count)]


def check(found: Mapping[Any, Any], expected: Mapping[Any, Any], label: str) -> None:
    """Raise where two answers differ in their groups or in a value."""
    assert found.keys() == expected.keys(), f"{label}: {_different(found, expected)}"
    wrong = [(key, found[key], expected[key]) for key in expected if not _same(found[key], expected[key])]
    assert not wrong, f"{label}: {wrong[:5]}"


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float | Decimal) and isinstance(right, float | Decimal | int):
        return abs(float(left) - float(right)) < 1e-9
    return same_value(left, right)


def _different(found: Iterable[Any], expected: Iterable[Any]) -> str:
    more, less = set(found) - set(expected), set(expected) - set(found)
    return f"too many {sorted(more, key=str)[:4]}, missing {sorted(less, key=str)[:4]}"
