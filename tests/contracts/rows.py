"""One table of awkward rows, the same in every engine: NULLs, signs, month ends, leap days, ISO years,
clock changes, quotes, letters of other scripts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from semantic.spec.types import TypeName
from tests.engines import Table


class Row(NamedTuple):
    """A row; the name of a column is its letter in the expressions of the tests."""

    id: int
    i: int | None
    j: int | None
    m: Decimal | None
    f: float | None
    s: str | None
    p: str | None
    b: bool | None
    d: date | None
    e: date | None
    t: datetime | None
    u: datetime | None
    z: datetime | None
    n: int | None


TYPES: dict[str, TypeName] = {
    **dict.fromkeys(("id", "i", "j", "n"), "integer"),
    **dict.fromkeys("sp", "text"),
    **dict.fromkeys("de", "date"),
    **dict.fromkeys("tu", "timestamp"),
    "m": "decimal",
    "f": "float",
    "b": "boolean",
    "z": "timestamptz",
}
_D = Decimal
ROWS = (
    Row(
        1, 7, 2, _D("2.50"), 2.5, " a ", "a", True,
        date(2024, 2, 29), date(2023, 2, 28), datetime(2024, 2, 29, 23, 59, 59, 999999),
        datetime(2024, 3, 1), datetime(2024, 2, 29, 15, 0, tzinfo=UTC), 12,
    ),
    Row(
        2, -7, 2, _D("-2.50"), -2.5, "O'Brien", "O'", False,
        date(2024, 1, 31), date(2024, 2, 29), datetime(2024, 3, 10, 2, 30),
        datetime(2024, 3, 10, 1, 59, 59), datetime(2024, 3, 10, 7, 30, tzinfo=UTC), 1,
    ),
    Row(
        3, 7, -2, _D("2.55"), 0.1, "ABC-def-ghi", "def", True,
        date(2023, 12, 31), date(2024, 1, 1), datetime(2023, 12, 31, 12, 0),
        datetime(2024, 1, 1, 0, 0, 1), datetime(2023, 12, 31, 15, 30, tzinfo=UTC), -1,
    ),
    Row(
        4, 0, 5, _D("0.00"), 0.0, "naïve café", "é", False,
        date(2024, 12, 30), date(2021, 1, 3), datetime(2024, 12, 30, 0, 0),
        datetime(2021, 1, 3, 23, 0), datetime(2024, 12, 29, 23, 59, 59, 500000, tzinfo=UTC), 0,
    ),
    Row(
        5, 5, 0, _D("1.25"), 1e15, "한국어 텍스트", "국", None,
        date(2021, 1, 3), date(2021, 1, 3), datetime(2021, 1, 3, 4, 5, 6, 700000),
        datetime(2021, 1, 3, 4, 5, 6, 700000), datetime(2021, 1, 2, 20, 0, tzinfo=UTC), 25,
    ),
    Row(
        6, 2**53 + 1, 3, _D("9999999999.99"), -0.5, "a\\b", "\\", True,
        date(1999, 12, 31), date(2000, 2, 29), datetime(1999, 12, 31, 23, 0),
        datetime(2000, 2, 29, 1, 1, 1), datetime(1999, 12, 31, 23, 59, tzinfo=UTC), -13,
    ),
    Row(
        7, 1, 1, _D("0.01"), 1.0, "", "", False,
        date(1969, 12, 31), date(1970, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 500000),
        datetime(1970, 1, 1), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), 3,
    ),
    Row(
        8, -1, -3, _D("-0.005"), 3.5, 'line\nbreak "x" %_', "\n", True,
        date(2020, 12, 28), date(2016, 1, 3), datetime(2024, 11, 3, 1, 30),
        datetime(2024, 11, 3, 3, 30), datetime(2024, 11, 3, 6, 30, tzinfo=UTC), -2,
    ),
    Row(9, None, None, None, None, None, None, None, None, None, None, None, None, None),
    Row(
        10, None, 4, _D("3.75"), None, "xyz", None, None,
        date(2024, 5, 31), None, datetime(2024, 5, 31, 8, 0), None, None, None,
    ),
    Row(
        11, -8, 3, _D("2.675"), 1.005, "'; DROP TABLE r; --", "--", True,
        date(2015, 1, 1), date(2012, 12, 31), datetime(2024, 3, 31, 1, 30),
        datetime(2024, 3, 31, 4, 0), datetime(2024, 11, 3, 5, 30, tzinfo=UTC), 4,
    ),
    Row(
        12, -(2**52), -2, _D("-7.500001"), 9007199254740992.0, "שלום 😀", "😀", False,
        date(2010, 1, 1), date(2100, 3, 1), datetime(2024, 10, 27, 2, 30),
        datetime(2024, 10, 26, 23, 0), datetime(2024, 3, 31, 1, 0, tzinfo=UTC), -25,
    ),
    Row(
        13, 100, 2, _D("100.00"), -2.675, "{{ x }}\t%", "{{", None,
        date(2100, 2, 28), date(2096, 2, 29), datetime(2024, 2, 28, 23, 59, 59),
        datetime(2024, 2, 29, 0, 0), datetime(2024, 10, 5, 15, 30, tzinfo=UTC), 1,
    ),
)  # fmt: skip
TABLE = Table(tuple((name, TYPES[name]) for name in Row._fields), ROWS)
