"""Which warehouse a question goes to."""

from __future__ import annotations

import pytest

from semantic import Layer, SemanticError

TARGET = "{dialect: duckdb, url: 'duckdb:///x.duckdb'}"


def layer(*names: str) -> Layer:
    lines = "".join(f"  {name}: {TARGET}\n" for name in names)
    return Layer.from_text(semantic=f"name: shop\n{'targets:' if names else ''}\n{lines}")


def test_the_only_target_is_the_one() -> None:
    assert layer("prod").place().name == "target 'prod'"


def test_local_is_the_one_among_several() -> None:
    assert layer("prod", "local", "test").place().name == "target 'local'"


def test_a_name_decides() -> None:
    assert layer("prod", "local").place("prod").name == "target 'prod'"


@pytest.mark.parametrize(
    ("names", "target", "told"),
    [
        ((), None, "The project has no target"),
        (("prod", "test"), None, "Name one of 'prod' or 'test'"),
        (("prod", "test"), "prodd", "Did you mean 'prod'"),
    ],
)
def test_anything_else_is_a_fault(names: tuple[str, ...], target: str | None, told: str) -> None:
    with pytest.raises(SemanticError, match=told):
        layer(*names).place(target)


@pytest.mark.parametrize("url", ["mysql://me:secret@host/db", "sqlite:///x", "shop.duckdb", ""])
def test_a_url_of_another_kind_is_a_fault_without_its_text(url: str) -> None:
    with pytest.raises(SemanticError) as error:
        layer().place(None, url)
    assert "secret" not in str(error.value)


def test_the_scheme_tells_the_dialect() -> None:
    assert layer().place(None, "postgresql://host/db").dialect == "postgres"
    assert layer().place(None, "snowflake://account/db").dialect == "snowflake"
