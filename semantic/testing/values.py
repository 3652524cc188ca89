"""Cells as values of the types of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from semantic import faults
from semantic.faults import Fault
from semantic.spec.types import Cell, TypeName
from semantic.spec.values import parse_value

#: What a cell of each type looks like, in words.
EXPECTED: Mapping[TypeName, str] = {
    "integer": "a whole number",
    "decimal": "a number with at most 9 digits after the point",
    "float": "a number",
    "text": "a text",
    "boolean": "true or false",
    "date": "a date such as 2024-03-15",
    "timestamp": "a timestamp such as 2024-03-15 10:00:00",
    "timestamptz": "a timestamp with a zone such as 2024-03-15 10:00:00+09:00",
}
#: Types whose values may stand in quotes: they are read from text anyway.
_TEXTS = frozenset({"text", "date", "timestamp", "timestamptz"})
_NUMBERS = frozenset({"integer", "decimal", "float"})
#: Digits before and after the point of a decimal that every warehouse can hold.
_BEFORE, _AFTER = 29, 9


def given_value(cell: Cell, column: str, type: TypeName, found: list[Fault]) -> Any:
    """The value of a cell for a column of a table; a fault where it is none."""
    return _value(cell, column, type, type, found)


def expected_value(cell: Cell, column: str, type: str | None, found: list[Fault]) -> Any:
    """The value of a cell that an answer is compared with: any number is exact."""
    if type is None or cell.text is None:
        return cell.text
    shape: TypeName = "float" if type in _NUMBERS else type  # type: ignore[assignment]
    value = _value(cell, column, shape, type, found)
    return Decimal(cell.text) if isinstance(value, float) else value


def _value(cell: Cell, column: str, type: TypeName, said: str, found: list[Fault]) -> Any:
    if cell.text is None or type == "text":
        return cell.text
    if cell.quoted and type not in _TEXTS:
        found.append(faults.quoted_cell(cell.text, column, said, cell.span))
        return None
    value = parsed(cell.text, type)
    if value is None:
        expected = EXPECTED[said]  # type: ignore[index]
        found.append(faults.wrong_cell(cell.text, column, said, expected, cell.span))
    return value


def parsed(text: str, type: TypeName) -> Any:
    """The value that a text writes, or ``None``.

    >>> parsed("2024-05-01 10:00", "timestamp"), parsed("1.5", "integer"), parsed("current_date", "date")
    (datetime.datetime(2024, 5, 1, 10, 0), None, None)
    """
    value = parse_value(text, type)
    if value is None or (type in _TEXTS and text.lower().startswith("current")):
        return None
    if type == "date":
        return date.fromisoformat(text)
    if type in ("timestamp", "timestamptz"):
        return datetime.fromisoformat(text)
    if type == "integer":
        return value if -(2**63) <= value < 2**63 else None
    return value if type != "decimal" or _fits(value) else None


def _fits(value: Decimal) -> bool:
    """Whether a decimal keeps all of its digits in a table."""
    parts = value.normalize().as_tuple()
    after = max(-int(parts.exponent), 0)
    return after <= _AFTER and len(parts.digits) + int(parts.exponent) <= _BEFORE
