"""The table of functions in the documentation says what the tests say."""

from __future__ import annotations

from semantic.functions import REGISTRY
from tests.contracts.page import CASES, PAGE, page, sections


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.contracts.page"


def test_every_function_is_on_it_once() -> None:
    listed = [function.name for functions in sections().values() for function in functions]
    assert sorted(listed) == sorted(REGISTRY)
    assert set(CASES) == set(REGISTRY)
