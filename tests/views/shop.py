"""A shop with views, and what is in its tables."""

from __future__ import annotations

from typing import Any

from semantic import Layer
from semantic.views import Column, View
from tests.engines import Engine, Table
from tests.shop import sources

TABLES = {
    "orders": """
        order_id integer | customer_id integer | ordered_at timestamp | amount decimal | channel text
        1 | 1 | 2024-01-05 10:00:00 | 10 | web
        2 | 1 | 2024-01-31 23:00:00 | 20 | shop
        3 | 2 | 2024-02-01 00:00:00 | 5.5 | web
        4 | 9 | 2024-02-02 00:00:00 | 7 |
        5 |   | 2024-03-01 09:00:00 | 1 | web
    """,
    "customers": """
        customer_id integer | region text | joined_on date
        1 | north | 2023-01-01
        2 | south | 2023-06-01
        3 | south | 2024-01-01
    """,
    "lines": """
        line_id integer | order_id integer | product text
        1 | 1 | pen
        2 | 1 | ink
        3 | 2 | pen
        4 | 3 | ink
    """,
}
PROJECT = """
name: shop
parameters:
  - {name: as_of, type: date, default: current_date}
models:
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_at
    dimensions:
      - {name: channel, label: {en: Channel, ko: 채널}}
    joins: [{to: customers, on: customer_id}]
  - name: customers
    source: customers
    primary_key: customer_id
    dimensions:
      - {name: region, label: {en: Region, ko: 지역}, description: "Where it's at"}
      - {name: seniority, sql: "case when joined_on < date '2023-06-01' then 'old' else 'new' end"}
  - name: lines
    source: lines
    primary_key: line_id
    dimensions: [product]
    joins: [{to: orders, on: order_id}]
metrics:
  - name: sales
    model: orders
    sql: sum(amount)
    label: {en: Sales, ko: 매출}
    description: {en: Paid., ko: 결제 금액.}
  - {name: order_count, model: orders, sql: count(*)}
  - {name: average, sql: sales / order_count}
  - {name: sales_so_far, model: orders, sql: sum(amount), filter: "ordered_at < {{ as_of }}"}
"""
VIEWS = """
views:
  - name: monthly_sales
    label: {en: Monthly sales, ko: 월 매출}
    description: By month and region.
    metrics: [sales, order_count, average]
    by: [time.month, customers.region as region]
  - {name: sales_in_korean, extends: monthly_sales, by: orders.channel, language: ko,
     columns: [average, sales]}
  - name: web_sales
    metrics: sales
    by: time.month
    where: orders.channel = 'web'
    having: sales > 2
    time: 2024-01..2024-02
  - name: filled_sales
    metrics: [sales, order_count]
    by: time.month
    time: 2024-01..2024-04
    fill: true
    materialized: table
  - {name: sales_of_regions, metrics: [sales], by: customers.region, members: true}
  - {name: largest, metrics: sales, by: orders.channel, order: -sales, limit: 1}
  - {name: known_sales, metrics: sales_so_far, parameters: {as_of: 2024-02-01}}
  - {name: live_sales, metrics: sales_so_far}
  - {name: order_rows, model: orders, where: "customers.region = 'north' or customers.region is null"}
  - name: pen_orders
    model: orders
    where: lines.product = 'pen'
    time: 2024-01
    columns: [order_id as id, time.month, customers.region, customers.seniority as seniority, amount]
  - {name: line_rows, model: lines, joins: [orders]}
"""


def layer(*, views: str = VIEWS) -> Layer:
    """The shop with some views."""
    tables = {name: Table.parse(text) for name, text in TABLES.items()}
    return Layer.from_text(semantic=PROJECT, sources=sources(tables), views=views)


def load(engine: Engine) -> None:
    """The tables on an engine, in a schema that holds nothing else."""
    engine._loaded = None
    engine.load({name: Table.parse(text) for name, text in TABLES.items()})


def deploy(engine: Any, shop: Layer, *names: str, schema: str | None = None) -> tuple[View, ...]:
    """The views, made on an engine statement by statement."""
    views = shop.views(engine.dialect, *names, schema=schema).views
    for view in views:
        for statement in shop.ddl(view):
            engine.run(statement)
    return views


def made(**changed: Any) -> View:
    """A view of one column, by hand."""
    given: dict[str, Any] = {
        "name": "v",
        "dialect": "duckdb",
        "place": (),
        "alias": "v",
        "kind": "view",
        "select": "SELECT 1 AS a",
        "columns": (Column("a", "integer", "a column"),),
        "label": "",
        "description": "",
    }
    return View(**given | changed)
