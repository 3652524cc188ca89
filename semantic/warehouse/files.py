"""Rows as files: CSV and JSON as text, Parquet through DuckDB."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

from semantic.warehouse.rows import Column, Rows

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
_BIGINT = 2**63


def csv_text(rows: Rows) -> Iterator[str]:
    """The lines of a CSV file; NULL is empty, an empty text is two quotes."""
    yield _csv_line([column.name for column in rows.columns])
    for row in rows:
        yield _csv_line([_exact(value) for value in row])


def _csv_line(values: list[Any]) -> str:
    buffer = StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_NOTNULL, lineterminator="\n").writerow(
        [value if value is None or isinstance(value, _Text) else _Plain(value) for value in values]
    )
    return buffer.getvalue()
