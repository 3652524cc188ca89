"""Each aggregate at its own grain: fan-out, chasm, mixed grain, filters on a many side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from semantic.faults import SemanticError
from tests.promises.conftest import Open


def test_fan_out_counts_an_order_once_per_attribute(store: Open) -> None:
    # order 10 has two lines of toys and one of food: 100 stands once in each group
    store().check(
        "revenue",
        "orders",
        by=["products.department"],
        rows=[
            ("food", 100 + 50, 2),
            ("toys", 100 + 70, 2),
            (None, 30 + 20, 2),  # a product without department, and order 14 without lines
        ],
    )


def test_fan_out_does_not_change_the_total(store: Open) -> None:
    shop = store()
    shop.check("revenue", rows=[(100 + 50 + 70 + 30 + 20,)])
    shop.check("revenue", where="lines.quantity > 0", rows=[(100 + 50 + 70 + 30,)])
    shop.check("revenue", where="products.department in ('toys', 'food')", rows=[(100 + 50 + 70,)])


def test_fan_out_by_several_attributes_of_one_side_keeps_their_pairs(store: Open) -> None:
    store().check(
        "revenue",
        by=["products.department", "lines.quantity"],
        where="orders.status = 'paid'",
        rows=[("food", 1, 100), ("toys", 1, 100 + 70), ("toys", 2, 100), (None, 1, 30)],
    )


def test_fan_out_over_two_many_sides_at_once(store: Open) -> None:
    # order 10: {toys, food} x {card, cash}; order 12: toys x card
    store().check(
        "revenue",
        by=["products.department", "payments.method"],
        rows=[
            ("food", "card", 100),
            ("food", "cash", 100),
            ("food", None, 50),
            ("toys", "card", 100 + 70),
            ("toys", "cash", 100),
            (None, None, 30 + 20),
        ],
    )


def test_fan_out_from_two_joins_away(store: Open) -> None:
    metric = "  - {name: customers, model: customers, sql: count(*)}\n"
    # Ann bought toys and food, Bob toys; Cho and Dee nothing
    store(metric).check("customers", by=["products.department"], rows=[("food", 1), ("toys", 2), (None, 2)])


def test_chasm_two_facts_do_not_multiply(store: Open) -> None:
    # joined on the customer, Ann's 2 orders x 2 visits would count 4
    store().check(
        "orders",
        "visits",
        by=["customers.customer"],
        rows=[("Ann", 2, 2), ("Bob", 1, 1), ("Cho", 0, 1), (None, 2, 1)],
    )


def test_chasm_three_facts(store: Open) -> None:
    store().check(
        "revenue",
        "units",
        "visits",
        by=["customers.region"],
        rows=[("east", 150, 1 + 2 + 1 + 5, 2), ("west", 70, 1, 1), (None, 30 + 20, 1 + 1, 2)],
    )


def test_chasm_totals_of_two_facts_stand_in_one_row(store: Open) -> None:
    store().check("orders", "visits", "conversion", rows=[(5, 5, 1.0)])


def test_chasm_grouping_by_the_other_fact_is_refused(store: Open) -> None:
    with pytest.raises(SemanticError):
        store().ask("revenue", by=["visits.visited_on.month"])


def test_null_keys_meet(store: Open) -> None:
    # both facts have a NULL group; it is one row
    rows = store().ask("orders", "visits", by=["customers.region"])
    assert [row for row in rows if row[0] is None] == [(None, 2, 2)]


def test_null_keys_meet_in_every_combination(store: Open) -> None:
    store().check(
        "orders",
        "visits",
        by=["customers.region", "time.month"],
        where="time.month is not null",
        time="2024-01..2024-01",
        rows=[("east", _month(1), 2, 1), (None, _month(1), 0, 1)],
    )


def test_mixed_grain_in_one_expression(store: Open) -> None:
    metric = "  - {name: share, model: lines, sql: sum(amount) / sum(orders.total)}\n"
    # the orders' 270 count once each, also order 14 which has no line
    store(metric).check("share", rows=[(255 / 270,)])
    store(metric).check(
        "share",
        by=["customers.customer"],
        rows=[("Ann", 150 / 150), ("Bob", 70 / 70), (None, (30 + 5) / (30 + 20))],
    )


def test_mixed_grain_of_three_models(store: Open) -> None:
    metric = "  - {name: mixed, model: lines, sql: sum(amount) + sum(orders.total) + sum(products.price)}\n"
    store(metric).check("mixed", rows=[(255 + 270 + 17,)])


def test_mixed_grain_product_of_two_models_stays_with_the_finer(store: Open) -> None:
    metric = "  - {name: list_price, model: lines, sql: sum(quantity * products.price)}\n"
    # 10 + 20 + 2 + 10 + 10 + 5 + 10
    store(metric).check("list_price", rows=[(67,)])


def test_many_side_filter_selects(store: Open) -> None:
    # order 10 has two toy lines: it is selected, not doubled
    store().check("revenue", "orders", where="products.department = 'toys'", rows=[(170, 2)])


def test_many_side_filter_is_met_by_one_row(store: Open) -> None:
    # no line is both toys and five pieces, though Ann's orders have each
    shop = store()
    shop.check("orders", where=["products.department = 'toys'", "lines.quantity = 5"], rows=[(0,)])
    shop.check("orders", where="products.department = 'food' and lines.quantity = 5", rows=[(1,)])


def test_many_side_filter_means_left_join_filter_distinct(store: Open) -> None:
    shop = store()
    # not every line, but some line: orders 10 and 11 have one that is no toy; 14 has none at all
    shop.check("orders", where="not (products.department = 'toys')", rows=[(2,)])
    shop.check("orders", where="products.department is null", rows=[(2,)])
    shop.check("orders", where="lines.line_id is null", rows=[(1,)])
    shop.check("orders", where="products.department = 'food' or orders.status = 'paid'", rows=[(4,)])
    shop.check("orders", where="lines.quantity between 2 and 5 and not orders.large", rows=[(1,)])
    shop.check("orders", where="coalesce(products.department, 'none') = 'none'", rows=[(2,)])


def test_one_unknown_bound_may_not_decide(store: Open) -> None:
    # 20 is not between what is not known and 3, nor 100, 50, 70 and 30; between 3 and NULL, nobody knows
    shop = store()
    shop.check("orders", where="not orders.total between lines.quantity and 3", rows=[(5,)])
    shop.check("orders", where="not orders.total between 3 and lines.quantity", rows=[(4,)])


def test_many_side_filter_with_two_sides(store: Open) -> None:
    shop = store()
    shop.check("orders", where="products.department = 'food' and payments.method = 'card'", rows=[(1,)])
    shop.check("orders", where="products.department = 'food' or payments.method = 'card'", rows=[(3,)])
    shop.check("orders", where="not (products.department = 'food' or payments.method = 'card')", rows=[(1,)])


def test_many_side_filter_and_group_speak_of_the_same_rows(store: Open) -> None:
    store().check(
        "revenue",
        by=["products.department"],
        where="lines.quantity > 1",
        rows=[("food", 50), ("toys", 100)],
    )


def test_many_side_filter_on_a_fact_that_shares_a_dimension(store: Open) -> None:
    shop = store()
    # orders of customers who came in February: Ann's two, Bob's one
    shop.check("orders", "revenue", where="visits.visited_on >= date '2024-02-01'", rows=[(3, 220)])
    # orders of whom no visit is known: 13 and 14
    shop.check("orders", where="visits.visit_id is null", rows=[(2,)])


def test_many_side_filter_of_a_metric_beside_others(store: Open) -> None:
    metric = """
  - {name: toy_orders, model: orders, sql: count(*), filter: "products.department = 'toys'"}
  - {name: toy_share, sql: toy_orders / orders}
