"""Imported metrics against SQL that was written by hand, over rows with which a plain join goes wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from semantic.layer import Layer
from tests.engines import SqlEngine, Table
from tests.interop.osi.documents import brought, dataset, field, metric, model, relationship

TABLES = {
    "customers": """id integer | region text | credit decimal
1 | east  | 100
2 | east  |  50
3 | west  |  70
4 | north |  10""",
    "orders": """order_id integer|customer_id integer|amount decimal|fee decimal|status text|ordered_on date
10 | 1 | 100 | 5 | done | 2024-01-05
11 | 1 | 200 | 5 | open | 2024-01-09
12 | 2 |  50 | 5 | done | 2024-02-01
13 | 3 | 300 | 5 | done | 2024-02-03
14 |   |   7 | 5 | open | 2024-02-03""",
    "items": """item_id integer | order_id integer | product_id integer | quantity integer
1 | 10 | 1 | 2
2 | 10 | 2 | 1
3 | 11 | 1 | 4
4 | 12 | 2 | 5
5 | 13 | 2 | 3""",
    "products": "id integer | cost decimal | kind text\n1 | 10 | toy\n2 | 20 | book\n3 | 99 | book",
    "returns": """return_id integer | customer_id integer | amount decimal | returned_on date
1 | 1 | 25 | 2024-01-20
2 | 4 | 10 | 2024-02-20""",
}  # fmt: skip

SHOP = model(
    dataset(
        "customers",
        field("id", kind="Integer"),
        field("region", kind="String"),
        field("credit", kind="Decimal"),
        key="id",
    ),
    dataset(
        "orders",
        field("order_id", kind="Integer"),
        field("amount", kind="Decimal"),
        field("fee", kind="Decimal"),
        field("status", kind="String"),
        field("customer_id", kind="Integer"),
        field("ordered_on", kind="Date"),
        key="order_id",
    ),
    dataset("items", field("quantity", kind="Integer"), key="item_id"),
    dataset("products", field("cost", kind="Decimal"), field("kind", kind="String"), key="id"),
    dataset("returns", field("amount", kind="Decimal"), field("returned_on", kind="Date"), key="return_id"),
    relationships=[
        relationship("orders", "customers", "customer_id", "id"),
        relationship("items", "orders", "order_id", "order_id"),
        relationship("items", "products", "product_id", "id"),
        relationship("returns", "customers", "customer_id", "id"),
    ],
    metrics=[
        metric("revenue", "SUM(orders.amount)"),
        metric("buyers", "COUNT(DISTINCT orders.customer_id)"),
        metric("per_customer", "SUM(orders.amount) / COUNT(DISTINCT customers.id)"),
        metric("share_of_credit", "SUM(orders.amount) / SUM(customers.credit)"),
        metric("units_per_order", "SUM(items.quantity) / COUNT(orders.order_id)"),
        metric("fees_and_units", "SUM(orders.fee) + SUM(items.quantity)"),
        metric("cost", "SUM(items.quantity * products.cost)"),
        metric("margin", "SUM(orders.amount) - SUM(items.quantity * products.cost)"),
        metric("net", "SUM(orders.amount) - COALESCE(SUM(returns.amount), 0)"),
        metric("done", "SUM(CASE WHEN orders.status = 'done' THEN orders.amount END)"),
        metric("eastern", "SUM(CASE WHEN customers.region = 'east' THEN orders.amount END)"),
        metric("done_share", "done / revenue"),
        metric("average_credit", "AVG(customers.credit)"),
        metric("costliest", "MAX(products.cost)"),
    ],
)

_BY_REGION = "customers.region"
#: A question, and the statement that a careful person writes for it.
TRUTHS: list[tuple[list[str], dict[str, Any], str]] = [
    (["revenue", "buyers"], {"by": _BY_REGION},
     "SELECT c.region, SUM(o.amount), COUNT(DISTINCT o.customer_id) FROM orders o "
     "LEFT JOIN customers c ON c.id = o.customer_id GROUP BY 1"),
    (["per_customer"], {},
     "SELECT (SELECT SUM(amount) FROM orders) / (SELECT CAST(COUNT(*) AS DOUBLE PRECISION) FROM customers)"),
    (["share_of_credit"], {"by": _BY_REGION},
     "SELECT k.region, (SELECT SUM(o.amount) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id "
     "WHERE c.region IS NOT DISTINCT FROM k.region) / CAST((SELECT SUM(credit) FROM customers c WHERE "
     "c.region IS NOT DISTINCT FROM k.region) AS DOUBLE PRECISION) "
     "FROM (SELECT region FROM customers UNION SELECT NULL) k"),
    (["units_per_order"], {},
     "SELECT (SELECT SUM(quantity) FROM items) / (SELECT CAST(COUNT(*) AS DOUBLE PRECISION) FROM orders)"),
    (["fees_and_units"], {}, "SELECT (SELECT SUM(fee) FROM orders) + (SELECT SUM(quantity) FROM items)"),
    (["cost"], {"by": "products.kind"},
     "SELECT p.kind, SUM(i.quantity * p.cost) FROM items i JOIN products p ON p.id = i.product_id "
     "GROUP BY 1"),
    (["margin"], {},
     "SELECT (SELECT SUM(amount) FROM orders) - "
     "(SELECT SUM(i.quantity * p.cost) FROM items i JOIN products p ON p.id = i.product_id)"),
    (["net"], {}, "SELECT (SELECT SUM(amount) FROM orders) - (SELECT SUM(amount) FROM returns)"),
    (["done", "eastern"], {},
     "SELECT (SELECT SUM(amount) FROM orders WHERE status = 'done'), (SELECT SUM(o.amount) FROM orders o "
     "JOIN customers c ON c.id = o.customer_id WHERE c.region = 'east')"),
    (["done_share"], {"by": "orders.status"},
     "SELECT status, CASE WHEN status = 'done' THEN CAST(1 AS DOUBLE PRECISION) END FROM orders GROUP BY 1"),
    (["average_credit", "costliest"], {},
     "SELECT (SELECT AVG(credit) FROM customers), (SELECT MAX(cost) FROM products)"),
    (["revenue"], {"by": "time.month"},
     "SELECT DATE_TRUNC('month', ordered_on), SUM(amount) FROM orders GROUP BY 1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """The shop, of which nothing was dropped."""
    layer, losses = brought(tmp_path_factory.mktemp("shop"), SHOP)
    assert not losses.dropped
    return layer


@pytest.mark.parametrize(("names", "question", "truth"), TRUTHS, ids=lambda each: None)
def test_rows_are_those_of_careful_sql(
    duck: SqlEngine, layer: Layer, names: list[str], question: dict[str, Any], truth: str
) -> None:
    assert _answers(duck, layer, names, question) == _plain(duck.rows(truth))


@pytest.mark.parametrize(("names", "question", "truth"), TRUTHS[2:4] + TRUTHS[-1:], ids=lambda each: None)
def test_rows_on_postgres(
    postgres: SqlEngine, layer: Layer, names: list[str], question: dict[str, Any], truth: str
) -> None:
    assert _answers(postgres, layer, names, question) == _plain(postgres.rows(truth))


@pytest.mark.parametrize(("names", "question", "truth"), TRUTHS, ids=lambda each: None)
def test_rows_after_a_way_through_a_plain_document(
    duck: SqlEngine, returned: Layer, names: list[str], question: dict[str, Any], truth: str
) -> None:
    assert _answers(duck, returned, names, question) == _plain(duck.rows(truth))


@pytest.fixture(scope="module")
def returned(layer: Layer, tmp_path_factory: pytest.TempPathFactory) -> Layer:
    """The shop exported without extensions, and imported again."""
    document, losses = layer.to_osi(extensions=False)
    assert not losses.dropped
    again, back = brought(tmp_path_factory.mktemp("again"), document)
    assert not back.dropped
    return again


def _answers(engine: SqlEngine, layer: Layer, names: list[str], question: dict[str, Any]) -> Any:
    engine.load({name: Table.parse(text) for name, text in TABLES.items()})
    return _plain(engine.rows(layer.sql(names, dialect=engine.dialect, **question).text))


def _plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows in an order of their own, with numbers and days that compare whatever their type."""
    return sorted((tuple(map(_value, row)) for row in rows), key=str)


def _value(value: Any) -> Any:
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 9)
    return str(value)[:10] if hasattr(value, "year") else value
