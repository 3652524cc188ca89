"""Questions on DuckDB: files are only read, paths start at the project, values are what they were."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from semantic import Layer, SemanticError

MODELS = """
models:
  - name: orders
    table: orders
    columns: {id: integer, region: text, amount: decimal, seen_at: timestamptz}
    primary_key: id
    time: seen_at
    dimensions: [{name: region}, {name: seen_at}]
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: orders, model: orders, sql: count(*)}
"""
ROWS = "(1, '100% :a', 1.25, TIMESTAMPTZ '2024-01-01 00:00:00+00'), (2, NULL, 2.50, NULL)"


def project(folder: Path, url: str) -> Layer:
    (folder / "semantic.yml").write_text(
        f"name: shop\ntargets: {{local: {{dialect: duckdb, url: '{url}'}}}}\n{MODELS}"
    )
    return Layer.load(folder)


@pytest.fixture
def shop(tmp_path: Path) -> Layer:
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        connection.execute(
            "CREATE TABLE orders (id INTEGER, region TEXT, amount DECIMAL(9, 2), seen_at TIMESTAMPTZ)"
        )
        connection.execute(f"INSERT INTO orders VALUES {ROWS}")
    return project(tmp_path, "duckdb:///shop.duckdb")


def test_rows_come_with_their_columns(shop: Layer) -> None:
    answer = shop.run("sales", by="orders.region")
    assert answer.rows == [("100% :a", Decimal("1.25")), (None, Decimal("2.50"))]
    assert [(c.name, c.type, c.kind) for c in answer.columns] == [
        ("orders_region", "text", "dimension"),
        ("sales", "decimal", "metric"),
    ]
    assert list(answer) == answer.rows
    assert answer.sql == shop.sql("sales", by="orders.region").text


def test_percent_signs_and_colons_are_text(shop: Layer) -> None:
    answer = shop.run("orders", where="orders.region like '100% :a' or orders.region = '%(x)s ? %% :b'")
    assert answer.rows == [(1,)]


def test_an_instant_comes_back_in_utc_without_any_other_library(
    shop: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pytz", None)
    assert shop.run("orders", by="orders.seen_at").rows == [(datetime(2024, 1, 1, tzinfo=UTC), 1), (None, 1)]


def test_a_file_is_only_read(shop: Layer, tmp_path: Path) -> None:
    before = (tmp_path / "shop.duckdb").read_bytes()
    shop.run("sales")
    assert (tmp_path / "shop.duckdb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["semantic.yml", "shop.duckdb"]


def test_several_processes_may_read_at_once(shop: Layer, tmp_path: Path) -> None:
    program = "import sys; from semantic import Layer; print(Layer.load(sys.argv[1]).run('orders').rows)"
    with duckdb.connect(tmp_path / "shop.duckdb", read_only=True):
        command = [sys.executable, "-c", program, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(2,)]"


def test_a_path_starts_at_the_project(shop: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert len(shop.run("sales")) == 1


def test_a_missing_file_is_a_fault_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SemanticError, match="There is no database file") as error:
        project(tmp_path, "duckdb:///none.duckdb").run("sales")
    (fault,) = error.value.faults
    assert (fault.code, str(fault.span)) == ("target", "semantic.yml:2:42")
    assert not (tmp_path / "none.duckdb").exists()


def test_a_refused_statement_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SemanticError, match="Table with name orders does not exist") as error:
        project(tmp_path, "duckdb:///:memory:").run("sales")
    assert [fault.code for fault in error.value.faults] == ["warehouse"]


@pytest.mark.parametrize("url", ["duckdb:///:memory:", "duckdb://", "duckdb:///:memory:?threads=1"])
def test_memory_reads_the_files_of_the_project(tmp_path: Path, url: str) -> None:
    (tmp_path / "orders.csv").write_text("id,region,amount,seen_at\n1,EU,2.5,2024-01-01\n")
    text = MODELS.replace("table: orders", "table: '\"orders.csv\"'").replace("timestamptz", "timestamp")
    (tmp_path / "semantic.yml").write_text(
        f"name: shop\ntargets: {{local: {{dialect: duckdb, url: '{url}'}}}}\n{text}"
    )
    assert Layer.load(tmp_path).run("orders", by="orders.region").rows == [("EU", 1)]


def test_an_option_that_duckdb_does_not_know_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SemanticError, match="There is no connection to target 'local'"):
        project(tmp_path, "duckdb:///:memory:?nonsense=1").run("sales")


def test_a_url_beside_the_project(shop: Layer, tmp_path: Path) -> None:
    assert shop.run("orders", url=f"duckdb:///{tmp_path}/shop.duckdb").rows == [(2,)]


def test_variables_of_the_program_are_no_tables(tmp_path: Path) -> None:
    orders = duckdb.sql("SELECT 1 AS amount")
    with pytest.raises(SemanticError, match="Table with name orders does not exist"):
        project(tmp_path, "duckdb:///:memory:").run("sales")
    assert orders is not None
