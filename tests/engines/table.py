"""Rows with typed columns: what every engine is loaded with. Values are those of plain Python.

A table is written as a person would on paper; the first line names its columns and their types::

    order_id integer | total decimal | bought_on date
    1                | 10.50         | 2024-01-01
    2                |               |

An empty cell is NULL, ``''`` the empty text. A column's name in double quotes is exact; any other is
folded by each warehouse as it folds what stands without quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from semantic.spec.types import TypeName

Cells = tuple[Any, ...]


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


_READ: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "float": float,
    "text": str,
    "boolean": _boolean,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": _instant,
}


@dataclass(frozen=True)
class Table:
    """Columns with their types, and rows of values; ``None`` is NULL.

    >>> Table.parse("a integer | b text\\n1 | ''\\n | x").rows
    ((1, ''), (None, 'x'))
    """

    columns: tuple[tuple[str, TypeName], ...]
    rows: tuple[Cells, ...]

    @classmethod
    def parse(cls, text: str) -> Table:
        """A table as it is written."""
        head, *lines = [line for line in text.strip().splitlines() if line.strip()]
        pairs = [cell.rsplit(None, 1) for cell in head.split("|")]
        columns: Any = tuple((name.strip(), kind) for name, kind in pairs)
        return cls(columns, tuple(_cells(line, [kind for _, kind in columns]) for line in lines))

    def decimals(self) -> dict[str, int]:
        """How many digits after the point the decimals of a column have at most."""
        return {
            name: max((_places(row[n]) for row in self.rows), default=0)
            for n, (name, kind) in enumerate(self.columns)
            if kind == "decimal"
        }


def _cells(line: str, kinds: list[TypeName]) -> Cells:
    cells = [cell.strip() for cell in line.split("|")]
    assert len(cells) == len(kinds), line
    return tuple(_value(cell, kind) for cell, kind in zip(cells, kinds, strict=True))


def _value(cell: str, kind: TypeName) -> Any:
    if not cell:
        return None
    return "" if cell == "''" else _READ[kind](cell)


def _places(value: Decimal | None) -> int:
    return 0 if value is None else max(0, -int(value.as_tuple().exponent))


def exact(name: str) -> tuple[str, bool]:
    """A column's name without its quotes, and whether it had any.

    >>> exact('"City Name"'), exact("city")
    (('City Name', True), ('city', False))
    """
    quoted = name.startswith('"')
    return (name[1:-1].replace('""', '"'), True) if quoted else (name, False)
