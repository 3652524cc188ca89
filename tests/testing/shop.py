"""A small shop, and tests over it."""

from __future__ import annotations

from textwrap import dedent, indent

from semantic import Layer
from semantic.testing.outcome import Outcome, Results

SHOP = """
name: shop
calendar: {timezone: Asia/Seoul}
sources:
  orders:
    table: prod.orders
    columns: {order_id: integer, customer_id: integer, ordered_at: timestamp, amount: decimal, weight: float,
              note: text, paid: boolean, due: date, seen_at: timestamptz, '"List Price"': decimal}
  customers: {table: prod.customers, columns: {customer_id: integer, region: text}}
  members:
    sql: "SELECT id AS member_id, upper(name) AS name, points * {{ rate }} AS points FROM crm.raw_members"
    columns: {member_id: integer, name: text, points: decimal}
  loose: {table: loose}
parameters:
  - {name: rate, type: integer, default: 10}
  - {name: as_of, type: date, default: current_date}
models:
  - name: orders
    source: orders
    primary_key: order_id
    time: ordered_at
    dimensions: [note, paid, due, seen_at, ordered_at, {name: listed, sql: '"List Price"'}]
    joins: [{to: customers, on: customer_id}]
  - {name: customers, source: customers, primary_key: customer_id, dimensions: [region]}
  - {name: members, source: members, primary_key: member_id, dimensions: [name]}
  - {name: loose, source: loose, primary_key: id}
  - {name: bare, table: bare_table, primary_key: id}
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*)}
  - {name: average, sql: sales / orders}
  - {name: weight, model: orders, sql: sum(weight)}
  - {name: recent, model: orders, sql: count(*), filter: "ordered_at < {{ as_of }}"}
  - {name: points, model: members, sql: sum(points)}
  - {name: loose, model: loose, sql: sum(value)}
  - {name: bare, model: bare, sql: count(*)}
  - {name: list_price, model: orders, sql: 'sum("List Price")'}
"""


def layer(tests: str, *, fixtures: str = "") -> Layer:
    """The shop with tests (items of a list) and fixtures."""
    text = "tests:\n" + indent(dedent(tests), "  ")
    if fixtures:
        text += "\nfixtures:\n" + indent(dedent(fixtures), "  ")
    return Layer.from_text(semantic=SHOP, more=text)


def results(tests: str, *, fixtures: str = "") -> Results:
    """What becomes of some tests."""
    return layer(tests, fixtures=fixtures).test()


def outcome(test: str, *, fixtures: str = "") -> Outcome:
    """What becomes of one test, without its name."""
    (found,) = results("- name: a test\n" + indent(dedent(test), "  "), fixtures=fixtures)
    assert isinstance(found, Outcome)
    return found


def marked(found: Outcome) -> list[str]:
    """The lines of a difference, as text."""
    assert found.difference is not None
    return [f"{line.mark} {', '.join(map(str, line.values))}" for line in found.difference.lines]


def told(found: Outcome) -> list[str]:
    """The faults of a test, as text."""
    assert found.status == "fault"
    return [str(fault) for fault in found.faults]
