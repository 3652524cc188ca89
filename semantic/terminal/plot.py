"""Rows as a drawing: a line where they follow time, bars where they do not, small lines where both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from semantic.terminal.bars import Bar, bars, sparkline
from semantic.terminal.lines import line_chart
from semantic.terminal.style import Painter
from semantic.terminal.table import Heading
from semantic.terminal.values import NULL, is_number
from semantic.terminal.width import cut, pad, printable, width

_MOST = 40  # bars or small lines in one drawing
_WIDEST = 4  # characters for one value of a small line
Cells = Sequence[Any]


@dataclass(frozen=True)
class Series:
    """A measure to draw: its heading and its values, one a row."""

    heading: Heading
    values: Cells

    @property
    def numbers(self) -> list[float | None]:
        """What can be drawn; anything else is a gap."""
        return [float(v) if is_number(v) and v == v else None for v in self.values]


def plot(keys: Sequence[Series], measures: Sequence[Series], room: int, paint: Painter) -> list[str]:
    """The lines of a drawing for each measure, by keys; nothing where there is nothing to compare."""
    if not keys or not keys[0].values:
        return []
    drawings = [list(_one(keys, measure, room, paint)) for measure in measures if any(_drawn(measure))]
    return [line for drawing in drawings for line in ("", *drawing)]


def _drawn(measure: Series) -> Iterator[bool]:
    return (number is not None for number in measure.numbers)


def _one(keys: Sequence[Series], measure: Series, room: int, paint: Painter) -> Iterator[str]:
    yield paint("bold", printable(measure.heading.title))
    time = next((key for key in keys if _is_time(key)), None)
    rest = [key for key in keys if key is not time]
    if time is None:
        yield from _bars(rest, measure, room, paint)
    elif rest:
        yield from _small_lines(time, rest, measure, room, paint)
    else:
        yield from _line(time, measure, room, paint)


def _is_time(key: Series) -> bool:
    present = [value for value in key.values if value is not None]
    return bool(present) and all(isinstance(value, date) for value in present)


def _line(time: Series, measure: Series, room: int, paint: Painter) -> list[str]:
    """In order of time, whatever the order of the rows; rows without any time stand nowhere."""
    pairs = [(t, n) for t, n in zip(time.values, measure.numbers, strict=True) if t is not None]
    pairs.sort(key=lambda pair: pair[0])
    return line_chart([t for t, _ in pairs], [n for _, n in pairs], room, paint, measure.heading.show)


def _bars(keys: Sequence[Series], measure: Series, room: int, paint: Painter) -> Iterator[str]:
    labels = _labels(keys)
    items = [
        Bar(label, number, measure.heading.show(value))
        for label, number, value in zip(labels, measure.numbers, measure.values, strict=True)
    ]
    yield from bars(items[:_MOST], room, paint)
    yield from _more(len(items), paint)


def _labels(keys: Sequence[Series]) -> list[str]:
    rows = zip(*(key.values for key in keys), strict=True)
    return [" · ".join(key.heading.show(v) for key, v in zip(keys, row, strict=True)) for row in rows]


def _small_lines(
    time: Series, rest: Sequence[Series], measure: Series, room: int, paint: Painter
) -> Iterator[str]:
    """One small line a combination of the other keys, all on the same scale."""
    groups: dict[str, dict[Any, float | None]] = {}
    for label, moment, number in zip(_labels(rest), time.values, measure.numbers, strict=True):
        groups.setdefault(label, {})[moment] = number
    moments = sorted({moment for moment in time.values if moment is not None})
    present = [number for number in measure.numbers if number is not None]
    lowest, highest = min(*present, 0.0), max(*present, 0.0)
    names = min(max(map(width, groups)), room // 3)
    space = room - names - 4 - max(width(measure.heading.show(number)) for number in present)
    steps = _spread(moments, space)
    wide = max(min(_WIDEST, space // len(steps)), 1)
    for label, numbers in sorted(groups.items(), key=_total)[:_MOST]:
        drawn = sparkline([numbers.get(moment) for moment in steps for _ in range(wide)], lowest, highest)
        last = next((numbers[m] for m in reversed(moments) if numbers.get(m) is not None), None)
        words = NULL if last is None else measure.heading.show(last)
        yield f"{pad(cut(label, names), names)}  {paint('cyan', drawn)}  {words}"
    yield from _more(len(groups), paint)
    span = f"{moments[0].isoformat()} … {moments[-1].isoformat()}, with the last value"
    yield paint("dim", f"{' ' * names}  {span}")


def _total(group: tuple[str, dict[Any, float | None]]) -> float:
    """What sorts the largest first."""
    return -sum(number for number in group[1].values() if number is not None)


def _spread(moments: Sequence[date], room: int) -> Sequence[date]:
    """As many moments as there is room for, evenly chosen."""
    if len(moments) <= room or room < 2:
        return moments
    return [moments[round(i * (len(moments) - 1) / (room - 1))] for i in range(room)]


def _more(count: int, paint: Painter) -> Iterator[str]:
    if count > _MOST:
        yield paint("dim", f"… and {count - _MOST:,} more")
