"""The engines that every promise is kept on, and the store that most of them speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engines import Engine
from tests.promises.marks import mark
from tests.sessions import HOME, ZONES
from tests.shop import Shop

Open = Callable[..., Shop]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark(items)


PROJECT = """
name: store
models:
  - name: regions
    source: regions
    primary_key: region_id
    dimensions: [region]
  - name: customers
    source: customers
    primary_key: customer_id
    dimensions: [customer, {name: region, sql: regions.region}]
    joins: [{to: regions, on: region_id}]
  - name: products
    source: products
    primary_key: product_id
    dimensions: [department, price]
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_on
    dimensions: [status, ordered_on, total, {name: large, sql: "total >= 70"}]
    joins: [{to: customers, on: customer_id}]
  - name: lines
    source: lines
    primary_key: line_id
    time: orders.ordered_on
    dimensions: [quantity]
    joins: [{to: orders, on: order_id}, {to: products, on: product_id}]
  - name: payments
    source: payments
    primary_key: payment_id
    dimensions: [method]
    joins: [{to: orders, on: order_id}]
  - name: visits
    source: visits
    primary_key: visit_id
    time: visited_on
    dimensions: [visited_on]
    joins: [{to: customers, on: customer_id}]
metrics:
  - {name: orders, model: orders, sql: count(*)}
  - {name: revenue, model: orders, sql: sum(total)}
  - {name: paid_revenue, model: orders, sql: sum(total), filter: "status = 'paid'"}
  - {name: line_amount, model: lines, sql: sum(amount)}
  - {name: units, model: lines, sql: sum(quantity)}
  - {name: paid, model: payments, sql: sum(amount)}
  - {name: visits, model: visits, sql: count(*)}
  - {name: conversion, sql: orders / visits}
"""

TABLES = {
    "regions": """
        region_id integer | region text
        1                 | east
        2                 | west
        """,
    # Cho has no region, Dee one that does not exist
    "customers": """
        customer_id integer | customer text | region_id integer
        1                   | Ann           | 1
        2                   | Bob           | 2
        3                   | Cho           |
        4                   | Dee           | 9
        """,
    "products": """
        product_id integer | department text | price decimal
        1                  | toys            | 10
        2                  | food            | 2
        3                  |                 | 5
        """,
    # 13 has a customer who does not exist, 14 none
    "orders": """
        order_id integer | customer_id integer | status text | total decimal | ordered_on date
        10               | 1                   | paid        | 100           | 2024-01-05
        11               | 1                   | open        | 50            | 2024-01-20
        12               | 2                   | paid        | 70            | 2024-02-03
        13               | 9                   | paid        | 30            | 2024-02-10
        14               |                     |             | 20            | 2024-03-01
        """,
    # 14 has no line; line 7 has an order that does not exist
    "lines": """
        line_id integer | order_id integer | product_id integer | quantity integer | amount decimal
        1               | 10               | 1                  | 1                | 60
        2               | 10               | 1                  | 2                | 30
        3               | 10               | 2                  | 1                | 10
        4               | 11               | 2                  | 5                | 50
        5               | 12               | 1                  | 1                | 70
        6               | 13               | 3                  | 1                | 30
        7               | 99               | 1                  | 1                | 5
        """,
    "payments": """
        payment_id integer | order_id integer | method text | amount decimal
        1                  | 10               | card        | 60
        2                  | 10               | cash        | 40
        3                  | 12               | card        | 70
        """,
    # Ann twice, Bob and Cho once, and a stranger
    "visits": """
        visit_id integer | customer_id integer | visited_on date
        1                | 1                   | 2024-01-05
        2                | 1                   | 2024-02-01
        3                | 2                   | 2024-02-01
        4                | 3                   | 2024-04-01
        5                |                     | 2024-01-09
        """,
}


@pytest.fixture
def store(shop: Open) -> Open:
    """The store, with more metrics or other rows where a test needs them."""

    def opened(metrics: str = "", **tables: str) -> Shop:
        return shop(PROJECT + metrics, **{**TABLES, **tables})

    return opened


@pytest.fixture
def shop(engine: Engine) -> Iterator[Open]:
    """A project of the test's own, asked in sessions of several zones."""
    yield lambda project, **tables: Shop(engine, project, zones=ZONES, **tables)
    engine.session(HOME[engine.dialect], 1)
