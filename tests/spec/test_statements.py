"""Statements are kept beyond a process, found for the same question only, and never wrong."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from semantic import Layer, SemanticError, cache

PROJECT = """\
name: shop
sources: {orders: {table: orders, columns: {id: integer, at: date, amount: decimal, region: text}}}
models: [{name: orders, source: orders, primary_key: id, time: at, dimensions: [region]}]
parameters: [{name: least, type: integer, default: 5}, {name: day, type: date, default: 2024-01-31}]
metrics:
  - {name: sales, model: orders, sql: sum(amount), filter: "amount > {{ least }}",
     label: {en: Sales, ko: 매출}}
  - {name: orders_of_day, model: orders, sql: count(*), filter: "at = {{ day }}"}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SEMANTIC_NO_CACHE", raising=False)
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "cache"))
    project = tmp_path / "shop"
    project.mkdir()
    (project / "semantic.yml").write_text(PROJECT)
    return project


def entries(folder: Path) -> list[Path]:
    return sorted((folder.parent / "cache").glob("*.sql"))


def test_a_new_process_finds_what_another_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Layer.load(folder).sql("sales", by="orders.region", parameters={"least": 7})
    assert len(entries(folder)) == 2  # found by its words, and by what they mean
    monkeypatch.setattr(Layer, "_compile", _never)
    second = Layer.load(folder).sql("sales", by="orders.region", parameters={"least": 7})
    assert second == first
    assert second.columns[1].labels["ko"] == "매출"
    assert dict(second.parameters) == {"least": 7, "day": date(2024, 1, 31)}


QUESTIONS: list[dict[str, Any]] = [
    {"metrics": "sales"},
    {"metrics": ["sales", "orders_of_day"]},
    {"metrics": ["orders_of_day", "sales"]},
    {"metrics": "sales", "by": "orders.region"},
    {"metrics": "sales", "by": "orders.region as r"},
    {"metrics": "sales", "where": "orders.region = 'a'"},
    {"metrics": "sales", "having": "sales > 1", "by": "orders.region"},
    {"metrics": "sales", "time": "2024"},
    {"metrics": "sales", "time": "2024-01"},
    {"metrics": "sales", "by": "time.month", "fill": True},
    {"metrics": "sales", "by": "time.month"},
    {"metrics": "sales", "by": "orders.region", "order": "-sales"},
    {"metrics": "sales", "by": "orders.region", "limit": 3},
    {"metrics": "sales", "by": "orders.region", "top": "2 orders.region by sales"},
    {"metrics": "sales", "parameters": {"least": 6}},
    {"metrics": "sales", "dialect": "bigquery"},
    {"metrics": "sales", "dialect": "postgres"},
]


def test_every_question_has_an_entry_of_its_own(folder: Path) -> None:
    made = [Layer.load(folder).sql(**question) for question in QUESTIONS]
    assert len(entries(folder)) == 2 * len(QUESTIONS)
    assert [Layer.load(folder).sql(**question) for question in QUESTIONS] == made
    fresh = Layer.from_text(semantic=PROJECT)
    assert [fresh.sql(**question) for question in QUESTIONS] == made


def test_a_changed_project_has_new_statements(folder: Path) -> None:
    before = Layer.load(folder).sql("sales").text
    (folder / "semantic.yml").write_text(PROJECT.replace("sum(amount)", "max(amount)"))
    after = Layer.load(folder).sql("sales").text
    assert "SUM(" in before
    assert "MAX(" in after


def test_what_was_read_is_what_counts(folder: Path) -> None:
    """A file that changes after it was read neither spoils the cache nor is taken from it."""
    layer = Layer.load(folder)
    (folder / "semantic.yml").write_text(PROJECT.replace("sum(amount)", "max(amount)"))
    assert "SUM(" in layer.sql("sales").text
    assert "MAX(" in Layer.load(folder).sql("sales").text


