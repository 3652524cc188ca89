"""A policy that comes, goes or says another thing is told, with what it governs: what callers see changes."""

from __future__ import annotations

import pytest

import semantic
from semantic import Layer

PROJECT = """
name: shop
sources:
  orders: {table: orders, columns: {id: integer, region: text, amount: integer}}
models:
  - {name: orders, source: orders, primary_key: id, dimensions: [region]}
metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - {name: sales_before, metric: sales, offset: 1 month}
policies:
  - {name: own, model: orders, rows: "region in {{ user.regions }}"}
views:
  - {name: sales_of_emea, metrics: sales, user: {regions: [EMEA]}}
"""
OPEN = PROJECT.split("policies:")[0] + "views:\n  - {name: sales_of_emea, metrics: sales}\n"
SEES = ("callers see other rows, columns or metrics",)
SAID = '"region in {{ user.regions }}"'


def told(old: str, new: str) -> list[tuple[str, str, tuple[str, ...]]]:
    found = semantic.diff(Layer.from_text(semantic=old), Layer.from_text(semantic=new))
    return [(c.node.name, c.verdict, c.breaking) for c in found.changes if c.node.kind == "policy"]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (PROJECT.replace(SAID, '"region  in   {{ user.regions }}"'), []),
        (PROJECT.replace(SAID, '"region in {{ user.areas }}"'), [("own", "changed", SEES)]),
        (PROJECT.replace(SAID, f"{SAID}, inherit: false"), [("own", "changed", SEES)]),
        (PROJECT.replace(SAID, f"{SAID}, hide: [amount]"), [("own", "changed", SEES)]),
        (PROJECT.replace(SAID, f"{SAID}, label: Own regions"), [("own", "reworded", ())]),
        (OPEN, [("own", "removed", ("the policy is gone",))]),
    ],
)
def test_a_policy_is_told(new: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert told(PROJECT, new) == expected


def test_a_new_policy_breaks_what_was_seen_and_tells_what_it_governs() -> None:
    found = semantic.diff(Layer.from_text(semantic=OPEN), Layer.from_text(semantic=PROJECT))
    [change] = [change for change in found.changes if change.node.kind == "policy"]
    assert (change.verdict, change.breaking) == ("added", SEES)
    assert change.metrics == ("sales", "sales_before")
    assert change.views == ("sales_of_emea",)