"""
    store(metric).check(
        "orders",
        "toy_orders",
        "toy_share",
        by=["customers.customer"],
        rows=[("Ann", 2, 1, 0.5), ("Bob", 1, 1, 1.0), (None, 2, 0, 0.0)],
    )


def test_many_side_filter_reaches_every_fact_of_a_question(store: Open) -> None:
    store().check(
        "line_amount",
        "revenue",
        where="products.department = 'food'",
        rows=[(10 + 50, 100 + 50)],
    )


def test_non_additive_counts_distinct_again_in_each_group(store: Open) -> None:
    metric = "  - {name: buyers, model: orders, sql: count(distinct customer_id)}\n"
    shop = store(metric)
    shop.check("buyers", rows=[(3,)])
    shop.check("buyers", by=["orders.status"], rows=[("open", 1), ("paid", 3), (None, 0)])
    # Ann is in two departments: the parts have no sum
    shop.check("buyers", by=["products.department"], rows=[("food", 1), ("toys", 2), (None, 1)])


def test_non_additive_averages_are_of_rows_not_of_groups(store: Open) -> None:
    metric = "  - {name: average, model: orders, sql: avg(total)}\n"
    store(metric).check("average", rows=[(270 / 5,)])
    store(metric).check("average", by=["orders.status"], rows=[("open", 50), ("paid", 200 / 3), (None, 20)])


def test_non_additive_extremes_may_see_a_row_twice(store: Open) -> None:
    metric = "  - {name: dearest, model: lines, sql: max(orders.total)}\n"
    # over lines: order 14 has none
    store(metric).check("dearest", by=["orders.status"], rows=[("open", 50), ("paid", 100), (None, None)])


def test_fact_is_from_and_orphans_stay(store: Open) -> None:
    shop = store()
    shop.check("revenue", by=["customers.customer"], rows=[("Ann", 150), ("Bob", 70), (None, 50)])
    # line 7 belongs to no order, and so to no month
    shop.check("line_amount", by=["orders.status"], rows=[("open", 50), ("paid", 200), (None, 5)])
    shop.check("line_amount", by=["regions.region"], rows=[("east", 150), ("west", 70), (None, 35)])


def test_order_of_naming_is_irrelevant(store: Open) -> None:
    shop = store()
    one = shop.ask("orders", "visits", "revenue", by=["customers.region", "time.month"])
    other = shop.ask("revenue", "visits", "orders", by=["time.month", "customers.region"])
    turned = {(region, month): (o, v, r) for month, region, r, v, o in other}
    assert {(region, month): (o, v, r) for region, month, o, v, r in one} == turned


def test_rows_of_empty_tables(store: Open) -> None:
    shop = store(
        orders="order_id integer | customer_id integer | status text | total decimal | ordered_on date"
    )
    shop.check("orders", "revenue", rows=[(0, None)])
    shop.check("orders", "visits", "conversion", rows=[(0, 5, 0.0)])
    shop.check("orders", by=["customers.region"], rows=[])
    shop.check("line_amount", by=["customers.region"], rows=[(None, 255)])


def test_duplicate_values_are_not_duplicate_rows(store: Open) -> None:
    twins = """
        order_id integer | customer_id integer | status text | total decimal | ordered_on date
        1                | 1                   | paid        | 10            | 2024-01-01
        2                | 1                   | paid        | 10            | 2024-01-01
        """
    shop = store(
        orders=twins,
        lines="""
        line_id integer | order_id integer | product_id integer | quantity integer | amount decimal
        1               | 1                | 1                  | 1                | 10
        2               | 1                | 1                  | 1                | 10
        3               | 2                | 1                  | 1                | 10
        """,
    )
    shop.check("revenue", by=["products.department"], rows=[("toys", 20)])
    shop.check("revenue", where="products.department = 'toys'", rows=[(20,)])


def test_precision_survives(shop: Open) -> None:
    project = """
name: money
models: [{name: moves, source: moves, primary_key: id, dimensions: [{name: kind}]}]
metrics:
  - {name: total, model: moves, sql: sum(amount)}
  - {name: fee, model: moves, sql: "sum(amount * 0.0001)"}
  - {name: rate, model: moves, sql: sum(amount) / count(*)}
"""
    moves = """
        id integer | kind text | amount decimal
        1          | a         | 1234567890123456.0001
        2          | a         | 0.0001
        3          | b         | -0.0003
        """
    total = Decimal("1234567890123456.0002") - Decimal("0.0003")
    rows = shop(project, moves=moves).ask("total", "fee", "rate")
    assert rows[0][0] == total
    assert rows[0][1] == total * Decimal("0.0001")
    assert isinstance(rows[0][2], float)


def _month(number: int) -> object:
    from datetime import date

    return date(2024, number, 1)
