"""Emitted SQL against the best that was written by hand, on more than twenty million lines in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from semantic import Layer
from tests.bench.scaled import database
from tests.bench.timing import Result, geometric_mean, print_table, turn_by_turn
from tests.examples.questions import first_difference, read

ROOT = Path(__file__).parents[2]
HANDWRITTEN = Path(__file__).with_name("handwritten")
MEAN, WORST = 1.05, 1.2
TURNS = 7


def results() -> Iterator[Result]:
    """Every question, its rows compared first."""
    layer = Layer.load(ROOT / "examples" / "complete_journey")
    with duckdb.connect(database(), read_only=True) as connection:
        connection.execute("SET enable_progress_bar = false")
        for path in sorted(HANDWRITTEN.glob("*.sql")):
            question, theirs = read(path)
            yield compare(connection, path.stem, layer.sql(**question, dialect="duckdb").text, theirs)


def compare(connection: duckdb.DuckDBPyConnection, name: str, ours: str, theirs: str) -> Result:
    """Time two statements that must give the same rows."""
    difference = first_difference(*(connection.execute(sql).fetchall() for sql in (ours, theirs)))
    assert difference is None, f"{name}: {difference}"
    times = turn_by_turn(
        lambda _: connection.execute(ours).fetchall(), lambda _: connection.execute(theirs).fetchall(), TURNS
    )
    return Result(name, *times, target=WORST)


def main() -> None:
    """Print the table, the geometric mean and the worst."""
    ratios = [r.ratio for r in print_table("Emitted SQL / by hand, 20.6 million lines in DuckDB", results())]
    mean = geometric_mean(ratios)
    print(f"geometric mean {mean:.2f} (target {MEAN}), worst {max(ratios):.2f} (target {WORST})")


if __name__ == "__main__":
    main()
