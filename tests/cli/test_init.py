"""`semantic init`: a project that works, and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from semantic.cli.app import root
from semantic.cli.starting import starter


def init(*words: str) -> Result:
    return CliRunner().invoke(root, ["init", *words])


@pytest.fixture(autouse=True)
def _empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_folder_works_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert init("a/new shop").exit_code == 0
    monkeypatch.chdir(tmp_path / "a" / "new shop")
    for words in (["check"], ["list"], ["run", "sales", "--by", "time.month", "--plot"]):
        assert CliRunner().invoke(root, words).exit_code == 0


def test_the_folder_at_hand(tmp_path: Path) -> None:
    assert init().exit_code == 0
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == set(starter())
    assert "semantic.yml" in files


def test_other_files_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert init().exit_code == 0
    assert (tmp_path / "README.md").read_text() == "mine"


def test_nothing_is_overwritten_and_then_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "semantic.yml").write_text("name: mine")
    result = init()
    assert result.exit_code == 1
    assert result.stderr.startswith("semantic.yml: file: The file exists already.")
    assert [path.name for path in tmp_path.iterdir()] == ["semantic.yml"]
    assert (tmp_path / "semantic.yml").read_text() == "name: mine"


def test_json(tmp_path: Path) -> None:
    assert json.loads(init("--format", "json").stdout) == {"files": list(starter())}
    (fault, *_) = json.loads(init("--format", "json").stdout)["faults"]
    assert fault["code"] == "file"


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("a file")
    assert init("shop").exit_code == 1
