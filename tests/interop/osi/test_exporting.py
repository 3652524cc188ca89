"""Projects as documents: what stands there plainly, what is carried, and that all of it comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from semantic.check import needed
from semantic.faults import SemanticError
from semantic.interop.osi.exporting import text
from semantic.interop.osi.importing import imported
from semantic.layer import Layer
from tests.interop.osi import shape
from tests.interop.osi.documents import (
    Tree,
    brought,
    dataset,
    entry,
    field,
    layer,
    metric,
    model,
    relationship,
    saved,
)

EXAMPLES = Path(__file__).parents[3] / "examples"

PROJECT = """
name: shop
calendar: {timezone: Asia/Seoul, week_start: sunday}
sources:
  customers: {table: prod.crm.customers, columns: {id: integer, region: text, credit: decimal}}
parameters: [{name: least, type: integer, default: 10}]
macros: [{name: net(x), sql: "({{ x }} - 1)"}]
models:
  - name: orders
    sql: select * from prod.sales.orders
    columns: {order_id: integer, buyer_id: integer, seller_id: integer, amount: decimal, status: text,
              ordered_at: timestamp, "order": integer}
    primary_key: order_id
    time: ordered_at
    description: "One row an order.\\nAlso called: purchases; sales"
    dimensions:
      - {name: status, label: {en: Status, ko: 상태}}
      - {name: large, sql: "amount > {{ least }}"}
      - {name: size, bands: {sql: amount, cuts: [100], labels: [small, big]}}
      - {name: month, sql: "date_trunc('month', ordered_at)"}
      - {name: region, sql: sellers.region}
      - {name: nth, sql: "row_number() over (order by order_id)"}
      - {name: shown, sql: "strftime(ordered_at, '%Y%m')"}
    joins:
      - {to: customers, as: buyer, on: {buyer_id: id}}
      - {to: sellers, on: {seller_id: id}, required: true}
  - {name: customers, source: customers, primary_key: id, dimensions: [region]}
  - {name: sellers, table: sellers, columns: {id: integer, region: text}, primary_key: id,
     joins: [{to: zones, on: region}]}
  - {name: zones, table: zones, columns: {region: text, size: integer}, primary_key: region}
  - {name: visits, query: {from: orders, metrics: {paid: sum(amount)}, by: [buyer_id]}}
metrics:
  - {name: revenue, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*), unit: pieces}
  - {name: done, model: orders, sql: sum(amount), filter: status = 'done'}
  - {name: netto, model: orders, sql: "sum({{ net('amount') }})"}
  - {name: big, model: orders, sql: "sum(case when amount > {{ least }} then 1 end)"}
  - {name: average, sql: revenue / orders}
  - {name: per_credit, sql: sum(orders.amount) / sum(customers.credit)}
  - {name: sellers_with_orders, model: orders, sql: count(distinct sellers.id)}
  - {name: worth, model: orders, sql: sum(amount * zones.size)}
  - {name: credit_of_buyers, model: orders, sql: "sum(amount * buyer.credit)"}
  - {name: numbers, model: orders, sql: sum("order")}
  - {name: ones, model: orders, sql: sum(1)}
  - {name: last_year, metric: revenue, offset: 1 year}
  - {name: paid, model: visits, sql: sum(paid)}
  - {name: secret, model: orders, sql: max(amount), hidden: true}
  - {name: on_time, model: orders, sql: sum(amount), time: month}
