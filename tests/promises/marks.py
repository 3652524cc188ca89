"""What an engine of the tests cannot do, with the reason: such tests have to fail, and a surprise is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pytest


class Mark(NamedTuple):
    """Tests whose names hold all of these words fail on an engine, and why."""

    dialect: str
    words: tuple[str, ...]
    reason: str


MARKS = (
    Mark(
        "bigquery",
        ("test_aggregates", "approx_count_distinct"),
        "GoogleSQL's reference implementation analyses APPROX_COUNT_DISTINCT, and does not execute it",
    ),
    Mark(
        "duckdb",
        ("test_no_setting_matters", "Calendar"),
        "DuckDB's Calendar gives AT TIME ZONE other years, and no function asks for the usual ones",
    ),
    Mark(
        "duckdb",
        ("test_no_setting_matters", "default_collation"),
        "DuckDB's default_collation says which texts are equal, as a column's own collation does everywhere",
    ),
    Mark(
        "snowflake",
        ("test_hostile_names_of", "a'b"),
        "fakesnow notes a new table and its columns in texts, and escapes no quote in their names",
    ),
    Mark(
        "snowflake",
        ("test_words_name", "[snowflake-nextval]"),
        'sqlglot, through which fakesnow reads, takes x."NEXTVAL" for the next value of a sequence',
    ),
)


def mark(items: Iterable[pytest.Item], marks: Iterable[Mark] = MARKS) -> None:
    """Marks the tests that must fail."""
    for item in items:
        for each in marks:
            known = item.get_closest_marker("xfail")
            if not known and all(word in item.nodeid for word in (each.dialect, *each.words)):
                item.add_marker(pytest.mark.xfail(strict=True, reason=each.reason))
