"""``semantic export``, and ``semantic import`` of what it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from semantic.cli.app import root
from semantic.cli.starting import starter
from tests.interop.osi import shape

Semantic = Callable[..., Result]


@pytest.fixture
def semantic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Semantic:
    """Runs the command in a starter project."""
    for name in ("FORCE_COLOR", "NO_COLOR", "SEMANTIC_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, data in starter().items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path / "shop")

    def run(*words: str) -> Result:
        result = CliRunner().invoke(root, words, prog_name="semantic")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def test_there_and_back(semantic: Semantic) -> None:
    written = semantic("export", "--to", "osi", "--out", "../shop.osi.yaml")
    assert written.exit_code == 0
    assert written.output.startswith("../shop.osi.yaml\n")
    shape.check(yaml.safe_load(Path("../shop.osi.yaml").read_text("utf-8")))
    assert semantic("import", "../shop.osi.yaml", "--to", "../back", "--strict").exit_code == 0
    assert semantic("check", "--project", "../back").exit_code == 0
    question = ("sql", "sales", "--by", "time.month")
    assert semantic(*question, "--project", "../back").output == semantic(*question).output


def test_documents_on_standard_output_and_as_json(semantic: Semantic) -> None:
    shown = semantic("export", "--to", "osi")
    shape.check(yaml.safe_load(shown.stdout))
    assert " kept, " in shown.stderr
    told = json.loads(semantic("export", "--to", "osi", "--format", "json", "--version", "0.1.1").stdout)
    shape.check(told["document"])
    assert set(told["losses"]["counts"]) == {"kept", "changed", "dropped"}
    semantic("export", "--to", "osi", "--out", "a/shop.json", "--dialect", "postgres")
    assert json.loads(Path("a/shop.json").read_text("utf-8"))["version"] == "0.2.0.dev0"


def test_exit_codes(semantic: Semantic) -> None:
    assert semantic("export").exit_code == 2
    assert semantic("export", "--to", "lookml").exit_code == 2
    assert semantic("export", "--to", "osi", "--version", "9").exit_code == 2
    unknown = semantic("export", "--to", "osi", "--dialect", "oracle")
    assert (unknown.exit_code, "'oracle' is no dialect" in unknown.output) == (1, True)
    Path("views.yml").write_text("views: [{name: v, metrics: [sales]}]\n", encoding="utf-8")
    strict = semantic("export", "--to", "osi", "--plain", "--strict", "--out", "strict.json")
    assert (strict.exit_code, Path("strict.json").exists()) == (1, False)
    assert "OSI has no views" in strict.output
    taken = semantic("export", "--to", "osi", "--out", "semantic.yml/x.json")
    inside = semantic("export", "--to", "osi", "--out", "models/shop.osi.yaml")
    assert (inside.exit_code, "Name it '….json'" in inside.output) == (1, True)
    assert (taken.exit_code, "cannot be written" in taken.output) == (1, True)


def test_a_dropped_part_is_an_error_with_strict(semantic: Semantic) -> None:
    text = """{"version": "0.2.0.dev0", "name": "s", "datasets": [{"name": "a", "source": "a"}], "metrics":
    [{"name": "m", "expression": {"dialects": [{"dialect": "DAX", "expression": "SUM(a[x])"}]}}]}"""
    Path("s.json").write_text(text, encoding="utf-8")
    assert semantic("import", "s.json", "--from", "osi", "--to", "s", "--strict").exit_code == 1
    assert not Path("s").exists()
    assert semantic("import", "s.json", "--from", "osi", "--to", "s").exit_code == 0
