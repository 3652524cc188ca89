"""Values and names with every awkward character, for literals and identifiers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from semantic.spec.types import TypeName

TEXTS = (
    "",
    "plain",
    "O'Brien",
    "''",
    "back\\slash",
    "\\",
    "\\'",
    "\\n is not a newline",
    'double "quotes"',
    "`ticks`",
    "line\nbreak",
    "tab\tand\r\nreturn",
    "한국어 naïve 😀",
    "-- no comment",
    "/* nor here */",
    "{{ jinja }} {% if %}",
    "100%",
    ":hole $1 ? @p",
    " spaces ",
    "a;b",
    "$$ $tag$",
    "\u202eright to left\u202c שלום",
    "null\u00a0space",
)
VALUES: dict[TypeName, tuple[Any, ...]] = {
    "text": TEXTS,
    "integer": (0, 1, -1, 2**53 + 1, -(2**62)),
    "decimal": (
        Decimal("0.10"),
        Decimal("-12345678901234567890.123456789"),
        Decimal("1E+3"),
        Decimal("1E-7"),
    ),
    "float": (0.1, -2.5, 1e300, 5e-324, 0.1 + 0.2),
    "boolean": (True, False),
    "date": (date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)),
    "timestamp": (datetime(2024, 3, 10, 2, 30), datetime(1969, 12, 31, 23, 59, 59, 1)),
    "timestamptz": (
        datetime(2024, 3, 10, 2, 30, tzinfo=UTC),
        datetime(2024, 3, 10, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=9))),
    ),
}
NAMES = (
    "order",
    "Order",
    "user",
    "a b",
    'a"b',
    "a`b",
    "a'b",
    "한국",
    "a.b",
    "1a",
    "a-b",
    "_a1",
    "select",
    "x\\y",
)
