"""The command: exit codes, JSON, words on what was looked at, and no secret."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from semantic.cli.app import root
from tests.inspect.shop import PROJECT, TABLES, place


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "semantic.yml").write_text(PROJECT.replace("@DIALECT@", "duckdb"))
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        connection.execute(f"CREATE SCHEMA inspected; {TABLES}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_URL", "duckdb:///shop.duckdb")
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(root, ["check", *words], prog_name="semantic")


def change(folder: Path, statement: str) -> None:
    with duckdb.connect(folder / "shop.duckdb") as connection:
        connection.execute(statement)


def test_no_finding(shop: Path) -> None:
    before = (shop / "shop.duckdb").read_bytes()
    result = check("--target", "local", "--sample", "2")
    assert result.exit_code == 0, result.output
    assert "orders: 2 rows or more" in result.output
    assert result.output.endswith(": no findings\n")
    assert "6 models (5 by a sample of 2 rows)" in result.output
    assert (shop / "shop.duckdb").read_bytes() == before


def test_findings_end_with_1(shop: Path) -> None:
    change(shop, "INSERT INTO inspected.visits VALUES (NULL, NULL, NULL)")
    result = check("--target", "local", "--full")
    assert result.exit_code == 1
    where = place("table: inspected.visits", "visit_id")
    assert result.output.startswith(
        f"{where}: null: 1 row of model 'visits' has a NULL in the key (visit_id)."
    )
    assert result.output.endswith(": 1 finding\n")


def test_json(shop: Path) -> None:
    change(shop, "DROP TABLE inspected.notes")
    result = check("--target", "local", "--format", "json")
    assert result.exit_code == 1
    record = json.loads(result.output)
    assert [(fault["code"], fault["line"]) for fault in record["faults"]] == [("missing", 15)]
    assert (record["target"], record["dialect"], record["sample"]) == ("local", "duckdb", 100_000)
    assert {"model": "orders", "rows": 3, "complete": True} in record["models"]


def test_faults_of_the_files_come_first(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", "duckdb:///not_asked.duckdb")
    text = (shop / "semantic.yml").read_text()
    (shop / "semantic.yml").write_text(text.replace("sum(amount)", "sum(amunt)"))
    result = check("--target", "local")
    assert result.exit_code == 1
    assert "'amunt'" in result.output
    assert result.output.endswith("1 fault in the project's files; the target was not asked\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--sample", "10"),
        ("--full",),
        ("--target", "local", "--full", "--sample", "10"),
        ("--target", "local", "--dialect", "duckdb"),
        ("--target", "local", "--sample", "0"),
        ("--target", "local", "--timeout", "0"),
    ],
)
def test_wrong_usage_ends_with_2(shop: Path, words: tuple[str, ...]) -> None:
    assert check(*words).exit_code == 2


def test_an_unknown_target(shop: Path) -> None:
    result = check("--target", "loca", "--format", "json")
    assert result.exit_code == 1
    assert "Did you mean 'local'?" in result.output


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("--debug",)])
def test_no_secret_is_printed(shop: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    text = (shop / "semantic.yml").read_text()
    (shop / "semantic.yml").write_text(text.replace("dialect: duckdb", "dialect: postgres"))
    monkeypatch.setenv("SHOP_URL", "postgresql://me:hunter%402%2F@127.0.0.1:1/shop?sslpassword=hunter%3A3")
    result = check("--target", "local", *words)
    assert result.exit_code == 1
    assert "refused" in result.output
    assert "hunter" not in result.output
