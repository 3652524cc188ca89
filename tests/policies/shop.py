"""A shop with things to hide: rows, columns and metrics, and the same tables without the hidden rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from semantic.layer import Layer
from tests.engines import Table
from tests.shop import sources

#: Who asks, unless a test says another.
ANALYST: Mapping[str, Any] = {"role": "analyst", "regions": ["EMEA"], "name": "Ann"}
ADMIN: Mapping[str, Any] = {"role": "admin", "regions": [], "name": "root"}

_SHEETS = {
    "customers": """
        customer_id integer | region text | name text | birth_date date | parent_id integer | code text
        1                   | EMEA        | Ann       | 1980-01-02      |                   | 1
        2                   | EMEA        | Bob       | 1990-03-04      | 3                 | 2
        3                   | SECRET      | Zoe       | 1911-11-11      | 1                 | hush
        4                   |             | Nul       | 1912-12-12      | 3                 | 4
    """,
    "orders": """
        order_id integer | customer_id integer | amount decimal | cost decimal | ordered_on date | status text
        10               | 1                   | 100            | 10           | 2024-01-05      | paid
        11               | 1                   | 50             | 20           | 2024-02-06      | open
        12               | 3                   | 7777           | 30           | 2024-02-07      | secret
        13               | 2                   | 30             | 40           | 2024-03-08      | paid
        14               | 4                   | 5555           | 50           | 2024-01-09      | open
        15               |                     | 3333           | 60           | 2024-03-10      | paid
        16               | 99                  | 2222           | 70           | 2023-01-11      | odd
    """,
    "lines": """
        line_id integer | order_id integer | product_id integer | quantity integer
        1               | 10               | 1                  | 1
        2               | 10               | 2                  | 2
        3               | 11               | 1                  | 3
        4               | 12               | 1                  | 4444
        5               | 12               | 3                  | 4444
        6               | 13               | 2                  | 5
        7               | 15               | 3                  | 4444
    """,
    "products": """
        product_id integer | category text
        1                  | toys
        2                  | books
        3                  | weapons
    """,
    "visits": """
        visit_id integer | customer_id integer | visited_on date
        1                | 1                   | 2024-01-07
        2                | 3                   | 2024-02-08
        3                | 2                   | 2024-03-01
        4                | 1                   | 2024-02-01
        5                | 4                   | 2024-02-01
    """,
    "gifts": """
        gift_id integer | giver_id integer | taker_id integer | worth decimal
        1               | 1                | 2                | 11
        2               | 1                | 3                | 6666
        3               | 3                | 1                | 6666
        4               | 2                | 2                | 13
    """,
    "grades": """
        customer_id integer | valid_from date | valid_to date | grade text
        1                   | 2024-01-01      | 2024-02-01    | gold
        1                   | 2024-02-01      |               | iron
        3                   | 2024-01-01      |               | diamond
        2                   | 2024-03-01      |               | gold
    """,
    "notes": """
        note_id integer | author text | words text
        1               | Ann         | fine
        2               | Eve         | classified
        3               |             | nobody's
    """,
}
TABLES: Mapping[str, Table] = {name: Table.parse(text) for name, text in _SHEETS.items()}

#: The keys of the rows that the analyst may see, by hand; products belong to nobody.
_SEEN = {
    "customers": {1, 2},
    "orders": {10, 11, 13},
    "lines": {1, 2, 3, 6},
    "products": {1, 2, 3},
    "visits": {1, 3, 4},
    "gifts": {1, 4},
    "grades": {1, 2},
    "notes": {1},
}
#: The same tables with the other rows deleted.
LEFT: Mapping[str, Table] = {
    name: Table(table.columns, tuple(row for row in table.rows if row[0] in _SEEN[name]))
    for name, table in TABLES.items()
}
#: What no answer to the analyst may hold.
SECRETS = ("7777", "5555", "3333", "2222", "4444", "6666", "SECRET", "Zoe", "Nul", "1911", "1912", "hush",
           "diamond", "weapons", "classified", "nobody's", "secret", "odd")  # fmt: skip

MODELS = """
name: shop
calendar: {timezone: UTC}
parameters:
  - {name: least, type: decimal, default: 0}
  - {name: region, type: text, default: EMEA}
  - {name: user, type: text, default: somebody}
macros:
  - {name: "same(x, y)", sql: "({{ x }} = {{ y }})"}
