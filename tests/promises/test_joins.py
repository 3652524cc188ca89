"""Joins: several hops, composite keys, expressions, roles, validity intervals, one-to-one, to oneself."""

from __future__ import annotations

from datetime import date

import pytest

from semantic.faults import SemanticError
from tests.promises.conftest import Open


def test_joins_several_hops_deep(store: Open) -> None:
    metric = "  - {name: eastern, model: lines, sql: sum(amount), filter: \"regions.region = 'east'\"}\n"
    shop = store(metric)
    shop.check("eastern", rows=[(150,)])
    shop.check("eastern", "line_amount", by=["regions.region"], rows=[
        ("east", 150, 150), ("west", None, 70), (None, None, 35),
    ])  # fmt: skip
    shop.check("units", where="orders.customers.regions.region = 'west'", rows=[(1,)])


STOCK = """
name: stock
models:
  - name: places
    source: places
    primary_key: [site, shelf]
    dimensions: [aisle]
  - name: moves
    source: moves
    primary_key: move_id
    dimensions: [site, quantity]
    joins: [{to: places, on: [site, shelf]}]
metrics:
  - {name: moved, model: moves, sql: sum(quantity)}
  - {name: places, model: places, sql: count(*)}
  - {name: rent, model: places, sql: sum(rent)}
"""
PLACES = """
    site text | shelf integer | aisle text | rent integer
    a         | 1             | cold       | 5
    a         | 2             | warm       | 7
    b         | 1             | warm       | 11
    """
MOVES = """
    move_id integer | site text | shelf integer | quantity integer
    1               | a         | 1             | 10
    2               | a         | 1             | 20
    3               | a         | 2             | 40
    4               | b         | 2             | 80
    5               | b         |               | 160
    """


def test_composite_keys(shop: Open) -> None:
    asked = shop(STOCK, places=PLACES, moves=MOVES)
    asked.check("moved", by=["places.aisle"], rows=[("cold", 30), ("warm", 40), (None, 240)])
    # place (a, 1) was moved from twice, (b, 1) never
    asked.check("rent", by=["moves.site"], rows=[("a", 5 + 7), (None, 11)])
    asked.check("rent", "moved", where="moves.quantity <= 20", rows=[(5, 30)])


def test_expression_joins(shop: Open) -> None:
    project = """
name: mail
models:
  - {name: domains, source: domains, primary_key: domain, dimensions: [kind]}
  - name: letters
    source: letters
    primary_key: id
    joins: [{to: domains, on: {"lower(split_part(address, '@', 2))": domain}}]
metrics:
  - {name: letters, model: letters, sql: count(*)}
  - {name: cost, model: domains, sql: sum(cost)}
"""
    letters = """
        id integer | address text
        1          | ann@Mail.example
        2          | bob@mail.example
        3          | cho@work.example
        4          | dee
        5          |
        """
    domains = """
        domain text  | kind text | cost integer
        mail.example | private   | 3
        work.example | office    | 4
        none.example | office    | 5
        """
    asked = shop(project, letters=letters, domains=domains)
    asked.check("letters", by=["domains.kind"], rows=[("office", 1), ("private", 2), (None, 2)])
    asked.check("cost", where="letters.id > 0", rows=[(7,)])


ROLES = """
name: flights
models:
  - {name: airports, source: airports, primary_key: code, dimensions: [city]}
  - name: flights
    source: flights
    primary_key: id
    joins:
      - {to: airports, as: origin, on: {origin_code: code}}
      - {to: airports, as: destination, on: {destination_code: code}}
metrics:
  - {name: flights, model: flights, sql: count(*)}
  - {name: home_flights, model: flights, sql: count(*), filter: origin.city = destination.city}
"""
AIRPORTS = """
    code text | city text
    ICN       | Seoul
    GMP       | Seoul
    CJU       | Jeju
    """
FLIGHTS = """
    id integer | origin_code text | destination_code text
    1          | GMP              | CJU
    2          | CJU              | GMP
    3          | ICN              | GMP
    4          | CJU              | XXX
    """


