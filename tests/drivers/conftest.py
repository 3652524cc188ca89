"""Writes down what ran, for the page of proofs, when it is asked to (``SEMANTIC_PROOF=write``)."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest

_RAN = Path(__file__).parent / "ran"
_DRIVERS = {
    "test_snowflake": ("snowflake-sqlalchemy", "snowflake-connector-python"),
    "test_bigquery": ("sqlalchemy-bigquery", "google-cloud-bigquery"),
}


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """One file a driver: its packages with their versions, and the tests that passed."""
    if os.environ.get("SEMANTIC_PROOF") != "write" or exitstatus != 0:
        return
    for name, packages in _DRIVERS.items():
        passed = [item for item in session.items if item.path.stem == name]
        if passed:
            shown = ", ".join(f"{package} {version(package)}" for package in ("sqlalchemy", *packages))
            text = f"packages: {shown}\ntests: {len(passed)}\n"
            (_RAN / f"{name.removeprefix('test_')}.yaml").write_text(text, encoding="utf-8")
