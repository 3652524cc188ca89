"""Functions that sqlglot does not know by name: the language's own, and spellings of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from semantic import faults
from semantic.expr import calendar, scalars, temporal
from semantic.expr.aggregates import distinct_count, percentile
from semantic.expr.walk import PUBLIC, Canonical, Handler, call
from semantic.functions import REGISTRY, Function

Arguments = Sequence[exp.Expr]
Named = Callable[[Canonical, Arguments, exp.Expr], exp.Expr]

_ALIASES = {
    "mean": "avg",
    "suffix": "ends_with",
    "prefix": "starts_with",
    "len": "length",
    "max_by": "arg_max",
    "min_by": "arg_min",
    "year_of_date": "year_of",
}
#: Calls on dates: which part they give.
_PARTS = {
    "day_of_week": "isodow",
    "day_of_month": "day",
    "day_of_year": "doy",
    "week_of_year": "week_iso",
    "iso_year": "isoyear",
    "isoyear": "isoyear",
    "month_of_year": "month",
    "quarter_of_year": "quarter",
    "year_of": "year",
    "hour_of_day": "hour",
    "minute_of_hour": "minute",
    "second_of_minute": "second",
    "weekday": "dow",
}
_BETWEEN = {
    f"{unit}s_between": unit for unit in ("day", "month", "quarter", "year", "hour", "minute", "second")
}
_BETWEEN |= {"weeks_between": "week(monday)"}
_BETWEEN |= {f"weeks_between_{day}": f"week({day})" for day in ("monday", "sunday")}


def _anonymous(c: Canonical, node: exp.Anonymous) -> exp.Expr:
    name = _ALIASES.get(str(node.this).lower(), str(node.this).lower())
    if name in c.declared:
        return _declared(c, name, node)
    if name in _PARTS and _counted(c, name, node, 1):
        return calendar.part(c, _PARTS[name], c.of(node.expressions[0]), node)
    if name in _BETWEEN and _counted(c, name, node, 2):
        return calendar.between(c, _BETWEEN[name], c.of(node.expressions[0]), c.of(node.expressions[1]), node)
    if name in _NAMED:
        count, handler = _NAMED[name]
        return handler(c, node.expressions, node) if _counted(c, name, node, count) else exp.Null()
    if name in PUBLIC:
        return _registered(c, REGISTRY[name], node)
    return c.misfit(faults.unknown_function(name, c.callable_names()), node)


def _registered(c: Canonical, function: Function, node: exp.Anonymous) -> exp.Expr:
    arguments = [c.of(part) for part in node.expressions]
    enough = (
        len(arguments) >= len(function.arguments)
        if function.variadic
        else len(arguments) == len(function.arguments)
    )
    if not enough:
        return c.misfit(faults.wrong_arguments(function.signature, len(arguments)), node)
    return call(function.name, *arguments, at=node)


def _declared(c: Canonical, name: str, node: exp.Anonymous) -> exp.Expr:
    function = c.declared[name]
    arguments = [c.of(part) for part in node.expressions]
    if len(arguments) != len(function.arguments):
        signature = f"{function.name}({', '.join(function.arguments)})"
        return c.misfit(faults.wrong_arguments(signature, len(arguments)), node)
    made = call(str(function.name), *arguments, at=node)
    made.meta["type"] = function.type
    return made


def _counted(c: Canonical, name: str, node: exp.Anonymous, count: int) -> bool:
    if len(node.expressions) == count:
        return True
    c.misfit(faults.wrong_arguments(name, len(node.expressions)), node)
    return False


def _unit(node: exp.Expr) -> str:
    return calendar.unit_of(node)


def _if(c: Canonical, parts: Arguments, at: exp.Expr) -> exp.Expr:
    return c.of(exp.If(this=parts[0], true=parts[1], false=parts[2]))


def _local_date(c: Canonical, parts: Arguments, at: exp.Expr) -> exp.Expr:
    return temporal.to_date(c, c.of(parts[0]), at)


def _local_timestamp(c: Canonical, parts: Arguments, at: exp.Expr) -> exp.Expr:
    return temporal.to_timestamp(c, c.of(parts[0]), at)


def _now(c: Canonical, parts: Arguments, at: exp.Expr) -> exp.Expr:
    return call("now_instant", at=at)


_NAMED: dict[str, tuple[int, Named]] = {
    "iff": (3, _if),
    "local_date": (1, _local_date),
    "local_timestamp": (1, _local_timestamp),
    "now": (0, _now),
    "get_current_timestamp": (0, _now),
    "zeroifnull": (1, lambda c, parts, at: call("coalesce", c.of(parts[0]), exp.Literal.number(0), at=at)),
    "safe_divide": (2, lambda c, parts, at: scalars.divide(c, exp.Div(this=parts[0], expression=parts[1]))),
    "date_part": (2, lambda c, parts, at: calendar.part(c, _unit(parts[0]), c.of(parts[1]), at)),
    "datepart": (2, lambda c, parts, at: calendar.part(c, _unit(parts[0]), c.of(parts[1]), at)),
    "timezone": (2, lambda c, parts, at: calendar.at_zone(c, c.of(parts[1]), c.of(parts[0]), at)),
    "dateadd": (
        3,
        lambda c, parts, at: calendar.moved(c, c.of(parts[2]), c.of(parts[1]), _unit(parts[0]), at),
    ),
    "count_distinct": (1, lambda c, parts, at: distinct_count(c, list(parts), at)),
    "percentile_cont": (2, lambda c, parts, at: percentile(c, "percentile_cont", parts[0], parts[1], at)),
    "percentile_disc": (2, lambda c, parts, at: percentile(c, "percentile_disc", parts[0], parts[1], at)),
    "approx_percentile": (
        2,
        lambda c, parts, at: percentile(c, "approx_percentile", parts[0], parts[1], at),
    ),
    "last_day": (1, lambda c, parts, at: call("last_day", temporal.to_date(c, c.of(parts[0]), at), at=at)),
    "today": (1, lambda c, parts, at: call("today", c.of(parts[0]), at=at)),
}

NAMED: dict[type, Handler] = {exp.Anonymous: _anonymous}
