"""Strict marks for what an engine cannot do."""

from __future__ import annotations

import pytest

from tests.promises.marks import mark


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark(items)
