"""Views as models of dbt: text that Jinja gives back, settings, and tests that hold."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
import yaml

from semantic.views.dbt import escaped, models
from tests.views.shop import layer, load
from tests.views.test_objects import HOSTILE

VIEWS = """
views:
  - name: by_month
    label: "Sales {{ this }}"
    metrics: [sales, order_count, average]
    by: [time.month, orders.channel]
    where: "orders.channel <> '{{ 'x' }}{% raw %}'"
    grants: {select: [analysts]}
  - {name: by_region, metrics: order_count, by: customers.region,
     materialized: {snowflake: dynamic_table, otherwise: table},
     refresh: {every: 1 week, warehouse: WH}, schema: finance, as: regions, indexes: [customers_region]}
  - {name: order_rows, model: orders, materialized: {bigquery: table},
     partition_by: orders_ordered_at, cluster_by: [orders_channel]}
"""


def files(dialect: str) -> dict[str, str]:
    shop = layer(views=VIEWS.replace("{{ 'x' }}{% raw %}", "y"))
    return models(shop, shop.views(dialect).views)


def told(dialect: str) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(files(dialect)["models/schema.yml"])
    assert found["version"] == 2
    return {model["name"]: model for model in found["models"]}


@pytest.mark.parametrize("text", [*HOSTILE, "{{{{%", "{%- endraw -%}", "{" * 7 + "%" + "}" * 7, "a{"])
def test_jinja_gives_every_text_back(text: str) -> None:
    environment = jinja2.Environment(keep_trailing_newline=True, newline_sequence="\n")
    plain = text.replace("\r\n", "\n")
    assert environment.from_string(escaped(plain)).render() == plain


def test_a_file_a_view() -> None:
    assert list(files("postgres")) == [
        "models/by_month.sql",
        "models/by_region.sql",
        "models/order_rows.sql",
        "models/schema.yml",
    ]
    assert files("postgres")["models/schema.yml"].startswith("# Tests of several columns need the package")


def test_settings() -> None:
    postgres, snowflake, bigquery = told("postgres"), told("snowflake"), told("bigquery")
    assert postgres["by_month"]["config"]["grants"] == {"select": ["analysts"]}
    region = postgres["by_region"]["config"]
    assert (region["materialized"], region["schema"], region["alias"]) == ("table", "finance", "regions")
    assert region["indexes"] == [{"columns": ["customers_region"]}]
    dynamic = snowflake["by_region"]["config"]
    assert (dynamic["materialized"], dynamic["target_lag"]) == ("dynamic_table", "7 days")
    assert dynamic["snowflake_warehouse"] == "WH"
    rows = bigquery["order_rows"]["config"]
    assert rows["partition_by"] == {"field": "orders_ordered_at", "data_type": "datetime"}
    assert rows["cluster_by"] == ["orders_channel"]


def test_words_are_no_templates() -> None:
    described = told("postgres")["by_month"]["description"]
    assert jinja2.Template(described).render() == "Sales {{ this }}"


def test_tests_hold_on_the_rows(duck: Any) -> None:
    """Each test of dbt, as the SQL that dbt would run for it."""
    load(duck)
    made, checked = files("duckdb"), 0
    for name, model in told("duckdb").items():
        duck.run(f"CREATE OR REPLACE VIEW dbt_model AS {made[f'models/{name}.sql']}")
        for test in model.get("data_tests", []):
            keys = test["dbt_utils.unique_combination_of_columns"]["arguments"]["combination_of_columns"]
            by = ", ".join(keys)
            assert duck.rows(f"SELECT {by} FROM dbt_model GROUP BY {by} HAVING COUNT(*) > 1") == []
            checked += 1
        for column in model["columns"]:
            for test in column.get("data_tests", []):
                wrong = {
                    "not_null": f"SELECT 1 FROM dbt_model WHERE {column['name']} IS NULL",
                    "unique": f"SELECT 1 FROM dbt_model WHERE {column['name']} IS NOT NULL "
                    f"GROUP BY {column['name']} HAVING COUNT(*) > 1",
                }[test]
                assert duck.rows(wrong) == []
                checked += 1
    assert checked == 6


def test_only_what_holds_by_construction_is_tested() -> None:
    found = {c["name"]: c.get("data_tests", []) for c in told("duckdb")["by_month"]["columns"]}
    assert found == {
        "time_month": [],
        "orders_channel": [],
        "sales": [],
        "order_count": ["not_null"],
        "average": [],
    }
