"""Dates and times: grains, parts, differences, additions and zones, told apart by type."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr import temporal
from semantic.expr.structure import converted, numbers, typed
from semantic.expr.walk import Canonical, Handler, call, zone
from semantic.spec.types import TypeName

_DAYS = ("day", "week", "month", "quarter", "year")
_CLOCK = ("hour", "minute", "second")
#: Spellings of the parts of a date; the first word is sqlglot's or a dialect's.
_PARTS: dict[str, str] = {
    **{name: name for name in (*_DAYS, *_CLOCK)},
    **{f"{name}s": name for name in (*_DAYS, *_CLOCK)},
    **dict.fromkeys(("isodow", "dayofweekiso", "dayofweek_iso"), "dow_iso"),
    **dict.fromkeys(("isoweek", "weekofyear", "weekiso", "week_iso"), "week"),
    **dict.fromkeys(("isoyear", "yearofweekiso"), "isoyear"),
    **dict.fromkeys(("doy", "dayofyear"), "doy"),
    "dayofmonth": "day",
    "dow": "dow",
    "mon": "month",
}
_PART_CALLS: dict[str, str] = {
    "year": "year_of",
    "quarter": "quarter_of_year",
    "month": "month_of_year",
    "week": "week_of_year",
    "day": "day_of_month",
    "doy": "day_of_year",
    "dow_iso": "day_of_week",
    "isoyear": "iso_year",
    "hour": "hour_of_day",
    "minute": "minute_of_hour",
    "second": "second_of_minute",
}
_FORMATS = {
    "%Y": "format_year",
    "%Y-%m": "format_year_month",
    "%Y%m": "format_compact_month",
    "%Y%m%d": "format_compact_date",
    "%B": "month_name",
    "%A": "day_name",
}


def unit_of(node: object) -> str:
    """The lower-case spelling of a unit, however it was written."""
    return str(node.name if isinstance(node, exp.Expr) else node or "").lower()


def part(c: Canonical, unit: str, x: exp.Expr, at: exp.Expr) -> exp.Expr:
    """``extract(unit from x)`` of a canonical node."""
    name = _PARTS.get(unit)
    if name == "week" and unit == "week" and c.authoring == "bigquery":
        return c.misfit(faults.ambiguous_function("EXTRACT(WEEK …)", "Write ISOWEEK."), at)
    if name == "dow":
        return call("safe_mod", part(c, "isodow", x, at), exp.Literal.number(7), at=at)
    if name not in _PART_CALLS:
        return c.misfit(faults.unsupported_syntax(f"The date part '{unit}'"), at)
    clock = name in _CLOCK
    return call(
        _PART_CALLS[name], temporal.to_timestamp(c, x, at) if clock else temporal.local(c, x, at), at=at
    )


def truncated(c: Canonical, unit: str, x: exp.Expr, at: exp.Expr) -> exp.Expr:
    """``date_trunc(unit, x)`` of a canonical node: a DATE from the day upwards."""
    name = "week" if unit == "isoweek" else _PARTS.get(unit, unit)
    if name in _CLOCK:
        return call(f"trunc_{name}_timestamp", temporal.to_timestamp(c, x, at), at=at)
    if name == "day":
        return temporal.to_date(c, x, at)
    week = _week(c, unit)
    if week is None and name not in _DAYS:
        return c.misfit(faults.unsupported_syntax(f"date_trunc to '{unit}'"), at)
    x = temporal.local(c, x, at)
    return call(f"trunc_{week or name}_{'date' if c.type(x) == 'date' else 'timestamp'}", x, at=at)


def _week(c: Canonical, unit: str) -> str | None:
    if unit in ("week", "weeks"):
        return "week_sunday" if c.authoring == "bigquery" else "week_monday"
    days = {
        "isoweek": "monday",
        "week(monday)": "monday",
        "week(sunday)": "sunday",
        "week(saturday)": "saturday",
    }
    return f"week_{days[unit]}" if unit in days else None


def moved(c: Canonical, x: exp.Expr, n: exp.Expr, unit: str, at: exp.Expr) -> exp.Expr:
    """A canonical date or timestamp, ``n`` units later."""
    name = _PARTS.get(unit)
    if name not in (*_DAYS, *_CLOCK):
        return c.misfit(faults.unsupported_syntax(f"An interval of '{unit}'"), at)
    x = temporal.read(c, x)
    if c.type(x) == "timestamptz" and name in _CLOCK:
        utc = exp.Literal.string("UTC")
        return call(
            "to_instant", call(f"add_{name}s_timestamp", call("to_local", x, utc), n), utc.copy(), at=at
        )
    x = temporal.to_timestamp(c, x, at) if name in _CLOCK else temporal.local(c, x, at)
    return call(f"add_{name}s_{'date' if c.type(x) == 'date' else 'timestamp'}", x, n, at=at)


def between(c: Canonical, unit: str, a: exp.Expr, b: exp.Expr, at: exp.Expr) -> exp.Expr:
    """How many boundaries of the unit lie from ``a`` to ``b`` (canonical nodes)."""
    name = _PARTS.get(unit)
    if name in _CLOCK:
        return call(
            f"{name}s_between", temporal.to_timestamp(c, a, at), temporal.to_timestamp(c, b, at), at=at
        )
    week = _week(c, unit)
    if (week is None and name not in _DAYS) or week == "week_saturday":
        return c.misfit(faults.unsupported_syntax(f"A difference in '{unit}'"), at)
    function = week.replace("week_", "weeks_between_") if week else f"{name}s_between"
    return call(function, temporal.to_date(c, a, at), temporal.to_date(c, b, at), at=at)


# --- sqlglot's nodes --------------------------------------------------------------------------------


def _interval(c: Canonical, node: exp.Interval) -> tuple[exp.Expr, str] | None:
    """The count and the unit of an INTERVAL."""
    count, unit = node.this, unit_of(node.args.get("unit"))
    if isinstance(count, exp.Literal) and count.is_string:
        words = count.name.split()
        if len(words) == 2 and not unit:
            words, unit = words[:1], words[1].lower()
        if len(words) != 1 or not words[0].lstrip("-").isdigit():
            c.misfit(
                faults.unsupported_syntax("An INTERVAL of several parts", "Add one unit at a time."), node
            )
            return None
        number = exp.Literal.number(words[0].lstrip("-"))
        return (exp.Neg(this=number) if words[0].startswith("-") else number), unit
    return c.of(count), unit


def _negated(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Neg) else exp.Neg(this=node)


def _sum(c: Canonical, node: exp.Add | exp.Sub) -> exp.Expr:
    """``+`` and ``-``: of numbers, of a date and days or an interval, of two dates."""
    left, right = node.this.unnest(), node.expression.unnest()
    minus = isinstance(node, exp.Sub)
    if isinstance(left, exp.Interval) and not minus:
        left, right = right, left
    if isinstance(right, exp.Interval):
        return _shift(c, c.of(left), right, minus, node)
    return _arithmetic(c, c.of(left), c.of(right), minus, node)


def _shift(c: Canonical, x: exp.Expr, interval: exp.Interval, minus: bool, at: exp.Expr) -> exp.Expr:
    found = _interval(c, interval)
    if found is None:
        return exp.Null()
    count, unit = found
    return moved(c, x, _negated(count) if minus else count, unit, interval)


def _arithmetic(c: Canonical, left: exp.Expr, right: exp.Expr, minus: bool, at: exp.Expr) -> exp.Expr:
    kinds = (c.type(left), c.type(right))
    if minus and kinds == ("date", "date"):
        return call("days_between", right, left, at=at)
    if kinds[0] == "date" and kinds[1] in ("integer", None):
        return call("add_days_date", left, _negated(right) if minus else right, at=at)
    if kinds[1] == "date" and kinds[0] in ("integer", None) and not minus:
        return call("add_days_date", right, left, at=at)
    if {"date", "timestamp", "timestamptz"} & set(kinds):
        hint = "Write seconds_between(a, b), days_between(a, b) or x + interval '1 day'."
        return c.misfit(faults.unsupported_syntax("This arithmetic with dates or timestamps", hint), at)
    numbers(c, (left, right), at)
    left, right = typed(left, "integer"), typed(right, "integer")
    return (exp.Sub if minus else exp.Add)(this=left, expression=right)


def _added(sign: int) -> Handler:
    """DATE_ADD and its kin, with an INTERVAL or a count and a unit."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        x, count, unit = c.of(node.this), node.expression, unit_of(node.args.get("unit"))
        if isinstance(count, exp.Interval):
            return _shift(c, x, count, sign < 0, node)
        if isinstance(count, exp.Literal) and count.is_string:
            count = exp.Literal.number(count.name)
        n = c.of(count)
        return moved(c, x, _negated(n) if sign < 0 else n, unit, node)

    return handler


