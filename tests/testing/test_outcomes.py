"""What passes, what fails, and how the difference is told."""

from __future__ import annotations

import pytest

from semantic.testing.shown import hint
from tests.testing.shop import layer, marked, outcome, results

THREE = """
given:
  orders: |
    # a comment, then a blank line

    order_id, customer_id, ordered_at,           amount
    1,        1,           2024-05-01 10:00:00,  100.50
    2,        1,           2024-06-01,           -0.5
    3,        ,            2024-06-30 23:59:59,  NULL
  customers: |
    customer_id, region
    1, "EU, west"
"""


def test_a_right_number_passes() -> None:
    assert outcome(THREE + "ask: {metrics: [sales]}\nexpect: |\n  sales\n  100").status == "passed"


def test_a_wrong_number_fails_with_the_difference() -> None:
    found = outcome(THREE + "ask: {metrics: [sales]}\nexpect: |\n  sales\n  100.01")
    assert found.status == "failed"
    assert marked(found) == ["- 100.01", "+ 100.000000000"]
    assert "SUM" in (found.sql or "")
    assert str(found.span) == "more.yml:2:11"


def test_rows_are_compared_as_a_set_in_the_columns_that_are_named() -> None:
    ask = "ask: {metrics: [sales, orders], by: [customers.region, time.month]}\n"
    expect = """expect: |
      time_month, orders, customers_region
      2024-06-01, 1,      NULL
      2024-06-01, 1,      "EU, west"
      2024-05-01, 1,      'EU, west'
    """
    assert outcome(THREE + ask + expect).status == "passed"


def test_rows_that_lack_or_are_too_many_are_told_beside_those_that_agree() -> None:
    found = outcome(
        THREE
        + "ask: {metrics: [orders], by: [time.month]}\nexpect: |\n"
        + "  time_month, orders\n  2024-05-01, 1\n  2024-07-01, 2\n"
    )
    assert marked(found) == ["  2024-05-01, 1", "+ 2024-06-01, 2", "- 2024-07-01, 2"]


def test_equal_rows_count_as_often_as_they_are_written() -> None:
    text = THREE + "ask: {metrics: [orders], by: [orders.ordered_at]}\nexpect: |\n  orders\n  1\n  1\n"
    assert marked(outcome(text)) == ["  1", "  1", "+ 1"]
    assert outcome(text + "  1\n").status == "passed"


def test_the_order_of_rows_matters_if_the_test_says_so() -> None:
    text = THREE + "ask: {metrics: [orders], by: [time.month], order: -time_month}\nexpect: |\n  time_month\n"
    falling, rising = "  2024-06-01\n  2024-05-01\n", "  2024-05-01\n  2024-06-01\n"
    assert outcome(text + rising).status == "passed"
    assert outcome(text + falling + "ordered: true\n").status == "passed"
    found = outcome(text + rising + "ordered: true\n")
    assert found.status == "failed"
    assert sorted(line[0] for line in marked(found)) == [" ", "+", "-"]


@pytest.mark.parametrize(
    ("written", "more", "status"),
    [
        ("33.333333333333336", "", "passed"),
        ("33.3333333333", "", "passed"),
        ("33.33", "", "failed"),
        ("33.33", "tolerance: 0.005", "passed"),
        ("33.3", "tolerance: 0.005", "failed"),
        ("NULL", "", "failed"),
    ],
)
def test_floats_agree_in_nine_digits_or_within_a_tolerance(written: str, more: str, status: str) -> None:
    text = THREE + f"ask: {{metrics: [average]}}\nexpect: |\n  average\n  {written}\n{more}"
    assert outcome(text.replace("100.50", "100.5")).status == status


def test_rows_may_be_lists_of_mappings() -> None:
    found = outcome("""
        given:
          orders:
            - {order_id: 1, amount: 1.25, note: "NULL", paid: true, due: 2024-02-29, '"List Price"': 2}
            - {order_id: 2, amount: , note: null}
            - {note: "  it's, \\"so\\" ", paid: false}
        ask: {metrics: [sales, list_price], by: [orders.note, orders.paid, {path: orders.due, as: due}]}
        expect:
          - {orders_note: "NULL", orders_paid: true, due: 2024-02-29, sales: 1.25, list_price: 2}
          - {orders_note: "  it's, \\"so\\" ", orders_paid: false, sales: }
          - {sales: null}
    """)
    assert found.status == "passed", found