def test_two_roles_of_one_model(shop: Open) -> None:
    asked = shop(ROLES, airports=AIRPORTS, flights=FLIGHTS)
    asked.check("flights", by=["origin.city"], rows=[("Jeju", 2), ("Seoul", 2)])
    asked.check("flights", "home_flights", by=["origin.city", "destination.city"], rows=[
        ("Jeju", "Seoul", 1, 0), ("Jeju", None, 1, 0), ("Seoul", "Jeju", 1, 0), ("Seoul", "Seoul", 1, 1),
    ])  # fmt: skip
    asked.check("flights", where="flights.origin.city = 'Seoul'", rows=[(2,)])


def test_two_roles_of_one_model_are_ambiguous_by_its_name(shop: Open) -> None:
    with pytest.raises(SemanticError) as error:
        shop(ROLES, airports=AIRPORTS, flights=FLIGHTS).sql("flights", by=["airports.city"])
    assert [fault.code for fault in error.value.faults] == ["ambiguous"]


GRADES = """
name: grades
calendar: {timezone: Asia/Seoul}
models:
  - name: grades
    source: grades
    primary_key: [customer_id, valid_from]
    dimensions: [grade]
  - name: orders
    source: orders
    primary_key: id
    dimensions: [day]
    joins: [{to: grades, on: customer_id, valid: [valid_from, valid_to], at: AT}]
metrics:
  - {name: orders, model: orders, sql: count(*)}
"""
INTERVALS = """
    customer_id integer | grade text | valid_from date | valid_to date
    1                   | silver     | 2024-01-01      | 2024-02-01
    1                   | gold       | 2024-02-01      |
    2                   | silver     | 2024-01-10      | 2024-01-20
    """
ORDERS = """
    id integer | customer_id integer | day date   | moment timestamptz
    1          | 1                   | 2023-12-31 | 2023-12-31 14:59:59+00
    2          | 1                   | 2024-01-01 | 2023-12-31 15:00:00+00
    3          | 1                   | 2024-01-31 | 2024-01-31 14:59:59+00
    4          | 1                   | 2024-02-01 | 2024-01-31 15:00:00+00
    5          | 1                   | 2030-01-01 | 2029-12-31 15:00:00+00
    6          | 2                   | 2024-01-19 | 2024-01-19 14:59:59+00
    7          | 2                   | 2024-01-20 | 2024-01-19 15:00:00+00
    8          | 3                   | 2024-01-15 | 2024-01-15 00:00:00+00
    9          |                     | 2024-01-15 | 2024-01-15 00:00:00+00
    10         | 1                   |            |
    """


@pytest.mark.parametrize("at", ["day", "moment"])
def test_validity_intervals_are_half_open(shop: Open, at: str) -> None:
    # gold: 4, 5 · silver: 2, 3, 6 · before, between and without: 1, 7, 8, 9, 10
    asked = shop(GRADES.replace("AT", at), grades=INTERVALS, orders=ORDERS)
    asked.check("orders", by=["grades.grade"], rows=[("gold", 2), ("silver", 3), (None, 5)])
    asked.check("orders", where="grades.grade = 'silver'", rows=[(3,)])


def test_validity_intervals_of_timestamps(shop: Open) -> None:
    grades = """
        customer_id integer | grade text | valid_from timestamptz | valid_to timestamptz
        1                   | silver     | 2024-01-01 00:00:00+00 | 2024-02-01 00:00:00+00
        1                   | gold       | 2024-02-01 00:00:00+00 |
        """
    orders = """
        id integer | customer_id integer | day date   | moment timestamptz
        1          | 1                   | 2024-01-31 | 2024-01-31 23:59:59+00
        2          | 1                   | 2024-02-01 | 2024-02-01 00:00:00+00
        3          | 1                   | 2024-02-01 | 2023-12-31 23:59:59+00
        """
    asked = shop(GRADES.replace("AT", "moment"), grades=grades, orders=orders)
    asked.check("orders", by=["grades.grade"], rows=[("gold", 1), ("silver", 1), (None, 1)])


