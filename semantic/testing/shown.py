"""Outcomes for people: what was expected against what there is, in columns that stand straight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from semantic.terminal.style import Painter, Style
from semantic.terminal.values import NULL, is_number
from semantic.terminal.width import pad, printable, width
from semantic.testing.compare import Difference, Line
from semantic.testing.outcome import Outcome

_AROUND = 3  # rows that agree, on either side of one that does not
_STYLES: dict[str, Style] = {"-": "red", "+": "green", " ": "dim"}
_GAP = "  "


def lines(difference: Difference, paint: Painter) -> Iterator[str]:
    r"""The rows of a difference: ``-`` was expected, ``+`` is there instead.

    >>> rows = (Line("-", ("EU", Decimal("1.50"))), Line("+", ("EU", 2.25)))
    >>> print("\n".join(lines(Difference(("region", "sales"), rows), Painter(False))))
      region  sales
    - EU        1.5
    + EU       2.25
    """
    cells = [[value_text(value) for value in line.values] for line in difference.lines]
    widths = [
        max(map(width, [name, *(row[i] for row in cells)])) for i, name in enumerate(difference.columns)
    ]
    right = [_numeric([line.values[i] for line in difference.lines]) for i in range(len(widths))]
    yield "  " + paint("bold", _joined(difference.columns, widths, right))
    hidden = 0
    for line, row, near in zip(difference.lines, cells, _near(difference.lines), strict=True):
        if not near:
            hidden += 1
            continue
        if hidden:
            yield paint("dim", f"  … {_rows(hidden)} alike")
            hidden = 0
        yield paint(_STYLES[line.mark], f"{line.mark} {_joined(row, widths, right)}".rstrip())
    if hidden:
        yield paint("dim", f"  … {_rows(hidden)} alike")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _joined(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [pad(cell, room, right=to) for cell, room, to in zip(cells, widths, right, strict=True)]
    return _GAP.join(padded).rstrip()


def _numeric(values: Sequence[Any]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(map(is_number, present))


def _near(rows: Sequence[Line]) -> list[bool]:
    """Which rows are shown: those that differ, and a few around them."""
    wrong = [i for i, row in enumerate(rows) if row.mark != " "]
    shown = {i + step for i in wrong for step in range(-_AROUND, _AROUND + 1)}
    return [i in shown for i in range(len(rows))]


def value_text(value: Any) -> str:
    """A value in full, as it could stand in a test.

    >>> value_text(Decimal("5.000000000")), value_text(0.1), value_text(None), value_text(True)
    ('5', '0.1', '∅', 'true')
    """
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return printable(str(value)) if not isinstance(value, str) or value else "''"


def hint(difference: Difference) -> str | None:
    """What would help where the digits that were written are only rounded ones."""
    wrong = [line for line in difference.lines if line.mark == "-"]
    other = [line for line in difference.lines if line.mark == "+"]
    if not wrong or len(wrong) != len(other):
        return None
    tolerances = [
        _rounded(a, b)
        for one, two in zip(wrong, other, strict=True)
        for a, b in zip(one.values, two.values, strict=True)
        if a != b
    ]
    if not tolerances or None in tolerances:
        return None
    return (
        f"The numbers agree as far as they are written; 'tolerance: {max(filter(None, tolerances))}' says so."
    )


def _rounded(expected: Any, got: Any) -> Decimal | None:
    """Half a unit of the last digit that was written, where the other number is no further away."""
    if not isinstance(expected, Decimal) or not isinstance(got, int | float | Decimal):
        return None
    if expected == expected.to_integral_value():
        return None
    half = Decimal(5).scaleb(int(expected.as_tuple().exponent) - 1)
    return half if abs(expected - Decimal(got)) <= half else None


def outcome_lines(outcome: Outcome, paint: Painter, *, sql: bool = False) -> Iterator[str]:
    """A test that did not pass: its name, its place, what differs."""
    yield f"{paint('red', '✗')} {paint('bold', printable(outcome.name))}"
    yield f"  {paint('dim', printable(str(outcome.span)))}"
    if outcome.difference is not None:
        yield from (f"    {line}" for line in lines(outcome.difference, paint))
        if said := hint(outcome.difference):
            yield f"    {paint('dim', said)}"
    for fault in outcome.faults:
        yield f"    {paint('red', printable(str(fault)))}"
    if sql and outcome.sql is not None:
        from semantic.terminal.highlight import highlighted

        yield ""
        yield from (f"    {line}" for line in highlighted(outcome.sql, paint).splitlines())