def test_every_type_goes_in_and_comes_out() -> None:
    found = outcome("""
        given:
          orders: |
            order_id, weight, note, paid, due, seen_at, ordered_at, "List Price"
            1, 1e3, '', false, 2024-02-29, 2024-05-01T23:00:00+09:00, 2024-05-01 10:00:00.123456, 0.000000001
        ask: {metrics: [weight, list_price], by: [orders.note, orders.paid, orders.due, orders.seen_at,
                                                  orders.ordered_at]}
        expect: |
          weight, list_price, orders_note, orders_paid, orders_due, orders_seen_at, orders_ordered_at
          1000.0, 0.000000001, "", false, 2024-02-29, 2024-05-01 14:00:00Z, 2024-05-01 10:00:00.123456
    """)
    assert found.status == "passed", (found.faults, found.difference)


def test_a_false_is_no_zero_and_an_empty_text_is_no_null() -> None:
    text = """
        given: {{orders: [{{order_id: 1, note: ""}}]}}
        ask: {{metrics: [orders], by: [orders.note]}}
        expect: [{{orders_note: {}}}]
    """
    assert outcome(text.format("''")).status == "passed"
    assert outcome(text.format("null")).status == "failed"


def test_digits_that_are_only_rounded_are_told_so() -> None:
    found = outcome(THREE + "ask: {metrics: average}\nexpect: [{average: 33.33}]")
    assert found.difference is not None
    assert hint(found.difference) == (
        "The numbers agree as far as they are written; 'tolerance: 0.005' says so."
    )
    found = outcome(THREE + "ask: {metrics: average}\nexpect: [{average: 33.34}]")
    assert found.difference is not None
    assert hint(found.difference) is None


def test_sources_that_are_not_given_are_empty() -> None:
    assert outcome("ask: {metrics: [sales, orders]}\nexpect: [{sales: , orders: 0}]").status == "passed"


def test_an_empty_answer_is_a_header_without_rows() -> None:
    text = "ask: {metrics: [sales], by: time.month}\nexpect: |\n  sales\n"
    assert outcome(text).status == "passed"
    assert marked(outcome(THREE + text))[0].startswith("+")


def test_one_test_leaves_nothing_behind_for_the_next() -> None:
    found = results("""
        - {name: one, given: {orders: [{amount: 1}]}, ask: {metrics: sales}, expect: [{sales: 1}]}
        - {name: two, ask: {metrics: orders}, expect: [{orders: 0}]}
        - {name: three, given: {orders: [{amount: 2}]}, ask: {metrics: sales}, expect: [{sales: 2}]}
        - {name: four, given: {orders: [{amount: 2}]}, ask: {metrics: sales}, expect: [{sales: 2}]}
        - {name: five, given: {loose: [{"value: integer": 2}]}, ask: {metrics: loose}, expect: [{loose: 2}]}
        - name: six
          given: {loose: [{"value: decimal": 2.5}]}
          ask: {metrics: loose}
          expect: [{loose: 2.5}]
    """)
    assert [each.status for each in found] == ["passed"] * 6
    assert found.passed
    assert len(found) == 6


FIVE = """
given:
  orders: |
    order_id, ordered_at, amount, note
    1, 2024-01-05, 10, a
    2, 2024-01-06, 20, b
    3, 2024-03-05, 30, c
    4, 2024-03-06, 40, a
    5, 2025-01-01, 50, a
"""


