"""Rows as a table whose columns stand straight, in any script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from semantic.terminal.style import Painter
from semantic.terminal.values import NULL, Show, is_number
from semantic.terminal.width import cut, pad, printable, width

_GAP = "  "
_NARROWEST = 8


@dataclass(frozen=True)
class Heading:
    """A column of a table: its title, and how its values are shown."""

    title: str
    show: Show


def table(
    headings: Sequence[Heading], rows: Sequence[Sequence[Any]], paint: Painter, room: int | None = None
) -> list[str]:
    r"""The lines of a table; texts are cut where there is too little room.

    >>> from semantic.terminal.values import shower
    >>> headings = [Heading("지역", str), Heading("sales", shower([]))]
    >>> print("\n".join(table(headings, [("서울", 1200), ("EU", None)], Painter(False))))
    지역  sales
    ────  ─────
    서울  1,200
    EU        ∅
    """
    columns = [_column(heading, [row[i] for row in rows]) for i, heading in enumerate(headings)]
    _narrow(columns, room)
    bold = [paint("bold", column.padded(column.title)) for column in columns]
    rule = [paint("dim", "─" * column.width) for column in columns]
    body = [[column.cell(index, paint) for column in columns] for index in range(len(rows))]
    return [_GAP.join(line).rstrip() for line in [bold, rule, *body]]


@dataclass
class _Column:
    title: str
    cells: list[str]
    right: bool
    width: int

    def padded(self, text: str) -> str:
        return pad(cut(text, self.width), self.width, right=self.right)

    def cell(self, index: int, paint: Painter) -> str:
        text = self.cells[index]
        return paint("dim", self.padded(text)) if text == NULL else self.padded(text)


def _column(heading: Heading, values: list[Any]) -> _Column:
    cells = [heading.show(value) for value in values]
    present = [value for value in values if value is not None]
    title = printable(heading.title)
    right = bool(present) and all(map(is_number, present))
    return _Column(title, cells, right, max(map(width, [title, *cells])))


def _narrow(columns: list[_Column], room: int | None) -> None:
    """Take from the widest texts until the table fits; numbers are never cut."""
    excess = sum(c.width for c in columns) + len(_GAP) * (len(columns) - 1) - (room or 10**9)
    texts = [c for c in columns if not c.right and c.width > _NARROWEST]
    while excess > 0 and texts:
        widest = max(texts, key=lambda c: c.width)
        if widest.width <= _NARROWEST:
            return
        widest.width -= 1
        excess -= 1
