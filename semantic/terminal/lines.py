"""A line through a time series, drawn in braille: each character has two by four dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from semantic.terminal.style import Painter
from semantic.terminal.width import pad, width

_HEIGHT = 12
_NARROWEST = 20
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # [row][column] of a braille character
_BLANK = 0x2800
Moment = date  # or a datetime, which is one too


def line_chart(
    times: Sequence[Moment],
    values: Sequence[float | None],
    room: int,
    paint: Painter,
    words: Callable[[float], str],
) -> list[str]:
    """The lines of a chart that is ``room`` columns wide; the line breaks where a value is missing."""
    present = [value for value in values if value is not None]
    if not present:
        return []
    ticks = scale(min(present), max(present), whole=all(value == int(value) for value in present))
    labels = [words(tick) for tick in ticks]
    if len(set(labels)) < len(labels):  # the format has too few digits to tell them apart
        labels = [f"{tick:,g}" for tick in ticks]
    margin = max(map(width, labels))
    canvas = Canvas(max(room - margin - 2, _NARROWEST), _HEIGHT)
    _draw(canvas, times, values, ticks)
    return [*_with_axis(canvas, ticks, labels, margin, paint), *_times(times, canvas.columns, margin, paint)]


def scale(lowest: float, highest: float, *, whole: bool = False) -> list[float]:
    """Round values from below the lowest to above the highest, zero where it is near.

    >>> scale(0.2, 9.5), scale(-3, 4), scale(1000, 1010)
    ([0.0, 5.0, 10.0], [-4.0, -2.0, 0.0, 2.0, 4.0], [1000.0, 1005.0, 1010.0])
    """
    if lowest > 0 and lowest < highest / 2:
        lowest = 0
    if highest < 0 and highest > lowest / 2:
        highest = 0
    span = highest - lowest or abs(highest) or 1
    step = next(s for s in _steps(span) if span / s <= 4 and (s >= 1 or not whole))
    first, last = floor(lowest / step), ceil(highest / step)
    return [round(n * step, 12) for n in range(first, max(last, first + 1) + 1)]


def _steps(span: float) -> Iterator[float]:
    power = 10.0 ** floor(log10(span) - 1)
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


class Canvas:
    """A field of dots, ``columns`` by ``rows`` characters; the dot (0, 0) is at the lower left.

    >>> canvas = Canvas(2, 1)
    >>> canvas.line((0, 0), (3, 3))
    >>> canvas.text(0)
    '⡠⠊'
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._cells = [[0] * columns for _ in range(rows)]

    @property
    def size(self) -> tuple[int, int]:
        """The dots across and up."""
        return self.columns * 2, self.rows * 4

    def dot(self, x: int, y: int) -> None:
        """Set one dot."""
        row, part = divmod(self.rows * 4 - 1 - y, 4)
        self._cells[row][x // 2] |= _DOTS[part][x % 2]

    def line(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Set the dots from one to another."""
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
        for n in range(steps + 1):
            self.dot(
                round(start[0] + (end[0] - start[0]) * n / steps),
                round(start[1] + (end[1] - start[1]) * n / steps),
            )

    def text(self, row: int) -> str:
        """One row from the top as characters; blank ones are spaces."""
        return "".join(chr(_BLANK + cell) if cell else " " for cell in self._cells[row])


def _draw(
    canvas: Canvas, times: Sequence[Moment], values: Sequence[float | None], ticks: Sequence[float]
) -> None:
    across, up = canvas.size
    lowest, span = ticks[0], ticks[-1] - ticks[0]
    points = [
        None if value is None else (round(x * (across - 1)), round((value - lowest) / span * (up - 1)))
        for x, value in zip(_positions(times), values, strict=True)
    ]
    for point in filter(None, points):
        canvas.dot(*point)
    for start, end in pairwise(points):
        if start and end:
            canvas.line(start, end)


def _positions(times: Sequence[Moment]) -> list[float]:
    """Where each time stands between the first (0) and the last (1)."""
    first, last = min(times), max(times)
    span = (last - first).total_seconds() or 1.0
    return [(time - first).total_seconds() / span for time in times]


def _with_axis(
    canvas: Canvas, ticks: Sequence[float], labels: Sequence[str], margin: int, paint: Painter
) -> list[str]:
    lowest, span = ticks[0], ticks[-1] - ticks[0]
    rows = {canvas.rows - 1 - round((t - lowest) / span * (canvas.rows - 1)): i for i, t in enumerate(ticks)}
    lines = []
    for row in range(canvas.rows):
        tick = rows.get(row)
        label = pad("" if tick is None else labels[tick], margin, right=True)
        axis = "┤" if tick is not None else "│"
        field = paint("cyan", canvas.text(row).rstrip())
        if tick is not None and ticks[tick] == 0 and lowest < 0:
            field = _over(canvas.text(row), paint)
        lines.append(f"{paint('dim', f'{label} {axis}')}{field}")
    return lines


def _over(text: str, paint: Painter) -> str:
    """A row of the drawing with the line of zero behind it."""
    return "".join(paint("dim", "┈") if c == " " else paint("cyan", c) for c in text)


def _times(times: Sequence[Moment], columns: int, margin: int, paint: Painter) -> list[str]:
    """The axis of time: its first and last moment, and the one nearest the middle where there is room."""
    ordered = sorted(set(times))
    labels = _labels(ordered)
    middle = min(range(len(ordered)), key=lambda i: abs(_positions(ordered)[i] - 0.5))
    center = round(_positions(ordered)[middle] * (columns - 1))
    text = labels[0]
    start = center - len(labels[middle]) // 2
    if start > len(text) + 1 and start + len(labels[middle]) + 1 < columns - len(labels[-1]):
        text = f"{text:<{start}}{labels[middle]}"
    if len(ordered) > 1:
        text = f"{text:<{max(columns - len(labels[-1]), len(text) + 1)}}{labels[-1]}"
    corner = " " * (margin + 1)
    return [paint("dim", f"{corner}└{'─' * columns}"), paint("dim", f"{corner} {text}")]


def _labels(times: Sequence[Moment]) -> list[str]:
    """The moments in words, without a clock where all of them are midnight."""
    words = [time.isoformat().replace("T", " ") for time in times]
    midnights = all(len(word) == 10 or word.endswith(" 00:00:00") for word in words)
    return [word[:10] if midnights else word for word in words]
