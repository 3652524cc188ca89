"""What the guide to the library says: its mappings work, and its columns are those of the sources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from semantic.layer import Layer
from tests.crm.library import spec

GUIDE = (Path(__file__).parents[2] / "docs" / "crm-guide.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
STYLES = {block.splitlines()[0].removeprefix("# style: "): block for block in BLOCKS if "# style" in block}
#: The same story in each style: on May 1st customer 7 buys for 100; on the 2nd for 60, which is gone
#: again the same day; on the 3rd customer 8 buys 2 for 80.
TOLD: dict[str, dict[str, str]] = {
    "negative lines": {
        "raw_lines": """
            line: integer, invoice: text, customer: integer, sold_at: timestamp, qty: integer, price: decimal
            1, A, 7, 2024-05-01 10:00:00, 1, 100
            2, B, 7, 2024-05-02 10:00:00, 1, 60
            3, C, 7, 2024-05-02 11:00:00, -1, 60
            4, D, 8, 2024-05-03 11:00:00, 2, 40
        """
    },
    "returns table": {
        "raw_orders": """
            id: integer, customer: integer, placed_at: timestamp
            1, 7, 2024-05-01 10:00:00
            2, 7, 2024-05-02 10:00:00
            3, 8, 2024-05-03 11:00:00
        """,
        "raw_items": """
            id: integer, order_id: integer, qty: integer, paid: decimal
            1, 1, 1, 100
            2, 2, 1, 60
            3, 3, 2, 80
        """,
        "raw_returns": """
            id: integer, item: integer, qty: integer, refunded: decimal, returned_at: timestamp
            1, 2, 1, 60, 2024-05-02 11:00:00
        """,
    },
    "status flag": {
        "raw_orders": """
            id: integer, customer: integer, placed_at: timestamp, state: text
            1, 7, 2024-05-01 10:00:00, paid
            2, 7, 2024-05-02 10:00:00, cancelled
            3, 8, 2024-05-03 11:00:00, paid
        """,
        "raw_items": """
            id: integer, order_id: integer, qty: integer, paid: decimal
            1, 1, 1, 100
            2, 2, 1, 60
            3, 3, 2, 80
        """,
    },
}


def project(block: str, tests: list[Any]) -> Layer:
    """A project that uses the library with a mapping, and has tests."""
    own = yaml.safe_load(block)
    text = yaml.safe_dump({"name": "shop", "libraries": ["crm"], **own, "tests": tests}, sort_keys=False)
    return Layer.from_text(semantic=text)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_returns_tells_the_same(style: str) -> None:
    asked = ["purchase_visits", "purchase_amount", "units_sold", "purchasing_customer_count"]
    test = {
        "name": style,
        "given": TOLD[style],
        "ask": {"metrics": asked},
        "expect": [dict(zip(asked, (2, 180, 3, 2), strict=True))],
    }
    layer = project(_with_keys(STYLES[style], style), [test])
    assert not [fault for fault in layer.check(["duckdb"]) if fault.code != "unmapped"]
    [outcome] = layer.test()
    assert outcome.passed, (outcome.faults, outcome.difference, outcome.sql)


def _with_keys(block: str, style: str) -> str:
    """Invoices are texts."""
    if style != "negative lines":
        return block
    own = yaml.safe_load(block)
    own["sources"]["orders"]["columns"] = {"order_id": "text"}
    return yaml.safe_dump(own, sort_keys=False)


def test_the_test_of_a_mapping_passes() -> None:
    [written] = [yaml.safe_load(block)["tests"] for block in BLOCKS if block.startswith("tests:")]
    [outcome] = project(STYLES["status flag"], written).test()
    assert outcome.passed, (outcome.faults, outcome.difference)


def test_the_columns_are_those_of_the_sources() -> None:
    for name, columns in re.findall(r"^\| `(\w+)` \| (.*) \|$", GUIDE, re.MULTILINE):
        told = re.sub(r" \([^)]*\)", "", columns).split(", ")
        source = next(each for each in spec().sources if each.name == name)
        assert told == [f"{c.name}{'' if c.required else '?'}" for c in source.columns]


def test_the_commands_name_what_there_is() -> None:
    names = {str(metric.name) for metric in spec().metrics}
    for words in re.findall(r"^\$ semantic run (.*?)(?: --.*)?$", GUIDE, re.MULTILINE):
        assert set(words.split()) <= names
