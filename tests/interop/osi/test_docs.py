"""What the page shows is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from semantic.cli.app import root

PAGE = Path(__file__).parents[3] / "docs" / "osi.md"
_DOCUMENT = re.compile(r"```yaml\n# (\S+)\n(.*?)```", re.DOTALL)
_CONSOLE = re.compile(r"```console\n\$ semantic (.*?)\n(.*?)```", re.DOTALL)


def test_the_commands_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text("utf-8")
    for name, text in _DOCUMENT.findall(page):
        Path(name).write_text(f"# {name}\n{text}", encoding="utf-8")
    said = _CONSOLE.findall(page)
    assert len(said) == 3
    for words, output in said:
        result = CliRunner().invoke(root, shlex.split(words), prog_name="semantic")
        assert result.exit_code == 0
        assert result.output == output
