"""What every scalar function gives, computed in Python."""

from __future__ import annotations

import hashlib
import math
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.contracts.rows import Row


class Case(NamedTuple):
    """A call over columns of the table, and what it gives for a row."""

    text: str
    expected: Callable[[Row], Any]


def of(text: str, function: Callable[..., Any], *columns: str) -> Case:
    """A call that is NULL where any of its columns is."""

    def expected(row: Row) -> Any:
        arguments = [getattr(row, column) for column in columns]
        return None if None in arguments else function(*arguments)

    return Case(text, expected)


def fixed(text: str, value: Any) -> Case:
    """A call that gives the same for every row."""
    return Case(text, lambda row: value)


def half_up(x: Decimal, digits: int = 0) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def half_up_float(x: float, digits: int = 0) -> float:
    return float(half_up(Decimal(repr(x)), digits))


def months_later(d: Any, n: int) -> Any:
    year, month = divmod(d.year * 12 + d.month - 1 + n, 12)
    return d.replace(year=year, month=month + 1, day=min(d.day, monthrange(year, month + 1)[1]))


def day(x: Any) -> date:
    return x.date() if isinstance(x, datetime) else x


def week_start(first: int) -> Callable[[Any], date]:
    """The start of the week that begins on that ISO day."""
    return lambda x: day(x) - timedelta(days=(x.isoweekday() - first) % 7)


def months_start(size: int) -> Callable[[Any], date]:
    """The start of the period of that many months."""
    return lambda x: date(x.year, (x.month - 1) // size * size + 1, 1)


def quarter(d: date) -> int:
    return (d.month + 2) // 3


def second0(t: datetime) -> datetime:
    return t.replace(microsecond=0)


def minute0(t: datetime) -> datetime:
    return t.replace(microsecond=0, second=0)


def hour0(t: datetime) -> datetime:
    return t.replace(microsecond=0, second=0, minute=0)


def crossed(cut: Callable[[datetime], datetime], seconds: int) -> Callable[[datetime, datetime], int]:
    return lambda a, b: int((cut(b) - cut(a)).total_seconds()) // seconds


def toward_zero(a: int, b: int) -> int | None:
    return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a: int, b: int) -> int | None:
    whole = toward_zero(a, b)
    return None if whole is None else a - b * whole


def local(zone: str) -> Callable[[datetime], datetime]:
    return lambda z: z.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def found(pattern: str, group: int) -> Callable[[str], str | None]:
    def search(s: str) -> str | None:
        match = re.search(pattern, s)
        return match[group] if match else None

    return search


def part(n: int) -> Callable[[str], str]:
    return lambda s: (s.split("-") + [""] * n)[n - 1]


def shifted(unit: str, kinds: str, function: Callable[[Any, int], Any]) -> dict[str, list[Case]]:
    """The cases of ``add_<unit>_date`` and ``add_<unit>_timestamp``."""
    names = {"d": f"add_{unit}_date", "t": f"add_{unit}_timestamp"}
    return {
        names[k]: [
            of(f"{names[k]}({k}, n)", function, k, "n"),
            of(f"{names[k]}({k}, -1)", lambda x: function(x, -1), k),
            of(f"{names[k]}({k}, 14)", lambda x: function(x, 14), k),
        ]
        for k in kinds
    }


def spans(unit: str, size: timedelta, kinds: str) -> dict[str, list[Case]]:
    return shifted(unit, kinds, lambda x, n: x + n * size)


def months(unit: str, size: int) -> dict[str, list[Case]]:
    return shifted(unit, "dt", lambda x, n: months_later(x, n * size))


def grain(name: str, function: Callable[[Any], date]) -> dict[str, list[Case]]:
    """The cases of ``trunc_<name>_date`` and ``trunc_<name>_timestamp``."""
    return {
        f"trunc_{name}_date": [of(f"trunc_{name}_date(d)", function, "d")],
        f"trunc_{name}_timestamp": [of(f"trunc_{name}_timestamp(t)", function, "t")],
    }


def both(name: str, function: Callable[[Any], Any]) -> dict[str, list[Case]]:
    """The cases of a part of a date that timestamps have, too."""
    return {name: [of(f"{name}({column})", function, column) for column in "dt"]}


def one(name: str, arguments: str, function: Callable[..., Any], *columns: str) -> dict[str, list[Case]]:
    return {name: [of(f"{name}({arguments})", function, *columns)]}


