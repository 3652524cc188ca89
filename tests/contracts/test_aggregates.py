"""Every aggregate means the same everywhere: over all rows, some, none, in groups, over rows twice."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.canonical import filtered
from semantic.functions import REGISTRY
from tests.contracts.aggregates import AGGREGATES, CONDITIONS
from tests.contracts.calls import agree, query, tree, type_of
from tests.contracts.marks import groups, marked, proved
from tests.contracts.rows import ROWS
from tests.engines import Engine

TRUTHS = {text: truth for cases in AGGREGATES.values() for text, truth in cases}
NAMES = {name: [text for text, _ in cases] for name, cases in AGGREGATES.items()}
TWICE = "(SELECT * FROM r UNION ALL SELECT * FROM r) AS r"


def test_no_aggregate_is_forgotten() -> None:
    assert {name for name, function in REGISTRY.items() if function.kind == "aggregate"} == set(AGGREGATES)


@pytest.mark.parametrize(("engine", "name"), groups(NAMES), indirect=["engine"])
def test_aggregate(engine: Engine, name: str) -> None:
    for text in proved(engine.dialect, NAMES[name]):
        check(engine, text)
        check_groups(engine, text)


@pytest.mark.parametrize(("engine", "case"), marked(TRUTHS), indirect=["engine"])
def test_marked_aggregate(engine: Engine, case: str) -> None:
    check(engine, case)


def check(engine: Engine, text: str) -> None:
    """Over the rows of each condition, with a filter inside the aggregate, and over the rows twice."""
    call, condition = tree(text), sqlglot.parse_one("b", read="duckdb")
    assert isinstance(call, exp.Anonymous)
    queries = [(query(engine.dialect, call, f"r WHERE {c}"), chosen) for c, chosen in CONDITIONS.items()]
    queries.append((query(engine.dialect, filtered(call.copy(), condition), "r"), CONDITIONS["b"]))
    if not REGISTRY[call.name].duplicates_matter:
        queries.append((query(engine.dialect, call, TWICE), CONDITIONS["TRUE"]))
    columns = ", ".join(f"({sql}) AS a{index}" for index, (sql, _) in enumerate(queries))
    (found,) = engine.rows(f"SELECT {columns}")
    for value, (sql, chosen) in zip(found, queries, strict=True):
        agree(value, TRUTHS[text](list(filter(chosen, ROWS))), type_of(text), f"{text}: {sql}")


def check_groups(engine: Engine, text: str) -> None:
    """In groups, one of which has NULL as its key."""
    found = dict(engine.rows(query(engine.dialect, tree(text), "r", "b")))
    assert set(found) == {True, False, None}
    for key, value in found.items():
        expected = TRUTHS[text]([row for row in ROWS if row.b is key])
        agree(value, expected, type_of(text), f"{text} of the group {key}")


def test_aggregates_that_exist_over_groups_only() -> None:
    """BigQuery has percentiles as window functions: a window call, then any of its values."""
    template = load("bigquery").template("median", 1)
    assert template.over_group is not None
    window = template.over_group([sqlglot.parse_one("x")])
    assert window.sql("bigquery") == "PERCENTILE_CONT(CAST(x AS FLOAT64), 0.5) OVER ()"
    assert template.build([sqlglot.parse_one("state")]).sql("bigquery") == "ANY_VALUE(state)"
    assert load("duckdb").template("median", 1).over_group is None
