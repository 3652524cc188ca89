"""``docs/metricflow.md``: the definitions become what the page shows, and the report is the one it shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from semantic.cli.app import root

PAGE = Path(__file__).parents[2] / "docs" / "metricflow.md"


def block(title: str) -> str:
    """A block of the page."""
    [found] = re.findall(rf"^```{title}\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the definitions of the page."""
    (tmp_path / "bikes.yml").write_text(block("yaml bikes.yml"))
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_prints_and_writes_what_is_shown(folder: Path) -> None:
    command, _, shown = block("console import").partition("\n")
    result = CliRunner().invoke(root, command.removeprefix("$ semantic ").split())
    assert result.output == shown
    assert (folder / "bikes/models/rides.yml").read_text() == block("yaml models/rides.yml")
    assert CliRunner().invoke(root, ["check", "--project", "bikes"]).exit_code == 0


def test_the_program_runs(folder: Path) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    assert str(names["layer"].losses.counts) in block("python")