def _truncated(c: Canonical, node: Any) -> exp.Expr:
    if node.args.get("zone"):
        return c.misfit(faults.unsupported_syntax("date_trunc with a time zone", "Use AT TIME ZONE."), node)
    return truncated(c, unit_of_trunc(node.args.get("unit")), c.of(_bare(node.this)), node)


def unit_of_trunc(unit: Any) -> str:
    """A unit of truncation, ``week(sunday)`` included."""
    if isinstance(unit, exp.WeekStart):
        return f"week({unit_of(unit.this)})"
    return unit_of(unit)


def _extract(c: Canonical, node: exp.Extract) -> exp.Expr:
    return part(c, unit_of(node.this), c.of(node.expression), node)


def _bare(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, (exp.TsOrDsToDate, exp.TsOrDsToTimestamp)) else node


def _part(unit: str) -> Handler:
    return lambda c, node: part(c, unit, c.of(_bare(node.this)), node)


def _difference(c: Canonical, node: Any) -> exp.Expr:
    a, b = c.of(_bare(node.expression)), c.of(_bare(node.this))
    unit = unit_of_trunc(node.args.get("unit") or "day")
    if unit == "week" and c.authoring != "bigquery":
        hint = "Write weeks_between_monday(a, b), weeks_between_sunday(a, b) or days_between(a, b) // 7."
        return c.misfit(faults.ambiguous_function("date_diff('week', …)", hint), node)
    return between(c, unit, a, b, node)