CHOOSING: dict[str, list[Case]] = {
    "coalesce": [
        Case("coalesce(i, j)", lambda r: r.j if r.i is None else r.i),
        Case("coalesce(s, p, 'none')", lambda r: next(x for x in (r.s, r.p, "none") if x is not None)),
    ],
    **one("nullif", "i, 7", lambda i: None if i == 7 else i, "i"),
    **one("greatest", "i, j, n", max, "i", "j", "n"),
    **one("least", "d, e", min, "d", "e"),
}

NUMBERS: dict[str, list[Case]] = {
    "abs": [of("abs(m)", abs, "m"), of("abs(i)", abs, "i")],
    **one("sign", "m", lambda x: (x > 0) - (x < 0), "m"),
    **one("floor", "m", lambda x: Decimal(math.floor(x)), "m"),
    **one("ceil", "f", lambda x: float(math.ceil(x)), "f"),
    **one("round", "m", half_up, "m"),
    **one("round_float", "f", half_up_float, "f"),
    **one("round_to", "m, 1", lambda x: half_up(x, 1), "m"),
    **one("round_to_float", "f, 1", lambda x: half_up_float(x, 1), "f"),
    **one("power", "i, 2", lambda x: float(x) ** 2, "i"),
    **one("sqrt", "f", lambda x: math.sqrt(x) if x >= 0 else None, "f"),
    **one("exp", "j", math.exp, "j"),
    **one("ln", "f", lambda x: math.log(x) if x > 0 else None, "f"),
    **one("log10", "m", lambda x: math.log10(x) if x > 0 else None, "m"),
    "safe_divide": [
        of("safe_divide(i, j)", lambda a, b: a / b if b else None, "i", "j"),
        of("safe_divide(m, f)", lambda a, b: float(a) / b if b else None, "m", "f"),
        of("safe_divide(i - j, j - n)", lambda a, b, n: (a - b) / (b - n) if b != n else None, "i", "j", "n"),
    ],
    **one("divide_by", "i, 4", lambda x: x / 4, "i"),
    **one("safe_int_divide", "i, j", toward_zero, "i", "j"),
    "safe_mod": [
        of("safe_mod(i, j)", remainder, "i", "j"),
        of("safe_mod(m, j)", lambda a, b: a % b if b else None, "m", "j"),
    ],
}

TEXT: dict[str, list[Case]] = {
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
    "concat": [Case("concat(s, p, 'z')", lambda r: (r.s or "") + (r.p or "") + "z")],
    "concat_ws": [Case("concat_ws('-', s, p)", lambda r: "-".join(x for x in (r.s, r.p) if x is not None))],
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
    **one("ilike", "s, '%É%'", lambda s: "é" in s.lower(), "s"),
    **one("regexp_matches", "s, '[a-c]+'", lambda s: bool(re.search("[a-c]+", s)), "s"),
    **one("regexp_matches_ignore_case", "s, '^abc'", lambda s: s.lower().startswith("abc"), "s"),
    "regexp_replace_all": [
        of("regexp_replace_all(s, '[ae]', '<>')", lambda s: re.sub("[ae]", "<>", s), "s"),
        of(r"regexp_replace_all(s, '(.)-', '\1+')", lambda s: re.sub("(.)-", r"\1+", s), "s"),
    ],
    **one("regexp_replace_first", "s, '[ae]', '<>'", lambda s: re.sub("[ae]", "<>", s, count=1), "s"),
    **one("regexp_extract", "s, '[a-z]+'", found("[a-z]+", 0), "s"),
    **one("regexp_extract_group", "s, '-([a-z]+)'", found("-([a-z]+)", 1), "s"),
}

_NONE = {
    f"try_cast_{name}": of(f"try_cast_{name}(s)", lambda s: None, "s")
    for name in ("integer", "decimal", "float", "boolean", "date", "timestamp")
}
READING: dict[str, list[Case]] = {
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
    "try_cast_timestamp": [
        _NONE["try_cast_timestamp"],
        fixed("try_cast_timestamp('2024-02-29 10:11')", datetime(2024, 2, 29, 10, 11)),
        fixed("try_cast_timestamp('2024-02-29T10:11:12.5')", datetime(2024, 2, 29, 10, 11, 12, 500000)),
        fixed("try_cast_timestamp('2024-02-30 10:11')", None),
    ],
}

