"""What is emulated is also parsed by a grammar that is not ours nor sqlglot's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlglot

from semantic.dialect import Dialect, load, names
from semantic.expr.canonical import canonical_statement
from semantic.functions import REGISTRY
from tests.contracts.aggregates import AGGREGATES
from tests.contracts.authoring import in_table
from tests.contracts.calls import query, sql, tree
from tests.contracts.scalars import SCALARS
from tests.contracts.values import NAMES, VALUES
from tests.contracts.windows import FRAMED, WINDOWS
from tests.grammar import violations

EMULATED = [name for name in names() if load(name).answers.support != "executed"]
pytestmark = pytest.mark.xdist_group("sqlfluff")  # it takes seconds to load


def scalar_calls(dialect: Dialect) -> Iterator[str]:
    for name, cases in SCALARS.items():
        if not dialect.unsupported(name):
            yield sql(dialect.name, cases[0].text)


def values(dialect: Dialect) -> Iterator[str]:
    for kind, found in VALUES.items():
        for value in (*found, None):
            yield dialect.literal(value, kind).sql(dialect.answers.sqlglot)
    for name in NAMES:
        if not set(name) & set(dialect.answers.name_excludes):
            yield dialect.identifier(name).sql(dialect.answers.sqlglot)


def aggregates(dialect: Dialect) -> Iterator[str]:
    for cases in AGGREGATES.values():
        yield f"({query(dialect.name, tree(cases[0][0]), 'r')})"


def windows(dialect: Dialect) -> Iterator[str]:
    columns = ", ".join(cases[-1].text for cases in (*WINDOWS.values(), *FRAMED.values()))
    tree = canonical_statement(sqlglot.parse_one(f"SELECT {columns} FROM r", read="duckdb"), in_table, {})
    yield dialect.translate(tree).sql(dialect.answers.sqlglot)


def spines(dialect: Dialect) -> Iterator[str]:
    for name, function in REGISTRY.items():
        if function.kind == "spine":
            ends = [sqlglot.parse_one(f"(SELECT {end}(d) FROM r)") for end in ("MIN", "MAX")]
            yield dialect.call(name, *ends).sql(dialect.answers.sqlglot)


def statements(dialect: Dialect) -> Iterator[str]:
    for group in (scalar_calls, aggregates, values):
        columns = ",\n  ".join(f"{call} AS x{index}" for index, call in enumerate(group(dialect)))
        yield f"SELECT\n  {columns}\nFROM r"
    yield from windows(dialect)
    yield from spines(dialect)


@pytest.mark.slow
@pytest.mark.parametrize("name", EMULATED)
def test_every_template_is_grammatical(name: str) -> None:
    dialect = load(name)
    assert violations(statements(dialect), dialect.answers.sqlglot) == []
