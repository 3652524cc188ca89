"""Values as people read them: numbers in a format, dates, and what is missing.

A format is a spreadsheet's (``#,##0.00``, ``0.0%``) or Python's (``,.2f``, ``.1%``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from semantic.terminal.width import printable

NULL = "∅"
_SHEET = re.compile(
    r"(?P<before>[^#0,.%]*)(?P<whole>[#0,]*[#0])(?P<point>\.(?P<fixed>0*)(?P<maybe>#*))?(?P<percent>%?)(?P<after>[^#0]*)"
)
_PYTHON = re.compile(r"[+ ]?(,|_)?(\.\d+)?[dfeEgG%n]?")
_MAY_BE_LONG = 15  # a float holds no more digits than this

Show = Callable[[Any], str]


def is_format(text: str) -> bool:
    """Whether a format can be read.

    >>> is_format("#,##0.00"), is_format(".1%"), is_format("two digits")
    (True, True, False)
    """
    return bool(_SHEET.fullmatch(text) or _python(text))


def _python(text: str) -> bool:
    return bool(text and _PYTHON.fullmatch(text))


def shower(values: Iterable[Any], format: str | None = None, *, measure: bool = True) -> Show:
    """What turns the values of one column into text, all of them alike.

    Numbers of a ``measure`` get thousands separators; those that only name something (a year) do not.

    >>> shower([0.25], "0.0%")(0.25), shower([1234.5])(1234.5), shower([2024], measure=False)(2024)
    ('25.0%', '1,234.50', '2024')
    """
    number = _formatted(format) if format and is_format(format) else _plain(values) if measure else str

    def show(value: Any) -> str:
        if value is None:
            return NULL
        if is_number(value):
            return number(value) if not isinstance(value, float) or isfinite(value) else str(value)
        return printable(_words(value))

    return show


def is_number(value: object) -> bool:
    """Whether a value is written to the right: truth values are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _formatted(format: str) -> Show:
    match = _SHEET.fullmatch(format)
    if match is None:
        return lambda value: _in_python(value, format)
    return lambda value: _in_sheet(value, match)


def _in_python(value: Any, format: str) -> str:
    """``d`` shows whole numbers only, and SQL has them as decimals or floats too."""
    if format.endswith(("d", "n")):
        whole = int(value) if value == int(value) else value
        return f"{whole:{format}}" if isinstance(whole, int) else f"{whole:{format[:-1]}}"
    return f"{value:{format}}"


def _in_sheet(value: Any, match: re.Match[str]) -> str:
    fixed, maybe = len(match["fixed"] or ""), len(match["maybe"] or "")
    if match["percent"]:
        value *= 100
    separator = "," if "," in match["whole"] else ""
    text = f"{value:{separator}.{fixed + maybe}f}"
    for _ in range(maybe):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    return f"{match['before']}{_unsigned_zero(text)}{match['percent']}{match['after']}"


def _unsigned_zero(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text


def _plain(values: Iterable[Any]) -> Show:
    """Decimals and integers in full; floats of one column with equally many digits."""
    sizes = [abs(v) for v in values if isinstance(v, float) and isfinite(v)]
    digits = 2 if max(sizes, default=0) >= 100 else 4

    def show(value: Any) -> str:
        if not isinstance(value, float):
            return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
        if value and not 10**-digits <= abs(value) < 10**_MAY_BE_LONG:
            return f"{value:.4g}"
        return _unsigned_zero(f"{value:,.{digits}f}")

    return show
