"""Text: parts, positions, padding, patterns, and what other types read as text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.contracts.scalars.case import Case, Cases, fixed, of, one


def found(pattern: str, group: int) -> Callable[[str], str | None]:
    def search(s: str) -> str | None:
        match = re.search(pattern, s)
        return match[group] if match else None

    return search


def part(n: int) -> Callable[[str], str]:
    return lambda s: (s.split("-") + [""] * n)[n - 1]


def shortest(x: Decimal) -> str:
    """Without zeros at the end, nor an exponent."""
    return format(x.normalize(), "f") if x else "0"


def given(x: Any, function: Callable[[Any], str]) -> str:
    return "" if x is None else function(x)


def iso(t: datetime) -> str:
    return t.strftime("%Y-%m-%d %H:%M:%S")


PARTS: Cases = {
    **one("lower", "s", str.lower, "s"),
    **one("upper", "s", str.upper, "s"),
    **one("trim", "s", lambda s: s.strip(" "), "s"),
    **one("ltrim", "s", lambda s: s.lstrip(" "), "s"),
    **one("rtrim", "s", lambda s: s.rstrip(" "), "s"),
    **one("trim_characters", "s, 'Aa i'", lambda s: s.strip("Aa i"), "s"),
    **one("length", "s", len, "s"),
    "substring": [
        of("substring(s, 2, 3)", lambda s: s[1:4], "s"),
        of("substring(s, id, id)", lambda s, n: s[n - 1 : 2 * n - 1], "s", "id"),
    ],
    **one("substring_from", "s, id", lambda s, n: s[n - 1 :], "s", "id"),
    "left": [of("left(s, 2)", lambda s: s[:2], "s"), of("left(s, id)", lambda s, n: s[:n], "s", "id")],
    "right": [of("right(s, 2)", lambda s: s[-2:], "s"), of("right(s, id)", lambda s, n: s[-n:], "s", "id")],
    **one("replace", "s, 'a', 'xy'", lambda s: s.replace("a", "xy"), "s"),
    "concat": [
        Case("concat(s, p, 'z')", lambda r: (r.s or "") + (r.p or "") + "z"),
        Case(
            "concat(s, '/', CAST(i AS TEXT), '/', text_of_decimal(m), '/', text_of_date(d))",
            lambda r: "/".join(
                (r.s or "", given(r.i, str), given(r.m, shortest), given(r.d, date.isoformat))
            ),
        ),
    ],
    "concat_ws": [
        Case("concat_ws('-', s, p)", lambda r: "-".join(x for x in (r.s, r.p) if x is not None)),
        Case("concat_ws(', ', p)", lambda r: r.p or ""),
    ],
    **one("str_position", "s, 'a'", lambda s: s.find("a") + 1, "s"),
    **one("starts_with", "s, p", str.startswith, "s", "p"),
    **one("ends_with", "s, p", str.endswith, "s", "p"),
    **one("contains", "s, p", lambda s, p: p in s, "s", "p"),
    "split_part": [
        of("split_part(s, '-', 1)", part(1), "s"),
        of("split_part(s, '-', 2)", part(2), "s"),
        of("split_part(s, '-', id)", lambda s, n: part(n)(s), "s", "id"),
    ],
    "lpad": [
        of("lpad(s, 5, 'é')", lambda s: s[:5].rjust(5, "é"), "s"),
        of("lpad(s, id, '-')", lambda s, n: s[:n].rjust(n, "-"), "s", "id"),
    ],
    "rpad": [
        of("rpad(s, 5, 'é')", lambda s: s[:5].ljust(5, "é"), "s"),
        of("rpad(s, id, '-')", lambda s, n: s[:n].ljust(n, "-"), "s", "id"),
    ],
    **one("reverse", "s", lambda s: s[::-1], "s"),
    **one("md5", "s", lambda s: hashlib.md5(s.encode()).hexdigest(), "s"),
}

PATTERNS: Cases = {
    **one("ilike", "s, '%É%'", lambda s: "é" in s.lower(), "s"),
    "regexp_matches": [
        of("regexp_matches(s, '[a-c]+')", lambda s: bool(re.search("[a-c]+", s)), "s"),
        of(r"regexp_matches(s, '[a-z]\s')", lambda s: bool(re.search(r"[a-z]\s", s)), "s"),
        of(r"regexp_matches(text_of_date(d), '^\d+-0[13]-\d\d$')", lambda d: d.month in (1, 3), "d"),
    ],
    **one("regexp_matches_ignore_case", "s, '^abc'", lambda s: s.lower().startswith("abc"), "s"),
    "regexp_replace_all": [
        of("regexp_replace_all(s, '[ae]', '<>')", lambda s: re.sub("[ae]", "<>", s), "s"),
        of(r"regexp_replace_all(s, '(.)-', '\1+')", lambda s: re.sub("(.)-", r"\1+", s), "s"),
    ],
    **one("regexp_replace_first", "s, '[ae]', '<>'", lambda s: re.sub("[ae]", "<>", s, count=1), "s"),
    **one("regexp_extract", "s, '[a-z]+'", found("[a-z]+", 0), "s"),
    **one("regexp_extract_group", "s, '-([a-z]+)'", found("-([a-z]+)", 1), "s"),
}

WRITING: Cases = {
    **one("text_of_date", "d", date.isoformat, "d"),
    **one("text_of_timestamp", "t", iso, "t"),
    "text_of_decimal": [
        of("text_of_decimal(m)", shortest, "m"),
        of("text_of_decimal(m * 100)", lambda m: shortest(m * 100), "m"),
    ],
}

_NONE = {
    f"try_cast_{name}": of(f"try_cast_{name}(s)", lambda s: None, "s")
    for name in ("integer", "decimal", "float", "boolean", "date", "timestamp")
}
READING: Cases = {
    "try_cast_integer": [
        _NONE["try_cast_integer"],
        fixed("try_cast_integer(' -42 ')", -42),
        fixed("try_cast_integer('1.5')", None),
        fixed("try_cast_integer('1234567890123456789')", None),
    ],
    "try_cast_decimal": [
        _NONE["try_cast_decimal"],
        fixed("try_cast_decimal(' -1.50 ')", Decimal("-1.5")),
        fixed("try_cast_decimal('.5')", Decimal("0.5")),
        fixed("try_cast_decimal('1e3')", None),
    ],
    "try_cast_float": [_NONE["try_cast_float"], fixed("try_cast_float(' 1.5e3')", 1500.0)],
    "try_cast_boolean": [
        _NONE["try_cast_boolean"],
        fixed("try_cast_boolean(' True')", True),
        fixed("try_cast_boolean('false')", False),
        fixed("try_cast_boolean('t')", None),
    ],
    "try_cast_date": [
        _NONE["try_cast_date"],
        fixed("try_cast_date('2024-02-29')", date(2024, 2, 29)),
        fixed("try_cast_date('2023-02-29')", None),
        fixed("try_cast_date('02/29/2024')", None),
    ],
    "date_of_text": [
        of("date_of_text(text_of_date(d))", lambda d: d, "d"),
        fixed("date_of_text('2024-02-29')", date(2024, 2, 29)),
    ],
    "timestamp_of_text": [
        of("timestamp_of_text(text_of_timestamp(t))", lambda t: t.replace(microsecond=0), "t"),
        of("timestamp_of_text(text_of_date(d))", lambda d: datetime(d.year, d.month, d.day), "d"),
        fixed("timestamp_of_text('2024-02-29 10:11')", datetime(2024, 2, 29, 10, 11)),
        fixed("timestamp_of_text('2024-02-29T10:11:12.25')", datetime(2024, 2, 29, 10, 11, 12, 250000)),
    ],
    "try_cast_timestamp": [
        _NONE["try_cast_timestamp"],
        fixed("try_cast_timestamp('2024-02-29 10:11')", datetime(2024, 2, 29, 10, 11)),
        fixed("try_cast_timestamp('2024-02-29T10:11:12.5')", datetime(2024, 2, 29, 10, 11, 12, 500000)),
        fixed("try_cast_timestamp('2024-02-30 10:11')", None),
    ],
}

TEXT: Cases = {**PARTS, **PATTERNS, **WRITING, **READING}
