"""Hooks of pytest: they note which statements ran on which engine, how tests ended, and what is marked.

With ``SEMANTIC_PROOF=write`` a run of the whole suite writes ``docs/PROOF.md``; with ``SEMANTIC_PROOF=check``
the run fails where the page claims more than ran.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ledger
from tests.proof.page import Marked, Record, claims_too_much, page

PAGE = Path(__file__).parents[2] / "docs" / "PROOF.md"
#: Where a test lies → the section of the page.
SECTIONS = {
    "tests/contracts": "Functions",
    "tests/test_cases.py": "Cases",
    "tests/promises": "Promises",
    "tests/time": "Time",
    "tests/reference": "Random questions",
    "tests/faults": "Hostile and wrong input",
    "tests/examples": "Examples on real data",
    "tests/engines": "Checks of the engines",
}
_marked: set[Marked] = set()
_ended: Counter[str] = Counter()


def section(nodeid: str) -> str:
    """The section that a test belongs to.

    >>> section("tests/promises/test_time.py::test_fill[duckdb]")
    'Promises'
    """
    return next((title for path, title in SECTIONS.items() if nodeid.startswith(path)), "Other")


def pytest_runtest_setup(item: pytest.Item) -> None:
    ledger.section = section(item.nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("xfail"):
            if not mark.args or mark.args[0]:
                _marked.add(Marked(section(item.nodeid), item.nodeid, mark.kwargs.get("reason", "")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _ended["xfailed" if hasattr(report, "wasxfail") else report.outcome] += 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker is done: what it noted comes here."""
    if written := getattr(node, "workeroutput", {}).get("ledger"):
        ledger.merge(written)
        _marked.update(Marked(*fields) for fields in written["marked"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["ledger"] = {**ledger.written(), "marked": [list(m) for m in sorted(_marked)]}
        return
    wish = os.environ.get("SEMANTIC_PROOF")
    record = Record(ledger.products, ledger.counts(), sorted(_marked), dict(_ended))
    if wish == "write":
        PAGE.write_text(page(record), encoding="utf-8")
    elif wish == "check" and (faults := claims_too_much(PAGE.read_text(encoding="utf-8"), record)):
        print("\n" + "\n".join(faults))
        session.exitstatus = 1
