"""The rows of MetricFlow's SQL, of ours, and of SQL written by hand, for each of our questions, on DuckDB.

    python -m tests.bench.peers.compare [--sql] [NAME …]

MetricFlow is a second opinion here; what is right is what the hand-written SQL says.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.bench.peers import peer
from tests.engines import SqlEngine, duckdb_engine
from tests.interop.metricflow.cases import Case, Rows, cases, same
from tests.interop.metricflow.pedals import FOLDER, tables

MANIFEST = FOLDER / "manifest" / "semantic_manifest.json"
Answers = dict[str, tuple[list[str], Rows] | str]


def compare(case: Case, engine: SqlEngine, sides: dict[str, peer.Peer], show: bool) -> bool:
    """Print how the sides answer a question; whether all give the expected rows."""
    answers: Answers = {"hand": answer(engine, case.sql)}
    for name, side in sides.items():
        said = side.ask(case.ask)
        answers[name] = answer(engine, said["sql"]) if "sql" in said else said["refused"].strip()[:600]
        if show:
            print(said.get("sql", ""))
    wrong = {name: [*differences(name, answers, case)] for name in sides}
    known = case.beyond or case.differs or case.refused or case.until
    for name, excused in (("theirs", case.beyond or case.differs), ("ours", case.refused)):
        if excused and wrong.get(name):
            wrong[name] = []
    lines = [line for each in wrong.values() for line in each]
    print(
        f"{'differs' if lines else 'known' if known else 'same':<8} {case.name}  {known}".rstrip(),
        *lines,
        sep="\n  ",
        flush=True,
    )
    return not lines


def answer(engine: SqlEngine, sql: str) -> tuple[list[str], Rows] | str:
    """Columns and rows, or what the engine says against the statement."""
    try:
        return engine.answer(sql)
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{sql}"


def differences(name: str, answers: Answers, case: Case) -> Iterator[str]:
    """What a side says otherwise than the hand-written SQL."""
    found, hand = answers[name], answers["hand"]
    if isinstance(found, str) or isinstance(hand, str):
        yield f"{name}: {found if isinstance(found, str) else hand}"
        return
    if sorted(found[0]) != sorted(hand[0]):
        yield f"{name}: columns {found[0]} instead of {hand[0]}"
        return
    expected = case.ours(*hand) if name == "ours" else hand[1]
    if not same(arranged(found, hand[0]), expected, case.ordered):
        left, right = shown(arranged(found, hand[0])), shown(expected)
        yield f"{name}: {beside(left, right)}"
        yield f"{' ' * len(name)}  instead of {beside(right, left)}"


def beside(some: list[str], others: list[str]) -> str:
    """The rows of some that others do not have."""
    return "; ".join(row for row in some if row not in others) or "nothing"


def arranged(found: tuple[list[str], Rows], columns: list[str]) -> Rows:
    """Rows with their columns in another order."""
    places = [found[0].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in found[1]]


def shown(rows: Rows) -> list[str]:
    """Each row in short, sorted."""
    return sorted(", ".join(map(_short, row)) for row in rows)


def _short(value: Any) -> str:
    return (
        f"{float(value):.6g}" if isinstance(value, Decimal | float) else str(value).removesuffix(" 00:00:00")
    )


def main() -> None:
    """Compare all, or those with a part of a name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="parts of the names of cases")
    parser.add_argument("--sql", action="store_true", help="show the statements too")
    parser.add_argument("--only", choices=["theirs", "ours"], help="one side only")
    asked = parser.parse_args()
    if asked.only != "ours" and not peer.PYTHON.exists():
        print(f"MetricFlow is not installed ({peer.PYTHON} is missing), so there is nothing to compare with.")
        return
    chosen = [each for each in cases() if not asked.names or any(part in each.name for part in asked.names)]
    started = {"theirs": peer.theirs, "ours": peer.ours}
    sides = {name: start(MANIFEST) for name, start in started.items() if asked.only in (None, name)}
    with duckdb_engine() as engine:
        engine.load(tables())
        agreed = [compare(case, engine, sides, asked.sql) for case in chosen]
    for side in sides.values():
        side.close()
    print(f"{sum(agreed)} of {len(agreed)} questions are answered as expected on all sides")


if __name__ == "__main__":
    main()