@pytest.mark.parametrize(
    ("ask", "values"),
    [
        ("by: time.month, time: 2024-01..2024-03, fill: true", ("30", "0", "70")),
        ("where: \"orders.note = 'a'\"", ("100",)),
        ("by: orders.note, having: sales > 25, order: -sales, limit: 1", ("100",)),
        ("by: orders.note, top: 1 orders.note by sales", ("100", "50")),
        ("by: [customers.region], members: true", ("150", "0")),
        ("by: [customers.region], members: [customers.region]", ("150", "0")),
    ],
)
def test_every_part_of_a_question_is_asked(ask: str, values: tuple[str, ...]) -> None:
    rows = "".join(f"    {value}\n" for value in values)
    region = "  customers: [{customer_id: 7, region: EU}]\n"
    found = outcome(f"{FIVE}{region}ask: {{metrics: sales, {ask}}}\nexpect: |\n    sales\n{rows}")
    assert found.status == "passed", (found.faults, found.difference)


def test_parameters_are_given_by_the_test_or_its_question() -> None:
    text = """
        given: {{orders: [{{ordered_at: 2024-05-31}}]}}
        parameters: {{as_of: {}}}
        ask: {{metrics: [recent]{}}}
        expect: [{{recent: {}}}]
    """
    assert outcome(text.format("2024-06-01", "", 1)).status == "passed"
    assert outcome(text.format("2024-05-31", "", 0)).status == "passed"
    assert outcome(text.format("2024-05-31", ", parameters: {as_of: 2024-06-01}", 1)).status == "passed"


def test_fixtures_are_used_added_to_and_replaced() -> None:
    fixtures = """
        - name: one
          given:
            orders: [{order_id: 1, customer_id: 1, amount: 1}]
            customers: [{customer_id: 1, region: EU}]
        - {name: two, given: {customers: [{customer_id: 1, region: US}]}}
    """
    asked = "ask: {metrics: sales, by: customers.region}\n"
    row = "expect: [{{customers_region: {}, sales: {}}}]"
    given = "given: {orders: [{customer_id: 1, amount: 5}]}\n"
    assert outcome(f"use: one\n{asked}" + row.format("EU", 1), fixtures=fixtures).status == "passed"
    assert outcome(f"use: [one, two]\n{asked}" + row.format("US", 1), fixtures=fixtures).status == "passed"
    assert outcome(f"use: one\n{given}{asked}" + row.format("EU", 5), fixtures=fixtures).status == "passed"


def test_the_sql_of_a_source_runs_over_raw_tables() -> None:
    found = outcome("""
        given:
          crm.raw_members: |
            id: integer, name: text, points: decimal
            1, ann, 1.5
            2, bob, 2
        ask: {metrics: points, by: members.name}
        parameters: {rate: 100}
        expect: |
          members_name, points
          ANN, 150
          BOB, 200
    """)
    assert found.status == "passed", (found.faults, found.difference)


def test_a_given_source_wins_over_the_raw_table_that_it_reads() -> None:
    found = outcome("""
        given:
          crm.raw_members: [{"id: integer": 1, "name: text": a, "points: decimal": 1}]
          members: [{member_id: 1, points: 7}]
        ask: {metrics: points}
        expect: [{points: 7}]
    """)
    assert found.status == "passed"


def test_the_table_of_a_model_can_be_given() -> None:
    found = outcome("""
        given: {bare_table: [{"id: integer": 1}, {"id: integer": 2}]}
        ask: {metrics: bare}
        expect: [{bare: 2}]
    """)
    assert found.status == "passed", found.faults


def test_a_refusal_can_be_expected() -> None:
    text = "ask: {{metrics: {}}}\nfault: {}"
    assert outcome(text.format("salse", "unknown")).status == "passed"
    assert marked(outcome(text.format("sales", "unknown"))) == ["- unknown", "+ the question is answered"]
    assert marked(outcome(text.format("salse", "ambiguous")))[1].startswith("+ unknown: 'salse' is no metric")


def test_tests_are_chosen_by_name_and_metric() -> None:
    shop = layer("""
        - {name: Sales of nobody, ask: {metrics: sales}, expect: [{sales: }]}
        - {name: orders of nobody, ask: {metrics: orders}, expect: [{orders: 0}]}
    """)
    assert [each.name for each in shop.test("sales of")] == ["Sales of nobody"]
    assert [each.name for each in shop.test(metrics=["orders"])] == ["orders of nobody"]
    assert len(shop.test("nobody", "SALES")) == 2
