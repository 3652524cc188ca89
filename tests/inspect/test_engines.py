"""The same questions on every engine: what is sent is each one's own SQL, and finds the same."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from semantic import Layer
from semantic.dialect import load
from semantic.inspect import inspect
from semantic.warehouse import Place
from semantic.warehouse.connection import Shape
from semantic.warehouse.rows import Row
from tests.engines import Engine
from tests.engines.table import Table

PROJECT = """
name: shop
models:
  - name: orders
    table: orders
    columns: {order_id: integer, line: integer, customer_id: integer, amount: decimal, ordered_at: timestamp}
    primary_key: [order_id, line]
    time: ordered_at
    joins:
      - {to: customers, on: customer_id, required: true}
      - {to: grades, on: customer_id, valid: [valid_from, valid_to], at: ordered_at, required: true}
  - name: customers
    table: customers
    columns: {customer_id: integer, region: text}
    primary_key: customer_id
    dimensions: [{name: region, sql: upper(region)}]
  - name: grades
    table: grades
    columns: {customer_id: integer, valid_from: date, valid_to: date}
    primary_key: [customer_id, valid_from]
    valid: [valid_from, valid_to]
metrics:
  - {name: sales, model: orders, sql: sum(amount), filter: "customers.region = 'NORTH'"}
  - {name: spread, model: orders, sql: median(amount)}
  - {name: graded, model: grades, sql: count(distinct customer_id), at: period_end}
"""
TABLES = {
    "orders": Table.parse(
        "order_id integer | line integer | customer_id integer | amount decimal | ordered_at timestamp\n"
        "1 | 1 | 1 | 10.50 | 2024-01-05 10:00:00\n"
        "1 | 2 | 2 | 1.00 | 2024-03-05 10:00:00\n"
        "2 | 1 | 9 | 1.00 | 2024-03-05 10:00:00\n"
        "3 | 1 | | | \n"
        "4 | | 1 | 2.00 | 2023-01-05 10:00:00\n"
        "1 | 2 | 1 | 3.00 | 2024-01-05 11:00:00"
    ),
    "customers": Table.parse("customer_id integer | region text\n1 | north\n2 | south\n2 | north"),
    "grades": Table.parse(
        "customer_id integer | valid_from date | valid_to date\n"
        "1 | 2024-01-01 | 2024-03-01\n"
        "1 | 2024-02-01 | \n"
        "2 | 2024-01-01 | 2023-01-01"
    ),
}
#: By hand: order (1, 2) is there twice, order 4 has no line; customer 2 is there twice, 9 and NULL are not;
#: on 2024-03-05, in 2023 and at NULL nobody has a grade; the first grade of 1 runs into the second.
FINDINGS = [
    ("duplicate", 7, "repeats: 1 value that more than one row has, such as 1, 2."),
    ("null", 7, "1 row of model 'orders' has a NULL in the key (order_id, line)."),
    ("multiplies", 10, "1 value of (customer_id) repeats in model 'customers', such as 2."),
    ("orphan", 10, "2 rows of model 'orders' have no partner in the required join to 'customers', such as"),
    ("orphan", 11, "4 rows of model 'orders' have no partner in the required join to 'grades', such as"),
    ("overlap", 11, "the same (customer_id) begins, such as 1, 2024-01-01; the join to 'grades' multiplies"),
    ("duplicate", 15, "The key (customer_id) of model 'customers' repeats: 1 value"),
    ("overlap", 21, "1 interval of model 'grades' ends after the next one of the same (customer_id) begins"),
    ("overlap", 21, "ends before it begins, such as 2, 2024-01-01, 2023-01-01."),
]


class EngineConnection:
    """An engine of the tests as a connection; what it calls its types is known from the tables."""

    def __init__(self, engine: Engine) -> None:
        self.place = Place("the engine", engine.dialect, "")
        self.dialect = engine.dialect
        self._engine = engine
        kinds = {kind: name for name, kind in load(engine.dialect).answers.stored_types.items()}
        kinds["integer"] = kinds.get("integer", "fixed(38,0)")
        columns = [column for table in TABLES.values() for column in table.columns]
        self._kinds = {name: kinds[kind] for name, kind in columns}

    def fetch(self, sql: str) -> list[Row]:
        return self._engine.rows(sql)

    def execute(self, sql: str) -> None:
        raise AssertionError("nothing is written")

    def shape(self, sql: str) -> list[Shape]:
        assert self._engine.rows(sql) in ([], [(None,) * len(self._engine.columns(sql))]) or "COUNT" in sql
        return [Shape(name, self._kinds.get(name.lower(), "?")) for name in self._engine.columns(sql)]

    def transaction(self) -> nullcontext[None]:
        raise AssertionError("nothing is written")

    def relations(self, schema: str) -> list[str] | None:
        return None


@pytest.mark.parametrize("limit", [None, 1000])
def test_every_engine_finds_the_same(engine: Engine, limit: int | None) -> None:
    engine.load(TABLES)
    seen = inspect(Layer.from_text(semantic=PROJECT).catalog, EngineConnection(engine), limit=limit)
    found = [(each.code, each.span.line if each.span else 0) for each in seen.findings]
    assert sorted(found) == sorted((code, line) for code, line, _ in FINDINGS), seen.findings
    for code, line, said in FINDINGS:
        told = [f.message for f in seen.findings if f.code == code and f.span and f.span.line == line]
        assert any(said in message for message in told), told
    assert {each.name: each.rows for each in seen.models} == {"orders": 6, "customers": 3, "grades": 3}