def test_validity_intervals_behind_another_join(shop: Open) -> None:
    project = GRADES.replace("AT", "day").replace(
        "metrics:",
        """  - name: lines
    source: lines
    primary_key: id
    joins:
      - {to: orders, on: {order_id: id}}
      - to: grades
        as: own_grade
        on: {orders.customer_id: customer_id}
        valid: [valid_from, valid_to]
        at: orders.day
metrics:
  - {name: lines, model: lines, sql: count(*)}""",
    )
    lines = "id integer | order_id integer\n1 | 2\n2 | 2\n3 | 4\n4 | 7\n5 | 99"
    asked = shop(project, grades=INTERVALS, orders=ORDERS, lines=lines)
    expected = [("gold", 1), ("silver", 2), (None, 2)]
    asked.check("lines", by=["orders.grades.grade"], rows=expected)
    asked.check("lines", by=["own_grade.grade"], rows=expected)
    asked.check("lines", by=["own_grade.grade"], where="orders.grades.grade = 'gold'", rows=[("gold", 1)])
    # an order counts once, whatever its lines
    asked.check("orders", where="lines.id > 0 and grades.grade = 'silver'", rows=[(1,)])


def test_validity_intervals_have_no_way_back(shop: Open) -> None:
    metric = "  - {name: grades, model: grades, sql: count(*)}\n"
    asked = shop(GRADES.replace("AT", "day") + metric, grades=INTERVALS, orders=ORDERS)
    with pytest.raises(SemanticError):
        asked.sql("grades", by=["orders.day"])


def test_one_to_one_leads_both_ways(shop: Open) -> None:
    project = """
name: people
models:
  - {name: people, source: people, primary_key: id, dimensions: [name]}
  - name: profiles
    source: profiles
    primary_key: person_id
    dimensions: [city]
    joins: [{to: people, on: {person_id: id}}]
metrics:
  - {name: people, model: people, sql: count(*)}
  - {name: age, model: people, sql: avg(age)}
  - {name: profiles, model: profiles, sql: count(*)}
"""
    people = "id integer | name text | age integer\n1 | Ann | 30\n2 | Bob | 40\n3 | Cho | 50"
    profiles = "person_id integer | city text\n1 | Seoul\n2 | Jeju\n9 | Busan"
    asked = shop(project, people=people, profiles=profiles)
    asked.check(
        "people", "age", by=["profiles.city"], rows=[("Jeju", 1, 40), ("Seoul", 1, 30), (None, 1, 50)]
    )
    asked.check("profiles", by=["people.name"], rows=[("Ann", 1), ("Bob", 1), (None, 1)])
    assert "DISTINCT" not in asked.sql("people", by=["profiles.city"])
    assert "EXISTS" not in asked.sql("people", where="profiles.city = 'Seoul'")


STAFF = """
name: staff
models:
  - name: staff
    source: staff
    primary_key: id
    dimensions: [name]
    joins: [{to: staff, as: manager, on: {manager_id: id}}]
metrics:
  - {name: heads, model: staff, sql: count(*)}
  - {name: pay, model: staff, sql: sum(pay)}
  - {name: above, model: staff, sql: count(*), filter: pay > manager.pay}
"""
PEOPLE = """
    id integer | name text | pay integer | manager_id integer
    1          | Ann       | 100         |
    2          | Bob       | 60          | 1
    3          | Cho       | 120         | 1
    4          | Dee       | 50          | 2
    5          | Eve       | 40          | 9
    """


def test_self_join(shop: Open) -> None:
    asked = shop(STAFF, staff=PEOPLE)
    asked.check("heads", "pay", by=["manager.name"], rows=[("Ann", 2, 180), ("Bob", 1, 50), (None, 2, 140)])
    asked.check("above", rows=[(1,)])
    asked.check("pay", by=["manager.manager.name"], rows=[("Ann", 50), (None, 320)])
    asked.check("heads", by=["staff.name"], where="manager.name = 'Ann'", rows=[("Bob", 1), ("Cho", 1)])


def test_required_joins_are_inner_and_others_left(store: Open) -> None:
    sql = store().sql("line_amount", by=["products.department"])
    assert "LEFT JOIN" in sql
    assert "INNER JOIN" not in sql


