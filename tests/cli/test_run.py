"""`semantic run`: the rows of a question, against sums over the CSV files."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Semantic

Orders = list[dict[str, str]]


def by_month(orders: Orders) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for order in orders:
        totals[order["ordered_at"][:7] + "-01"] += int(order["total"])
    return dict(sorted(totals.items()))


def test_a_table(semantic: Semantic, orders: Orders) -> None:
    head, rule, *body = semantic("run", "sales", "--by", "time.month").stdout.splitlines()
    assert head.split("  ") == ["time_month", "sales (KRW)"]
    assert set(rule) == {"─", " "}
    assert [line.split() for line in body] == [
        [month, f"{sales:,}"] for month, sales in by_month(orders).items()
    ]
    assert len({len(line) for line in [rule, *body]}) == 1  # numbers end in one column


def test_csv(semantic: Semantic, orders: Orders) -> None:
    text = semantic("run", "sales", "--by", "time.month", "--format", "csv").stdout
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["time_month", "sales"]
    assert rows == [[month, str(sales)] for month, sales in by_month(orders).items()]


def test_json(semantic: Semantic, orders: Orders) -> None:
    record = json.loads(semantic("run", "sales", "--by", "time.month", "--format", "json").stdout)
    assert {row["time_month"]: row["sales"] for row in record["rows"]} == by_month(orders)


def test_parquet(semantic: Semantic, orders: Orders, shop: Path) -> None:
    result = semantic(
        "run", "sales", "--by", "time.month", "--format", "parquet", "--output", "sales.parquet"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    rows = duckdb.sql(f"SELECT CAST(time_month AS VARCHAR), sales FROM '{shop}/sales.parquet'").fetchall()
    assert dict(rows) == by_month(orders)


def test_parquet_into_a_pipe(semantic: Semantic) -> None:
    assert semantic("run", "sales", "--format", "parquet").stdout_bytes[:4] == b"PAR1"


@pytest.mark.parametrize("format", ["csv", "json", "table"])
def test_output_goes_to_a_file(semantic: Semantic, shop: Path, format: str) -> None:
    words = ["run", "sales", "--by", "time.month", "--format", format]
    expected = semantic(*words).stdout
    assert semantic(*words, "--output", "answer").stdout == ""
    assert (shop / "answer").read_text() == expected


def test_null_stands_out(semantic: Semantic) -> None:
    *_, last = semantic("run", "orders", "--by", "customers.region").stdout.splitlines()
    assert last.split()[0] == "∅"


def test_no_rows(semantic: Semantic) -> None:
    assert semantic("run", "sales", "--by", "time.month", "--time", "1999").stdout == "no rows\n"


def test_many_rows_are_counted(semantic: Semantic, orders: Orders) -> None:
    lines = semantic("run", "orders", "--by", "orders.channel", "--by", "time.second").stdout.splitlines()
    assert lines[-1] == f"{len(orders)} rows"


def test_very_many_rows_say_so(semantic: Semantic) -> None:
    lines = semantic("run", "orders", "--by", "time.hour", "--fill").stdout.splitlines()
    assert len(lines) == 1_003
    assert lines[-1].startswith("… and ")
    assert lines[-1].endswith(" rows; --format csv prints them all")


def test_a_plot_over_time_is_a_line(semantic: Semantic) -> None:
    text = semantic("run", "sales", "orders", "--by", "time.month", "--plot").stdout
    assert text.count("└") == 2
    assert any("⠀" < character <= "⣿" for character in text)
    assert "2024-01-01" in text.splitlines()[-1]


def test_a_plot_of_categories_is_bars(semantic: Semantic) -> None:
    text = semantic("run", "sales", "--by", "orders.channel", "--order", "-sales", "--plot").stdout
    first, second = text.splitlines()[-2:]
    assert first.count("█") > second.count("█") > 0


def test_a_plot_of_categories_over_time_is_small_lines(semantic: Semantic) -> None:
    text = semantic("run", "sales", "--by", "time.month", "--by", "customers.region", "--plot").stdout
    assert "█" in text
    assert text.splitlines()[-1].strip().endswith("with the last value")


def test_a_pivot_gives_each_value_a_column(semantic: Semantic) -> None:
    asked = ("run", "sales", "--by", "time.month", "--by", "customers.region")
    plain = [line.split() for line in semantic(*asked).stdout.splitlines()[2:]]
    title, heads, _, *lines = semantic(*asked, "--pivot", "customers.region").stdout.splitlines()
    assert title == "sales (KRW) by customers_region"
    regions = sorted({region for _, region, _ in plain if region != "∅"})
    assert heads.split()[1 : 1 + len(regions)] == regions
    assert len(lines) == len({month for month, _, _ in plain})
    values = {word for line in lines for word in line.split()[1:]}
    assert values == {value for _, _, value in plain}


def test_a_pivot_of_what_is_not_asked_says_so(semantic: Semantic) -> None:
    told = semantic("run", "sales", "--by", "time.month", "--pivot", "customers.region")
    assert told.exit_code == 1
    assert "'customers.region' is no dimension of the answer. There is 'time_month'." in told.stderr


def test_a_plot_of_a_total_is_no_plot(semantic: Semantic) -> None:
    assert semantic("run", "sales", "--plot").stdout.splitlines()[-1] == "nothing to draw: add --by"


def test_the_width_is_kept(semantic: Semantic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for by in ("time.month", "customers.name"):
        lines = semantic("run", "sales", "--by", by, "--plot").stdout.splitlines()
        assert max(map(len, lines)) <= 60


def test_a_url_instead_of_a_target(semantic: Semantic, shop: Path) -> None:
    with duckdb.connect(shop / "other.duckdb") as connection:
        connection.execute('CREATE TABLE "data/orders.csv" AS SELECT 7 AS total')
    assert "7" in semantic("run", "sales", "--url", "duckdb:///other.duckdb").stdout.split()


def test_a_question_on_standard_input_names_its_target(semantic: Semantic) -> None:
    result = semantic("run", stdin='{"metrics": "sales", "target": "nowhere"}')
    assert (result.exit_code, result.stderr) == (
        1,
        "target: unknown: 'nowhere' is no target. There is 'local'.\n",
    )


def test_a_question_for_another_dialect_is_a_fault(semantic: Semantic) -> None:
    result = semantic("run", stdin='{"metrics": "sales", "dialect": "bigquery"}')
    assert result.exit_code == 1
    assert "The question is for bigquery, and target 'local' is duckdb." in result.stderr


def test_nothing_is_run_where_the_question_is_wrong(semantic: Semantic, shop: Path) -> None:
    result = semantic("run", "salez", "--format", "csv", "--output", "never")
    assert result.exit_code == 1
    assert not (shop / "never").exists()


def test_a_file_that_cannot_be_written_is_a_fault(semantic: Semantic) -> None:
    result = semantic("run", "sales", "--format", "csv", "--output", "/no/such/folder/x.csv")
    assert result.exit_code == 1
    assert (
        result.stderr
        == "/no/such/folder/x.csv: file: The file cannot be written: No such file or directory.\n"
    )


def test_parquet_that_cannot_be_written_is_a_fault(semantic: Semantic) -> None:
    result = semantic("run", "sales", "--format", "parquet", "--output", "/no/such/folder/x.parquet")
    assert result.exit_code == 1
    assert result.stderr.startswith("/no/such/folder/x.parquet: file: The file cannot be written: ")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "sales", "--target", "local", "--url", "duckdb://"],
        ["run", "sales", "--plot", "--format", "csv"],
        ["run", "sales", "--limit", "-1"],
        ["run", "sales", "--limit", "ten"],
        ["run", "sales", "--param", "large"],
        ["run", "sales", "--format", "xml"],
        ["run", "sales", "--nonsense"],
    ],
)
def test_wrong_usage(semantic: Semantic, words: list[str]) -> None:
    result = semantic(*words)
    assert result.exit_code == 2
    assert "Usage: semantic run" in result.stderr
