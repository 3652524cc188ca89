"""What an author writes keeps its meaning: DuckDB's own answer against ours, on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.types import infer
from semantic.spec.types import TypeName
from tests.contracts.authoring import Native, read, type_of, written, zoned
from tests.contracts.calls import agree, query
from tests.contracts.expressions import AGGREGATES, ROW_EXPRESSIONS
from tests.contracts.marks import groups, marked, proved
from tests.engines import Engine

TEXTS = {text for texts in ROW_EXPRESSIONS.values() for text in texts}
CONDITIONS = ("TRUE", "b", "id > 8")


@pytest.mark.parametrize(("engine", "topic"), groups(ROW_EXPRESSIONS), indirect=["engine"])
def test_expressions(native: Native, engine: Engine, topic: str) -> None:
    check(native, engine, proved(engine.dialect, ROW_EXPRESSIONS[topic]))


@pytest.mark.parametrize(("engine", "case"), marked(TEXTS), indirect=["engine"])
def test_marked_expression(native: Native, engine: Engine, case: str) -> None:
    check(native, engine, [case])


def check(native: Native, engine: Engine, texts: list[str]) -> None:
    """One statement with a column an expression."""
    ours = {text: written(engine.dialect, text) for text in texts}
    expected = native(f"SELECT {listed(texts)} FROM r ORDER BY id NULLS LAST")
    found = engine.rows(f"SELECT {listed(list(ours.values()))} FROM r ORDER BY id NULLS LAST")
    for values, rights in zip(found, expected, strict=True):
        for value, right, (text, sql) in zip(values, rights, ours.items(), strict=True):
            agree(value, right, type_in(text), f"{text}: {sql}")


def listed(columns: list[str]) -> str:
    """
    >>> listed(["x", "y"])
    'x AS a0, y AS a1'
    """
    return ", ".join(f"{column} AS a{index}" for index, column in enumerate(columns))


def type_in(text: str) -> TypeName | None:
    return infer(read(text), type_of)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_aggregates(native: Native, engine: Engine, condition: str) -> None:
    texts = proved(engine.dialect, AGGREGATES)
    (expected,) = native(f"SELECT {listed(texts)} FROM r WHERE {condition}")
    for text, right, value in zip(texts, expected, aggregated(engine, texts, condition), strict=True):
        agree(value, right, type_in(text), f"{text} where {condition}: {text}")


def aggregated(engine: Engine, texts: list[str], condition: str) -> list[Any]:
    """The aggregates over some rows: each in a query of its own where it takes two steps."""
    source = f"r WHERE {condition}"
    apart = {text for text in texts if over_group(engine.dialect, zoned(read(text)))}
    together = [text for text in texts if text not in apart]
    columns = listed([written(engine.dialect, text) for text in together])
    found = dict(zip(together, engine.rows(f"SELECT {columns} FROM {source}")[0], strict=True))
    for text in apart:
        ((found[text],),) = engine.rows(query(engine.dialect, zoned(read(text)), source))
    return [found[text] for text in texts]


def over_group(dialect: str, tree: exp.Expr) -> bool:
    """Whether the dialect has the aggregate as a window function only."""
    called = isinstance(tree, exp.Anonymous)
    return called and load(dialect).template(tree.name, len(tree.expressions)).over_group is not None
