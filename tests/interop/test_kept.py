"""Imported definitions and the statements made from them are found again, and only where nothing changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from semantic.interop.metricflow import importing
from semantic.layer import Layer
from tests.interop.test_metricflow_page import block


@pytest.fixture
def bikes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with definitions, and an empty cache."""
    monkeypatch.setenv("SEMANTIC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SEMANTIC_NO_CACHE", "")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/bikes.yml").write_text(block("yaml bikes.yml"))
    return tmp_path / "project"


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was really imported from now on."""
    calls: list[Any] = []
    original = importing.imported

    def imported(path: Path, **options: Any) -> Any:
        calls.append(path)
        return original(path, **options)

    monkeypatch.setattr(importing, "imported", imported)
    return calls


@pytest.mark.parametrize("name", ["", "bikes.yml"])
def test_what_did_not_change_is_not_imported_again(
    name: str, bikes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch)
    first, again = (Layer.from_metricflow(bikes / name, schema="s") for _ in range(2))
    assert len(calls) == 1
    assert again.losses == first.losses
    assert again.catalog.spec == first.catalog.spec
    ask = {"metrics": "fares_growth", "by": "metric_time__month", "names": "metricflow"}
    assert again.sql(**ask).text == first.sql(**ask).text
    assert again.sql(**ask).tables == first.sql(**ask).tables == ("s.rides",)


def test_what_changed_is_imported_again(bikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch)
    Layer.from_metricflow(bikes, schema="s")
    assert "FROM t.rides" in Layer.from_metricflow(bikes, schema="t").sql(metrics="fares").text
    file = bikes / "bikes.yml"
    file.write_text(file.read_text().replace("expr: fare,", "expr: fare * 2,"))
    changed = Layer.from_metricflow(bikes, schema="s").sql(metrics=["fares"], names="metricflow")
    assert "fare * 2" in changed.text
    assert len(calls) == 3


def test_an_odd_entry_is_none(bikes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Layer.from_metricflow(bikes)
    for entry in (bikes.parent / "cache").glob("*.imported"):
        entry.write_bytes(entry.read_bytes()[:-1] + b"?")
    assert Layer.from_metricflow(bikes).losses == first.losses
