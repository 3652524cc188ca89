"""What both drivers are tested on: every type of column, and texts that drivers like to read."""

from __future__ import annotations

# ruff: noqa: E501
from datetime import UTC, date, datetime
from decimal import Decimal

NOTES = ("50% off", "%% twice", ":name :: ::text", "%s %(x)s %%", "? {x} 'quoted'", "back \\ slash", "매출")

TABLES = {
    "everything": """
        id integer | amount decimal | weight float | note text | paid boolean | due date | at_wall timestamp | seen timestamptz
        1 | 10.50 | 1.5 | a | true | 2024-02-29 | 2024-02-29 10:00:00.25 | 2024-02-29 10:00:00+00:00
        2 | | | | | | |
    """.strip().replace("\n        ", "\n"),
    "orders": """
        order_id integer | customer_id integer | amount decimal | bought_on date
        1 | 1 | 10.50 | 2024-01-05
        2 | 1 | 4.50 | 2024-02-05
        2 | 7 | 1.00 | 2024-02-06
    """.strip().replace("\n        ", "\n"),
    "customers": "customer_id integer | region text\n1 | north\n2 | south",
}  # fmt: skip
EVERYTHING = [
    (
        1, Decimal("10.50"), 1.5, "a", True, date(2024, 2, 29), datetime(2024, 2, 29, 10, 0, 0, 250000),
        datetime(2024, 2, 29, 10, tzinfo=UTC),
    ),
    (2, None, None, None, None, None, None, None),
]  # fmt: skip
TYPES = ["integer", "decimal", "float", "text", "boolean", "date", "timestamp", "timestamptz"]

#: Two defects: an order that is there twice, and a customer who is not there.
PROJECT = """
name: shop
targets: {prod: {dialect: @DIALECT@, url: "{{ env_var('SHOP_URL') }}"}}
models:
  - name: orders
    table: orders
    columns: {order_id: integer, customer_id: integer, amount: decimal, bought_on: date}
    primary_key: order_id
    time: bought_on
    joins: [{to: customers, on: customer_id, required: true}]
  - name: customers
    table: customers
    columns: {customer_id: integer, region: text}
    primary_key: customer_id
    dimensions: [region]
  - name: everything
    table: everything
    columns: {id: integer, amount: decimal, weight: float, note: text, paid: boolean, due: date,
              at_wall: timestamp, seen: timestamptz}
    primary_key: id
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*)}
"""
FINDINGS = [("duplicate", "semantic.yml:8:18"), ("orphan", "semantic.yml:10:18")]