class _Spoils:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("an entry ran code",)


@pytest.mark.parametrize("spoiled", ["cut", "changed", "code", "other"])
def test_an_odd_entry_is_as_good_as_none(
    folder: Path, spoiled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = Layer.load(folder).sql("sales")
    assert len(entries(folder)) == 2
    for entry in entries(folder):
        data = entry.read_bytes()
        if spoiled == "cut":
            entry.write_bytes(data[:-3])
        elif spoiled == "changed":
            entry.write_bytes(data.replace(b"SUM", b"MAX"))
        else:
            entry.unlink()
            value = _Spoils() if spoiled == "code" else ("nonsense", 1)
            entry.write_bytes(_sealed(pickle.dumps(value)))
    assert Layer.load(folder).sql("sales") == expected
    assert capsys.readouterr().out == ""


def _sealed(payload: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(payload, digest_size=cache.CHECKSUM).digest() + payload


def test_no_cache_is_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_NO_CACHE", "1")
    Layer.load(folder).sql("sales")
    assert entries(folder) == []


def _never(*_: Any) -> Any:
    raise AssertionError("this was compiled before")


UNLOADED = ("semantic.catalog", "semantic.query", "semantic.spec.types", "sqlglot", "yaml", "jinja2")


def test_what_was_asked_before_needs_no_definitions(folder: Path) -> None:
    """Neither the project nor the compiler is loaded for a question that another process has asked."""
    code = (
        "import sys; from semantic import Layer;"
        f"made = Layer.load({str(folder)!r}).sql('sales', by='orders.region');"
        f"print([each for each in {UNLOADED} if each in sys.modules]); print(made.text)"
    )
    expected = Layer.load(folder).sql("sales", by="orders.region").text
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"[]\n{expected}\n"


def test_a_project_with_faults_is_refused_each_time(folder: Path) -> None:
    """The reader finds nothing wrong with the files, so they are kept; linked they cannot be."""
    (folder / "semantic.yml").write_text(PROJECT.replace("source: orders", "source: ordres"))
    for _ in range(3):
        with pytest.raises(SemanticError, match="ordres"):
            Layer.load(folder)


def test_what_is_known_to_be_sound_is_linked_when_needed(folder: Path) -> None:
    first, second = Layer.load(folder), Layer.load(folder)
    assert second._project._catalog is None
    assert second.catalog.spec == first.catalog.spec
    assert second.sql("sales", time="2024").text == first.sql("sales", time="2024").text


def test_threads_link_once(folder: Path) -> None:
    Layer.load(folder)
    layer = Layer.load(folder)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(layer.catalog), range(64)))
    assert len(found) == 1


def test_a_kept_statement_is_asked_more(folder: Path) -> None:
    """What was kept for some words still knows its tables, its lineage and its parameters."""
    question: dict[str, Any] = {"metrics": "sales", "where": "orders.region = 'a'"}
    first, second = (Layer.load(folder).sql(**question) for _ in range(2))
    assert second.tables == first.tables == ("orders",)
    assert second.lineage == first.lineage
    assert second.parameterised() == first.parameterised()


def test_callers_do_not_share_what_was_asked(folder: Path) -> None:
    policies = 'policies: [{name: own, model: orders, rows: "region = {{ user.region }}"}]\n'
    (folder / "semantic.yml").write_text(PROJECT + policies)
    made = {}
    for region in ("a", "b"):
        for layer, user in ((Layer.load(folder), {"region": region}), (Layer.load(folder), None)):
            asking = layer if user is None else layer.for_user(user)
            words = {"user": {"region": region}} if user is None else {}
            made[region, user is None] = asking.sql("sales", **words).text
    assert made["a", True] == made["a", False]
    assert made["b", True] == made["b", False]
    assert "'a'" in made["a", True]
    assert "'b'" in made["b", True]
    with pytest.raises(SemanticError):
        Layer.load(folder).sql("sales")
