"""What cannot be executed here is parsed by a grammar that is not ours nor sqlglot's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlglot

from semantic.dialect import Dialect, load, names
from semantic.functions import REGISTRY
from tests.contracts.calls import sql, tree
from tests.contracts.test_aggregates import AGGREGATES
from tests.contracts.test_names import NAMES, VALUES
from tests.contracts.truth import SCALARS
from tests.grammar import violations

PARSED = [name for name in names() if load(name).answers.support != "executed"]
pytestmark = pytest.mark.xdist_group("sqlfluff")  # it takes seconds to load


def scalar_calls(dialect: Dialect) -> Iterator[str]:
    for name, cases in SCALARS.items():
        if not dialect.unsupported(name):
            yield from (sql(dialect.name, case.text) for case in cases)


def aggregate_calls(dialect: Dialect) -> Iterator[str]:
    for name, cases in AGGREGATES.items():
        for text, _ in cases:
            call = tree(text)
            template = dialect.template(name, len(call.expressions))
            if template.over_group:
                parts = [dialect.translate(part) for part in call.expressions]
                yield template.over_group(parts).sql(dialect.answers.sqlglot)
            else:
                yield sql(dialect.name, text)


def spines(dialect: Dialect) -> Iterator[str]:
    for name, function in REGISTRY.items():
        if function.kind == "spine":
            ends = [sqlglot.parse_one(f"(SELECT {end}(d) FROM r)") for end in ("MIN", "MAX")]
            yield dialect.call(name, *ends).sql(dialect.answers.sqlglot)


def windows(dialect: Dialect) -> Iterator[str]:
    for name, function in REGISTRY.items():
        if function.kind == "window":
            parts = [sqlglot.parse_one({"n": "2"}.get(argument, "i")) for argument in function.arguments]
            made = dialect.call(name, *parts).sql(dialect.answers.sqlglot)
            yield f"{made} OVER (PARTITION BY b ORDER BY id NULLS LAST)"


def values(dialect: Dialect) -> Iterator[str]:
    for kind, found in VALUES.items():
        for value in (*found, None):
            yield dialect.literal(value, kind).sql(dialect.answers.sqlglot)
    for name in NAMES:
        yield dialect.identifier(name).sql(dialect.answers.sqlglot)


def statements(dialect: Dialect) -> Iterator[str]:
    groups = (scalar_calls, aggregate_calls, windows, values)
    for group in groups:
        columns = ",\n  ".join(f"{call} AS x{index}" for index, call in enumerate(group(dialect)))
        yield f"SELECT\n  {columns}\nFROM r"
    yield from spines(dialect)


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSED)
def test_every_template_is_grammatical(name: str) -> None:
    dialect = load(name)
    assert violations(statements(dialect), dialect.answers.sqlglot) == []
