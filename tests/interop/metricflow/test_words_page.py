"""What the page on questions in other words shows works, in every dialect."""

from __future__ import annotations

import re
import shlex
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from semantic import Layer
from semantic.cli.app import root
from tests.engines import DIALECTS

PAGE = next(
    page
    for name in ("metricflow-words.md", "metricflow.md")
    if (page := Path(__file__).parents[3] / "docs" / name).exists()
)


def blocks(language: str) -> list[str]:
    """The blocks of the section in a language."""
    text = PAGE.read_text("utf-8").partition("# Questions in their words")[2]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


PROJECT = blocks("yaml")[0]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_of_programs(dialect: str) -> None:
    asked = partial(Layer.from_text(semantic=PROJECT).sql, dialect=dialect)
    for block in blocks("python"):
        exec(block, {"layer": SimpleNamespace(sql=asked)})


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "semantic.yml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)
    for line in filter(str.strip, blocks("sh")[0].splitlines()):
        words = shlex.split(line)
        result = CliRunner().invoke(root, words[1:], prog_name=words[0])
        assert result.exit_code == 0, f"{line}\n{result.output}"
        assert "SELECT" in result.output
