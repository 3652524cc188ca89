"""Every function means the same everywhere: DuckDB and Postgres against results computed in Python."""

from __future__ import annotations

import hashlib
import math
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlglot import exp

from semantic.dialect import load
from semantic.expr.types import infer
from semantic.functions import REGISTRY
from tests.contracts.rows import ROWS, TYPES, Row, table
from tests.engines import Engine

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    chosen: Engine = request.getfixturevalue("duck" if request.param == "duckdb" else "postgres")
    table(chosen, dict(load(chosen.dialect).answers.types))
    yield chosen
    chosen.run("DROP TABLE r")


def total(*arguments: Any) -> bool:
    return all(argument is not None for argument in arguments)


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """NULL where any argument is NULL."""
    return lambda *arguments: function(*arguments) if total(*arguments) else None


def half_up(x: Decimal, digits: int = 0) -> Decimal:
    return x.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def months_later(d: Any, n: int) -> Any:
    year, month = divmod(d.year * 12 + d.month - 1 + n, 12)
    return d.replace(year=year, month=month + 1, day=min(d.day, monthrange(year, month + 1)[1]))


def week(first_iso_day: int) -> Callable[[date], date]:
    return lambda d: d - timedelta(days=(d.isoweekday() - first_iso_day) % 7)


def to_month(d: date, size: int) -> date:
    return date(d.year, (d.month - 1) // size * size + 1, 1)


def quarter(d: date) -> int:
    return (d.month + 2) // 3


def day(t: datetime) -> date:
    return t.date()


def clock(**parts: int) -> Callable[[datetime], datetime]:
    return lambda t: t.replace(**parts)  # type: ignore[arg-type]


def boundaries(cut: Callable[[datetime], datetime], seconds: int) -> Callable[[datetime, datetime], int]:
    return lambda a, b: int((cut(b) - cut(a)).total_seconds()) // seconds


def trunc_div(a: int, b: int) -> int | None:
    return None if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a: Any, b: Any) -> Any:
    return None if b == 0 else a - b * int(a / b) if isinstance(a, float) else math.fmod(a, b)


def small_int(s: str) -> int | None:
    return int(s) if re.fullmatch(r" *[-+]?[0-9]{1,18} *", s) else None


second0 = clock(microsecond=0)
minute0 = clock(microsecond=0, second=0)
hour0 = clock(microsecond=0, second=0, minute=0)

