"""Plain values of the declared types, as parameters have them; knows nothing of YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from semantic.spec.types import TypeName

_INTEGER = re.compile(r"[-+]?[0-9]{1,38}\Z")
_NUMBER = re.compile(r"[-+]?[0-9]{1,38}(\.[0-9]{1,38})?([eE][-+]?[0-9]{1,3})?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?\Z")
_ZONED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[-+][0-9]{2}:[0-9]{2})\Z"
)

#: What a value of each type looks like, in words.
EXPECTED: Mapping[TypeName, str] = {
    "integer": "a whole number",
    "decimal": "a number",
    "float": "a number",
    "text": "a text",
    "boolean": "true or false",
    "date": "a date such as 2024-03-15 or current_date",
    "timestamp": "a timestamp such as 2024-03-15 10:00:00 or current_timestamp",
    "timestamptz": "a timestamp such as 2024-03-15T10:00:00+09:00 or current_timestamp",
}


def parse_value(text: str, type: TypeName) -> Any:
    """The value that ``text`` writes, or ``None`` when it writes none of that type.

    Dates and timestamps stay text, since ``current_date`` is known in the warehouse only.

    >>> parse_value("12", "integer"), parse_value("12.50", "decimal"), parse_value("2024-02-30", "date")
    (12, Decimal('12.50'), None)
    """
    return _PARSERS[type](text)


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.match(text) else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.match(text) else None


def _float(text: str) -> float | None:
    return float(text) if _NUMBER.match(text) and isfinite(float(text)) else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _dated(
    pattern: re.Pattern[str], parse: Callable[[str], object], live: str
) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        if text.lower() == live:
            return text
        try:
            return text if pattern.match(text) and parse(text) else None
        except ValueError:  # the form is right, but there is no such day
            return None

    return read


_PARSERS: Mapping[TypeName, Callable[[str], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "text": lambda text: text,
    "boolean": _boolean,
    "date": _dated(_DATE, date.fromisoformat, "current_date"),
    "timestamp": _dated(_TIMESTAMP, datetime.fromisoformat, "current_timestamp"),
    "timestamptz": _dated(_ZONED, datetime.fromisoformat, "current_timestamp"),
}
