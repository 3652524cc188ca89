"""A question as a selectable, compiled by SQLAlchemy, against its plain text.

``ours`` is the selectable, ``theirs`` the plain path; new questions at every turn, then one that is known.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine.default import DefaultDialect

from semantic import Layer
from semantic.warehouse.duckdb_dialect import register
from tests.bench.bench_compile import one_model, two_facts
from tests.bench.timing import Result, print_table, turn_by_turn

ROOT = Path(__file__).parents[2]
TURNS = 60
TARGET = 1.1


def results() -> Iterator[Result]:
    """New questions compiled, and a known one run."""
    layer, other = (Layer.load(ROOT / "examples" / "complete_journey") for _ in range(2))
    for each in (layer, other):
        each._statements = None  # nothing is kept beyond this process
    for question in (one_model, two_facts):
        for index, dialect in enumerate(("duckdb", "postgresql")):

            def asked(turn: int, ask: Any = question, index: int = index) -> Any:
                return ask(turn + 10_000 * index)  # new to each dialect

            yield Result(
                f"new: {question.__name__}, {dialect}",
                *turn_by_turn(_selectable(layer, asked, dialect), _plain(other, asked, dialect), TURNS),
                target=TARGET,
            )
    yield _known()


def _selectable(layer: Layer, question: Callable[[int], Any], dialect: str) -> Callable[[int], object]:
    class Target(DefaultDialect):
        name = dialect

    sqlalchemy = Target(paramstyle="pyformat")
    return lambda turn: str(layer.select(**question(turn)).compile(dialect=sqlalchemy))


def _plain(layer: Layer, question: Callable[[int], Any], dialect: str) -> Callable[[int], object]:
    ours = {"postgresql": "postgres"}.get(dialect, dialect)
    return lambda turn: layer.sql(**question(turn + 5_000), dialect=ours).text  # texts are parsed once only


def _known() -> Result:
    """A question that was asked before, run on DuckDB through SQLAlchemy both ways."""
    rows = " UNION ALL ".join(f"SELECT {n} AS value" for n in range(50))
    project = f'models: [{{name: n, sql: "{rows}", columns: {{value: integer}}}}]'
    layer = Layer.from_text(
        semantic=f"name: n\n{project}\nmetrics: [{{name: total, model: n, sql: sum(value)}}]"
    )
    register()
    engine = create_engine("duckdb+semantic://")

    def ours(turn: int) -> object:
        return _rows(engine, layer.select("total"))

    def theirs(turn: int) -> object:
        return _rows(engine, text(layer.sql("total").text))

    return Result("known: asked and run, duckdb", *turn_by_turn(ours, theirs, TURNS * 5), target=TARGET)


def _rows(engine: Engine, statement: Any) -> object:
    with engine.connect() as connection:
        return connection.execute(statement).all()


def main() -> list[Result]:
    """Print what was measured, without the collector, which falls on either side by chance."""
    gc.disable()
    return print_table("Selectables against plain text", results())


if __name__ == "__main__":
    main()
