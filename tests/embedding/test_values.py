"""Questions without metrics by every way that questions take: rows, streams, selectables, views, tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from semantic import Layer, SemanticError
from semantic.cli.app import root

PROJECT = """
name: shop
sources:
  customers: {table: customers, columns: {id: integer, region: text, joined: date}}
  orders: {table: orders, columns: {id: integer, customer_id: integer, status: text, ordered_on: date}}
targets: {local: {dialect: duckdb, url: "duckdb:///shop.duckdb"}}
models:
  - {name: customers, source: customers, primary_key: id, dimensions: [{name: region, label: Region}, joined]}
  - {name: orders, source: orders, primary_key: id, time: ordered_on,
     dimensions: [status, {name: day, sql: ordered_on}],
     joins: [{to: customers, on: {customer_id: id}}]}
metrics:
  - {name: count_of_orders, model: orders, sql: count(*)}
views:
  - {name: regions, by: customers.region, where: "customers.region is not null"}
  - {name: months, from: orders, by: [time.month as month, customers.region]}
  - {name: bounds, by: orders.day, extremes: true}
tests:
  - name: a region is a value once
    given: {customers: [{id: 1, region: b}, {id: 2, region: a}, {id: 3, region: b}]}
    ask: {by: customers.region, order: -customers.region}
    expect: [{customers_region: b}, {customers_region: a}]
    ordered: true
  - name: the last day
    given: {orders: [{id: 1, ordered_on: 2024-01-01}, {id: 2, ordered_on: 2024-03-01}]}
    ask: {from: orders, by: time.day, extremes: true}
    expect: [{time_day_min: 2024-01-01, time_day_max: 2024-03-01}]
  - {name: a model that there is not, ask: {by: time.day, from: nowhere}, fault: unknown}
"""
ROWS = """
create table customers as select * from (values (1, 'a', date '2020-01-01'), (2, 'b', date '2021-01-01'),
  (3, 'a', null), (4, null, date '2020-01-01'), (5, 'c', date '2022-01-01')) t(id, region, joined);
create table orders as select * from (values (1, 1, 'x', date '2024-01-05'), (2, 1, 'y', date '2024-01-06'),
  (3, 2, 'x', date '2024-02-07'), (4, 9, null, date '2024-03-08'), (5, null, 'x', null))
  t(id, customer_id, status, ordered_on);
"""
Question = dict[str, Any]
#: Questions, and the same in SQL that is written by hand.
ASKED: list[tuple[Question, str]] = [
    ({"by": "customers.region"}, "select distinct region from customers order by 1 nulls last"),
    (
        {"by": ["customers.region", "orders.status"], "where": "customers.joined >= date '2020-01-01'"},
        "select distinct region, status from orders o left join customers c on c.id = o.customer_id "
        "where joined >= date '2020-01-01' order by 1 nulls last, 2 nulls last",
    ),
    (
        {"by": "customers.region", "where": "orders.status = 'x'"},
        "select distinct region from customers "
        "where id in (select customer_id from orders where status = 'x') order by 1 nulls last",
    ),
    (
        {"by": "customers.region", "from": "orders", "limit": 2, "order": "-customers.region"},
        "values ('b'), ('a')",
    ),
    (
        {"by": ["customers.joined.year", "time.quarter"], "from": "orders", "time": "2024-01..2024-02"},
        "values (date '2020-01-01', date '2024-01-01'), (date '2021-01-01', date '2024-01-01')",
    ),
    (
        {"by": ["customers.region", "orders.status"], "from": "customers"},
        "select distinct region, status from customers c left join orders o on c.id = o.customer_id "
        "order by 1 nulls last, 2 nulls last",
    ),
    (
        {"by": ["place"], "paths": {"place": ["orders.customers.region", "customers.region"]}},
        "select distinct region from customers order by 1 nulls last",
    ),
    ({"by": "customers.joined", "extremes": True}, "select min(joined), max(joined) from customers"),
    (
        {"by": "orders.status", "where": "customers.region = 'a'", "extremes": True},
        "select min(status), max(status) from orders o join customers c on c.id = o.customer_id "
        "where region = 'a'",
    ),
]


@pytest.fixture
def layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layer:
    """The project in a folder, with its rows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "semantic.yml").write_text(PROJECT, "utf-8")
    with duckdb.connect("shop.duckdb") as connection:
        connection.execute(ROWS)
    return Layer.load(tmp_path)


