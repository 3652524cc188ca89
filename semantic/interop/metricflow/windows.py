"""Granularities, windows of them, and names of relations."""

from __future__ import annotations

import re
from collections.abc import Collection

STANDARD = (
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
)
_WINDOW = re.compile(r"(\d{1,9})\s+(\w+)")
_PART = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^.]+)')


def window(text: str) -> str | None:
    """A window in small letters, or ``None`` if it is none.

    >>> window("28 Days"), window("a month")
    ('28 days', None)
    """
    match = _WINDOW.fullmatch(text.strip().lower())
    return f"{int(match[1])} {match[2]}" if match else None


def settled(text: str, custom: Collection[str]) -> str | None:
    """A window as all spellings write it, one or many; ``None`` if there is no such granularity.

    >>> settled("7 day", ()), settled("1 months", ()), settled("2 fiscal_year", ["fiscal_year"])
    ('7 days', '1 month', '2 fiscal_years')
    """
    count, _, unit = text.partition(" ")
    known = (unit, unit.removesuffix("s"))
    grain = next((each for each in known if each in STANDARD or each in custom), None)
    if grain is None:
        return None
    return f"{count} {grain}" if count == "1" else f"{count} {grain}s"


def dotted(text: str) -> tuple[str, ...]:
    """The parts of a name of a relation, without their quotes.

    >>> dotted('"db"."My Schema".orders'), dotted("`p.q`.orders")
    (('db', 'My Schema', 'orders'), ('p.q', 'orders'))
    """
    found = []
    for match in _PART.finditer(text.strip()):
        double, back, square, bare = match.groups()
        if double is not None:
            found.append(double.replace('""', '"'))
        elif back is not None:
            found.append(back.replace("``", "`"))
        else:
            found.append(square if square is not None else bare)
    return tuple(found)