# (call, over columns of the row or literals, and the same in Python)
Case = tuple[str, Callable[[Row], Any]]
SCALARS: dict[str, list[Case]] = {
    "coalesce": [
        ("coalesce(i, j)", lambda r: r.j if r.i is None else r.i),
        ("coalesce(s, p, 'none')", lambda r: next(x for x in (r.s, r.p, "none") if x is not None)),
    ],
    "nullif": [("nullif(i, 7)", lambda r: None if r.i == 7 else r.i)],
    "greatest": [("greatest(i, j, n)", lambda r: strict(max)(r.i, r.j, r.n))],
    "least": [("least(d, e)", lambda r: strict(min)(r.d, r.e))],
    "abs": [("abs(m)", lambda r: strict(abs)(r.m)), ("abs(i)", lambda r: strict(abs)(r.i))],
    "sign": [("sign(m)", lambda r: strict(lambda x: (x > 0) - (x < 0))(r.m))],
    "floor": [("floor(m)", lambda r: strict(lambda x: Decimal(math.floor(x)))(r.m))],
    "ceil": [("ceil(f)", lambda r: strict(lambda x: float(math.ceil(x)))(r.f))],
    "round": [("round(m)", lambda r: strict(half_up)(r.m))],
    "round_float": [("round_float(f)", lambda r: strict(lambda x: float(half_up(Decimal(repr(x)))))(r.f))],
    "round_to": [
        ("round_to(m, n - n + 1)", lambda r: strict(lambda x, n: half_up(x, 1))(r.m, r.n)),
        ("round_to(m, 1)", lambda r: strict(lambda x: half_up(x, 1))(r.m)),
    ],
    "round_to_float": [
        ("round_to_float(f, 1)", lambda r: strict(lambda x: float(half_up(Decimal(repr(x)), 1)))(r.f)),
        (
            "round_to_float(f, n - n + 1)",
            lambda r: float(half_up(Decimal(repr(r.f)), 1)) if total(r.f, r.n) else None,
        ),
    ],
    "power": [("power(i, 2)", lambda r: strict(lambda x: float(x) ** 2)(r.i))],
    "sqrt": [("sqrt(f)", lambda r: math.sqrt(r.f) if r.f is not None and r.f >= 0 else None)],
    "exp": [("exp(m / 10000000000)", lambda r: strict(lambda x: math.exp(float(x) / 1e10))(r.m))],
    "ln": [("ln(f)", lambda r: math.log(r.f) if r.f and r.f > 0 else None)],
    "log10": [("log10(m)", lambda r: math.log10(r.m) if r.m and r.m > 0 else None)],
    "safe_divide": [
        ("safe_divide(i, j)", lambda r: r.i / r.j if total(r.i) and r.j else None),
        ("safe_divide(m, f)", lambda r: float(r.m) / r.f if total(r.m) and r.f else None),
    ],
    "divide_by": [("divide_by(i, 4)", lambda r: strict(lambda x: x / 4)(r.i))],
    "safe_int_divide": [("safe_int_divide(i, j)", lambda r: strict(trunc_div)(r.i, r.j))],
    "safe_mod": [
        (
            "safe_mod(i, j)",
            lambda r: strict(lambda a, b: None if b == 0 else a - b * (trunc_div(a, b) or 0))(r.i, r.j),
        ),
        ("safe_mod(m, j)", lambda r: strict(lambda a, b: None if b == 0 else a % b)(r.m, r.j)),
    ],
    "lower": [("lower(s)", lambda r: strict(str.lower)(r.s))],
    "upper": [("upper(s)", lambda r: strict(str.upper)(r.s))],
    "trim": [("trim(s)", lambda r: strict(lambda s: s.strip(" "))(r.s))],
    "ltrim": [("ltrim(s)", lambda r: strict(lambda s: s.lstrip(" "))(r.s))],
    "rtrim": [("rtrim(s)", lambda r: strict(lambda s: s.rstrip(" "))(r.s))],
    "trim_characters": [("trim_characters(s, 'Aa i')", lambda r: strict(lambda s: s.strip("Aa i"))(r.s))],
    "length": [("length(s)", lambda r: strict(len)(r.s))],
    "substring": [
        ("substring(s, 2, 3)", lambda r: strict(lambda s: s[1:4])(r.s)),
        ("substring(s, id, id)", lambda r: strict(lambda s: s[r.id - 1 : 2 * r.id - 1])(r.s)),
    ],
    "substring_from": [
        ("substring_from(s, 2)", lambda r: strict(lambda s: s[1:])(r.s)),
        ("substring_from(s, id)", lambda r: strict(lambda s: s[r.id - 1 :])(r.s)),
    ],
    "left": [
        ("left(s, 2)", lambda r: strict(lambda s: s[:2])(r.s)),
        ("left(s, id)", lambda r: strict(lambda s: s[: r.id])(r.s)),
    ],
    "right": [
        ("right(s, 2)", lambda r: strict(lambda s: s[-2:])(r.s)),
        ("right(s, id)", lambda r: strict(lambda s: s[-r.id :])(r.s)),
    ],
    "replace": [("replace(s, 'a', 'xy')", lambda r: strict(lambda s: s.replace("a", "xy"))(r.s))],
    "concat": [("concat(s, p, 'z')", lambda r: (r.s or "") + (r.p or "") + "z")],
    "concat_ws": [("concat_ws('-', s, p)", lambda r: "-".join(x for x in (r.s, r.p) if x is not None))],
    "str_position": [
        ("str_position(s, p)", lambda r: strict(lambda s, p: s.find(p) + 1)(r.s, r.p) if r.p != "" else ...),
    ],
    "starts_with": [("starts_with(s, p)", lambda r: strict(str.startswith)(r.s, r.p))],
    "ends_with": [("ends_with(s, p)", lambda r: strict(str.endswith)(r.s, r.p))],
    "contains": [("contains(s, p)", lambda r: strict(lambda s, p: p in s)(r.s, r.p))],
    "split_part": [
        ("split_part(s, '-', 2)", lambda r: strict(lambda s: (s.split("-") + [""] * 2)[1])(r.s)),
        ("split_part(s, '-', id)", lambda r: strict(lambda s: (s.split("-") + [""] * 20)[r.id - 1])(r.s)),
        ("split_part(s, '-', 1)", lambda r: strict(lambda s: s.split("-")[0])(r.s)),
    ],
    "lpad": [
        ("lpad(s, 5, 'é')", lambda r: strict(lambda s: s[:5].rjust(5, "é"))(r.s)),
        ("lpad(s, id, '-')", lambda r: strict(lambda s: s[: r.id].rjust(r.id, "-"))(r.s)),
    ],
    "rpad": [
        ("rpad(s, 5, '*')", lambda r: strict(lambda s: s[:5].ljust(5, "*"))(r.s)),
        ("rpad(s, id, '-')", lambda r: strict(lambda s: s[: r.id].ljust(r.id, "-"))(r.s)),
    ],
    "reverse": [("reverse(s)", lambda r: strict(lambda s: s[::-1])(r.s))],
    "md5": [("md5(s)", lambda r: strict(lambda s: hashlib.md5(s.encode()).hexdigest())(r.s))],
    "ilike": [("ilike(s, '%É%')", lambda r: strict(lambda s: "é" in s.lower())(r.s))],
    "regexp_matches": [
        ("regexp_matches(s, '[a-c]+')", lambda r: strict(lambda s: bool(re.search("[a-c]+", s)))(r.s))
    ],
    "regexp_matches_ignore_case": [
        (
            "regexp_matches_ignore_case(s, '^abc')",
            lambda r: strict(lambda s: bool(re.search("(?i)^abc", s)))(r.s),
        ),
    ],
    "regexp_replace_all": [
        ("regexp_replace_all(s, '[ae]', '<>')", lambda r: strict(lambda s: re.sub("[ae]", "<>", s))(r.s)),
        (r"regexp_replace_all(s, '(.)-', '\1+')", lambda r: strict(lambda s: re.sub("(.)-", r"\1+", s))(r.s)),
    ],
    "regexp_replace_first": [
        (
            "regexp_replace_first(s, '[ae]', '<>')",
            lambda r: strict(lambda s: re.sub("[ae]", "<>", s, count=1))(r.s),
        ),
    ],
    "regexp_extract": [
        (
            "regexp_extract(s, '[a-z]+')",
            lambda r: strict(lambda s: (m := re.search("[a-z]+", s)) and m[0])(r.s),
        ),
    ],
    "regexp_extract_group": [
        (
            "regexp_extract_group(s, '-([a-z]+)')",
            lambda r: strict(lambda s: (m := re.search("-([a-z]+)", s)) and m[1])(r.s),
        ),
    ],
    "try_cast_integer": [
        ("try_cast_integer(s)", lambda r: strict(small_int)(r.s)),
        ("try_cast_integer(' -42 ')", lambda r: -42),
        ("try_cast_integer('1.5')", lambda r: None),
        ("try_cast_integer('')", lambda r: None),
    ],
    "try_cast_decimal": [
        ("try_cast_decimal(s)", lambda r: None),
        ("try_cast_decimal(' -1.50 ')", lambda r: Decimal("-1.5")),
        ("try_cast_decimal('.5')", lambda r: Decimal("0.5")),
    ],
    "try_cast_float": [
        ("try_cast_float(s)", lambda r: None),
        ("try_cast_float(' 1.5e3')", lambda r: 1500.0),
    ],
    "try_cast_boolean": [
        ("try_cast_boolean(s)", lambda r: None),
        ("try_cast_boolean(' True')", lambda r: True),
        ("try_cast_boolean('false')", lambda r: False),
    ],
    "try_cast_date": [
        ("try_cast_date(s)", lambda r: None),
        ("try_cast_date('2024-02-29')", lambda r: date(2024, 2, 29)),
        ("try_cast_date('2023-02-29')", lambda r: None),
    ],
    "try_cast_timestamp": [
        ("try_cast_timestamp(s)", lambda r: None),
        ("try_cast_timestamp('2024-02-29 10:11')", lambda r: datetime(2024, 2, 29, 10, 11)),
        ("try_cast_timestamp('2024-02-29T10:11:12.5')", lambda r: datetime(2024, 2, 29, 10, 11, 12, 500000)),
        ("try_cast_timestamp('2024-02-30 10:11')", lambda r: None),
    ],
    "text_of_timestamp": [
        ("text_of_timestamp(t)", lambda r: strict(lambda t: t.strftime("%Y-%m-%d %H:%M:%S"))(r.t))
    ],
    "trunc_second_timestamp": [("trunc_second_timestamp(t)", lambda r: strict(second0)(r.t))],
    "trunc_minute_timestamp": [("trunc_minute_timestamp(t)", lambda r: strict(minute0)(r.t))],
    "trunc_hour_timestamp": [("trunc_hour_timestamp(t)", lambda r: strict(hour0)(r.t))],
    "trunc_day_timestamp": [("trunc_day_timestamp(t)", lambda r: strict(day)(r.t))],
    **{
        f"trunc_week_{name}_{kind}": [
            (
                f"trunc_week_{name}_{kind}({kind[0]})",
                lambda r, f=week(first), k=kind[0]: strict(_on_date(f))(getattr(r, k)),
            ),
        ]
        for name, first in (("monday", 1), ("sunday", 7), ("saturday", 6))
        for kind in ("date", "timestamp")
    },
    **{
        f"trunc_{name}_{kind}": [
            (
                f"trunc_{name}_{kind}({kind[0]})",
                lambda r, n=size, k=kind[0]: strict(lambda x: to_month(x, n))(getattr(r, k)),
            ),
        ]
        for name, size in (("month", 1), ("quarter", 3), ("year", 12))
        for kind in ("date", "timestamp")
    },
    **{
        f"add_{name}s_{kind}": [
            (
                f"add_{name}s_{kind}({kind[0]}, n)",
                lambda r, n=size, k=kind[0]: strict(lambda x, y: x + y * n)(getattr(r, k), r.n),
            ),
            (
                f"add_{name}s_{kind}({kind[0]}, -1)",
                lambda r, n=size, k=kind[0]: strict(lambda x: x - n)(getattr(r, k)),
            ),
        ]
        for name, size in (("day", timedelta(1)), ("week", timedelta(7)))
        for kind in ("date", "timestamp")
    },
    **{
        f"add_{name}s_timestamp": [
            (f"add_{name}s_timestamp(t, n)", lambda r, n=size: strict(lambda x, y: x + y * n)(r.t, r.n))
        ]
        for name, size in (
            ("hour", timedelta(hours=1)),
            ("minute", timedelta(minutes=1)),
            ("second", timedelta(seconds=1)),
        )
    },
    **{
        f"add_{name}s_{kind}": [
            (
                f"add_{name}s_{kind}({kind[0]}, n)",
                lambda r, n=size, k=kind[0]: strict(lambda x, y: months_later(x, n * y))(getattr(r, k), r.n),
            ),
            (
                f"add_{name}s_{kind}({kind[0]}, 1)",
                lambda r, n=size, k=kind[0]: strict(lambda x: months_later(x, n))(getattr(r, k)),
            ),
        ]
        for name, size in (("month", 1), ("quarter", 3), ("year", 12))
        for kind in ("date", "timestamp")
    },
    "day_of_week": [
        (f"day_of_week({k})", lambda r, k=k: strict(lambda x: x.isoweekday())(getattr(r, k))) for k in "dt"
    ],
    "day_of_month": [
        (f"day_of_month({k})", lambda r, k=k: strict(lambda x: x.day)(getattr(r, k))) for k in "dt"
    ],
    "day_of_year": [
        (f"day_of_year({k})", lambda r, k=k: strict(lambda x: x.timetuple().tm_yday)(getattr(r, k)))
        for k in "dt"
    ],
    "week_of_year": [
        (f"week_of_year({k})", lambda r, k=k: strict(lambda x: x.isocalendar().week)(getattr(r, k)))
        for k in "dt"
    ],
    "iso_year": [
        (f"iso_year({k})", lambda r, k=k: strict(lambda x: x.isocalendar().year)(getattr(r, k))) for k in "dt"
    ],
    "month_of_year": [
        (f"month_of_year({k})", lambda r, k=k: strict(lambda x: x.month)(getattr(r, k))) for k in "dt"
    ],
    "quarter_of_year": [
        (f"quarter_of_year({k})", lambda r, k=k: strict(quarter)(getattr(r, k))) for k in "dt"
    ],
    "year_of": [(f"year_of({k})", lambda r, k=k: strict(lambda x: x.year)(getattr(r, k))) for k in "dt"],
    "hour_of_day": [("hour_of_day(t)", lambda r: strict(lambda t: t.hour)(r.t))],
    "minute_of_hour": [("minute_of_hour(t)", lambda r: strict(lambda t: t.minute)(r.t))],
    "second_of_minute": [("second_of_minute(t)", lambda r: strict(lambda t: t.second)(r.t))],
    "to_local": [
        (
            "to_local(z, 'Asia/Seoul')",
            lambda r: strict(lambda z: z.astimezone(SEOUL).replace(tzinfo=None))(r.z),
        ),
        (
            "to_local(z, 'America/New_York')",
            lambda r: strict(lambda z: z.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None))(r.z),
        ),
    ],
    "to_instant": [
        (
            "to_instant(t, 'Asia/Seoul')",
            lambda r: strict(lambda t: t.replace(tzinfo=SEOUL).astimezone(UTC))(r.t),
        ),
    ],
    "date_of_timestamp": [("date_of_timestamp(t)", lambda r: strict(day)(r.t))],
    "timestamp_of_date": [
        ("timestamp_of_date(d)", lambda r: strict(lambda d: datetime(d.year, d.month, d.day))(r.d))
    ],
    "today": [("today('Pacific/Kiritimati')", lambda r: datetime.now(ZoneInfo("Pacific/Kiritimati")).date())],
    "now_local": [
        (
            "trunc_day_timestamp(now_local('Pacific/Pago_Pago'))",
            lambda r: datetime.now(ZoneInfo("Pacific/Pago_Pago")).date(),
        ),
    ],
    "now_instant": [
        ("date_of_timestamp(to_local(now_instant(), 'UTC'))", lambda r: datetime.now(UTC).date())
    ],
    "days_between": [("days_between(d, e)", lambda r: strict(lambda a, b: (b - a).days)(r.d, r.e))],
    **{
        f"weeks_between_{name}": [
            (
                f"weeks_between_{name}(d, e)",
                lambda r, f=week(first): strict(lambda a, b: (f(b) - f(a)).days // 7)(r.d, r.e),
            ),
        ]
        for name, first in (("monday", 1), ("sunday", 7))
    },
    "months_between": [
        (
            "months_between(d, e)",
            lambda r: strict(lambda a, b: (b.year - a.year) * 12 + b.month - a.month)(r.d, r.e),
        ),
    ],
    "quarters_between": [
        (
            "quarters_between(d, e)",
            lambda r: strict(lambda a, b: (b.year - a.year) * 4 + quarter(b) - quarter(a))(r.d, r.e),
        ),
    ],
    "years_between": [("years_between(d, e)", lambda r: strict(lambda a, b: b.year - a.year)(r.d, r.e))],
    "hours_between": [("hours_between(t, u)", lambda r: strict(boundaries(hour0, 3600))(r.t, r.u))],
    "minutes_between": [("minutes_between(t, u)", lambda r: strict(boundaries(minute0, 60))(r.t, r.u))],
    "seconds_between": [("seconds_between(t, u)", lambda r: strict(boundaries(second0, 1))(r.t, r.u))],
    "last_day": [
        ("last_day(d)", lambda r: strict(lambda d: d.replace(day=monthrange(d.year, d.month)[1]))(r.d))
    ],
    "make_date": [
        (
            "make_date(i - i + 2024, j - j + 2, j - j + 29)",
            lambda r: strict(lambda i, j: date(2024, 2, 29))(r.i, r.j),
        ),
        ("make_date(2024, 2, j - j + 29)", lambda r: strict(lambda j: date(2024, 2, 29))(r.j)),
    ],
    "format_year": [("format_year(d)", lambda r: strict(lambda d: d.strftime("%Y"))(r.d))],
    "format_year_month": [("format_year_month(d)", lambda r: strict(lambda d: d.strftime("%Y-%m"))(r.d))],
    "format_compact_month": [
        ("format_compact_month(d)", lambda r: strict(lambda d: d.strftime("%Y%m"))(r.d))
    ],
    "format_compact_date": [
        ("format_compact_date(d)", lambda r: strict(lambda d: d.strftime("%Y%m%d"))(r.d))
    ],
    "month_name": [("month_name(d)", lambda r: strict(lambda d: d.strftime("%B"))(r.d))],
    "day_name": [("day_name(d)", lambda r: strict(lambda d: d.strftime("%A"))(r.d))],
}


