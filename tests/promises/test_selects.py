"""A model's own SELECT over other models: their columns and dimensions, whatever they are made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from semantic import Layer
from semantic.faults import SemanticError
from tests.promises.conftest import Open

PROJECT = """
name: days
models:
  - name: sales
    source: sales
    primary_key: sale_id
    time: at
    dimensions: [{name: day, type: date, sql: local_date(at)}]
    joins: [{to: people, on: who}]
  - {name: people, source: people, primary_key: who, dimensions: [town]}
  - name: visits
    query: {from: sales, metrics: {amount: sum(amount)}, by: [who, day], having: amount > 0}
    time: day
    dimensions:
      - {name: nth, sql: row_number() over (partition by who order by day)}
      - {name: is_big, type: boolean, sql: amount >= 100}
      - {name: month, type: date, sql: "date_trunc('month', day)"}
    joins: [{to: people, on: who}]
  - name: pairs
    sql: |
      SELECT one.who, one.day, other.day AS next_day, other.amount - one.amount AS more
      FROM models.visits AS one
      INNER JOIN models.visits AS other
        ON other.who = one.who AND other.nth = one.nth + 1
    columns: {who: integer, day: date, next_day: date, more: decimal}
    primary_key: [who, day]
    time: next_day
    dimensions: [{name: gap, sql: "date_diff('day', day, next_day)"}]
    joins: [{to: people, on: who}]
  - name: towns
    sql: |
      WITH visits AS (
        SELECT who, MAX(amount) AS amount
        FROM models.visits
        WHERE is_big
        GROUP BY who
        HAVING MAX(amount) < 1000
      )
      SELECT people.town, COUNT(*) AS people, SUM(visits.amount) AS best
      FROM visits
      INNER JOIN models.people AS people
        ON people.who = visits.who
      GROUP BY people.town
    columns: {town: text, people: integer, best: decimal}
    primary_key: town
  - name: soon
    sql: |
      SELECT who, COUNT(*) AS visits, MAX(next_month) AS until
      FROM (SELECT who, month + INTERVAL 1 MONTH AS next_month FROM models.visits) AS given
      WHERE next_month > {{ after }} + 30
      GROUP BY who
    columns: {who: integer, visits: integer, until: date}
    primary_key: who
parameters: [{name: after, type: date, default: 2024-01-10}]
metrics:
  - {name: pairs, model: pairs, sql: count(*)}
  - {name: more, model: pairs, sql: sum(more)}
  - {name: best, model: towns, sql: sum(best)}
  - {name: visit_amount, model: visits, sql: sum(amount)}
  - {name: soon, model: soon, sql: sum(visits)}
"""
SALES = """
    sale_id integer | who integer | at timestamp        | amount decimal
    1               | 1           | 2024-01-01 10:00:00 | 50
    2               | 1           | 2024-01-01 12:00:00 | 60
    3               | 1           | 2024-01-09 12:00:00 | 10
    4               | 1           | 2024-02-03 12:00:00 | 30
    5               | 2           | 2024-01-05 12:00:00 | 200
    6               | 2           | 2024-01-06 12:00:00 | 20
    7               | 2           | 2024-01-06 13:00:00 | -20
    8               | 3           | 2024-01-31 12:00:00 | 5000
    9               | 4           | 2024-02-29 12:00:00 | 7
    """
PEOPLE = """
    who integer | town text
    1           | Aix
    2           | Bonn
    3           | Bonn
    """


def test_rows_of_a_model_that_is_made_from_a_question(shop: Open) -> None:
    """Visits: 1 on Jan 1 (110), Jan 9 (10), Feb 3 (30); 2 on Jan 5 (200), Jan 6 is none; 3; 4."""
    world = shop(PROJECT, sales=SALES, people=PEOPLE)
    world.check("pairs", "more", by=["pairs.who"], rows=[(1, 2, Decimal(-80))])
    world.check("pairs", by=["pairs.gap"], rows=[(8, 1), (25, 1)])
    world.check("pairs", by=["people.town", "time.month"], rows=[
        ("Aix", date(2024, 1, 1), 1), ("Aix", date(2024, 2, 1), 1),
    ])  # fmt: skip


def test_a_step_of_its_own_may_be_called_like_the_model(shop: Open) -> None:
    """1 has 110 at best, 2 has 200; 3 has 5000, which is too much."""
    world = shop(PROJECT, sales=SALES, people=PEOPLE)
    world.check("best", by=["towns.town"], rows=[("Aix", 110), ("Bonn", 200)])


def test_both_in_one_question(shop: Open) -> None:
    world = shop(PROJECT, sales=SALES, people=PEOPLE)
    world.check(
        "visit_amount", "pairs", by=["people.town"], rows=[("Aix", 150, 2), ("Bonn", 5200, 0), (None, 7, 0)]
    )


def test_types_are_known_through_subqueries(shop: Open) -> None:
    """The months after: of 1 Feb 1, Feb 1, Mar 1; of 2 and 3 Feb 1; of 4 Mar 1. Two are after Feb 9."""
    world = shop(PROJECT, sales=SALES, people=PEOPLE)
    world.check("soon", rows=[(2,)])
    world.check("soon", rows=[(6,)], parameters={"after": "2023-12-31"})


DECLARED = """
name: days
sources:
  sales: {table: sales, columns: {sale_id: integer, who: integer, at: timestamp, amount: decimal}}
  people: {table: people, columns: {who: integer, town: text}}
