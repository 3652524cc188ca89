"""Small worlds on every engine: tables from text, a project from YAML, rows from a question.

A table is written as a person would on paper; the first line names its columns and their types::

    order_id integer | total decimal | bought_on date
    1                | 10.50         | 2024-01-01
    2                |               |

An empty cell is NULL, ``''`` the empty text. The project's ``sources`` are made from the tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from semantic.layer import Layer
from tests.engines import Engine

TYPES = {
    "integer": "BIGINT",
    "decimal": "NUMERIC(20, 4)",
    "float": "DOUBLE PRECISION",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class Table:
    """Columns with their types, and rows of text; ``None`` is NULL."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str | None, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Table:
        """A table as it is written."""
        head, *lines = [line for line in text.strip().splitlines() if line.strip()]
        pairs = [cell.rsplit(None, 1) for cell in head.split("|")]
        columns = tuple((name.strip(), kind) for name, kind in pairs)
        return cls(columns, tuple(_cells(line, len(columns)) for line in lines))

    def create(self, name: str) -> str:
        """The DDL, good for every engine."""
        columns = ", ".join(f"{quoted(column)} {TYPES[kind]}" for column, kind in self.columns)
        return f"CREATE TABLE {quoted(name)} ({columns})"

    def insert(self, name: str) -> str:
        """All rows as one statement."""
        kinds = [TYPES[kind] for _, kind in self.columns]
        rows = [", ".join(map(_literal, row, kinds)) for row in self.rows]
        return f"INSERT INTO {quoted(name)} VALUES " + ", ".join(f"({row})" for row in rows)


def _cells(line: str, width: int) -> tuple[str | None, ...]:
    cells = [cell.strip() for cell in line.split("|")]
    assert len(cells) == width, line
    return tuple("" if cell == "''" else cell or None for cell in cells)


def _literal(cell: str | None, kind: str) -> str:
    if cell is None:
        return "NULL"
    text = cell.replace("'", "''")
    return f"CAST('{text}' AS {kind})"


def quoted(name: str) -> str:
    """A name in double quotes, which it may have already."""
    bare = name.strip('"').replace('"', '""')
    return f'"{bare}"'


def created(engine: Engine, tables: dict[str, Table]) -> None:
    """A schema of its own with exactly these tables, and the session's path on it."""
    statements = ["DROP SCHEMA IF EXISTS shop CASCADE", "CREATE SCHEMA shop", "SET search_path = 'shop'"]
    for name, table in tables.items():
        statements += [table.create(name), *([table.insert(name)] if table.rows else [])]
    engine.run("; ".join(statements))


class Shop:
    """A project over small tables on one engine."""

    def __init__(self, engine: Engine, project: str, **tables: str) -> None:
        self.engine = engine
        parsed = {name: Table.parse(text) for name, text in tables.items()}
        created(engine, parsed)
        used = {name: table for name, table in parsed.items() if f"source: {name}" in project}
        self.layer = Layer.from_text(semantic=project, sources=sources(used))

    def sql(self, *metrics: str, **question: Any) -> str:
        """The statement for a question."""
        return self.layer.sql(list(metrics), dialect=self.engine.dialect, **question).text

    def ask(self, *metrics: str, **question: Any) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        return self.engine.rows(self.sql(*metrics, **question))

    def check(self, *metrics: str, rows: Iterable[Sequence[Any]], **question: Any) -> None:
        """Ask, and compare with the rows that are right."""
        found = self.ask(*metrics, **question)
        assert same(found, rows), "\n".join([self.sql(*metrics, **question), "", *map(str, found)])

    def columns(self, *metrics: str, **question: Any) -> list[str]:
        """The names that the engine gives the answer's columns."""
        cursor = self.engine.connection.execute(self.sql(*metrics, **question))
        return [column[0] for column in cursor.description]


def sources(tables: dict[str, Table]) -> str:
    """The tables as ``sources`` of a project."""
    declared = {n: {"table": n, "columns": dict(table.columns)} for n, table in tables.items()}
    return yaml.safe_dump({"sources": declared}, allow_unicode=True, sort_keys=False)


# --- comparing ------------------------------------------------------------------------------------


def same(found: Iterable[Sequence[Any]], expected: Iterable[Sequence[Any]]) -> bool:
    """Whether two lists of rows are equal, numbers by value and floats to the twelfth digit."""
    left, right = list(found), list(expected)
    return len(left) == len(right) and all(map(_same_row, left, right))


def _same_row(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return len(left) == len(right) and all(map(same_value, left, right))


def same_value(left: Any, right: Any) -> bool:
    """Whether two values are equal: 1, 1.0 and Decimal(1) are, True and 1 are not.

    >>> same_value(Decimal("0.1"), 0.1), same_value(True, 1)
    (True, False)
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left is None or right is None:
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return left == right
    return type(left) is type(right) and bool(left == right)
