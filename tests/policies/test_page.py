"""``docs/policies.md``: its project is sound, and its statement is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from semantic.faults import SemanticError
from semantic.layer import Layer

PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")


def block(title: str) -> str:
    """A block of the page."""
    [found] = re.findall(rf"^```{title}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


@pytest.fixture(scope="module")
def layer() -> Layer:
    return Layer.from_text(semantic=block("yaml project"))


def test_the_project_is_sound(layer: Layer) -> None:
    assert layer.check() == ()


def test_the_statement_is_what_comes_out(layer: Layer) -> None:
    user = {"role": "analyst", "regions": "EMEA"}
    text = layer.sql("sales", where="customers.name > 'A'", user=user).text
    assert text.split("\n", 2)[2] == block("sql statement").rstrip()


@pytest.mark.parametrize(
    ("metric", "by", "code"),
    [("margin_rate", None, "hidden"), ("sales", "customers.birth_year", "hidden"), ("sales", None, None)],
)
def test_what_is_said_holds(metric: str, by: str | None, code: str | None, layer: Layer) -> None:
    mine = layer.for_user({"role": "analyst", "regions": ["EMEA", "APAC"]})
    try:
        mine.sql(metric, by=by)
        found = None
    except SemanticError as error:
        [found] = {fault.code for fault in error.faults}
    assert found == code


def test_without_a_caller_nothing_is_answered(layer: Layer) -> None:
    with pytest.raises(SemanticError, match="needs the attribute 'role'"):
        layer.sql("sales")