def _at_time_zone(c: Canonical, node: exp.AtTimeZone) -> exp.Expr:
    return at_zone(c, c.of(node.this), c.of(node.args["zone"]), node)


def at_zone(c: Canonical, x: exp.Expr, where: exp.Expr, at: exp.Expr) -> exp.Expr:
    """``x AT TIME ZONE z``: an instant becomes a wall clock, a wall clock an instant."""
    x = temporal.read(c, x)
    kind = temporal.kind_of(c, x, at)
    if kind == "timestamptz":
        return call("to_local", x, where, at=at)
    return call("to_instant", temporal.to_timestamp(c, x, at), where, at=at) if kind else x


def _to(kind: TypeName) -> Handler:
    """DATE(x), DATETIME(x), TIMESTAMP(x): a conversion, in BigQuery with a time zone."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        where = node.args.get("zone") or node.args.get("expression")
        x = c.of(node.this)
        to: TypeName = "timestamptz" if node.args.get("with_tz") else kind
        return converted(c, at_zone(c, x, c.of(where), node) if where else x, to, node)

    return handler


def _today(c: Canonical, node: exp.CurrentDate) -> exp.Expr:
    return call("today", c.of(node.this) if node.args.get("this") else zone(), at=node)


def _last_day(c: Canonical, node: exp.LastDay) -> exp.Expr:
    if unit_of(node.args.get("unit")) not in ("", "month"):
        return c.misfit(faults.unsupported_syntax("last_day of anything but a month"), node)
    return call("last_day", temporal.to_date(c, c.of(_bare(node.this)), node), at=node)


def _make_date(c: Canonical, node: exp.DateFromParts) -> exp.Expr:
    return call("make_date", *[c.of(node.args[key]) for key in ("year", "month", "day")], at=node)


def _formatted(c: Canonical, node: exp.TimeToStr) -> exp.Expr:
    form = node.args["format"].name if isinstance(node.args.get("format"), exp.Literal) else ""
    x = c.of(_bare(node.this))
    if form == "%Y-%m-%d":
        return call("text_of_date", temporal.to_date(c, x, node), at=node)
    if form == "%Y-%m-%d %H:%M:%S":
        return call("text_of_timestamp", temporal.to_timestamp(c, x, node), at=node)
    if form not in _FORMATS:
        known = ", ".join(f"'{name}'" for name in (*_FORMATS, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"))
        return c.misfit(faults.unsupported_syntax(f"The date format '{form}'", f"There is {known}."), node)
    return call(_FORMATS[form], temporal.to_date(c, x, node), at=node)


def _named_part(name: str) -> Handler:
    def handler(c: Canonical, node: Any) -> exp.Expr:
        if node.args.get("abbreviated"):
            return c.misfit(faults.unsupported_syntax("An abbreviated name"), node)
        return call(name, temporal.to_date(c, c.of(_bare(node.this)), node), at=node)

    return handler


def _months_between(c: Canonical, node: exp.MonthsBetween) -> exp.Expr:
    if c.authoring not in ("duckdb", "postgres", "bigquery"):
        hint = "Write date_diff('month', a, b)."
        return c.misfit(faults.ambiguous_function("months_between", hint), node)
    return between(c, "month", c.of(_bare(node.this)), c.of(_bare(node.expression)), node)


def _convert_timezone(c: Canonical, node: exp.ConvertTimezone) -> exp.Expr:
    x, source = c.of(node.args["timestamp"]), node.args.get("source_tz")
    instant = at_zone(c, x, c.of(source), node) if source else x
    return at_zone(c, instant, c.of(node.args["target_tz"]), node)


def _parsed(c: Canonical, node: Any) -> exp.Expr:
    form = node.args["format"].name if isinstance(node.args.get("format"), exp.Literal) else ""
    kinds: dict[str, TypeName] = {"%Y-%m-%d": "date", "%Y-%m-%d %H:%M:%S": "timestamp"}
    if form not in kinds:
        hint = "ISO text is read by a CAST."
        return c.misfit(faults.unsupported_syntax(f"Reading dates as '{form}'", hint), node)
    return converted(c, c.of(node.this), kinds[form], node)


def _day_of_week(c: Canonical, node: exp.DayOfWeek) -> exp.Expr:
    # sqlglot reads the language's own day_of_week and the dialects' dayofweek as one: the length tells.
    if node.meta.get("end", 0) - node.meta.get("start", 0) + 1 == len("day_of_week"):
        return part(c, "isodow", c.of(_bare(node.this)), node)
    hint = "Write day_of_week(x), where 1 is Monday."
    return c.misfit(faults.ambiguous_function("dayofweek", hint), node)


CALENDAR: dict[type, Handler] = {
    **dict.fromkeys((exp.Add, exp.Sub), _sum),
    **dict.fromkeys((exp.DateAdd, exp.TimestampAdd, exp.DatetimeAdd, exp.TsOrDsAdd), _added(1)),
    **dict.fromkeys((exp.DateSub, exp.TimestampSub, exp.DatetimeSub), _added(-1)),
    **dict.fromkeys((exp.DateTrunc, exp.TimestampTrunc, exp.DatetimeTrunc), _truncated),
    **dict.fromkeys((exp.DateDiff, exp.DatetimeDiff), _difference),
    exp.Extract: _extract,
    exp.Year: _part("year"),
    exp.Quarter: _part("quarter"),
    exp.Month: _part("month"),
    exp.Week: _part("week"),
    exp.WeekOfYear: _part("weekofyear"),
    exp.Day: _part("day"),
    exp.DayOfMonth: _part("day"),
    exp.DayOfYear: _part("doy"),
    exp.DayOfWeekIso: _part("isodow"),
    exp.DayOfWeek: _day_of_week,
    exp.Hour: _part("hour"),
    exp.Minute: _part("minute"),
    exp.Second: _part("second"),
    exp.AtTimeZone: _at_time_zone,
    exp.Date: _to("date"),
    exp.TsOrDsToDate: _to("date"),
    exp.Timestamp: _to("timestamp"),
    **dict.fromkeys((exp.Datetime, exp.TsOrDsToDatetime, exp.TsOrDsToTimestamp), _to("timestamp")),
    exp.ConvertTimezone: _convert_timezone,
    exp.MonthsBetween: _months_between,
    exp.CurrentDate: _today,
    exp.CurrentTimestamp: lambda c, node: call("now_instant", at=node),
    exp.Localtimestamp: lambda c, node: call("now_local", zone(), at=node),
    exp.CurrentDatetime: lambda c, node: call("now_local", zone(), at=node),
    exp.LastDay: _last_day,
    exp.DateFromParts: _make_date,
    exp.TimeToStr: _formatted,
    exp.Monthname: _named_part("month_name"),
    exp.Dayname: _named_part("day_name"),
    exp.StrToTime: _parsed,
    exp.StrToDate: _parsed,
}
