"""The project of these tests, its tables, and the rows that they hold."""

from __future__ import annotations

from semantic.layer import Layer

PROJECT = """
name: shop
parameters:
  - {name: least, type: decimal, default: 15}
  - {name: rate, type: decimal, default: 1.5}
  - {name: kind, type: text, default: web}
  - {name: since, type: date, default: 2024-01-01}
sources:
  orders:
    table: shop.orders
    columns: {id: integer, customer_id: integer, amount: decimal, ordered_at: timestamp, paid_at: timestamptz,
              status: text, score: float}
  customers: {table: shop.customers, columns: {id: integer, region: text, joined: date}}
models:
  - name: orders
    source: orders
    primary_key: id
    time: ordered_at
    joins: [{to: customers, on: {customer_id: id}}]
    dimensions:
      - {name: status}
      - {name: score}
      - {name: paid_at}
      - {name: big, sql: "amount > {{ least }}"}
      - {name: named, sql: "case when status = {{ kind }} then 'it: ' || {{ kind }} else status end"}
  - name: customers
    source: customers
    primary_key: id
    dimensions: [{name: region}, {name: joined}]
  - name: visits
    query: {from: orders, metrics: {spent: sum(amount)}, by: [customer_id, status], having: spent > 1}
  - name: plain
    sql: |
      SELECT o.customer_id, c.region AS home, o.amount
      FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.status <> 'gone'
    columns: {customer_id: integer, home: text, amount: decimal}
    dimensions: [{name: home}]
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: order_count, model: orders, sql: count(*)}
  - {name: taxed, model: orders, sql: "sum(amount * {{ rate }})", filter: "status = {{ kind }}"}
  - {name: recent, model: orders, sql: sum(amount), filter: "ordered_at >= {{ since }}"}
  - {name: average, sql: sales / order_count}
  - {name: sales_2m, metric: sales, window: 2 months}
  - {name: customer_count, model: customers, sql: count(*)}
  - {name: spenders, model: visits, sql: count(distinct customer_id)}
  - {name: at_home, model: plain, sql: sum(amount)}
"""

HOSTILE = "x' OR '1'='1'; DROP TABLE shop.orders; -- :a %s %(b)s ? $1 @p \\ \U00100000"

TABLES = f"""
DROP SCHEMA IF EXISTS shop CASCADE;
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id BIGINT, customer_id BIGINT, amount NUMERIC(12, 2), ordered_at TIMESTAMP,
                          paid_at TIMESTAMPTZ, status VARCHAR, score DOUBLE PRECISION);
CREATE TABLE shop.customers (id BIGINT, region VARCHAR, joined DATE);
INSERT INTO shop.customers VALUES (1, 'north', '2021-01-01'), (2, 'c%:south', '2022-02-02'), (3, NULL, NULL);
INSERT INTO shop.orders VALUES
  (1, 1, 10.50, '2024-01-05 08:00:00', '2024-01-05 08:00:00+00', 'web', 0.5),
  (2, 1, 20.00, '2024-01-31 23:59:59', '2024-01-31 23:59:59+00', 'store', 1.5),
  (3, 2, 30.25, '2024-02-01 00:00:00', '2024-02-01 00:00:00+09', 'web', -2.5),
  (4, 2, 5.00, '2024-03-10 12:00:00', NULL, NULL, NULL),
  (5, 9, 7.00, '2023-12-31 12:00:00', NULL, '{HOSTILE.replace("'", "''")}', 3)
"""


def layer() -> Layer:
    """The project."""
    return Layer.from_text(semantic=PROJECT)


#: Questions with values in every place that takes one.
QUESTIONS: dict[str, dict[str, object]] = {
    "a text": {"metrics": "sales", "by": "customers.region", "where": "orders.status = 'web'"},
    "hostile text": {
        "metrics": ["sales", "order_count"],
        "where": "orders.status = '" + HOSTILE.replace("'", "''") + "'",
    },
    "some of many": {
        "metrics": "sales",
        "where": "customers.region in ('north', 'c%:south')",
        "by": "orders.status",
    },
    "none of many": {
        "metrics": "sales",
        "where": "orders.status not in ('store', 'it''s')",
        "by": "orders.status",
    },
    "a pattern": {"metrics": "order_count", "where": "customers.region like 'c%:%'", "by": "orders.status"},
    "numbers": {"metrics": "sales", "by": "orders.status", "where": "orders.score between -2.5 and 1e0"},
    "a negative": {"metrics": "order_count", "where": "orders.score > -3 and orders.score * 2 < 4"},
    "days": {"metrics": "sales", "where": "customers.joined >= date '2021-06-01'", "by": "customers.joined"},
    "instants": {"metrics": "sales", "where": "orders.paid_at < timestamptz '2024-01-31 15:00:00+00'"},
    "a range": {"metrics": ["sales", "average"], "by": "time.month", "time": "2024-01..2024-02"},
    "a filled range": {"metrics": "sales", "by": "time.month", "time": "2023-11..2024-04", "fill": True},
    "a window": {"metrics": "sales_2m", "by": "time.month", "time": "2024-01..2024-03"},
    "having": {
        "metrics": ["sales", "order_count"],
        "by": "customers.region",
        "having": "sales > 12 and order_count >= 1",
    },
    "parameters": {
        "metrics": ["taxed", "recent"],
        "by": ["orders.big", "orders.named"],
        "parameters": {"rate": "2.25", "kind": "store", "since": "2024-01-31", "least": -1},
    },
    "a backslash": {
        "metrics": "order_count",
        "by": "orders.status",
        "where": r"orders.status < 'x\ '",
    },
    "long numbers": {
        "metrics": "order_count",
        "where": "orders.score < 9999999999999999999 and orders.score > -12345678901234567890.123456789",
    },
    "the top": {
        "metrics": "sales",
        "by": "customers.region",
        "top": "1 customers.region by sales else the ''rest''",
    },
    "many sides": {"metrics": "customer_count", "where": "orders.status = 'web' and orders.score > 0.25"},
    "a derived model": {"metrics": "spenders", "where": "visits.status = 'web'", "limit": 3},
}
