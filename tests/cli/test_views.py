"""``semantic views``: statements, files, models of dbt; and views in the other commands."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.cli.conftest import Semantic

VIEWS = """
views:
  - name: monthly
    label: {en: By month, ko: 월별}
    metrics: [sales, orders]
    by: time.month
    grants: {select: bi}
  - {name: regions, metrics: sales, by: customers.region, schema: other}
"""


@pytest.fixture(autouse=True)
def _views(shop: Path) -> None:
    (shop / "views" / "shop.yml").write_text(VIEWS, "utf-8")


def test_statements(semantic: Semantic) -> None:
    done = semantic("views", "--dialect", "postgres")
    assert done.exit_code == 0
    assert done.output.count("CREATE OR REPLACE VIEW") == 2
    assert "\nGRANT SELECT ON monthly TO bi;\n" in done.output
    assert "CREATE OR REPLACE VIEW other.regions AS" in done.output
    assert semantic("views", "regions", "--dialect", "postgres").output.count("CREATE") == 1


def test_the_statements_run(semantic: Semantic, shop: Path, orders: list[dict[str, str]]) -> None:
    with duckdb.connect() as connection:
        connection.execute(semantic("views", "monthly").output)
        counted = connection.execute("SELECT SUM(orders) FROM monthly").fetchone()
    assert counted == (len({row["order_id"] for row in orders}),)


def test_a_target_has_a_schema(semantic: Semantic, shop: Path) -> None:
    text = (shop / "semantic.yml").read_text("utf-8")
    pg = '  prod: {dialect: postgres, url: "postgresql://u:hidden@h/db", schema: bi}\n'
    (shop / "semantic.yml").write_text(text.replace("targets:\n", f"targets:\n{pg}"), "utf-8")
    done = semantic("views", "--target", "prod")
    assert "CREATE OR REPLACE VIEW bi.monthly AS" in done.output
    assert "CREATE OR REPLACE VIEW other.regions AS" in done.output
    assert "hidden" not in done.output
    assert semantic("views", "--target", "prd").exit_code == 1


def test_a_file_a_view(semantic: Semantic, shop: Path) -> None:
    done = semantic("views", "--out", "ddl", "--dialect", "snowflake")
    assert done.output.splitlines() == ["ddl/monthly.sql", "ddl/regions.sql"]
    text = (shop / "ddl" / "monthly.sql").read_text("utf-8")
    assert text == semantic("views", "monthly", "--dialect", "snowflake").output
    assert semantic("views", "--out", "semantic.yml").exit_code == 1


def test_a_migration(semantic: Semantic) -> None:
    text = semantic("views", "--as", "migration", "--dialect", "postgres").output
    assert text.startswith("BEGIN;\n\nDROP VIEW IF EXISTS other.regions;\n")
    assert text.endswith("COMMIT;\n")


def test_models_of_dbt(semantic: Semantic, shop: Path) -> None:
    done = semantic("views", "--as", "dbt", "--out", ".warehouse", "--dialect", "bigquery")
    names = ["monthly.sql", "regions.sql", "schema.yml"]
    assert done.output.splitlines() == [f".warehouse/models/{name}" for name in names]
    found = yaml.safe_load((shop / ".warehouse" / "models" / "schema.yml").read_text("utf-8"))
    assert [model["name"] for model in found["models"]] == ["monthly", "regions"]


def test_models_of_dbt_are_no_part_of_the_project(semantic: Semantic, shop: Path) -> None:
    """Their YAML would be read as the project's own."""
    done = semantic("views", "--as", "dbt", "--out", "warehouse")
    assert (done.exit_code, (shop / "warehouse").exists()) == (1, False)
    assert done.stderr.startswith("warehouse: file: The folder lies in the project")


def test_json(semantic: Semantic) -> None:
    found = json.loads(semantic("views", "--format", "json", "--dialect", "postgres").output)
    assert [view["object"] for view in found["views"]] == [["monthly"], ["other", "regions"]]
    assert found["views"][0]["statements"][0].startswith("CREATE OR REPLACE VIEW monthly AS")
    assert found["unavailable"] == {}


def test_faults_and_wrong_usage(semantic: Semantic, shop: Path) -> None:
    assert semantic("views", "month").exit_code == 1
    assert semantic("views", "--dialect", "oracle").exit_code == 1
    assert semantic("views", "--as", "xml").exit_code == 2
    (shop / "views" / "shop.yml").write_text("views: [{name: v, metrics: sals}]", "utf-8")
    done = semantic("check")
    assert done.exit_code == 1
    assert done.output.startswith("views/shop.yml:1:28: unknown: 'sals' is no metric. Did you mean 'sales'?")


def test_no_views(semantic: Semantic, shop: Path) -> None:
    (shop / "views" / "shop.yml").unlink()
    assert semantic("views").output == "-- no views\n"


def test_views_in_the_other_commands(semantic: Semantic) -> None:
    assert "2 views" in semantic("check").output
    listed = json.loads(semantic("list", "views", "--format", "json").output)
    assert [(view["name"], view["by"]) for view in listed] == [
        ("monthly", ["time.month"]),
        ("regions", ["customers.region"]),
    ]
    assert "월별" in semantic("list", "views", "--lang", "ko").output