def test_required_join_behind_an_optional_one_keeps_the_orphans(shop: Open) -> None:
    project = """
name: chain
models:
  - {name: c, source: c, primary_key: id, dimensions: [label]}
  - {name: b, source: b, primary_key: id, joins: [{to: c, on: {c_id: id}, required: true}]}
  - {name: a, source: a, primary_key: id, joins: [{to: b, on: {b_id: id}}]}
metrics: [{name: rows, model: a, sql: count(*)}]
"""
    asked = shop(
        project,
        a="id integer | b_id integer\n1 | 1\n2 | 9\n3 |",
        b="id integer | c_id integer\n1 | 1",
        c="id integer | label text\n1 | x",
    )
    asked.check("rows", by=["c.label"], rows=[("x", 1), (None, 2)])


def test_where_on_the_key_of_the_one_side(store: Open) -> None:
    shop = store()
    shop.check("orders", where="customers.customer_id = 1", rows=[(2,)])
    # 9 is a customer's number on an order, but no customer
    shop.check("orders", where="customers.customer_id = 9", rows=[(0,)])
    shop.check("orders", where="customers.customer_id is null", rows=[(2,)])
    shop.check("orders", by=["customers.customer_id"], rows=[(1, 2), (2, 1), (None, 2)])


def test_a_shared_dimension_reached_by_two_ways_is_ambiguous(shop: Open) -> None:
    project = """
name: ways
models:
  - {name: places, source: places, primary_key: id, dimensions: [place]}
  - {name: buyers, source: people, primary_key: id, joins: [{to: places, on: {place_id: id}}]}
  - {name: sellers, source: people, primary_key: id, joins: [{to: places, on: {place_id: id}}]}
  - name: deals
    source: deals
    primary_key: id
    joins: [{to: buyers, on: {buyer_id: id}}, {to: sellers, on: {seller_id: id}}]
  - name: storms
    source: storms
    primary_key: id
    dimensions: [force]
    joins: [{to: places, on: {place_id: id}}]
metrics: [{name: deals, model: deals, sql: count(*)}]
"""
    asked = shop(
        project,
        places="id integer | place text\n1 | Seoul\n2 | Jeju",
        people="id integer | place_id integer\n1 | 1\n2 | 2",
        deals="id integer | buyer_id integer | seller_id integer\n1 | 1 | 2",
        storms="id integer | place_id integer | force integer\n1 | 1 | 9",
    )
    asked.check("deals", by=["buyers.places.place", "sellers.places.place"], rows=[("Seoul", "Jeju", 1)])
    for words in ({"by": ["places.place"]}, {"where": "storms.force = 9"}):
        with pytest.raises(SemanticError) as error:
            asked.sql("deals", **words)
        assert [fault.code for fault in error.value.faults] == ["ambiguous"]


def test_only_the_joins_that_are_needed(store: Open) -> None:
    sql = store().sql("line_amount", where="lines.quantity > 1")
    assert "JOIN" not in sql


def test_sql_models(shop: Open) -> None:
    project = """
name: made
models:
  - name: days
    sql: |
      with bought as (
        select customer_id, ordered_on, sum(total) as total from orders group by customer_id, ordered_on
      )
      select customer_id, ordered_on, total from bought
      union all
      select o.customer_id, date '2025-01-01' as ordered_on, 1 as total
      from orders as o left join customers as c on o.customer_id = c.id
      where c.id is null
    columns: {customer_id: integer, ordered_on: date, total: decimal}
    primary_key: [customer_id, ordered_on]
    time: ordered_on
    joins: [{to: customers, on: {customer_id: id}}]
  - name: customers
    source: customers
    primary_key: id
    dimensions: [name]
metrics:
  - {name: days, model: days, sql: count(*)}
  - {name: spent, model: days, sql: sum(total)}
"""
    orders = """
        customer_id integer | ordered_on date | total decimal
        1                   | 2024-01-01      | 10
        1                   | 2024-01-01      | 20
        1                   | 2024-02-01      | 30
        7                   | 2024-02-01      | 40
        """
    asked = shop(project, orders=orders, customers="id integer | name text\n1 | Ann")
    asked.check("days", "spent", by=["customers.name"], rows=[("Ann", 2, 60), (None, 2, 41)])
    year = date(2025, 1, 1)
    asked.check("spent", by=["time.year"], time="2025", rows=[(year, 1)])