policies: [{name: done_only, model: orders, rows: status = 'done'}]
views: [{name: monthly, metrics: [revenue], by: [time.month]}]
"""


@pytest.fixture(scope="module")
def project() -> Layer:
    return Layer.from_text(semantic=PROJECT)


def plain(tree: Tree, kind: str = "metrics") -> dict[str, Any]:
    """The expressions in ANSI_SQL by name."""
    return {each["name"]: each["expression"]["dialects"][0]["expression"] for each in tree.get(kind, ())}


def test_what_other_tools_can_compute_stands_there_plainly(project: Layer) -> None:
    document, losses = project.to_osi()
    shape.check(document)
    assert plain(document) == {
        "revenue": "SUM(orders.amount)",
        "orders": "COUNT(orders.order_id)",
        "done": "SUM(CASE WHEN orders.status = 'done' THEN orders.amount END)",
        "netto": "SUM(orders.amount - 1)",
        "big": "SUM(CASE WHEN orders.amount > 10 THEN 1 END)",
        "average": "CAST(SUM(orders.amount) AS DOUBLE) / NULLIF(COUNT(orders.order_id), 0)",
        "per_credit": "CAST(SUM(orders.amount) AS DOUBLE) / NULLIF(SUM(customers.credit), 0)",
        "worth": "SUM(orders.amount * zones.size)",
        "credit_of_buyers": "SUM(orders.amount * customers.credit)",
        "numbers": 'SUM(orders."order")',
        "on_time": "SUM(orders.amount)",
    }
    verdicts = {"revenue": "kept", "done": "kept", "big": "changed", "per_credit": "changed"}
    assert {name: entry(losses, "metric", name).verdict for name in verdicts} == verdicts
    assert "counts rows twice" in entry(losses, "metric", "per_credit").reason
    assert "defaults of its parameters" in entry(losses, "metric", "big").reason


def test_fields_and_relationships(project: Layer) -> None:
    document, losses = project.to_osi()
    orders, customers, sellers, _ = document["datasets"]
    assert orders["source"] == "select * from prod.sales.orders"
    assert customers["source"] == "prod.crm.customers"
    assert orders["description"] == "One row an order."
    assert orders["ai_context"]["synonyms"] == ["purchases", "sales"]
    fields = plain(orders, "fields")
    assert fields["large"] == "amount > 10"
    assert fields["size"] == (
        "CASE WHEN amount IS NULL THEN NULL WHEN amount < 100 THEN 'small' ELSE 'big' END"
    )
    assert fields["month"] == "DATE_TRUNC('month', ordered_at)"
    assert fields["region"] == "sellers.region"
    assert fields["order"] == '"order"'
    assert {"nth", "shown"}.isdisjoint(fields)
    assert "'nth' is no field" in entry(losses, "dataset", "orders").reason
    assert [(each["name"], each["from"], each["to"]) for each in document["relationships"]] == [
        ("buyer", "orders", "customers"), ("orders_to_sellers", "orders", "sellers"),
        ("sellers_to_zones", "sellers", "zones"),
    ]  # fmt: skip
    assert plain(sellers, "fields") == {"id": "id", "region": "region"}


def test_what_osi_cannot_say_is_told(project: Layer) -> None:
    _, losses = project.to_osi()
    reasons = {each.name: each.reason for each in losses if each.kind != "dataset"}
    assert "no windows over time and no offsets" in reasons["last_year"]
    assert "rows of 'visits', which is no dataset" in reasons["paid"]
    assert "reads 'sellers' only" in reasons["sellers_with_orders"]
    assert "no hidden metrics" in reasons["secret"]
    assert "names none of its columns" in reasons["ones"]
    assert "asked along 'month'" in reasons["on_time"]
    assert "other tools show what it hides" in reasons["done_only"]
    assert not losses.dropped
    _, without = project.to_osi(extensions=False)
    assert {each.name for each in without.dropped} == {
        "ones", "last_year", "paid", "sellers_with_orders", "secret", "visits", "least", "net", "monthly",
        "done_only",
    }  # fmt: skip


def test_a_project_comes_back_as_it_was(project: Layer, tmp_path: Path) -> None:
    for version, as_json in (("0.2.0.dev0", False), ("0.2.0.dev0", True), ("0.1.1", False)):
        document, _ = project.to_osi(version=version)
        shape.check(document)
        path = saved(tmp_path, text(document, as_json=as_json), "shop.json" if as_json else "shop.yaml")
        files, losses = imported(path)
        assert {each.verdict for each in losses} == {"kept"}
        assert_same(project, layer(files))


@pytest.mark.parametrize("name", ["cdnow", "complete_journey"])
def test_examples_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    """With metrics of the CRM library, windows, conversions and all."""
    project = Layer.load(EXAMPLES / name)
    document, _ = project.to_osi()
    shape.check(document)
    files, losses = imported(saved(tmp_path, text(document)))
    assert {each.verdict for each in losses} == {"kept"}
    assert_same(project, layer(files))


def assert_same(one: Layer, other: Layer) -> None:
    """The same definitions, and the same SQL for every metric."""
    assert one.catalog.spec.calendar.week_start == other.catalog.spec.calendar.week_start
    assert set(one.catalog.metrics) == set(other.catalog.metrics)
    assert set(one.catalog.models) == set(other.catalog.models)
    assert {str(each.name) for each in one.catalog.spec.views} == {
        str(e.name) for e in other.catalog.spec.views
    }
    for name in one.catalog.metrics:
        assert sql(one, name) == sql(other, name)


def sql(asked: Layer, name: str) -> str:
    """The statement for a metric, or why there is none."""
    try:
        by = needed(asked.context({})[1].metric(name))
        return asked.sql(name, by=list(by)).text
    except SemanticError as error:
        return str([fault.message for fault in error.faults])


def test_what_was_edited_is_taken_from_the_plain_part(project: Layer, tmp_path: Path) -> None:
    document, _ = project.to_osi()
    metrics = {each["name"]: each for each in document["metrics"]}
    metrics["orders"]["expression"]["dialects"][0]["expression"] = "COUNT(DISTINCT orders.status)"
    sellers = document["datasets"][2]
    sellers["fields"].append(field("city", kind="String"))
    document["relationships"].append(relationship("orders", "zones", "status", "region", name="odd"))
    files, losses = imported(saved(tmp_path, document))
    back = layer(files)
    assert back.catalog.metrics["orders"].sql == "COUNT(DISTINCT status)"
    assert back.catalog.metrics["orders"].unit is None
    assert back.catalog.metrics["done"].filter == "status = 'done'"
    assert back.catalog.models["sellers"].dimension("city") is not None
    assert set(back.catalog.models["orders"].edges) >= {"buyer", "sellers", "zones"}
    told = {(each.kind, each.name) for each in losses if "edited since it was exported" in each.reason}
    assert told == {("metric", "orders"), ("dataset", "sellers")}


def test_extensions_bring_nothing_in_but_definitions(tmp_path: Path) -> None:
    tree = model(dataset("t", field("x"), key="x"))
    for head in ("shop\ntargets: [{name: a, dialect: duckdb, url: x}]", "[", ""):
        data = json.dumps({"project": {"calendar": head}})
        tree["custom_extensions"] = [{"vendor_name": "SEMANTIC", "data": data}]
        with pytest.raises(SemanticError, match=r"no JSON object|calendar"):
            imported(saved(tmp_path, tree))


# --- documents of others --------------------------------------------------------------------------------

FOREIGN = model(
    dataset("customers", field("id", kind="Integer", dimension={}),
            field("region", "UPPER(region)", kind="String", dimension={}, label="Region",
                  description="Where they live.", ai_context={"synonyms": ["area"]}), key=["id"]),
    dataset("orders", field("amount", kind="Decimal", dimension={}),
            field("ordered_on", kind="Date", dimension={"is_time": True}),
            field("order_id", kind="Integer", dimension={}), key=["order_id"], unique_keys=[["number"]],
            description="Orders."),
    relationships=[relationship("orders", "customers", "customer_id", "id")],
    metrics=[metric("revenue", "SUM(orders.amount)", datatype="Decimal", description="What was paid.",
                    ai_context={"instructions": "Net of tax.", "synonyms": ["turnover"]}),
             metric("mean", "AVG(orders.amount)", datatype="Float"),
             metric("per_head",
                    "CAST(SUM(orders.amount) AS DOUBLE) / NULLIF(COUNT(DISTINCT customers.id), 0)",
                    datatype="Float")],
)  # fmt: skip


def test_a_document_of_others_comes_back_as_it_was(tmp_path: Path) -> None:
    project, losses = brought(tmp_path, FOREIGN)
    assert not losses.dropped
    document, _ = project.to_osi(extensions=False)
    shape.check(document)
    assert document == FOREIGN


def test_dialects_and_versions(project: Layer) -> None:
    document, _ = project.to_osi(dialect="snowflake")
    (revenue,) = [each for each in document["metrics"] if each["name"] == "average"]
    assert revenue["expression"]["dialects"][1] == {
        "dialect": "SNOWFLAKE",
        "expression": "CAST(SUM(orders.amount) AS DOUBLE) / NULLIF(COUNT(orders.order_id), 0)",
    }
    orders = document["datasets"][0]
    assert plain(orders, "fields")["shown"].startswith("TO_CHAR(")
    with pytest.raises(SemanticError, match="'2' is no version of OSI"):
        project.to_osi(version="2")


def test_a_project_of_which_nothing_can_be_said() -> None:
    empty = Layer.from_text(semantic="name: shop")
    with pytest.raises(SemanticError, match="No model of 'shop' can be a dataset"):
        empty.to_osi()


def test_the_document_is_yaml_that_any_reader_takes(project: Layer) -> None:
    document, _ = project.to_osi()
    assert yaml.safe_load(text(document)) == document
    assert json.loads(text(document, as_json=True)) == document
