"""How views come from what a project says: keys of others, order, sources that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic import Layer, SemanticError
from semantic.query import Extract, Query
from semantic.source import Text
from semantic.views import View
from tests.views.shop import PROJECT, layer


def views_of(text: str, dialect: str = "duckdb", schema: str | None = None) -> dict[str, View]:
    return {view.name: view for view in layer(views=f"views:\n{text}").views(dialect, schema=schema).views}


# --- extends --------------------------------------------------------------------------------------------


def test_a_view_has_the_keys_of_the_one_that_it_extends() -> None:
    found = views_of("""
  - {name: c, extends: b, by: orders.channel}
  - {name: b, extends: a, metrics: order_count, schema: other}
  - {name: a, metrics: sales, by: time.month, where: "orders.channel = 'web'", label: A, as: object_a}
""")
    assert [column.name for column in found["b"].columns] == ["time_month", "order_count"]
    assert [column.name for column in found["c"].columns] == ["orders_channel", "order_count"]
    assert all("'web'" in view.select and view.label == "A" for view in found.values())
    assert {name: view.parts for name, view in found.items()} == {
        "a": ("object_a",),
        "b": ("other", "b"),
        "c": ("other", "c"),
    }


# --- order ----------------------------------------------------------------------------------------------

CHAIN = """
sources:
  monthly: {table: bi.a_month, columns: {time_month: date, sales: decimal}}
models:
  - {name: months, source: monthly, time: time_month, primary_key: time_month}
  - {name: years, sql: "SELECT SUM(best) AS total FROM bi.b_best", columns: {total: decimal}}
metrics:
  - {name: best_month, model: months, sql: max(sales)}
  - {name: all_best, model: years, sql: sum(total)}
views:
  - {name: z_month, as: a_month, schema: bi, metrics: sales, by: time.month}
  - {name: a_best, as: b_best, schema: bi, metrics: best_month, by: time.year}
  - {name: "_all", schema: bi, metrics: all_best}
  - {name: other, schema: bi, metrics: sales}
"""


def test_views_stand_behind_those_that_they_read() -> None:
    shop = Layer.from_text(semantic=PROJECT, sources=SOURCES, chain=CHAIN)
    views = shop.views("postgres").views
    assert [view.name for view in views] == ["z_month", "a_best", "_all", "other"]
    assert [view.after for view in views] == [(), ("z_month",), ("a_best",), ()]


SOURCES = """
sources:
  orders:
    table: orders
    columns: {order_id: integer, customer_id: integer, ordered_at: timestamp, amount: decimal, channel: text}
  customers: {table: customers, columns: {customer_id: integer, region: text, joined_on: date}}
  lines: {table: lines, columns: {line_id: integer, order_id: integer, product: text}}
"""


def test_a_view_called_like_its_table() -> None:
    """Whether 'orders' is the table or, once it is there, the view itself, is up to the session."""
    for text in (
        "{name: orders, schema: bi, metrics: sales}",
        "{name: v, as: ORDERS, schema: bi, model: lines}",
    ):
        with pytest.raises(SemanticError, match="reads the table orders, which may be itself"):
            views_of(f"  - {text}")
    with pytest.raises(SemanticError, match="A view uses itself: orders → orders"):
        views_of("  - {name: orders, metrics: sales}")


def test_a_word_of_a_select_is_no_table() -> None:
    more = """
models: [{name: m, sql: "WITH v AS (SELECT w FROM shop.w) SELECT w AS u FROM v", columns: {u: integer}}]
metrics: [{name: n, model: m, sql: sum(u)}]
views:
  - {name: u, metrics: n}
  - {name: v, metrics: n}
  - {name: w, schema: bi, metrics: n}
  - {name: x, as: w, schema: shop, metrics: sales}
"""
    shop = Layer.from_text(semantic=PROJECT, sources=SOURCES, more=more)
    found = {view.name: view.after for view in shop.views("duckdb").views}
    assert found == {"u": ("x",), "v": ("x",), "w": ("x",), "x": ()}


def test_all_else_is_by_name() -> None:
    text = "\n".join(f"  - {{name: {name}, metrics: sales}}" for name in "cab")
    assert list(views_of(text)) == ["a", "b", "c"]


# --- rows -----------------------------------------------------------------------------------------------


def test_rows_have_all_columns_and_the_dimensions_of_joined_models() -> None:
    found = views_of("  - {name: v, model: lines}\n  - {name: w, model: lines, joins: []}")
    names = [column.name for column in found["v"].columns]
    own = ["lines_line_id", "lines_order_id", "lines_product"]
    assert names == [*own, "orders_channel", "customers_region", "customers_seniority"]
    assert [column.name for column in found["w"].columns] == own
    assert found["v"].keys == ("lines_line_id",)
    assert "GROUP BY" not in found["v"].select


def test_a_key_that_is_left_out_tells_no_rows_apart() -> None:
    found = views_of("""
  - {name: v, model: orders, columns: [order_id as id, amount]}
  - {name: w, model: orders, columns: [amount]}
