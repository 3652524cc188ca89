"""The bicycle rental as a layer, from each of dbt's spellings, and its answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from semantic.interop.metricflow.importing import imported
from semantic.layer import Layer
from tests.bench.peers.ours import compiled
from tests.engines import Engine
from tests.interop.metricflow.pedals import FOLDER, tables

SPELLINGS = {
    "manifest": FOLDER / "manifest" / "semantic_manifest.json",
    "transformed": FOLDER / "manifest" / "transformed_manifest.json",
    "legacy": FOLDER / "legacy",
    "latest": FOLDER / "latest",
}


@cache
def layer(spelling: str = "manifest") -> Layer:
    """The layer of one of the spellings, read once."""
    return Layer.from_metricflow(SPELLINGS[spelling], schema="shop")


def texts(spelling: str) -> dict[str, str]:
    """The files of the project that a spelling becomes."""
    return imported(SPELLINGS[spelling], schema="shop")[0]


def statement(ask: dict[str, Any], dialect: str, spelling: str = "manifest") -> str:
    """The statement for a question in MetricFlow's words."""
    return compiled(layer(spelling), ask, dialect)


def answer(engine: Engine, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of a statement over the tables of the rental."""
    engine.load(tables())
    return engine.answer(sql)


def asked(engine: Engine, *metrics: str, **question: Any) -> list[tuple[Any, ...]]:
    """The rows of a question, plain: dates by their first moment as text, numbers as floats."""
    ask = {"metrics": list(metrics), **question} if metrics else question
    _, rows = answer(engine, statement(ask, engine.dialect))
    return [tuple(map(plain, row)) for row in rows]


def plain(value: Any) -> Any:
    """A value as tests write it: ``2024-02-01`` for the start of a day, a float for any number."""
    if value is None or isinstance(value, str | bool):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat(" ").removesuffix(" 00:00:00") if hasattr(value, "hour") else value.isoformat()
    return round(float(value), 6)
