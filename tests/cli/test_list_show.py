"""`semantic list` and `semantic show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Semantic


def names(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines()[2:]]


METRICS = [
    "sales", "orders", "buyers", "web_sales", "units", "goods", "new_customers", "average_order", "web_share",
    "sales_per_new_customer",
]  # fmt: skip


def test_metrics(semantic: Semantic) -> None:
    text = semantic("list", "metrics").stdout
    assert names(text) == METRICS
    (sales,) = (line for line in text.splitlines() if line.startswith("sales "))
    assert sales.split() == ["sales", "Sales", "aggregate", "additive", "integer", "KRW"]


def test_labels_in_another_language(semantic: Semantic) -> None:
    text = semantic("list", "metrics", "--lang", "ko").stdout
    assert "매출" in text
    assert "Sales" not in text
    assert "Large order" in semantic("list", "dimensions", "--lang", "ko").stdout  # there is no Korean for it


def test_everything(semantic: Semantic) -> None:
    text = semantic("list").stdout
    assert text.startswith("Metrics\n")
    assert "\nDimensions\n" in text


def test_dimensions(semantic: Semantic) -> None:
    assert names(semantic("list", "dimensions").stdout) == [
        "orders.channel", "orders.is_large", "order_lines.product", "order_lines.category", "customers.name",
        "customers.region", "customers.joined_on",
    ]  # fmt: skip


def test_dimensions_of_a_metric(semantic: Semantic) -> None:
    assert names(semantic("list", "dimensions", "new_customers").stdout) == [
        "customers.name", "customers.region", "customers.joined_on", "orders.channel", "orders.is_large",
        "order_lines.product", "order_lines.category",
    ]  # fmt: skip
    sides = {
        r["path"]: r["side"]
        for r in json.loads(semantic("list", "dimensions", "sales", "--format", "json").stdout)
    }
    assert sides["customers.region"] == "one"
    assert sides["order_lines.product"] == "many"


def test_every_path_that_is_listed_can_be_asked(semantic: Semantic) -> None:
    for metric in METRICS:
        listed = json.loads(semantic("list", "dimensions", metric, "--format", "json").stdout)
        assert listed
        for record in listed:
            result = semantic("sql", metric, "--by", record["path"])
            assert result.exit_code == 0, (metric, record["path"], result.output)


def test_models_parameters_and_targets(semantic: Semantic) -> None:
    assert names(semantic("list", "models").stdout) == ["orders", "order_lines", "customers"]
    assert names(semantic("list", "parameters").stdout) == ["large"]
    assert names(semantic("list", "targets").stdout) == ["local"]
    assert "duckdb:" not in semantic("list", "targets", "--format", "json").stdout


def test_only_dimensions_take_a_metric(semantic: Semantic) -> None:
    assert semantic("list", "models", "sales").exit_code == 2


def test_a_metric_that_is_none(semantic: Semantic) -> None:
    result = semantic("list", "dimensions", "salez")
    assert result.exit_code == 1
    assert "Did you mean 'sales'?" in result.stderr


def test_show_spec_has_the_place(semantic: Semantic) -> None:
    text = semantic("show", "spec", "orders.is_large").stdout
    assert text.splitlines() == [
        "dimension orders.is_large  models/shop.yml:10:10",
        "├─ label: Large order",
        "└─ sql: total >= {{ large }}",
    ]


def test_show_spec_finds_every_thing_of_a_name(semantic: Semantic) -> None:
    text = semantic("show", "spec", "orders").stdout
    titles = [line.split("  ")[0] for line in text.splitlines() if line and line[0] not in "├└│ "]
    assert titles == ["metric orders", "model orders", "source orders"]


def test_show_spec_hides_the_url(semantic: Semantic) -> None:
    assert "memory" not in semantic("show", "spec", "local").stdout


def test_show_metric_says_what_was_inferred(semantic: Semantic) -> None:
    assert semantic("show", "metric", "web_share").stdout.splitlines() == [
        "metric web_share  metrics/shop.yml:19:6",
        "├─ kind: ratio",
        "├─ additivity: non-additive",
        "├─ type: float",
        "├─ format: 0.0%",
        "├─ label: Share of the web (en) · 웹 비중 (ko) · 网上占比 (zh)",
        "├─ sql: web_sales / sales",
        "├─ expression: safe_divide(web_sales, sales)",
        "└─ leaves",
        "   ├─ web_sales: integer = sum(total) over orders (additive)",
        "   │  ├─ filter channel = 'web'",
        "   │  └─ time ordered_at (timestamp)",
        "   └─ sales: integer = sum(total) over orders (additive)",
        "      └─ time ordered_at (timestamp)",
    ]


def test_show_metric_as_json(semantic: Semantic) -> None:
    (record,) = json.loads(semantic("show", "metric", "sales", "--format", "json").stdout)
    assert record["labels"]["zh"] == "销售额"
    assert record["models"] == ["orders"]


@pytest.mark.parametrize(
    "question", [[], ["--by", "customers.region"], ["--by", "time.week", "--fill", "--time", "2024"]]
)
def test_show_bound_and_plan_follow_a_question(semantic: Semantic, question: list[str]) -> None:
    bound = semantic("show", "bound", "sales", "units", *question).stdout
    assert "─ fact orders\n" in bound
    assert "─ fact order_lines\n" in bound
    plan = semantic("show", "plan", "sales", "units", *question).stdout
    assert plan.startswith("Result\n")
    assert "Align aligned" in plan
    assert ("Spine time_week: every week from 2024-01-01" in plan) == ("--fill" in question)


def test_show_sql_is_the_statement(semantic: Semantic) -> None:
    assert semantic("show", "sql", "sales").stdout == semantic("sql", "sales").stdout


def test_names_that_are_none(semantic: Semantic) -> None:
    result = semantic("show", "spec", "nothing", "sale")
    assert result.exit_code == 1
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["unknown", "unknown"]
    assert semantic("show", "spec").exit_code == 2


def test_text_of_the_project_cannot_move_the_cursor(semantic: Semantic, shop: Path) -> None:
    path = shop / "metrics" / "shop.yml"
    path.write_text(path.read_text().replace("en: Orders", 'en: "\\e[2J\\e]0;title\\a"'))
    for words in (["list"], ["show", "spec", "orders"], ["show", "metric", "orders"]):
        assert "\x1b" not in semantic(*words).stdout
