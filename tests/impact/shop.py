"""A shop in a git repository: what stands in its files, and edits of them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

FILES: Mapping[str, str] = {
    "semantic.yml": """\
name: shop
calendar: {week_start: monday, timezone: Asia/Seoul}
sources:
  orders:
    table: shop.orders
    columns: {order_id: integer, customer_id: integer, ordered_at: timestamp, channel: text, status: text,
              shipping: integer, total: integer}
  lines:
    sql: SELECT order_id, line, product, quantity, amount FROM shop.lines WHERE NOT deleted
    columns: {order_id: integer, line: integer, product: text, quantity: integer, amount: decimal}
  customers:
    table: shop.customers
    columns: {customer_id: integer, region: text, joined_on: date, referrer_id: integer}
  logins:
    table: shop.logins
    columns: {login_id: integer, customer_id: integer, at: timestamptz}
parameters:
  - {name: large, type: integer, default: 50000}
  - {name: mode, type: text, default: net, values: [net, gross]}
  - {name: unused, type: integer, default: 7}
macros:
  - {name: paid(), sql: "status in ('paid', 'shipped')"}
  - {name: worth(), sql: "{% if mode == 'net' %}total - shipping{% else %}total{% endif %}"}
""",
    "models/orders.yml": """\
models:
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_at
    dimensions:
      - {name: channel, label: Channel}
      - {name: is_large, sql: "total >= {{ large }}"}
      - {name: size, bands: {sql: total, cuts: [100, 1000], labels: [small, middle, large]}}
    joins:
      - {to: customers, on: customer_id}
  - name: lines
    source: lines
    primary_key: [order_id, line]
    time: orders.ordered_at
    dimensions:
      - {name: product}
    joins:
      - {to: orders, on: order_id}
  - name: customers
    source: customers
    primary_key: customer_id
    time: joined_on
    dimensions:
      - {name: region}
      - {name: joined_on}
  - name: logins
    source: logins
    primary_key: login_id
    time: at
    joins:
      - {to: customers, on: customer_id}
""",
    "models/made.yml": """\
models:
  - name: visits
    query:
      from: lines
      metrics: {amount: sum(amount), units: sum(quantity)}
      by: [orders.customer_id as customer_id, orders.ordered_at.day as day]
      where: "orders.status <> 'cancelled' and product is not null"
      having: amount > 0
    primary_key: [customer_id, day]
    time: day
  - name: regulars
    sql: |
      SELECT customer_id, count(*) AS visit_count, sum(amount) AS spent
      FROM models.visits
      GROUP BY customer_id
      HAVING count(*) > 2
    columns: {customer_id: integer, visit_count: integer, spent: decimal}
    primary_key: customer_id
    joins:
      - {to: customers, on: customer_id}
""",
    "metrics.yml": """\
metrics:
  - {name: sales, model: orders, sql: sum(total), unit: KRW, label: Sales, description: What customers paid.}
  - {name: orders, model: orders, sql: count(*)}
  - {name: buyers, model: orders, sql: count(distinct customer_id)}
  - {name: paid_sales, model: orders, sql: sum(total), filter: "{{ paid() }} and channel is not null"}
  - {name: worth, model: orders, sql: "sum({{ worth() }})"}
  - {name: large_orders, model: orders, sql: count(*), filter: is_large}
  - {name: average_order, sql: sales / orders}
  - {name: paid_share, sql: paid_sales / sales}
  - {name: units, model: lines, sql: sum(quantity)}
  - {name: visit_count, model: visits, sql: count(*)}
  - {name: visit_amount, model: visits, sql: sum(amount)}
  - {name: regular_customers, model: regulars, sql: count(*)}
  - {name: regional_sales, model: orders, sql: sum(total), filter: "customers.region = 'Seoul'"}
  - {name: sales_28d, metric: sales, window: 28 days}
  - {name: sales_sampled, metric: sales, window: 29 days, sampled: {each: day, take: first}}
  - {name: sales_growth, sql: sales / sales_before - 1}
  - {name: sales_before, metric: sales, offset: 1 year}
  - {name: spenders, per: orders.customer_id, having: sales > 100, sql: count(*)}
  - {name: new_customers, model: customers, sql: count(*)}
  - {name: login_count, model: logins, sql: count(*)}
  - {name: retained, retention: {cohort: customers, activity: logins, by: customer_id, period: month}}
  - name: converted
    conversion: {from: customers, to: logins, by: customer_id, within: 7 days, immature: count}
""",
    "views.yml": """\
views:
  - {name: monthly, metrics: [sales, average_order], by: [time.month as month, customers.region as region]}
  - {name: paid_by_channel, metrics: [paid_sales], by: [orders.channel as channel], where: "orders.is_large"}
  - {name: order_rows, model: orders, columns: [order_id, total, channel, customers.region as region]}
""",
}


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=A Person", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def commit(folder: Path, message: str = "edit") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")
