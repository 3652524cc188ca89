"""Tests in a warehouse: a schema of their own, which is gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.testing.conftest import Semantic
from tests.testing.shop import SHOP

TARGETS = """
targets:
  file: {dialect: duckdb, url: "duckdb:///shop.duckdb"}
  server: {dialect: postgres, url: "{{ env_var('SHOP_URL') }}"}
"""
TESTS = """
tests:
  - name: every type
    given:
      orders: |
        order_id, weight, note, paid, due, seen_at, ordered_at, "List Price", amount
        1, 1e3, 'it''s \\', false, 2024-02-29, 2024-05-01T23:00+09:00, 2024-05-01 10:00:00.5, 1e-9, NULL
    ask: {metrics: [weight, list_price, sales], by: [orders.note, orders.paid, orders.due, orders.seen_at,
                                                     orders.ordered_at]}
    expect: |
      weight, list_price, sales, orders_note, orders_paid, orders_due, orders_seen_at, orders_ordered_at
      1000.0, 0.000000001, , 'it''s \\', false, 2024-02-29, 2024-05-01 14:00:00Z, 2024-05-01 10:00:00.5
  - {name: nothing stays, ask: {metrics: orders}, expect: [{orders: 0}]}
  - name: a raw table
    given: {crm.raw_members: [{"id: integer": 1, "name: text": ann, "points: decimal": 1.5}]}
    ask: {metrics: points, by: members.name}
    expect: [{members_name: ANN, points: 15}]
"""
FAILING = (
    TESTS
    + """
  - {name: wrong, given: {orders: [{amount: 1}]}, ask: {metrics: sales}, expect: [{sales: 2}]}
"""
)


class Database:
    """What is seen of a warehouse from outside."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        if self.name == "file":
            with duckdb.connect("shop.duckdb") as connection:
                return (
                    connection.sql(sql).fetchall() if sql.startswith("SELECT") else [connection.execute(sql)]
                )
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    @property
    def schemas(self) -> set[object]:
        return {row[0] for row in self.rows("SELECT schema_name FROM information_schema.schemata")}


@pytest.fixture(params=["file", "server"])
def database(
    request: pytest.FixtureRequest, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    (shop / "semantic.yml").write_text(SHOP + TARGETS)
    (shop / "right.yml").write_text(TESTS)
    url = request.getfixturevalue("postgres_url")
    monkeypatch.setenv("SHOP_URL", url)
    found = Database(request.param, url)
    found.rows("CREATE SCHEMA IF NOT EXISTS prod")
    yield found
    for name in ("prod", "scratch_here"):
        found.rows(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def test_tests_run_in_a_schema_that_is_gone_afterwards(semantic: Semantic, database: Database) -> None:
    before = database.schemas
    result = semantic("test", "--target", database.name)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("3 passed")
    assert database.schemas == before


def test_the_schema_is_gone_after_a_failure(semantic: Semantic, database: Database, shop: Path) -> None:
    (shop / "right.yml").write_text(FAILING)
    before = database.schemas
    result = semantic("test", "--target", database.name, "--fail-fast")
    assert result.exit_code == 1
    assert "1 failed, 3 passed" in result.stdout
    assert database.schemas == before


def test_a_schema_may_be_named(semantic: Semantic, database: Database) -> None:
    assert semantic("test", "--target", database.name, "--schema", "scratch_here").exit_code == 0
    assert "scratch_here" not in database.schemas


def test_an_empty_schema_is_left_as_it_was(semantic: Semantic, database: Database) -> None:
    database.rows("CREATE SCHEMA scratch_here")
    assert semantic("test", "--target", database.name, "--schema", "scratch_here").exit_code == 0
    assert "scratch_here" in database.schemas
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'scratch_here'"
    assert database.rows(tables) == []


def test_a_schema_in_use_is_refused(semantic: Semantic, database: Database) -> None:
    database.rows("CREATE TABLE prod.orders (order_id INTEGER)")
    result = semantic("test", "--target", database.name, "--schema", "prod")
    assert result.exit_code == 1
    assert f"The schema 'prod' of target '{database.name}' holds 1 table already." in result.stderr
    assert database.rows("SELECT count(*) FROM prod.orders") == [(0,)]


def test_tables_of_the_warehouse_are_never_read(semantic: Semantic, database: Database, shop: Path) -> None:
    database.rows("CREATE TABLE prod.orders AS SELECT 1 AS order_id")
    database.rows("CREATE TABLE bare_table AS SELECT 1 AS id")
    (shop / "right.yml").write_text("""
tests:
  - {name: a source, ask: {metrics: orders}, expect: [{orders: 0}]}
  - {name: a table, ask: {metrics: bare}, expect: [{bare: 1}]}
""")
    try:
        result = semantic("test", "--target", database.name)
    finally:
        database.rows("DROP TABLE bare_table")
    assert "right.yml:4:12: missing: The question reads 'bare_table', which is no source" in result.stdout
    assert "1 with faults, 1 passed" in result.stdout


@pytest.mark.parametrize("name", ["a b", "1a", "x; DROP TABLE y", ""])
def test_a_name_that_is_none(semantic: Semantic, database: Database, name: str) -> None:
    result = semantic("test", "--target", database.name, "--schema", name)
    assert result.exit_code == (1 if name else 0)
    assert not name or "cannot name a scratch schema" in result.stderr


def test_an_unknown_target(semantic: Semantic) -> None:
    assert semantic("test", "--target", "prod").exit_code == 1


@pytest.mark.parametrize("database", ["server"], indirect=True)  # a file is locked while tests run in it
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing(database: Database, shop: Path, number: int) -> None:
    lines = [f"  - {{name: t{n}, given: {{orders: [{{amount: {n}}}]}}, ask: {{metrics: sales}}, "
             f"expect: [{{sales: {n}}}]}}" for n in range(3_000)]  # fmt: skip
    (shop / "right.yml").write_text("tests:\n" + "\n".join(lines))
    before = database.schemas
    command = [sys.executable, "-m", "semantic", "test", "--target", database.name]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while database.schemas == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert database.schemas != before
    running.send_signal(number)
    running.communicate(timeout=30)
    assert running.returncode == 130
    assert database.schemas == before