models:
  - name: customers
    source: customers
    primary_key: customer_id
    dimensions:
      - region
      - name
      - code
      - {name: birth_year, sql: year(birth_date)}
      - {name: age_band, bands: {sql: year(birth_date), cuts: [1950], labels: [old, young]}}
      - {name: place, sql: "row_number() over (order by customer_id)"}
      - {name: inner_code, sql: code}
    joins:
      - {to: customers, as: parent, on: {parent_id: customer_id}}
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_on
    dimensions: [amount, status, ordered_on, customer_id, {name: big, sql: "amount > {{ least }}"}]
    joins: [{to: customers, on: customer_id}]
  - name: lines
    source: lines
    primary_key: line_id
    time: orders.ordered_on
    dimensions: [quantity]
    joins: [{to: orders, on: order_id}, {to: products, on: product_id}]
  - {name: products, source: products, primary_key: product_id, dimensions: [category]}
  - name: visits
    source: visits
    primary_key: visit_id
    time: visited_on
    joins: [{to: customers, on: customer_id}]
  - name: gifts
    source: gifts
    primary_key: gift_id
    dimensions: [worth]
    joins:
      - {to: customers, as: giver, on: {giver_id: customer_id}}
      - {to: customers, as: taker, on: {taker_id: customer_id}}
  - name: grades
    source: grades
    primary_key: [customer_id, valid_from]
    valid: [valid_from, valid_to]
    time: valid_from
    dimensions: [grade]
    joins: [{to: customers, on: customer_id}]
  - name: notes
    sql: select note_id, author, words from notes
    columns: {note_id: integer, author: text, words: text}
    primary_key: note_id
    dimensions: [author, words]
  - name: days
    query: {from: orders, metrics: {spent: sum(amount)}, by: [customer_id, ordered_on]}
    time: ordered_on
    dimensions: [spent]
    joins: [{to: customers, on: customer_id}]
  - name: scores
    query: {of: customers, metrics: {n: count(orders.order_id), spent: sum(orders.amount)}}
    dimensions: [n, spent, {name: rank, sql: "rank() over (order by spent desc)"}]
    joins: [{to: customers, on: customer_id}]
  - name: big_spenders
    sql: select customer_id, sum(amount) as total, count(*) as n from models.orders group by customer_id
    columns: {customer_id: integer, total: decimal, n: integer}
    primary_key: customer_id
    dimensions: [total, n]
  - name: aliased
    sql: select c.customer_id, c.birth_date as harmless from models.customers as c
    columns: {customer_id: integer, harmless: date}
    primary_key: customer_id
    dimensions: [harmless]
  - name: whole
    sql: select * from models.customers
    columns: {customer_id: integer, region: text, birth_date: date}
    primary_key: customer_id
    dimensions: [region]
  - name: births
    query: {from: customers, metrics: {n: count(*)}, by: [birth_year]}
    dimensions: [n]
  - name: margins
    query: {from: orders, metrics: {m: margin, s: sum(amount)}, by: [customer_id]}
    dimensions: [m, s]
  - name: firsts
    query: {from: orders, metrics: {entered_on: min(ordered_on)}, by: [customer_id]}
    time: entered_on
    joins: [{to: customers, on: customer_id}]
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: purchases, model: orders, sql: count(*)}
  - {name: largest, model: orders, sql: max(amount)}
  - {name: smallest, model: orders, sql: min(cost)}
  - {name: median, model: orders, sql: median(amount)}
  - {name: statuses, model: orders, sql: "string_agg(status, ',')"}
  - {name: people, model: customers, sql: count(*)}
  - {name: last_name, model: customers, sql: max(name)}
  - {name: pieces, model: lines, sql: sum(quantity)}
  - {name: by_line, model: lines, sql: sum(orders.amount)}
  - {name: given, model: gifts, sql: sum(worth)}
  - {name: graded, model: grades, sql: count(distinct customer_id), at: period_end}
  - {name: notes_n, model: notes, sql: count(*)}
  - {name: spent, model: days, sql: sum(spent)}
  - {name: spenders, model: big_spenders, sql: sum(total)}
  - {name: scored, model: scores, sql: sum(spent)}
  - {name: visitors, model: visits, sql: count(distinct customer_id)}
  - {name: products_n, model: products, sql: count(*)}
  - {name: running, metric: sales, window: all}
  - {name: trailing, metric: sales, window: 3 months}
  - {name: month_to_date, metric: sales, to_date: year}
  - {name: before, metric: sales, offset: 1 month}
  - {name: year_before, metric: sales, offset: 1 year}
  - {name: share, metric: sales, share_over: all}
  - {name: share_of_status, metric: sales, share_over: [orders.status]}
  - {name: all_sales, metric: sales, total_over: all}
  - {name: unfiltered, metric: sales, ignoring: [customers.region]}
  - {name: place, metric: sales, rank_over: [orders.status]}
  - {name: buyers, per: orders.customer_id, having: sales > 0, sql: count(*)}
  - {name: typical, per: orders.customer_id, sql: median(sales)}
  - {name: visitors_in_window, metric: visitors, window: 2 months}
  - name: converted
    conversion: {from: orders, to: visits, by: customer_id, within: 3 months, immature: count}
  - {name: kept, retention: {cohort: firsts, activity: visits, by: customer_id, period: month}}
  - {name: margin, model: orders, sql: sum(amount - cost)}
  - {name: margin_rate, sql: margin / sales}
  - {name: margin_before, metric: margin, offset: 1 month}
  - {name: margin_share, metric: margin, share_over: all}
  - {name: profitable, per: orders.customer_id, having: margin > 0, sql: count(*)}
  - {name: oldest, model: customers, sql: min(birth_date)}
  - {name: elders, model: customers, sql: count(*), filter: birth_date < date '1950-01-01'}
  - name: elder_sales
    model: orders
    sql: sum(amount) filter (where customers.birth_date < date '1950-01-01')
  - {name: harmless, model: aliased, sql: max(harmless)}
  - {name: wholes, model: whole, sql: count(*)}
  - {name: made_sales, model: margins, sql: sum(s)}
  - {name: years, model: births, sql: sum(n)}
  - {name: codes, model: customers, sql: "string_agg(code, ',')"}
"""
POLICIES = """
policies:
  - name: own_regions
    model: customers
    rows: "region in {{ user.regions }}"
    except: "{{ user.role == 'admin' }}"
  - name: own_notes
    model: notes
    rows: "author = {{ user.name }}"
    except: "{{ user.role == 'admin' }}"
  - {name: no_births, model: customers, hide: [birth_date, code], except: "{{ user.role == 'admin' }}"}
  - {name: no_margins, metrics: margin, except: "{{ user.role in ('finance', 'admin') }}"}
"""


def shop(policies: str = POLICIES, models: str = MODELS) -> Layer:
    """The shop, with its policies or with others."""
    return Layer.from_text(semantic=models, sources=sources(TABLES), policies=policies or "policies: []")
