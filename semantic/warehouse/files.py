"""Rows as files: CSV and JSON as text, Parquet through DuckDB."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, Protocol

from semantic.warehouse.rows import Column, Row, Rows
from semantic.warehouse.wording import reason

_QUOTED = re.compile(r'[",\r\n]|^\s|\s$|^$')
_TYPES = {
    "integer": "BIGINT",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}
_OF_VALUES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "float"), (Decimal, "decimal"),
    (datetime, "timestamp"), (date, "date"), (str, "text"),
)  # fmt: skip
_WIDEST = 38
_CHUNK = 10_000


# --- text -------------------------------------------------------------------------------------------


class Answer(Protocol):
    """Rows with columns: all of them, or a stream."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order."""

    def __iter__(self) -> Iterator[Row]:
        """The rows in order."""


def ndjson_lines(rows: Answer) -> Iterator[str]:
    """A JSON object a row, as `json_lines` has them; nothing is held.

    >>> list(ndjson_lines(Rows((), [()], "")))
    ['{}']
    """
    names = [json.dumps(column.name, ensure_ascii=False) for column in rows.columns]
    for row in rows:
        yield f"{{{', '.join(f'{name}: {_json(value)}' for name, value in zip(names, row, strict=True))}}}"


def csv_lines(rows: Answer) -> Iterator[str]:
    """The lines of a CSV file, without their ends; NULL is empty, an empty text is two quotes.

    >>> list(csv_lines(Rows((), [("a,b", None, "", Decimal("1.50"), True)], "")))
    ['', '"a,b",,"",1.50,true']
    """
    yield ",".join(_csv(column.name) for column in rows.columns)
    for row in rows:
        yield ",".join(map(_csv, row))


def _csv(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value
    return "" if value is None else _written(value)


def _written(value: Any) -> str:
    """A value in full, as other programs read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def json_lines(rows: Rows) -> Iterator[str]:
    """One object: the columns, and a row an object. Decimals are numbers with all their digits."""
    yield "{"
    columns = [
        {"name": c.name, "type": c.type, "kind": c.kind, "label": c.label, "unit": c.unit}
        for c in rows.columns
    ]
    yield f'  "columns": {json.dumps(columns, ensure_ascii=False)},'
    yield '  "rows": ['
    names = [json.dumps(column.name, ensure_ascii=False) for column in rows.columns]
    last = len(rows) - 1
    for number, row in enumerate(rows):
        fields = ", ".join(f"{name}: {_json(value)}" for name, value in zip(names, row, strict=True))
        yield f"    {{{fields}}}{',' if number < last else ''}"
    yield "  ]"
    yield "}"


def _json(value: Any) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, float) and not isfinite(value):
        return json.dumps(str(value))
    if value is None or isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(_written(value), ensure_ascii=False)


# --- Parquet ----------------------------------------------------------------------------------------


def write_parquet(rows: Rows, path: Path) -> None:
    """A Parquet file whose columns have the types of the answer; ``OSError`` where it cannot be written."""
    import duckdb

    types = [_sql_type(column, rows.values(i)) for i, column in enumerate(rows.columns)]
    names = ['"' + column.name.replace('"', '""') + '"' for column in rows.columns]
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        fields = ", ".join(f"{name} {kind}" for name, kind in zip(names, types, strict=True))
        connection.execute(f"CREATE TABLE answer ({fields})")
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in types)
        for start in range(0, len(rows), _CHUNK):
            chunk = zip(*rows.rows[start : start + _CHUNK], strict=True)
            connection.execute(f"INSERT INTO answer SELECT {lists}", [list(values) for values in chunk])
        try:
            connection.execute("COPY answer TO $path (FORMAT parquet)", {"path": str(path)})
        except duckdb.Error as error:
            raise OSError(reason(error, [])) from None


def _sql_type(column: Column, values: list[Any]) -> str:
    """DuckDB's type for a column: the declared one, unless the values say that it is too narrow."""
    present = [value for value in values if value is not None]
    kind = next(
        (name for type_, name in _OF_VALUES if present and isinstance(present[0], type_)), column.type
    )
    if column.type == "decimal" or kind == "decimal":
        return _decimal_type([Decimal(str(value)) for value in present])
    if kind == "integer" and any(not -(2**63) <= value < 2**63 for value in present):
        return "DECIMAL(38, 0)"
    if kind == "timestamp" and any(value.tzinfo for value in present):
        kind = "timestamptz"
    return _TYPES.get(kind or "", "VARCHAR")


def _decimal_type(values: list[Decimal]) -> str:
    """The decimal that holds all of them exactly; a float where none does."""
    finite = [value.as_tuple() for value in values if value.is_finite()]
    scale = max((max(-int(v.exponent), 0) for v in finite), default=2)
    whole = max((len(v.digits) + int(v.exponent) for v in finite), default=1)
    fits = scale + max(whole, 0) <= _WIDEST and len(finite) == len(values)
    return f"DECIMAL({_WIDEST}, {scale})" if fits else "DOUBLE"
