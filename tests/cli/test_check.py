"""`semantic check`: every fault of a project at once, each where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semantic import Layer
from semantic.dialect import names
from tests.cli.conftest import Semantic

PROJECT = """\
name: shop
targets:
  local: {dialect: duckdb, url: "duckdb://"}
parameters:
  - {name: as_of, type: date}
functions:
  - {name: "here_only(a)", type: float, templates: {duckdb: "here(:a)", oracle: "x(:a)"}}
models:
  - name: orders
    table: orders
    columns: {id: integer, customer: text, amount: decimal, ordered_at: timestamp, note: text}
    primary_key: id
    time: ordered_at
    dimensions:
      - {name: unfinished, sql: "amount +"}
      - {name: mistyped, sql: "amoun > 1"}
      - {name: no_function, sql: "sleep(note)"}
      - {name: needs_a_value, sql: "ordered_at < {{ as_of }}", format: two digits}
    joins:
      - {to: customers, on: {customer: customer_id}}
  - name: customers
    sql: select customer_id from crm where
    columns: {customer_id: integer}
    primary_key: customer_id
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: a_name_of_more_than_sixty_three_bytes_that_postgres_would_cut_shor, model: orders, sql: count(*)}
  - {name: own, model: orders, sql: max(here_only(amount))}
  - {name: twice_own, sql: own * 2}
  - {name: mistaken, model: orders, sql: sum(amoun)}
  - {name: on_mistaken, sql: mistaken / sales}
"""
#: Every fault: where in the text it stands, and its code.
FAULTS = [
    ('name: "here_only(a)"', "unknown"),
    ('here_only(a)", type', "unsupported"),
    ('+"', "syntax"),
    ("amoun > 1", "unknown"),
    ("sleep(note)", "function"),
    ("two digits", "value"),
    ("customer: customer_id}}", "type"),
    ("where\n", "syntax"),
    ("a_name_of_more", "identifier"),
    ("amoun)", "unknown"),
]


def place(text: str) -> tuple[int, int]:
    """Line and column of a text in the project."""
    before = PROJECT[: PROJECT.index(text)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.fixture
def broken(shop: Path) -> Path:
    for path in shop.glob("*/*.yml"):
        path.unlink()
    (shop / "semantic.yml").write_text(PROJECT)
    return shop


def test_the_starter_has_no_faults(semantic: Semantic) -> None:
    result = semantic("check")
    assert (result.exit_code, result.stderr) == (0, "")
    dialects = ", ".join(names())
    assert result.stdout == f"shop: 3 models, 7 dimensions, 10 metrics, 1 view; {dialects}: no faults\n"


@pytest.mark.parametrize("library", ["crm"])
def test_a_library_that_is_not_mapped_says_so(library: str) -> None:
    layer = Layer.from_text(semantic=f"name: shop\nlibraries: [{library}]")
    assert layer.catalog.metrics
    assert {fault.code for fault in layer.check()} == {"unmapped"}


def test_all_faults_with_their_places(broken: Path) -> None:
    found = Layer.load(broken).check(["duckdb", "postgres"])
    places = [((fault.span.line, fault.span.column), fault.code) for fault in found if fault.span]
    assert places == [(place(text), code) for text, code in FAULTS]
    assert len(found) == len(places)


def test_dialects_can_be_chosen(broken: Path) -> None:
    codes = {fault.code for fault in Layer.load(broken).check(["duckdb"])}
    assert "identifier" not in codes
    assert "unsupported" not in codes


def test_text(semantic: Semantic, broken: Path) -> None:
    result = semantic("check", "--dialect", "duckdb", "--dialect", "postgres")
    assert (result.exit_code, result.stderr) == (1, "")
    *lines, summary = result.stdout.splitlines()
    assert lines == [str(fault) for fault in Layer.load(broken).check(["duckdb", "postgres"])]
    assert summary == f"shop: 2 models, 4 dimensions, 6 metrics; duckdb, postgres: {len(FAULTS)} faults"


def test_json(semantic: Semantic, broken: Path) -> None:
    result = semantic("check", "--format", "json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert record["faults"] == [fault.as_dict() for fault in Layer.load(broken).check()]
    assert record["checked"]["metrics"] == 6


def test_a_project_that_cannot_be_read(semantic: Semantic, shop: Path) -> None:
    (shop / "semantic.yml").write_text("name: [\n")
    result = semantic("check", "--format", "json")
    assert result.exit_code == 1
    assert [fault["file"] for fault in json.loads(result.stdout)["faults"]] == ["semantic.yml"]


def test_an_unknown_dialect(semantic: Semantic) -> None:
    result = semantic("check", "--dialect", "duckdbb")
    assert result.exit_code == 1
    assert "Did you mean 'duckdb'?" in result.stderr
