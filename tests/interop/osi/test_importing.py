"""What becomes of each part of a document, and what is refused rather than computed wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from semantic.faults import SemanticError
from semantic.interop.losses import Losses
from semantic.interop.osi.importing import imported
from semantic.layer import Layer
from tests.interop.osi.documents import (
    Tree,
    brought,
    dataset,
    entry,
    field,
    metric,
    model,
    relationship,
    saved,
    wrapped,
)

CUSTOMERS = dataset("customers", field("region", kind="String"), field("credit", kind="Decimal"), key="id")
ORDERS = dataset("orders", field("amount", kind="Decimal"), field("status", kind="String"), key="order_id")
RETURNS = dataset("returns", field("amount", kind="Decimal"), key="return_id")
LINKS = [relationship("orders", "customers", "customer_id", "id"),
         relationship("returns", "customers", "customer_id", "id")]  # fmt: skip


def shop(*metrics: Tree, links: list[Tree] | None = None) -> Tree:
    """Orders and returns of customers, with some metrics."""
    joined = LINKS if links is None else links
    return model(CUSTOMERS, ORDERS, RETURNS, relationships=joined, metrics=list(metrics))


def said(losses: Losses, kind: str, name: str) -> tuple[str, str]:
    """The verdict on a part, and why."""
    found = entry(losses, kind, name)
    return found.verdict, found.reason


# --- metrics that are refused ------------------------------------------------------------------------

REFUSED = {
    "SUM(CASE WHEN orders.status = 'done' THEN customers.credit END)": "count once for each row of 'orders'",
    "COUNT(CASE WHEN orders.status = 'done' THEN customers.region END)": "count distinct keys",
    "AVG(customers.credit) FILTER (WHERE orders.amount > 10)": "count once for each row of 'orders'",
    "SUM(orders.amount - returns.amount)": "none of them leads to one row of each other",
    "SUM(orders.amount * returns.amount)": "mixes rows of 'orders' and 'returns'",
    "COUNT(*)": "does not say of which dataset",
    "SUM(orders.amount) / COUNT(*) + COUNT(returns.amount)": "does not say of which dataset",
    "AVG(SUM(orders.amount))": "an aggregate in an aggregate",
    "orders.amount": "stands outside an aggregate",
    "SUM(orders.amount) + customers.credit": "stands outside an aggregate",
    "SUM(orders.amount) OVER (ORDER BY orders.status)": "OVER",
    "SUM(amount)": "'amount' is a field of 'orders' and 'returns'",
    "SUM(revenues.amount)": "names no dataset",
    "SUM(revenue)": "aggregates the metric 'revenue'",
    "profit / 2": "is no metric, and no field",
    "42": "reads no dataset",
    "(SELECT SUM(amount) FROM orders)": "subquery",
    "SUM(orders.amount": "does not parse",
    "SUM(orders.amount); DROP TABLE orders": "more than one SQL statement",
    "SUM(CASE WHEN orders.status = '{{ x }}' THEN 1 END)": "read as a template",
    "MY_FUNCTION(orders.amount)": "my_function",
}  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_metrics_that_would_be_computed_wrongly_are_dropped(tmp_path: Path, sql: str) -> None:
    layer, losses = brought(tmp_path, shop(metric("revenue", "SUM(orders.amount)"), metric("odd", sql)))
    verdict, reason = said(losses, "metric", "odd")
    assert verdict == "dropped"
    assert REFUSED[sql].lower() in reason.lower()
    assert list(layer.catalog.metrics) == ["revenue"]


def test_what_is_made_from_a_dropped_metric_is_dropped_too(tmp_path: Path) -> None:
    odd = metric("odd", "SUM(orders.amount * returns.amount)")
    _, losses = brought(tmp_path, shop(odd, metric("half", "odd / 2"), metric("quarter", "half / 2")))
    assert [each.name for each in losses.dropped] == ["odd", "half", "quarter"]


def test_what_reads_a_dropped_field_is_dropped_too(tmp_path: Path) -> None:
    """Or the name would be that of a column, which is something else."""
    fields = [field("net", {"DAX": "[x]"}), field("gross", "net * 2"), field("fee", kind="Decimal")]
    tree = model(dataset("orders", *fields, key="id"),
                 metrics=[metric("net", "SUM(orders.net)"), metric("gross", "SUM(orders.gross)"),
                          metric("fee", "SUM(orders.fee)"), metric("share", "fee / net")])  # fmt: skip
    layer, losses = brought(tmp_path, tree)
    assert list(layer.catalog.metrics) == ["fee"]
    assert said(losses, "metric", "gross") == (
        "dropped",
        "It reads the field 'orders.gross', which was dropped.",
    )
    assert list(layer.catalog.models["orders"].dimensions) == ["fee"]


def test_rows_of_one_to_one_datasets(tmp_path: Path) -> None:
    """Both lead to each other; the values decide whose rows are counted."""
    one, other = (dataset(name, field("x", kind="Integer"), field("y"), key="id") for name in "ab")
    sql = {"own": "SUM(CASE WHEN a.y = '1' THEN b.x END)", "both": "SUM(a.x) + SUM(b.x)",
           "mixed": "SUM(CASE WHEN a.y = '1' THEN b.x END) + SUM(a.x)"}  # fmt: skip
    tree = model(one, other, relationships=[relationship("a", "b", "id", "id")],
                 metrics=[metric(name, text) for name, text in sql.items()])  # fmt: skip
    layer, losses = brought(tmp_path, tree)
    assert layer.catalog.metrics["own"].model == "b"
    assert layer.catalog.metrics["both"].model is None
    leaves = layer.context({})[1].metric("mixed").leaves.values()
    assert said(losses, "metric", "mixed")[0] == "changed"
    assert {leaf.home for leaf in leaves} == {"a", "b"}


# --- metrics that are kept ----------------------------------------------------------------------------

WRITTEN = {
    "SUM(orders.amount)": ("orders", "SUM(amount)"),
    "sum( Orders.AMOUNT )": ("orders", "sum( amount )"),
    "COUNT(orders.*)": ("orders", "COUNT(*)"),
    "COUNT(orders.*) + SUM(returns.amount)": (None, "COUNT(orders.order_id) + SUM(returns.amount)"),
    "SUM(orders.amount) / COUNT(DISTINCT customers.id)":
        (None, "SUM(orders.amount) / COUNT(DISTINCT customers.id)"),
    "COUNT(DISTINCT CASE WHEN orders.status = 'done' THEN customers.id END)":
        ("orders", "COUNT(DISTINCT CASE WHEN status = 'done' THEN customers.id END)"),
    "SUM(orders.amount) / COUNT(*)": ("orders", "SUM(amount) / COUNT(*)"),
    "SUM(credit)": ("customers", "SUM(credit)"),
}  # fmt: skip


@pytest.mark.parametrize("sql", WRITTEN)
def test_metrics_as_a_person_would_write_them(tmp_path: Path, sql: str) -> None:
    layer, losses = brought(tmp_path, shop(metric("kept", sql)))
    found = layer.catalog.metrics["kept"]
    assert (found.model, found.sql) == WRITTEN[sql]
    assert not losses.dropped


def test_what_was_made_explicit_stands_in_a_comment(tmp_path: Path) -> None:
    files, losses = imported(
        saved(tmp_path, shop(metric("rate", "SUM(orders.amount) / SUM(customers.credit)")))
    )
    assert said(losses, "metric", "rate")[0] == "changed"
    assert (
        "  # Each aggregate runs over the rows of its own dataset, 'orders' and 'customers'"
        in files["metrics.yml"]
    )
    assert "\n  - {name: rate, sql: SUM(orders.amount) / SUM(customers.credit)}\n" in files["metrics.yml"]


# --- dialects ---------------------------------------------------------------------------------------

CHOICES: list[tuple[dict[str, str], str | None, str, str]] = [
    ({"SNOWFLAKE": "SUM(orders.amount::int)", "ANSI_SQL": "SUM(orders.amount)"}, None, "kept", "SUM(amount)"),
    ({"ANSI_SQL": "SUM(1)", "SNOWFLAKE": "SUM(orders.amount::int)"}, "snowflake", "kept", "SUM(amount::int)"),
    ({"TABLEAU": "SUM([x])", "SNOWFLAKE": "SUM(ZEROIFNULL(orders.amount))"}, None, "changed",
     "SUM(CASE WHEN amount IS NULL THEN 0 ELSE amount END)"),
    ({"BIGQUERY": "SUM(`orders`.`amount`)"}, None, "kept", "SUM(amount)"),
    ({"BIGQUERY": "COUNTIF(orders.amount > 1)"}, None, "kept", "COUNTIF(amount > 1)"),
    ({"DATABRICKS": "SUM(orders.amount) / COUNT(DISTINCT orders.status)"}, None, "kept",
     "SUM(amount) / COUNT(DISTINCT status)"),
    ({"DATABRICKS": "SUM(GREATEST(orders.amount, 0))"}, None, "dropped", "no sure translation"),
    ({"MDX": "[Measures].[x]", "DAX": "SUM(x)"}, None, "dropped", "'MDX' and 'DAX' only"),
    ({"ANSI_SQL": "SUM(orders.amount"}, None, "dropped", "a ')' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("spellings", "dialect", "verdict", "words"), CHOICES, ids=lambda each: None)
def test_the_dialect_that_is_taken(
    tmp_path: Path, spellings: dict[str, str], dialect: str | None, verdict: str, words: str
) -> None:
    layer, losses = brought(tmp_path, shop(metric("m", spellings)), dialect=dialect)
    found, reason = said(losses, "metric", "m")
    assert found == verdict
    written = layer.catalog.metrics["m"].sql if verdict != "dropped" else reason
    assert words in written


# --- datasets ---------------------------------------------------------------------------------------


def test_sources_are_tables_or_statements(tmp_path: Path) -> None:
    sources = {"a": "db.s.orders", "b": "SELECT 1 AS x;", "c": "with t as (select 1 as x) select * from t",
               "d": "my-project.s.Order Lines", "e": "`p`.`s`.`t`", "f": "orders"}  # fmt: skip
    tree = model(*[{**dataset(name, field("x")), "source": source} for name, source in sources.items()])
    layer, _ = brought(tmp_path, tree, schema="shop", database="db")
    specs = {name: each.spec for name, each in layer.catalog.models.items()}
    assert [specs[name].table for name in "adef"] == [
        "db.s.orders", '"my-project".s."Order Lines"', '"p"."s"."t"', "db.shop.orders",
    ]  # fmt: skip
    assert specs["b"].sql == "SELECT 1 AS x"
    assert specs["c"].sql == sources["c"]


def test_a_statement_that_cannot_be_read_takes_all_with_it_that_hangs_on_it(tmp_path: Path) -> None:
    broken = {**dataset("broken", field("x"), key="x"), "source": "SELECT FROM WHERE"}
    tree = model(broken, ORDERS, relationships=[relationship("orders", "broken", "x", "x")],
                 metrics=[metric("m", "SUM(broken.x)"), metric("kept", "SUM(orders.amount)")])  # fmt: skip
    layer, losses = brought(tmp_path, tree)
    assert {(each.kind, each.name) for each in losses.dropped} == {
        ("dataset", "broken"), ("relationship", "orders_to_broken"), ("metric", "m"),
    }  # fmt: skip
    assert list(layer.catalog.metrics) == ["kept"]


def test_names_that_are_no_words(tmp_path: Path) -> None:
    fields = [field("net amount", "amount"), field("2nd", "b"), field("group", "c")]
    tree = model(dataset("Order Lines", *fields),
                 metrics=[metric("net revenue (USD)", 'SUM("Order Lines"."net amount")'),
                          metric("order", 'MAX("Order Lines"."group")')], name="My Shop!")  # fmt: skip
    layer, losses = brought(tmp_path, tree)
    assert layer.catalog.spec.name == "My_Shop"
    assert list(layer.catalog.models["Order_Lines"].dimensions) == ["net_amount", "_2nd", "group"]
    assert layer.catalog.metrics["net_revenue_USD"].sql == "SUM(net_amount)"
    assert layer.catalog.metrics["net_revenue_USD"].label["en"] == "net revenue (USD)"
    assert said(losses, "dataset", "Order Lines") == ("changed", "It is called 'Order_Lines' in the project.")
    korean = model(dataset("주문", field("금액")), metrics=[metric("매출", "SUM(주문.금액)")])
    assert brought(tmp_path, korean)[0].catalog.metrics["매출"].sql == "SUM(금액)"
    assert not losses.dropped


def test_fields_that_compute(tmp_path: Path) -> None:
    fields = [
        field("amount", kind="Decimal"), field("email", "LOWER(email)"), field("own", "orders.amount * 2"),
        field("doubled", "own * 2"), field("theirs", "customers.region"), field("total", "SUM(amount)"),
        field("place", "ROW_NUMBER() OVER (ORDER BY amount, order_id)"), field("day", "DATE_TRUNC('day', t)"),
    ]  # fmt: skip
    tree = model(dataset("orders", *fields, key="order_id"), CUSTOMERS, relationships=LINKS[:1])
    layer, losses = brought(tmp_path, tree)
    texts = {name: each.sql for name, each in layer.catalog.models["orders"].dimensions.items()}
    assert texts == {"amount": None, "email": "LOWER(email)", "own": "amount * 2", "doubled": "own * 2",
                     "theirs": "customers.region",
                     "place": "ROW_NUMBER() OVER (ORDER BY amount, order_id)"}  # fmt: skip
    assert said(losses, "field", "orders.doubled") == (
        "changed",
        "'own' in it is the field of that name, not the column.",
    )
    assert [each.name for each in losses.dropped] == ["orders.total", "orders.day"]


# --- relationships ------------------------------------------------------------------------------------


def test_a_key_that_only_a_relationship_tells(tmp_path: Path) -> None:
    tree = model(
        dataset("orders", key="id"),
        dataset("shops"),
        relationships=[relationship("orders", "shops", "shop_id", "id")],
    )
    layer, losses = brought(tmp_path, tree)
    assert layer.catalog.models["shops"].spec.primary_key == ("id",)
    verdict, reason = said(losses, "relationship", "orders_to_shops")
    assert (verdict, "'id' is taken as its primary key" in reason) == ("changed", True)


def test_a_join_that_could_multiply_is_dropped(tmp_path: Path) -> None:
    links = [relationship("orders", "customers", "region", "region", name="by_region")]
    layer, losses = brought(tmp_path, shop(metric("m", "SUM(orders.amount * customers.credit)"), links=links))
    assert "could multiply rows" in said(losses, "relationship", "by_region")[1]
    assert {each.name for each in losses.dropped} == {"by_region", "m"}
    assert not layer.catalog.models["orders"].edges


def test_a_relationship_that_was_written_the_wrong_way_round(tmp_path: Path) -> None:
    links = [relationship("customers", "orders", "id", "customer_id", name="theirs")]
    layer, losses = brought(tmp_path, shop(metric("m", "SUM(orders.amount * customers.credit)"), links=links))
    assert said(losses, "relationship", "theirs")[0] == "changed"
    assert layer.catalog.models["orders"].edges["customers"].on == (("customer_id", "id"),)
    assert layer.catalog.metrics["m"].model == "orders"


def test_two_relationships_to_one_dataset_are_roles(tmp_path: Path) -> None:
    links = [relationship("orders", "customers", "buyer_id", "id", name="buyer"),
             relationship("orders", "customers", "recipient_id", "id", name="recipient"),
             relationship("customers", "customers", "parent_id", "id", name="parent")]  # fmt: skip
    tree = shop(
        metric("n", "COUNT(DISTINCT customers.id)"),
        metric("m", "SUM(orders.amount * customers.credit)"),
        links=links,
    )
    layer, losses = brought(tmp_path, tree)
    assert list(layer.catalog.models["orders"].edges) == ["buyer", "recipient"]
    assert layer.sql("n", by="customers.parent.region").text
    assert "'orders.buyer.credit' or 'orders.recipient.credit'" in said(losses, "metric", "m")[1]


def test_keys_of_several_columns(tmp_path: Path) -> None:
    lines = dataset("lines", field("price", kind="Decimal"), key=["order_id", "line"],
                    unique_keys=[["code"], ["order_id", "line"], "serial"])  # fmt: skip
    tree = model(
        lines, ORDERS, relationships=[relationship("orders", "lines", "order_id first", "order_id line")]
    )
    layer, losses = brought(tmp_path, tree)
    spec = layer.catalog.models["lines"].spec
    assert spec.primary_key == ("order_id", "line")
    assert spec.unique == (("code",), ("serial",))
    assert not losses.dropped


# --- time -------------------------------------------------------------------------------------------


def test_the_axis_of_time(tmp_path: Path) -> None:
    days = dataset(
        "days",
        field("day", kind="Date"),
        field("year", kind="Integer", dimension={"is_time": True}),
        key="sk",
    )
    own = dataset(
        "own", field("x", kind="Integer"), field("at", kind="DateTime"), field("paid", kind="Date"), key="id"
    )
    flag = dataset("flag", field("made", dimension={"is_time": True}), field("x"), key="id")
    off = dataset("off", field("seen", kind="Date", dimension={"is_time": False}), key="id")
    fact = dataset("fact", field("x", kind="Integer"), key="id")
    tree = model(days, own, flag, off, fact, relationships=[relationship("fact", "days", "sk", "sk")],
                 metrics=[metric("m", "SUM(fact.x)")])  # fmt: skip
    layer, losses = brought(tmp_path, tree)
    axes = {name: each.spec.time for name, each in layer.catalog.models.items()}
    assert axes == {"days": "day", "own": "at", "flag": "made", "off": None, "fact": "days.day"}
    assert "there is 'paid' besides" in said(losses, "dataset", "own")[1]
    assert said(losses, "field", "flag.made")[0] == "changed"
    assert layer.sql("m", by="time.month").text


# --- what is said -------------------------------------------------------------------------------------


def test_what_is_told_to_people_and_to_an_ai(tmp_path: Path) -> None:
    context = {"synonyms": ["turnover", "sales"], "instructions": "Net of tax.", "examples": ["How much?"]}
    tree = shop(metric("m", "SUM(orders.amount)", description="Revenue.", ai_context=context,
                       custom_extensions=[{"vendor_name": "DBT", "data": "{}"}]))  # fmt: skip
    tree |= {"description": "A shop.", "ai_context": "Ask nicely.", "behavior": {}}
    files, losses = imported(saved(tmp_path, tree))
    assert "Also called: turnover; sales" in files["metrics.yml"]
    assert files["semantic.yml"].splitlines()[:2] == ["# A shop.", "# To mind: Ask nicely."]
    assert said(losses, "metric", "m") == ("changed", "Its extension of DBT is left out.")
    assert said(losses, "key", "behavior")[0] == "dropped"


# --- several models -----------------------------------------------------------------------------------


def several(folder: Path, **options: Any) -> tuple[dict[str, str], Losses]:
    """A document of two models with a dataset of one name."""
    one, other = shop(metric("a", "SUM(orders.amount)")), shop(metric("b", "SUM(returns.amount)"))
    return imported(saved(folder, wrapped({**one, "name": "sales"}, {**other, "name": "finance"})), **options)


def test_several_models_become_projects_of_their_own(tmp_path: Path) -> None:
    files, _ = several(tmp_path)
    assert {name.partition("/")[0] for name in files} == {"sales", "finance"}
    assert "sales/semantic.yml" in files
    chosen, _ = several(tmp_path, model="Finance")
    assert "name: b" in chosen["metrics.yml"]
    with pytest.raises(SemanticError, match="'hr' is no semantic model"):
        several(tmp_path, model="hr")
    with pytest.raises(SemanticError, match="2 semantic models"):
        Layer.from_osi(tmp_path / "shop.yaml")
    layer = Layer.from_osi(tmp_path / "shop.yaml", model="sales")
    assert list(layer.catalog.metrics) == ["a"]
    assert entry(layer.losses, "metric", "a").verdict == "kept"


def test_a_folder_of_documents(tmp_path: Path) -> None:
    saved(tmp_path, {**shop(), "name": "one"}, "one.yaml")
    saved(tmp_path, {**shop(), "name": "two"}, "two.json")
    files, _ = imported(tmp_path)
    assert {"one/semantic.yml", "two/semantic.yml"} <= set(files)
