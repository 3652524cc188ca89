"""Warm compilation of questions never asked before, against sqlglot parsing and printing the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlglot

from semantic import Layer
from tests.bench.timing import Result, print_table, turn_by_turn

ROOT = Path(__file__).parents[2]
DIALECTS = ("duckdb", "postgres", "bigquery", "snowflake")
TURNS = 100


def one_model(turn: int) -> dict[str, Any]:
    """Three metrics of one model; the literals make every turn a new question."""
    return {
        "metrics": ["sales", "lines", "discount_rate"],
        "by": ["time.month", "products.department"],
        "where": f"transactions.retail_week <> {turn + 1000}",
        "limit": turn + 1000,
    }


def two_facts(turn: int) -> dict[str, Any]:
    """A ratio whose parts come from two facts."""
    return {
        "metrics": ["redemptions_per_1000_baskets"],
        "by": ["time.month"],
        "where": f"households.household_id <> {turn + 100_000}",
        "limit": turn + 1000,
    }


def results() -> Iterator[Result]:
    """Both questions in every dialect."""
    layer = Layer.load(ROOT / "examples" / "complete_journey")
    for question in (one_model, two_facts):
        for dialect in DIALECTS:
            texts: dict[int, str] = {}

            def ours(turn: int, ask: Any = question, to: str = dialect, kept: dict[int, str] = texts) -> None:
                kept[turn] = layer.sql(**ask(turn), dialect=to).text

            def theirs(turn: int, to: str = dialect, kept: dict[int, str] = texts) -> str:
                return sqlglot.parse_one(kept[turn], dialect=to).sql(to, pretty=True)

            yield Result(f"{question.__name__}, {dialect}", *turn_by_turn(ours, theirs, TURNS), target=1.0)


def main() -> None:
    """Print the table."""
    print_table("Warm compile / sqlglot parse and print of the same statement", results())


if __name__ == "__main__":
    main()
