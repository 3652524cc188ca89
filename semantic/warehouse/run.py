"""Sends a statement to a warehouse, as it is, and fetches all its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from semantic.warehouse.place import Place
from semantic.warehouse.rows import Column, Row, Rows

Fetch = Callable[[Place, str], list[Row]]


def run(place: Place, sql: str, columns: Sequence[Column]) -> Rows:
    """The rows of a statement whose columns are known."""
    rows = _fetch(place)(place, sql)
    whole = [i for i, column in enumerate(columns) if column.type == "integer"]
    return Rows(tuple(columns), [with_integers(row, whole) for row in rows], sql)


def _fetch(place: Place) -> Fetch:
    """DuckDB through its own API, everything else through SQLAlchemy; each imported when it is needed."""
    if place.url.startswith("duckdb:"):
        from semantic.warehouse import duck

        return duck.fetch
    from semantic.warehouse import alchemy

    return alchemy.fetch


def with_integers(row: Row, places: Sequence[int]) -> Row:
    """Some warehouses give sums of integers as decimals; they stay whole numbers."""
    if not any(isinstance(row[i], Decimal) for i in places):
        return row
    values: list[Any] = list(row)
    for i in places:
        if isinstance(values[i], Decimal) and values[i] == int(values[i]):
            values[i] = int(values[i])
    return tuple(values)
