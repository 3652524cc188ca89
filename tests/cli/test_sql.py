"""`semantic sql`: a question as a statement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semantic import Layer
from tests.cli.conftest import Semantic


def text(folder: Path, dialect: str = "duckdb", **question: object) -> str:
    return Layer.load(folder).sql(dialect=dialect, **question).text + "\n"  # type: ignore[arg-type]


def test_it_prints_what_the_library_compiles(semantic: Semantic, shop: Path) -> None:
    result = semantic(
        "sql", "sales", "orders", "--by", "time.month", "--by", "customers.region as region", "--where",
        "customers.region = 'EU'", "--having", "sales > 0", "--time", "2024-01..2024-03", "--order", "-sales",
        "--limit", "5", "--dialect", "snowflake",
    )  # fmt: skip
    assert result.exit_code == 0
    assert result.stdout == text(
        shop,
        "snowflake",
        metrics=["sales", "orders"],
        by=["time.month", "customers.region as region"],
        where="customers.region = 'EU'",
        having="sales > 0",
        time="2024-01..2024-03",
        order="-sales",
        limit=5,
    )
    assert result.stderr == ""


def test_lists_may_be_written_with_commas(semantic: Semantic, shop: Path) -> None:
    result = semantic(
        "sql", "sales,orders", "--by", "time.month, orders.channel", "--order=-sales,time.month"
    )
    assert result.stdout == text(
        shop, metrics=["sales", "orders"], by=["time.month", "orders.channel"], order=["-sales", "time.month"]
    )


def test_a_condition_keeps_its_commas(semantic: Semantic, shop: Path) -> None:
    where = "orders.channel in ('web', 'store')"
    assert semantic("sql", "sales", "--where", where).stdout == text(shop, metrics="sales", where=where)


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (["--members"], True),
        (["--members=customers.name"], ["customers.name"]),
        (["--members=customers.name", "--members"], True),
    ],
)
def test_members_take_a_path_only_behind_an_equals_sign(
    semantic: Semantic, shop: Path, words: list[str], members: object
) -> None:
    result = semantic("sql", "--by", "customers.name", *words, "sales")
    assert result.stdout == text(shop, metrics="sales", by="customers.name", members=members)


def test_fill(semantic: Semantic, shop: Path) -> None:
    result = semantic("sql", "sales", "--by", "time.week", "--fill")
    assert result.stdout == text(shop, metrics="sales", by="time.week", fill=True)


def test_a_parameter(semantic: Semantic, shop: Path) -> None:
    result = semantic("sql", "orders", "--by", "orders.is_large", "--param", "large=7")
    assert result.stdout == text(shop, metrics="orders", by="orders.is_large", parameters={"large": 7})
    assert ">= 7" in result.stdout


@pytest.mark.parametrize("words", [["sql"], ["sql", "-"]])
def test_a_question_on_standard_input(semantic: Semantic, shop: Path, words: list[str]) -> None:
    question = {"metrics": ["sales"], "by": ["time.month"], "dialect": "bigquery"}
    result = semantic(*words, stdin=json.dumps(question))
    assert result.stdout == text(shop, "bigquery", metrics="sales", by="time.month")


def test_options_override_parts_of_a_question_on_standard_input(semantic: Semantic, shop: Path) -> None:
    question = {"metrics": ["sales"], "by": ["time.month"], "limit": 3, "parameters": {"large": 1}}
    result = semantic(
        "sql",
        "-",
        "--limit",
        "7",
        "--by",
        "orders.is_large",
        "--dialect",
        "postgres",
        stdin=json.dumps(question),
    )
    expected = text(shop, "postgres", metrics="sales", by="orders.is_large", limit=7, parameters={"large": 1})
    assert result.stdout == expected


def test_json_has_the_text_the_columns_and_the_parameters(semantic: Semantic, shop: Path) -> None:
    record = json.loads(semantic("sql", "sales", "--by", "time.month", "--format", "json").stdout)
    assert record["sql"] + "\n" == text(shop, metrics="sales", by="time.month")
    assert record["dialect"] == "duckdb"
    assert record["parameters"] == {"large": 50000}
    assert record["columns"] == [
        {"name": "time_month", "type": "date", "kind": "dimension", "label": "time_month", "description": "",
         "unit": None, "format": None, "labels": {}},
        {"name": "sales", "type": "integer", "kind": "metric", "label": "Sales",
         "description": "What customers paid, shipping included.", "unit": "KRW", "format": "#,##0",
         "labels": {"en": "Sales", "ko": "매출", "zh": "销售额"}},
    ]  # fmt: skip


def test_the_dialect_is_that_of_the_target(semantic: Semantic, shop: Path) -> None:
    project = (
        (shop / "semantic.yml")
        .read_text()
        .replace("targets:", 'targets:\n  prod: {dialect: bigquery, url: "bigquery://x"}')
    )
    (shop / "semantic.yml").write_text(project)
    assert semantic("sql", "sales").stdout == text(shop, metrics="sales")
    assert semantic("sql", "sales", "--target", "prod").stdout == text(shop, "bigquery", metrics="sales")
    (shop / "semantic.yml").write_text(project.replace("  local:", "  # local:"))
    assert semantic("sql", "sales").stdout == text(shop, "bigquery", metrics="sales")


def test_a_project_without_targets_gets_duckdb(semantic: Semantic, shop: Path) -> None:
    whole = (shop / "semantic.yml").read_text()
    (shop / "semantic.yml").write_text(whole.replace("targets:", "#").replace("  local:", "#"))
    assert semantic("sql", "sales").stdout == text(shop, metrics="sales")


def test_the_project_is_the_nearest_upward(
    semantic: Semantic, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(shop / "deep" / "down")
    assert semantic("sql", "sales").exit_code == 0


def test_the_project_may_be_named(semantic: Semantic, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert semantic("sql", "sales", "--project", str(shop)).stdout == text(shop, metrics="sales")


def test_colours_only_where_they_are_wanted(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in semantic("sql", "sales").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = semantic("sql", "sales").stdout
    assert "\x1b[34mSELECT\x1b[0m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in semantic("sql", "sales").stdout
