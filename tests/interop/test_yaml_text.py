"""YAML as a person writes it reads back as what it was made of."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic.interop.yaml_text import WIDTH, Noted, written


class Reader(yaml.CSafeLoader):
    """As YAML 1.2 has it, and our own reader: ``on`` and ``yes`` are texts."""


Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":bool")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))


def read(text: str) -> Any:
    return yaml.load(text, Reader)


HOSTILE = [
    "", " ", "null", "~", "true", "False", "yes", "on", "n", "1", "1.5", "1e3", "0x1F", "1_000", "2024-01-01",
    "12:30:45", "-", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a",
    "`a`", "'a'", '"a"', "it's", 'say "a"', "'\"", "a\\b", "a\\", "{a}", "[a]", "a,b", "a, b", "{{ x }}", "=",
    "<<", "...", "---", "--- a", "a\n", "\na", "a\nb", "a\n\nb", " a\nb", "a\n b", "a \nb", "a\n\n", "a\tb",
    "\ta", "a\r\nb", "a\x00b", "a\x85b", "a\u2028b", "\ufeffa", "é", "매출", "😀", "\x7f", "sum(a, b)",
    "case when a = 'x' then \"b\" end", "x" * 200, "word " * 60, ("word " * 60).strip(), "a  b " * 40 + "c",
    "- " * 80 + "x", "# " * 80 + "x", "a: " * 60 + "x", "a\n---\nb", "a\n...\nb", "a\n# b", "a\n  b\n c",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_read_back(text: str) -> None:
    for tree in (
        {"key": text},
        {"list": [text, {"a": text, "b": [text]}, [text]]},
        {"models": [{"name": "m", "description": text, "dimensions": [{"name": "d", "sql": text}]}]},
        {text: text} if text and "\n" not in text else {},
    ):
        assert (read(written(tree)) or {}) == tree


SCALARS = st.none() | st.booleans() | st.integers() | st.text(
    alphabet=st.sampled_from(string.ascii_letters + string.punctuation + " \n\té매😀\x85\u2028\ufeff019"),
    max_size=130,
)  # fmt: skip
KEYS = st.text(alphabet=string.ascii_letters + "_ '\":{}#,-", min_size=1, max_size=20)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_any_tree_reads_back(tree: dict[str, Any]) -> None:
    assert (read(written(tree)) or {}) == tree


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=3), st.text(max_size=200))
def test_comments_change_nothing(tree: dict[str, Any], note: str) -> None:
    noted: dict[str, Any] = {key: Noted(value, note) for key, value in tree.items()}
    noted["list"] = [Noted({"a": 1, "b": Noted("x", note)}, note), Noted("x", note)]
    assert read(written(noted)) == tree | {"list": [{"a": 1, "b": "x"}, "x"]}


def test_what_it_looks_like() -> None:
    tree = {
        "name": "shop",
        "calendar": {"timezone": "UTC", "week_start": "monday"},
        "models": [
            {
                "name": "orders",
                "primary_key": ["order_id", "line"],
                "dimensions": [
                    "channel",
                    {"name": "large", "sql": "amount > 100"},
                    Noted({"name": "x"}, "Why."),
                ],
                "joins": [{"to": "users", "on": {"buyer": "id"}}],
            },
            {"name": "users", "table": "users", "primary_key": "id"},
        ],
        "metrics": [
            {"name": "sales", "model": "orders", "sql": "sum(amount)"},
            {"name": "share", "sql": "case when a, b then 'x' end", "description": ("Long. " * 18).strip()},
            {"name": "other", "sql": Noted("a\n+ b", "It has two lines.")},
        ],
    }
    assert written(tree) == SHOP
    assert max(map(len, written(tree).splitlines())) <= WIDTH


SHOP = """\
name: shop
calendar: {timezone: UTC, week_start: monday}

models:
  - name: orders
    primary_key: [order_id, line]
    dimensions:
      - channel
      - {name: large, sql: amount > 100}
      - {name: x}  # Why.
    joins:
      - {to: users, on: {buyer: id}}
  - {name: users, table: users, primary_key: id}

metrics:
  - {name: sales, model: orders, sql: sum(amount)}
  - name: share
    sql: case when a, b then 'x' end
    description: >-
      Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long. Long.
      Long.
  - name: other
    # It has two lines.
    sql: |-
      a
      + b
"""
