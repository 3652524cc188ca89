"""Windows, entities and conversions over ten million events in DuckDB, against statements written by hand.

Where several were written, the fastest counts. A question's statement is also compiled in every dialect.
Seconds are those of all cores together (user and system), which others on the machine hardly disturb.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import sqlglot

from semantic import Layer
from tests.bench.events import connect, layer
from tests.bench.timing import Result, print_table, seconds, turn_by_turn
from tests.examples.questions import Row, first_difference, read

FOLDER = Path(__file__).with_name("handwritten") / "time"
DIALECTS = ("duckdb", "postgres", "bigquery", "snowflake")
SQL_TURNS, COMPILE_TURNS = 3, 60

#: Statements by hand, and how long ours may take against the fastest of them.
BEST = {
    "customers_90d: sweep": (("sweep",), 1.2),
    "buyers_12m: best of three": (("frames", "expanded", "running"), 1.1),
    "visits_3m: best window functions": (("lead", "first_value", "minimum"), 1.1),
    "net_ever: by day": (("by_day",), 1.05),
    "net_ytd: by day": (("by_day",), 1.05),
}
#: Forms that are not to be emitted: minutes each, and so run once.
SLOW = {"customers_90d: range join": ("range_join", 0.1), "visits_3m: self-join": ("self_join", 0.2)}
QUARTERS = [date(2022 + n // 4, n % 4 * 3 + 1, 1) for n in range(13)]
#: What makes a question of every turn one that was never asked.
UNSEEN = {
    "customers_90d": ("day", "purchases.purchase_id"),
    "buyers_12m": ("month", "purchases.purchase_id"),
    "visits_3m": ("month", "clicks.click_id"),
    "net_ever": ("day", "purchases.purchase_id"),
    "net_ytd": ("day", "purchases.purchase_id"),
}


def run(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The rows of a statement, or of its quarters."""
    if "$first" not in sql:
        return connection.execute(sql).fetchall()
    asked = [{"first": first, "after": after} for first, after in pairwise(QUARTERS)]
    return [row for each in asked for row in connection.execute(sql, each).fetchall()]


def timed(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, list[Row]]:
    """How long a statement takes, and its rows."""
    rows: list[Row] = []
    return seconds(lambda _: rows.extend(run(connection, sql)), 0, time.process_time), rows


def statements(metric: str, forms: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    """A question, and statements by hand for it."""
    found = [read(FOLDER / f"{metric}.{form}.sql") for form in forms]
    assert all(question == found[0][0] for question, _ in found), metric
    return found[0][0], [sql for _, sql in found]


def compared(connection: duckdb.DuckDBPyConnection, name: str, rows: list[Row], theirs: str) -> float:
    """How long a statement by hand takes, which must give the same rows."""
    taken, expected = timed(connection, theirs)
    difference = first_difference(rows, expected)
    assert difference is None, f"{name}: {difference}"
    return taken


def against_the_best(connection: duckdb.DuckDBPyConnection, shop: Layer) -> Iterator[Result]:
    """Ours and the fastest statement by hand, in turn."""
    for name, (forms, target) in BEST.items():
        question, written = statements(name.partition(":")[0], forms)
        ours = shop.sql(**question, dialect="duckdb").text
        rows = run(connection, ours)
        tried = {sql: compared(connection, name, rows, sql) for sql in written}
        best = min(tried, key=lambda sql: tried[sql])
        yield Result(name, *in_turn(connection, ours, best), target=target)


def in_turn(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> tuple[list[float], list[float]]:
    """The seconds of two statements, turn by turn."""
    return turn_by_turn(
        lambda _: run(connection, ours), lambda _: run(connection, theirs), SQL_TURNS, time.process_time
    )


def against_the_slow(connection: duckdb.DuckDBPyConnection, shop: Layer) -> Iterator[Result]:
    """Ours and a form whose work grows with periods or pairs, once, which compares the rows too."""
    for name, (form, target) in SLOW.items():
        question, (theirs,) = statements(name.partition(":")[0], (form,))
        ours = shop.sql(**question, dialect="duckdb").text
        taken, rows = timed(connection, ours)
        yield Result(name, [taken], [compared(connection, name, rows, theirs)], target=target)


def unseen(metric: str, turn: int) -> dict[str, Any]:
    """A question that was not asked before."""
    grain, key = UNSEEN[metric]
    return {
        "metrics": [metric],
        "by": [f"time.{grain}"],
        "where": f"{key} <> {turn + 100_000}",
        "limit": turn + 1000,
    }


def compiled(shop: Layer) -> Iterator[Result]:
    """Every question in every dialect, against sqlglot parsing and printing the outcome."""
    for metric in UNSEEN:
        for dialect in DIALECTS:
            texts: dict[int, str] = {}

            def ours(turn: int, name: str = metric, to: str = dialect, kept: dict[int, str] = texts) -> None:
                kept[turn] = shop.sql(**unseen(name, turn), dialect=to).text

            def theirs(turn: int, to: str = dialect, kept: dict[int, str] = texts) -> str:
                return sqlglot.parse_one(kept[turn], dialect=to).sql(to, pretty=True)

            yield Result(
                f"{metric}, {dialect}",
                *turn_by_turn(ours, theirs, COMPILE_TURNS, time.process_time),
                target=1.0,
            )


def main() -> None:
    """Print the tables."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its printer warns of orders that it parsed itself
    shop = layer()
    print_table("Warm compile / sqlglot parse and print of the same statement", compiled(shop))
    with connect() as connection:
        print_table("Emitted SQL / best by hand, 10 million events", against_the_best(connection, shop))
        print_table("Emitted SQL / forms to avoid", against_the_slow(connection, shop))


if __name__ == "__main__":
    main()
