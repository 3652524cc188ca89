"""Reserved words are good names for everything: quoted where they must be, they mean what they meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlglot

from semantic import Layer
from tests.engines import Engine
from tests.faults.cases import DIALECTS

PROJECT = """
name: reserved
sources:
  order: {table: '"order"', columns: {select: integer, user: integer, from: date, group: text, desc: decimal}}
  user: {table: '"user"', columns: {user: integer, table: text, end: boolean}}
models:
  - name: order
    source: order
    primary_key: select
    time: from
    dimensions: [group, {name: case, sql: upper("group")}]
    joins: [{to: user, on: user}, {to: user, on: user, as: left}]
  - {name: user, source: user, primary_key: user, dimensions: [table, end]}
metrics:
  - {name: where, model: order, sql: sum("desc")}
  - {name: limit, model: order, sql: count(distinct "user"), filter: '"user"."end"'}
  - {name: union, sql: '"where" / "limit"'}
"""
TABLES = (
    "DROP SCHEMA IF EXISTS reserved CASCADE",
    "CREATE SCHEMA reserved",
    "SET search_path = 'reserved'",
    'CREATE TABLE "order" ("select" INT, "user" INT, "from" DATE, "group" TEXT, "desc" DECIMAL(9, 2))',
    'CREATE TABLE "user" ("user" INT, "table" TEXT, "end" BOOLEAN)',
    """INSERT INTO "order" VALUES (1, 7, '2024-01-05', 'a', 10), (2, 7, '2024-02-05', 'a', 5)""",
    """INSERT INTO "order" VALUES (3, 8, '2024-02-06', 'b', 1)""",
    """INSERT INTO "user" VALUES (7, 'x', TRUE), (8, 'y', FALSE)""",
)
QUESTION = {
    "metrics": ["where", "limit", "union"],
    "by": ["order.case", "left.table as all", "time.month as as"],
    "where": '"order"."group" in (\'a\', \'b\') and "left"."table" <> \'z\'',
    "having": '"where" > 0',
    "order": ["-where", "all"],
}
ROWS = [
    ("A", "x", 1, Decimal(10), 1, 10.0),
    ("A", "x", 2, Decimal(5), 1, 5.0),
    ("B", "y", 2, Decimal(1), 0, None),
]


@pytest.fixture(params=["duck", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def test_reserved_words_work(engine: Engine) -> None:
    for statement in TABLES:
        engine.run(statement)
    text = Layer.from_text(semantic=PROJECT).sql(**QUESTION, dialect=engine.dialect).text
    assert [(*row[:2], row[2].month, *row[3:]) for row in engine.rows(text)] == ROWS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_reserved_words_parse_in_every_dialect(dialect: str) -> None:
    compiled = Layer.from_text(semantic=PROJECT).sql(**QUESTION, dialect=dialect)
    tree = sqlglot.parse_one(compiled.text, read=dialect)
    expected = ["order_case", "all", "as", "where", "limit", "union"]
    assert [column.name for column in compiled.columns] == expected
    assert [name.lower() for name in tree.named_selects] == expected
