"""The command in a project of `semantic init`, without a terminal."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from semantic.cli.app import root
from semantic.cli.starting import starter

Semantic = Callable[..., Result]


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "SEMANTIC_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a fresh starter project, which is the working directory too."""
    for name, data in starter().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def semantic(shop: Path) -> Semantic:
    """Runs the command with some words, and text on standard input."""

    def run(*words: str, stdin: str = "") -> Result:
        result = CliRunner().invoke(root, words, input=stdin, prog_name="semantic")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def orders(shop: Path) -> list[dict[str, str]]:
    """The rows of the orders, read by somebody else."""
    return list(_rows(shop / "data" / "orders.csv"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as file:
        yield from csv.DictReader(file)