CALENDAR: dict[str, list[Case]] = {
    **one("trunc_second_timestamp", "t", second0, "t"),
    **one("trunc_minute_timestamp", "t", minute0, "t"),
    **one("trunc_hour_timestamp", "t", hour0, "t"),
    **one("trunc_day_timestamp", "t", day, "t"),
    **grain("week_monday", week_start(1)),
    **grain("week_sunday", week_start(7)),
    **grain("week_saturday", week_start(6)),
    **grain("month", months_start(1)),
    **grain("quarter", months_start(3)),
    **grain("year", months_start(12)),
    **spans("seconds", timedelta(seconds=1), "t"),
    **spans("minutes", timedelta(minutes=1), "t"),
    **spans("hours", timedelta(hours=1), "t"),
    **spans("days", timedelta(days=1), "dt"),
    **spans("weeks", timedelta(days=7), "dt"),
    **months("months", 1),
    **months("quarters", 3),
    **months("years", 12),
    **both("day_of_week", lambda x: x.isoweekday()),
    **both("day_of_month", lambda x: x.day),
    **both("day_of_year", lambda x: x.timetuple().tm_yday),
    **both("week_of_year", lambda x: x.isocalendar().week),
    **both("iso_year", lambda x: x.isocalendar().year),
    **both("month_of_year", lambda x: x.month),
    **both("quarter_of_year", quarter),
    **both("year_of", lambda x: x.year),
    **one("hour_of_day", "t", lambda t: t.hour, "t"),
    **one("minute_of_hour", "t", lambda t: t.minute, "t"),
    **one("second_of_minute", "t", lambda t: t.second, "t"),
    **one("days_between", "d, e", lambda a, b: (b - a).days, "d", "e"),
    **one(
        "weeks_between_monday", "d, e", lambda a, b: (week_start(1)(b) - week_start(1)(a)).days // 7, "d", "e"
    ),
    **one(
        "weeks_between_sunday", "d, e", lambda a, b: (week_start(7)(b) - week_start(7)(a)).days // 7, "d", "e"
    ),
    **one("months_between", "d, e", lambda a, b: (b.year - a.year) * 12 + b.month - a.month, "d", "e"),
    **one("quarters_between", "d, e", lambda a, b: (b.year - a.year) * 4 + quarter(b) - quarter(a), "d", "e"),
    **one("years_between", "d, e", lambda a, b: b.year - a.year, "d", "e"),
    **one("hours_between", "t, u", crossed(hour0, 3600), "t", "u"),
    **one("minutes_between", "t, u", crossed(minute0, 60), "t", "u"),
    **one("seconds_between", "t, u", crossed(second0, 1), "t", "u"),
    **one("last_day", "d", lambda d: d.replace(day=monthrange(d.year, d.month)[1]), "d"),
    **one("make_date", "i - i + 2024, j - j + 2, 29", lambda i, j: date(2024, 2, 29), "i", "j"),
    **one("date_of_timestamp", "t", day, "t"),
    **one("timestamp_of_date", "d", lambda d: datetime(d.year, d.month, d.day), "d"),
    **one("text_of_timestamp", "t", lambda t: t.strftime("%Y-%m-%d %H:%M:%S"), "t"),
    **one("format_year", "d", lambda d: d.strftime("%Y"), "d"),
    **one("format_year_month", "d", lambda d: d.strftime("%Y-%m"), "d"),
    **one("format_compact_month", "d", lambda d: d.strftime("%Y%m"), "d"),
    **one("format_compact_date", "d", lambda d: d.strftime("%Y%m%d"), "d"),
    **one("month_name", "d", lambda d: d.strftime("%B"), "d"),
    **one("day_name", "d", lambda d: d.strftime("%A"), "d"),
}


def _today(zone: str) -> Callable[[Row], date]:
    return lambda row: datetime.now(ZoneInfo(zone)).date()


ZONES: dict[str, list[Case]] = {
    "to_local": [
        of("to_local(z, 'Asia/Seoul')", local("Asia/Seoul"), "z"),
        of("to_local(z, 'America/New_York')", local("America/New_York"), "z"),
    ],
    "to_instant": [
        of(
            "to_instant(t, 'Asia/Seoul')",
            lambda t: t.replace(tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC),
            "t",
        ),
    ],
    "today": [Case("today('Pacific/Kiritimati')", _today("Pacific/Kiritimati"))],
    "now_local": [Case("trunc_day_timestamp(now_local('Pacific/Pago_Pago'))", _today("Pacific/Pago_Pago"))],
    "now_instant": [Case("date_of_timestamp(to_local(now_instant(), 'UTC'))", _today("UTC"))],
}

SCALARS: dict[str, list[Case]] = {**CHOOSING, **NUMBERS, **TEXT, **READING, **CALENDAR, **ZONES}
