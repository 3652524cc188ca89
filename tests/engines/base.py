"""What the tests ask of an engine: tables in, rows of plain Python values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tests.engines import ledger
from tests.engines.table import Table


class Engine:
    """A warehouse, or what stands in for one, in a session of its own.

    ``dialect`` is the dialect it executes, ``product`` what it is, with its version.
    """

    dialect: ClassVar[str]
    product: str
    _loaded: Mapping[str, Table] | None = None

    def load(self, tables: Mapping[str, Table]) -> None:
        """Exactly these tables, in place of those before."""
        before = self._loaded
        if before != tables:
            self._loaded = None
            if before is not None and _same_columns(before, tables):
                self._refill(before, tables)
            else:
                self._load(tables)
            self._loaded = dict(tables)

    def _load(self, tables: Mapping[str, Table]) -> None:
        raise NotImplementedError

    def _refill(self, before: Mapping[str, Table], tables: Mapping[str, Table]) -> None:
        """Other rows in the tables that stand here already."""
        self._load(tables)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.answer(sql)[1]

    def answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the answer's columns, and its rows."""
        ledger.executed(self.dialect, self.product, sql)
        return self._answer(sql)

    def columns(self, sql: str) -> list[str]:
        """The names that the engine gives the answer's columns."""
        return self._answer(sql)[0]

    def _answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        raise NotImplementedError

    def session(self, zone: str, week_start: int) -> None:
        """The session's time zone, and the first day of its weeks (1 is Monday) where it has one."""
        raise NotImplementedError


def _same_columns(before: Mapping[str, Table], tables: Mapping[str, Table]) -> bool:
    return before.keys() == tables.keys() and all(before[n].columns == tables[n].columns for n in tables)


def quoted(name: str) -> str:
    """A name in double quotes.

    >>> quoted('a"b')
    '"a""b"'
    """
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def marks(rows: Sequence[Sequence[Any]], mark: str) -> str:
    """``(?, ?), (?, ?)``: a placeholder for every value."""
    return ", ".join(f"({', '.join([mark] * len(row))})" for row in rows)
