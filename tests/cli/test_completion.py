"""Completion of words in a shell, as the scripts of `semantic completion` ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from semantic.cli.app import root
from tests.cli.conftest import Semantic


def completed(*words: str) -> list[str]:
    """What completes the last word."""
    *before, last = words
    shell = ShellComplete(root, {}, "semantic", "_SEMANTIC_COMPLETE")
    return [item.value for item in shell.get_completions(list(before), last)]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["s"], ["sql", "show", "schema"]),
        (["sql", "sal"], ["sales", "sales_per_new_customer"]),
        (["sql", "sales", "or"], ["orders"]),
        (["sql", "sales,or"], ["sales,orders"]),
        (["sql", "sales", "--by", "cust"], ["customers.name", "customers.region", "customers.joined_on"]),
        (["sql", "sales", "--by", "time.m"], ["time.month"]),
        (["run", "sales", "--by", "customers.joined_on.q"], ["customers.joined_on.quarter"]),
        (["run", "sales", "--target", ""], ["local"]),
        (["sql", "sales", "--dialect", "s"], ["snowflake"]),
        (["sql", "sales", "--param", ""], ["large="]),
        (["list", "d"], ["dimensions"]),
        (["list", "dimensions", "un"], ["units"]),
        (["check", "--dialect", "d"], ["duckdb"]),
        (["run", "sales", "--format", "p"], ["parquet"]),
        (["completion", "z"], ["zsh"]),
        (["show", "metric", "un"], ["units"]),
        (["show", "spec", "cust"], ["customers"]),
        (["views", "mon"], ["monthly_sales"]),
    ],
)
def test_words(words: list[str], expected: list[str]) -> None:
    found = completed(*words)
    assert [word for word in found if word in expected or "." not in word] == expected


def test_a_broken_project_completes_nothing(shop: Path) -> None:
    (shop / "semantic.yml").write_text("name: [")
    assert completed("sql", "sal") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(semantic: Semantic, shell: str) -> None:
    script = semantic("completion", shell).stdout
    assert f"_SEMANTIC_COMPLETE={shell}_complete" in script
