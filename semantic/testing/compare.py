"""Expected rows against those of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from difflib import SequenceMatcher
from math import isfinite
from typing import Any, Literal

from semantic.testing.values import parsed

Mark = Literal["-", "+", " "]
Row = tuple[Any, ...]
Close = Callable[[Any, Any], bool]
_RELATIVE = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was expected and is not there (``-``), that nobody expected (``+``), or that agrees."""

    mark: Mark
    values: Row


@dataclass(frozen=True, slots=True)
class Difference:
    """Expected and other rows, in the columns that are compared."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def compare(
    columns: Sequence[tuple[str, str | None]],
    expected: Sequence[Row],
    got: Sequence[Row],
    *,
    keys: Sequence[int] = (),
    ordered: bool = False,
    tolerance: Decimal | None = None,
) -> Difference | None:
    """The difference between expected rows and those that there are, or nothing; ``keys`` are the columns
    that tell rows apart.

    >>> compare([("n", "integer")], [(Decimal(1),)], [(1,)])
    >>> difference = compare([("n", "integer")], [(Decimal(1),), (None,)], [(2,), (None,)])
    >>> [line.mark for line in difference.lines]
    ['-', ' ', '+']
    """
    kinds = [kind for _, kind in columns]

    def same(one: Row, other: Row) -> bool:
        return all(equal(a, b, kind, tolerance) for a, b, kind in zip(one, other, kinds, strict=True))

    lines = _in_order(expected, got, same) if ordered else _as_sets(expected, got, same, keys)
    if all(line.mark == " " for line in lines):
        return None
    return Difference(tuple(name for name, _ in columns), tuple(lines))


def equal(expected: Any, got: Any, kind: str | None, tolerance: Decimal | None = None) -> bool:
    """Whether a value is the expected one: numbers by their value, floats to nine digits, all else exactly.

    >>> equal(Decimal("0.3"), 0.1 + 0.2, "float"), equal(Decimal("14.29"), 100 / 7, "float")
    (True, False)
    """
    if expected is None or got is None:
        return expected is got
    if kind is None:
        expected = _guessed(expected, got)
    if isinstance(expected, int | float | Decimal) and not isinstance(expected, bool):
        return _close(Decimal(str(expected)), got, tolerance)
    if type(expected) is date and isinstance(got, datetime):
        return got.time() == time() and got.date() == expected
    return type(expected) is type(got) and bool(expected == got)


def _close(expected: Decimal, got: Any, tolerance: Decimal | None) -> bool:
    if isinstance(got, bool) or not isinstance(got, int | float | Decimal) or not isfinite(got):
        return False
    if tolerance is None and not isinstance(got, float):
        return expected == got
    allowed = abs(expected) * _RELATIVE if tolerance is None else tolerance
    return abs(expected - Decimal(got)) <= allowed


def _guessed(text: Any, got: Any) -> Any:
    """The text of a cell whose column has no known type, as a value of the kind that is there."""
    for kind, name in _KINDS:
        if isinstance(got, kind):
            found = parsed(text, name)  # type: ignore[arg-type]
            return text if found is None else Decimal(text) if name == "float" else found
    return text


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    ((int, float, Decimal), "float"),
    (datetime, "timestamp"),
    (date, "date"),
)


def _as_sets(
    expected: Sequence[Row], got: Sequence[Row], same: Callable[[Row, Row], bool], keys: Sequence[int]
) -> list[Line]:
    """Each row with one that is the same, wherever it stands; all sorted, so that like stands by like."""
    left = sorted(got, key=_sorting)
    lines: list[Line] = []
    for row in sorted(expected, key=_sorting):
        index = next((i for i, other in enumerate(left) if same(row, other)), None)
        lines.append(Line("-", row) if index is None else Line(" ", left.pop(index)))
    lines += [Line("+", row) for row in left]
    return sorted(lines, key=lambda line: (_sorting([line.values[i] for i in keys]), line.mark == "+"))


def _in_order(expected: Sequence[Row], got: Sequence[Row], same: Callable[[Row, Row], bool]) -> list[Line]:
    """The rows in their order, as a difference of texts is shown."""
    names = [
        next((j for j, other in enumerate(got) if same(other_, other)), -1 - i)
        for i, other_ in enumerate(expected)
    ]
    firsts = [next(j for j, other in enumerate(got) if other == row) for row in got]
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, names, firsts, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line(" ", row) for row in got[c:d]]
        else:
            lines += [Line("-", row) for row in expected[a:b]] + [Line("+", row) for row in got[c:d]]
    return lines


def _sorting(row: Sequence[Any]) -> Row:
    """A key that any two rows can be sorted by; NULL comes last."""
    return tuple(_key(value) for value in row)


def _key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (9, "")
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, int | float | Decimal):
        return (0, Decimal(str(value))) if isfinite(value) else (2, str(value))
    return (3, str(value))