""")
    assert (found["v"].keys, found["w"].keys) == (("id",), ())


def test_rows_by_way_of_a_program() -> None:
    compiled = layer().compile(Extract(Text("orders"), where=(Text("amount > 5"),)), "postgres")
    assert compiled.columns[-2].labels == {"en": "Region", "ko": "지역"}
    assert "FROM orders" in compiled.text


def test_columns_first() -> None:
    shop = layer()
    query = Query.of(metrics=["sales", "order_count"], by=["time.month", "orders.channel"])
    compiled = shop.compile(query, "postgres", ("orders_channel", "sales"))
    assert [c.name for c in compiled.columns] == ["orders_channel", "sales", "time_month", "order_count"]
    assert shop.compile(query, "postgres").text != compiled.text
    with pytest.raises(SemanticError, match="'sale' is no column"):
        shop.compile(query, "postgres", ("sale",))


# --- what is not there ----------------------------------------------------------------------------------


def test_a_view_that_waits_for_a_source_does_not_break_the_others() -> None:
    shop = Layer.from_text(
        semantic="""
name: crm_shop
libraries: [crm]
sources:
  orders: {table: orders}
  order_lines: {table: order_lines}
  customers: {table: customers}
  products: {table: products}
views:
  - {name: waiting, metrics: [purchase_amount, nps]}
  - {name: rows_waiting, model: csat_answers}
  - {name: ready, metrics: purchase_amount}
"""
    )
    made = shop.views("duckdb")
    assert [view.name for view in made.views] == ["ready"]
    told = {name: {fault.code for fault in found} for name, found in made.unavailable.items()}
    assert told == {"waiting": {"unmapped"}, "rows_waiting": {"unmapped"}}


def test_a_name_that_no_view_has() -> None:
    with pytest.raises(SemanticError, match=r"'web_sale' is no view\. Did you mean 'web_sales'"):
        layer().views("duckdb", "web_sale")


def test_what_a_target_lacks_is_told_for_the_targets_of_a_project() -> None:
    text = """
views: [{name: v, metrics: sales, materialized: {snowflake: dynamic_table, otherwise: materialized_view}}]
"""
    where = "targets: {pg: {dialect: postgres, url: 'postgresql://me:secret@h/db'}}"
    shop = Layer.from_text(semantic=PROJECT, sources=SOURCES, views=text, targets=where)
    assert shop.check() == ()
    with pytest.raises(SemanticError, match="materialized_view, which duckdb does not have"):
        shop.views("duckdb")
    assert "secret" not in repr(shop.views("postgres"))


@pytest.mark.parametrize(
    "text",
    [
        "{name: v, metrics: sales, as: " + "x" * 64 + "}",
        "{name: v, metrics: sales, grants: {select: " + "x" * 64 + "}}",
        "{name: v, model: orders, columns: [order_id as " + "x" * 64 + "]}",
        "{name: v, metrics: sales, schema: " + "x" * 64 + "}",
    ],
)
def test_names_that_a_target_would_cut(text: str) -> None:
    shop = layer(views=f"views: [{text}]")
    with pytest.raises(SemanticError, match=r"views\.yml:1:16: "):
        shop.views("postgres")
    assert len(shop.views("snowflake").views) == 1


def test_no_project_has_no_views() -> None:
    assert Layer.from_text(semantic="name: x").views("duckdb").views == ()


def test_views_are_kept_with_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of projects and the cache of statements give the same views again."""
    folder = tmp_path / "shop"
    folder.mkdir()
    views = """
views:
  - name: v
    metrics: sales
    by: customers.region
    grants: {select: [a]}
    parameters: {as_of: 2024-01-01}
"""
    for name, text in {"semantic": PROJECT, "sources": SOURCES, "views": views}.items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    monkeypatch.delenv("SEMANTIC_NO_CACHE", raising=False)
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "cache"))
    first, second = Layer.load(folder).views("duckdb").views, Layer.load(folder).views("duckdb").views
    assert first == second
    assert first[0].fingerprint == second[0].fingerprint
    assert first[0].columns[0].comment == "Region: Where it's at"
