"""The command over a shop of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from semantic.cli.app import root
from tests.testing.shop import SHOP

Semantic = Callable[..., Result]

TESTS = """
tests:
  - {name: sales of nobody, ask: {metrics: sales}, expect: [{sales: }]}
  - name: orders are counted
    given: {orders: [{order_id: 1}, {order_id: 2}]}
    ask: {metrics: orders}
    expect: [{orders: 2}]
"""
WRONG = """
tests:
  - name: a wrong number
    given: {orders: [{amount: 1.5}, {amount: 2}]}
    ask: {metrics: [sales, orders]}
    expect: |
      sales, orders
      4,     2
  - {name: a fault, use: nothing, ask: {metrics: sales}, expect: [{sales: 1}]}
"""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "SEMANTIC_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project whose tests pass."""
    (tmp_path / "semantic.yml").write_text(SHOP)
    (tmp_path / "right.yml").write_text(TESTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wrong(shop: Path) -> Path:
    """The same with tests that do not pass."""
    (shop / "metrics").mkdir()
    (shop / "metrics" / "wrong.yml").write_text(WRONG)
    return shop


@pytest.fixture
def semantic(shop: Path) -> Semantic:
    """Runs the command with some words."""

    def run(*words: str) -> Result:
        result = CliRunner().invoke(root, words, prog_name="semantic")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
