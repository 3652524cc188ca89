"""What outputs are made from: by hand, for every way that a column can come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from sqlglot import exp, parse_one

from semantic import Lineage, SemanticError
from semantic.cli.app import root
from semantic.layer import Compiled, Layer
from tests.engines import DIALECTS

Columns = set[tuple[str, str, str]]


def found(lineage: Lineage) -> Columns:
    return {(c.table.removeprefix("shop."), c.name, c.role) for c in lineage.columns}


def of(layer: Layer, output: str, dialect: str = "duckdb", **question: Any) -> Columns:
    lineage = {each.output: each for each in layer.sql(**question, dialect=dialect).lineage}
    return found(lineage[output])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("question", "output", "expected"),
    [
        ({"metrics": "sales"}, "sales", {("orders", "amount", "value")}),
        (  # a filter on the one side needs the join
            {"metrics": "sales", "where": "customers.region = 'north'"},
            "sales",
            {("orders", "amount", "value"), ("orders", "customer_id", "condition"),
             ("customers", "id", "condition"), ("customers", "region", "condition")},
        ),
        (  # a dimension is looked up: its column through the keys of the join
            {"metrics": "sales", "by": "customers.region"},
            "customers_region",
            {("customers", "region", "value"), ("customers", "id", "condition"),
             ("orders", "customer_id", "condition")},
        ),
        ({"metrics": "sales", "by": "customers.region"}, "sales", {("orders", "amount", "value")}),
        ({"metrics": "order_count", "by": "orders.status"}, "order_count", set()),
        (  # two facts meet: each metric keeps to its own
            {"metrics": ["sales", "customer_count"], "by": "customers.region"},
            "sales",
            {("orders", "amount", "value")},
        ),
        (
            {"metrics": ["sales", "customer_count"], "by": "customers.region"},
            "customer_count",
            set(),
        ),
        (  # another fact has conditions of its own
            {"metrics": ["sales", "spenders"]},
            "sales",
            {("orders", "amount", "value")},
        ),
        (  # a filter of the metric
            {"metrics": "taxed"}, "taxed", {("orders", "amount", "value"), ("orders", "status", "either")},
        ),
        (  # a many side selects
            {"metrics": "customer_count", "where": "orders.status = 'web'"},
            "customer_count",
            {("orders", "status", "condition"), ("orders", "customer_id", "condition"),
             ("customers", "id", "condition")},
        ),
        (  # through a model that is made from a question
            {"metrics": "spenders"},
            "spenders",
            {("orders", "customer_id", "value"), ("orders", "amount", "condition"),
             ("orders", "status", "condition")},
        ),
        (  # through a model's own SELECT, aliases and renamed columns
            {"metrics": "at_home", "by": "plain.home"},
            "plain_home",
            {("customers", "region", "value"), ("customers", "id", "condition"),
             ("orders", "customer_id", "condition"), ("orders", "status", "condition")},
        ),
        (
            {"metrics": "at_home", "by": "plain.home"},
            "at_home",
            {("orders", "amount", "value"), ("customers", "id", "condition"),
             ("orders", "customer_id", "condition"), ("orders", "status", "condition")},
        ),
    ],
)  # fmt: skip
def test_columns(layer: Layer, dialect: str, question: Any, output: str, expected: Columns) -> None:
    columns = of(layer, output, dialect, **question)
    either = {(table, name) for table, name, role in expected if role == "either"}
    seen = {(table, name, "either" if (table, name) in either else role) for table, name, role in columns}
    assert seen == expected


def test_models_sources_and_tables(layer: Layer) -> None:
    (spenders,) = layer.sql("spenders").lineage
    assert (spenders.models, spenders.sources) == (("orders", "visits"), ("orders",))
    assert spenders.tables == ("shop.orders",)
    (count,) = layer.sql("order_count").lineage
    assert (count.columns, count.tables) == ((), ("shop.orders",))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_tables_are_what_has_to_be_granted(layer: Layer, dialect: str) -> None:
    assert layer.sql("order_count", dialect=dialect).tables == ("shop.orders",)
    assert layer.sql("sales", by="customers.region", dialect=dialect).tables == (
        "shop.customers",
        "shop.orders",
    )
    assert layer.sql("at_home", dialect=dialect).tables == ("shop.customers", "shop.orders")


def test_tables_are_enough_and_all_are_needed(layer: Layer) -> None:
    """A database that has just these tables answers; without any of them it does not."""
    compiled = layer.sql(["sales", "average"], by="customers.region", time="2024")
    for missing in (None, *compiled.tables):
        with duckdb.connect() as connection:
            connection.execute("CREATE SCHEMA shop")
            for table in set(compiled.tables) - {missing}:
                columns = {c.name for each in compiled.lineage for c in each.columns if c.table == table}
                typed = ", ".join(f"{c} {'TIMESTAMP' if c == 'ordered_at' else 'INT'}" for c in columns)
                connection.execute(f"CREATE TABLE {table} ({typed})")
            if missing is None:
                assert connection.execute(compiled.text).fetchall() == []
            else:
                with pytest.raises(duckdb.CatalogException):
                    connection.execute(compiled.text)


@pytest.mark.parametrize("library", ["complete_journey", "cdnow"])
def test_every_metric_of_the_examples(library: str) -> None:
    """All columns that a statement names of its tables are in the lineage of some output, and no others."""
    layer = Layer.load(Path(__file__).parents[2] / "examples" / library)
    asked = 0
    for name in list(layer.catalog.metrics)[::3]:
        try:
            compiled = layer.sql(name)
        except SemanticError:  # it wants a period
            continue
        asked += 1
        named = {c.name.lower() for c in parse_one(compiled.text, dialect="duckdb").find_all(exp.Column)}
        traced = {c.name.lower() for each in compiled.lineage for c in each.columns}
        assert traced <= named, name
        assert {t for each in compiled.lineage for t in each.tables} == set(compiled.tables), name
    assert asked > 5


def test_only_the_text_is_known() -> None:
    with pytest.raises(SemanticError, match="Only the text of this statement is known"):
        _ = Compiled("SELECT 1", "duckdb", (), {}).tables


def cli(*words: str) -> str:
    done = CliRunner().invoke(root, words, prog_name="semantic")
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "semantic.yml").write_text(
        "name: s\nsources: {o: {table: orders, columns: {amount: decimal, status: text}}}\n"
        "models: [{name: orders, source: o, dimensions: [{name: status}]}]\n"
        "metrics: [{name: sales, model: orders, sql: sum(amount)}]\n"
    )
    words = ["lineage", "sales", "--where", "orders.status = 'x'", "--project", str(tmp_path)]
    assert cli(*words).splitlines() == [
        "sales",
        "  models      orders",
        "  sources     o",
        "  tables      orders",
        "  made of     orders: amount",
        "  decided by  orders: status",
    ]
    assert json.loads(cli(*words, "--format", "json")) == [
        {
            "output": "sales", "models": ["orders"], "sources": ["o"], "tables": ["orders"],
            "columns": [{"table": "orders", "name": "amount", "role": "value"},
                        {"table": "orders", "name": "status", "role": "condition"}],
            "made_from": [], "used_by": [], "views": [],
        }
    ]  # fmt: skip
    drawn = cli(*words, "--format", "mermaid").splitlines()
    assert drawn[0] == "flowchart LR"
    assert drawn[-2:] == ["  t0c0 --> o0", "  t0c1 -.-> o0"]