@pytest.mark.parametrize(("question", "by_hand"), ASKED, ids=[str(n) for n in range(len(ASKED))])
def test_every_way_to_the_rows(layer: Layer, question: Question, by_hand: str) -> None:
    with duckdb.connect("shop.duckdb") as connection:
        right = connection.sql(by_hand).fetchall()
        made = layer.sql(**question).parameterised("qmark")
        assert connection.execute(made.text, list(made.values)).fetchall() == right
    assert [tuple(row) for row in layer.run(**question).rows] == right
    with layer.stream(**question, batch_rows=1) as stream:
        assert list(stream) == right
    with layer.engine("local").connect() as connected:
        assert [tuple(row) for row in connected.execute(layer.select(**question))] == right


def test_columns_and_lineage(layer: Layer) -> None:
    compiled = layer.sql(by="customers.region", where="orders.status = 'x'")
    [column] = compiled.columns
    assert (column.name, column.label, column.kind, column.type) == (
        "customers_region",
        "Region",
        "dimension",
        "text",
    )
    assert {(c.table, c.name) for c in compiled.lineage[0].columns} >= {("customers", "region")}
    assert compiled.tables == ("customers", "orders")
    assert [each.name for each in layer.sql(by="customers.joined", extremes=True).columns] == [
        "customers_joined_min",
        "customers_joined_max",
    ]


def test_in_python_from_is_a_word_with_a_line_behind_it(layer: Layer) -> None:
    assert (
        layer.sql(by="time.month", from_="orders").text
        == layer.sql(**{"by": "time.month", "from": "orders"}).text
    )
    with pytest.raises(SemanticError, match="'nowhere' is no model"):
        layer.sql(by="time.month", from_="nowhere")


def test_views_and_tests(layer: Layer) -> None:
    found = {view.name: view for view in layer.views("duckdb").views}
    with duckdb.connect("shop.duckdb") as connection:
        assert sorted(connection.sql(found["regions"].select).fetchall()) == [("a",), ("b",), ("c",)]
        assert len(connection.sql(found["months"].select).fetchall()) == 4
    assert [column.name for column in found["bounds"].columns] == ["orders_day_min", "orders_day_max"]
    results = layer.test()
    assert [outcome.status for outcome in results] == ["passed"] * 3
    assert layer.check() == ()


def test_on_the_command_line(layer: Layer) -> None:
    def semantic(*words: str, stdin: str = "") -> Any:
        result = CliRunner().invoke(root, words, input=stdin, prog_name="semantic")
        assert result.exit_code == 0, result.output
        return [row.values() for row in json.loads(result.stdout)["rows"]]

    told = [[*row] for row in semantic("run", "--by", "customers.region", "--format", "json")]
    assert told == [["a"], ["b"], ["c"], [None]]
    told = [[*row] for row in semantic("run", "--by", "customers.joined", "--extremes", "--format", "json")]
    assert told == [["2020-01-01", "2022-01-01"]]
    words = ("run", "-", "--from", "orders", "--limit", "1", "--format", "json")
    assert [[*row] for row in semantic(*words, stdin='{"by": ["time.month"]}')] == [["2024-01-01"]]
    refused = CliRunner().invoke(root, ("sql", "--by", "time.month", "--fill"), prog_name="semantic")
    assert refused.exit_code == 1
    assert "'fill' says something of metrics" in refused.stderr
