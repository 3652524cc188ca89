"""Small worlds on every engine: tables from text, a project from YAML, rows from a question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from semantic.layer import Layer
from tests.engines import Engine, Table

Zones = Sequence[tuple[str, int]]


class Shop:
    """A project over small tables on one engine; its statements run in a session of each of some zones."""

    def __init__(self, engine: Engine, project: str, *, zones: Zones = (), **tables: str) -> None:
        self.engine = engine
        self.zones = zones
        parsed = {name: Table.parse(text) for name, text in tables.items()}
        engine.load(parsed)
        used = {name: table for name, table in parsed.items() if f"source: {name}" in project}
        self.layer = layer_of(semantic=project, sources=sources(used))

    def sql(self, *metrics: str, **question: Any) -> str:
        """The statement for a question."""
        return self.layer.sql(list(metrics), dialect=self.engine.dialect, **question).text

    def ask(self, *metrics: str, **question: Any) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        return self.rows(self.sql(*metrics, **question))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, the same in every zone."""
        found = None if self.zones else self.engine.rows(sql)
        for zone, week_start in self.zones:
            self.engine.session(zone, week_start)
            here = self.engine.rows(sql)
            assert found is None or same(here, found), f"{zone}\n{sql}\n{found}\n{here}"
            found = here
        return found or []

    def check(self, *metrics: str, rows: Iterable[Sequence[Any]], **question: Any) -> None:
        """Ask, and compare with the rows that are right."""
        found = self.ask(*metrics, **question)
        assert same(found, rows), "\n".join([self.sql(*metrics, **question), "", *map(str, found)])

    def columns(self, *metrics: str, **question: Any) -> list[str]:
        """The names that the engine gives the answer's columns."""
        return self.engine.columns(self.sql(*metrics, **question))


@lru_cache(maxsize=16)
def layer_of(**texts: str) -> Layer:
    """The project of some texts; tests that ask the same project one after the other read it once."""
    return Layer.from_text(**texts)


def sources(tables: Mapping[str, Table]) -> str:
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