def _on_date(function: Callable[[date], date]) -> Callable[[Any], date]:
    return lambda x: function(x.date() if isinstance(x, datetime) else x)


def sql(engine: Engine, text: str) -> str:
    """A call in canonical names, written for the engine."""
    tree = sqlglot.parse_one(re.sub(r"\b([a-z_0-9]+)\(", r"c__\1(", text), read="duckdb")
    for node in tree.find_all(exp.Anonymous):
        node.set("this", node.this[3:])
    dialect = load(engine.dialect)
    return dialect.translate(tree).sql(dialect.answers.sqlglot)


def returns(text: str) -> str | None:
    tree = sqlglot.parse_one(re.sub(r"\b([a-z_0-9]+)\(", r"c__\1(", text), read="duckdb")
    for node in tree.find_all(exp.Anonymous):
        node.set("this", node.this[3:])
    return infer(tree, lambda column: TYPES.get(column.name))


CLASSES: dict[str, tuple[type, ...]] = {
    "integer": (int, Decimal),
    "decimal": (Decimal,),
    "float": (float,),
    "text": (str,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
    "timestamptz": (datetime,),
}


def check(found: Any, expected: Any, kind: str | None, label: str) -> None:
    """The same value, in the class of Python that belongs to the type."""
    if expected is ...:
        return
    if expected is None or found is None:
        assert found is expected, label
        return
    assert kind is not None, label
    assert type(found) in CLASSES[kind], f"{label}: {found!r} is no {kind}"
    if kind == "float":
        assert found == pytest.approx(expected, rel=1e-12), label
    else:
        assert found == expected, label


def test_no_scalar_function_is_forgotten() -> None:
    names = {name for name, function in REGISTRY.items() if function.kind == "scalar"}
    assert names == set(SCALARS)


@pytest.mark.parametrize("name", sorted(SCALARS))
def test_scalar(engine: Engine, name: str) -> None:
    for text, expected in SCALARS[name]:
        rows = engine.rows(f"SELECT {sql(engine, text)} AS x FROM r ORDER BY id")
        for (found,), row in zip(rows, ROWS, strict=True):
            check(found, expected(row), returns(text), f"{text} at row {row.id}: {sql(engine, text)}")
