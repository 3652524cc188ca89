"""Horizontal bars in block characters, an eighth of a column exact; negative ones lead to the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semantic.terminal.style import Painter
from semantic.terminal.values import NULL
from semantic.terminal.width import cut, pad, width

_EIGHTHS = " ▏▎▍▌▋▊▉"
_RIGHT_HALVES = " ▐"  # blocks that grow from the right come in halves only
_SHORTEST = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how long it is, and its value in words."""

    label: str
    value: float | None
    words: str


def bars(items: Sequence[Bar], room: int, paint: Painter) -> list[str]:
    r"""The lines of a bar chart that is ``room`` columns wide.

    >>> items = [Bar("EU", 4, "4"), Bar("?", None, "∅"), Bar("US", 2, "2")]
    >>> print("\n".join(bars(items, 20, Painter(False))))
    EU  ██████████████ 4
    ?                  ∅
    US  ███████        2
    """
    names = min(max((width(item.label) for item in items), default=0), room // 3)
    words = max((width(item.words) for item in items), default=0)
    left, right = _sides(items, max(room - names - words - 3, _SHORTEST))
    return [_line(item, names, words, left, right, paint) for item in items]


@dataclass(frozen=True, slots=True)
class _Side:
    """The columns on one side of the axis, and the value that fills them."""

    columns: int
    most: float

    def units(self, value: float, parts: int) -> int:
        return round(abs(value) / self.most * self.columns * parts) if self.most else 0


def _sides(items: Sequence[Bar], columns: int) -> tuple[_Side, _Side]:
    """The room shared out by the longest bar of each sign."""
    values = [item.value for item in items if item.value is not None]
    lowest, highest = -min([*values, 0.0]), max([*values, 0.0])
    span = lowest + highest
    left = round(columns * lowest / span) if span else 0
    if lowest:
        left = max(left, 1)
    return _Side(left, lowest), _Side(columns - left, highest)


def _line(item: Bar, names: int, words: int, left: _Side, right: _Side, paint: Painter) -> str:
    label = pad(cut(item.label, names), names)
    value = item.value or 0.0
    below = _backward(left.units(value, 2)) if value < 0 else ""
    above = _forward(right.units(value, 8)) if value > 0 else ""
    drawn = pad(below, left.columns, right=True), pad(above, right.columns)
    number = pad(item.words, words, right=True)
    number = paint("dim", number) if item.words == NULL else number
    return f"{label}  {paint('red', drawn[0])}{paint('cyan', drawn[1])} {number}"


def _forward(eighths: int) -> str:
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _backward(halves: int) -> str:
    whole, rest = divmod(halves, 2)
    return (_RIGHT_HALVES[rest] if rest else "") + "█" * whole


def sparkline(values: Sequence[float | None], lowest: float, highest: float) -> str:
    """A series in one line; a gap where there is no value.

    >>> sparkline([1, 2, None, 8], 0, 8)
    '▁▂ █'
    """
    levels = "▁▂▃▄▅▆▇█"
    span = (highest - lowest) or 1

    def level(value: float | None) -> str:
        return " " if value is None else levels[min(7, max(0, round((value - lowest) / span * 8) - 1))]

    return "".join(map(level, values))