"""
SQL = Layer.from_text(semantic=PROJECT.replace("\nname: days\n", DECLARED))


def test_only_what_the_select_names_is_read() -> None:
    text = SQL.sql("best", by="towns.town").text
    assert "is_big" in text
    assert "nth" not in text
    assert "ROW_NUMBER" not in text


def failing(sql: str, **more: str) -> str:
    """What is told of a project whose model is that SELECT."""
    models = "\n".join(f"  - {{name: {name}, sql: '{text}'}}" for name, text in {"m": sql, **more}.items())
    text = f"name: bad\nmodels:\n{models}\nmetrics: [{{name: n, model: m, sql: count(*)}}]"
    with pytest.raises(SemanticError) as caught:
        Layer.from_text(semantic=text).sql("n")
    [fault] = caught.value.faults
    return f"{fault.code}: {fault.message}"


def test_an_unknown_model_is_told() -> None:
    assert failing("select a from models.nothing") == "unknown: 'nothing' is no model."


def test_models_that_read_each_other_are_told() -> None:
    told = failing("select a from models.o", o="select a from models.m")
    assert told == "cycle: A model uses itself: m → o → m."


def test_a_model_that_reads_itself_is_told() -> None:
    assert failing("select a from models.m") == "cycle: A model uses itself: m → m."


MAPPED = """
name: mapped
libraries: [crm]
sources:
  customers: {customers}
  orders: {{table: orders}}
  order_lines: {{table: order_lines}}
"""
CUSTOMERS = {
    "a table": "{table: customers, missing: [region, withdrawn_at]}",
    "a SELECT": "{sql: SELECT customer_id FROM customers}",
    "a union": "{sql: SELECT customer_id FROM customers UNION ALL SELECT -customer_id FROM customers}",
}


@pytest.mark.parametrize("kind", CUSTOMERS)
def test_columns_that_a_table_does_not_have_are_null(shop: Open, kind: str) -> None:
    """The library knows a region and when customers withdrew; these tables do not."""
    columns = (
        "customer_id integer"
        if kind != "a table"
        else (
            "customer_id integer | registered_at timestamp | birth_date date | gender text"
            " | acquisition_channel text | acquisition_campaign_id integer | referred_by_customer_id integer"
        )
    )
    rest = "" if kind != "a table" else " | 2024-01-01 10:00:00 | | | | |"
    world = shop(
        MAPPED.format(customers=CUSTOMERS[kind]),
        customers=f"{columns}\n1{rest}\n2{rest}",
        orders="order_id integer | customer_id integer | ordered_at timestamp\n1 | 1 | 2024-05-01 10:00:00",
        order_lines="order_line_id integer | order_id integer | quantity integer | amount decimal\n1|1|1|10",
    )
    world.check("purchase_amount", by=["customers.region"], rows=[(None, 10)])
    world.check("purchase_amount", by=["customers.withdrawn_on"], rows=[(None, 10)])
