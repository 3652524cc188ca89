"""Whole statements of models keep their meaning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlglot

from semantic.dialect import load
from semantic.expr.canonical import canonical_statement
from tests.contracts.authoring import Native, in_table, zoned
from tests.engines import Engine
from tests.shop import same

STATEMENTS = [
    "WITH x AS (SELECT b, sum(j) / count(*) AS y FROM r GROUP BY b) SELECT b, y FROM x WHERE y IS NOT NULL",
    "SELECT r.id, o.j FROM r LEFT JOIN (SELECT id, j FROM r) AS o ON r.id = o.id AND o.j > 2",
    "SELECT id FROM r WHERE i > 3 UNION ALL SELECT id FROM r WHERE i <= 3",
    "SELECT DISTINCT j FROM r",
    "SELECT id, row_number() OVER (PARTITION BY b ORDER BY m DESC NULLS LAST, id) AS n FROM r",
    "SELECT id, lag(i) OVER (ORDER BY id) AS before, lead(i, 2) OVER (ORDER BY id) AS after FROM r",
    "SELECT id, sum(j) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM r",
    "SELECT id, ntile(3) OVER (ORDER BY id) AS n, rank() OVER (ORDER BY j NULLS FIRST) AS k FROM r",
    "SELECT count(*) AS c FROM r AS a JOIN r AS b USING (id) WHERE a.id IN (SELECT id FROM r WHERE j > 1)",
    "SELECT id FROM r AS a WHERE EXISTS (SELECT 1 FROM r AS b WHERE b.j = a.id)",
    "SELECT id FROM r ORDER BY j DESC NULLS FIRST, id LIMIT 3",
    "SELECT j, count(*) AS c FROM r GROUP BY j HAVING count(*) > 1",
    "SELECT id, date_trunc('month', d) AS m, (SELECT max(j) FROM r) AS top FROM r",
    "SELECT 1 AS one",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_keep_their_meaning(native: Native, engine: Engine, text: str) -> None:
    target = load(engine.dialect)
    tree = canonical_statement(sqlglot.parse_one(text, read="duckdb"), in_table, {})
    ours = target.translate(zoned(tree)).sql(target.answers.sqlglot)
    found, expected = engine.rows(ours), [tuple(map(day, row)) for row in native(text)]
    if "ORDER BY j DESC" not in text:
        found, expected = sorted(found, key=place), sorted(expected, key=place)
    assert same(found, expected), ours


def place(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    """Where a row stands when rows are sorted by their values, NULLs last."""
    return [(value is None, 0 if value is None else value) for value in row]


def day(value: Any) -> Any:
    """DuckDB truncates a date to a timestamp; ours stays a date."""
    midnight = isinstance(value, datetime) and value.time() == datetime.min.time()
    return value.date() if midnight else value
