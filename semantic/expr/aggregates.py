"""sqlglot's aggregate functions as canonical calls."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.expr.structure import as_number, as_text
from semantic.expr.walk import Canonical, Handler, call, filtered, is_aggregate

_PAIRS: dict[type, str] = {
    exp.CovarPop: "covar_pop",
    exp.CovarSamp: "covar_samp",
    exp.Corr: "corr",
    exp.ArgMax: "arg_max",
    exp.ArgMin: "arg_min",
}
_NUMERIC: dict[type, str] = {
    exp.Median: "median",
    exp.Stddev: "stddev_samp",
    exp.StddevSamp: "stddev_samp",
    exp.StddevPop: "stddev_pop",
    exp.Variance: "var_samp",
    exp.VariancePop: "var_pop",
}
_PERCENTILES: dict[type, str] = {
    exp.PercentileCont: "percentile_cont",
    exp.PercentileDisc: "percentile_disc",
    exp.Quantile: "percentile_disc",
    exp.ApproxQuantile: "approx_percentile",
}
_AS_BOOLEAN = {"max": "bool_or", "min": "bool_and", "any_value": "bool_or"}


def _numeric(c: Canonical, node: Any) -> exp.Expr:
    if isinstance(node.this, exp.Distinct):
        return _refused(c, node, "DISTINCT")
    return call(_NUMERIC[type(node)], as_number(c, c.of(node.this)), at=node)


def _pair(c: Canonical, node: Any) -> exp.Expr:
    if node.args.get("count"):
        return _refused(c, node, "A third argument")
    return call(_PAIRS[type(node)], c.of(node.this), c.of(node.expression), at=node)


def _refused(c: Canonical, node: exp.Expr, what: str) -> exp.Expr:
    return c.misfit(faults.unsupported_syntax(f"{what} in {type(node).__name__.lower()}"), node)


def _additive(name: str) -> Handler:
    """``sum`` and ``avg``: of numbers, or of the distinct ones; a boolean counts as 1 or 0."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        inner = node.this
        if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
            return call(f"{name}_distinct", as_number(c, c.of(inner.expressions[0])), at=node)
        return call(name, as_number(c, c.of(inner)), at=node)

    return handler


def _extreme(name: str) -> Handler:
    """``min``, ``max`` and ``any_value``: DISTINCT changes nothing, and a boolean has its own."""

    def handler(c: Canonical, node: Any) -> exp.Expr:
        inner = node.this
        if node.args.get("count") or node.args.get("expressions") or isinstance(inner, exp.Order):
            return _refused(c, node, "A second argument")
        if isinstance(inner, exp.Distinct) and len(inner.expressions) == 1:
            inner = inner.expressions[0]
        argument = c.of(inner)
        return call(_AS_BOOLEAN[name] if c.type(argument) == "boolean" else name, argument, at=node)

    return handler


def _count(c: Canonical, node: exp.Count) -> exp.Expr:
    inner = node.args.get("this")
    if node.expressions:
        return _refused(c, node, "More than one column without DISTINCT")
    if inner is None or isinstance(inner, (exp.Star, exp.Literal)):
        return call("count_rows", at=node)
    if isinstance(inner, exp.Distinct):
        return distinct_count(c, inner.expressions, node)
    return call("count", c.of(inner), at=node)


def distinct_count(c: Canonical, columns: list[exp.Expr], at: exp.Expr) -> exp.Expr:
    """``count(distinct …)`` over one column or several; a row with a NULL in any is not counted."""
    if len(columns) == 1 and isinstance(columns[0], exp.Tuple):
        columns = columns[0].expressions
    arguments = [c.of(column) for column in columns]
    if not arguments:
        return c.misfit(faults.wrong_arguments("count(distinct x)", 0), at)
    return call("count_distinct" if len(arguments) == 1 else "count_distinct_tuple", *arguments, at=at)


def _count_if(c: Canonical, node: exp.CountIf) -> exp.Expr:
    return filtered(call("count_rows", at=node), c.condition(node.this))


def _boolean(name: str) -> Handler:
    return lambda c, node: call(name, c.of(node.this), at=node)


def _filter(c: Canonical, node: exp.Filter) -> exp.Expr:
    aggregate, condition = c.of(node.this), c.condition(node.expression.this)
    if not is_aggregate(aggregate):
        return c.misfit(faults.unsupported_syntax("FILTER on anything but an aggregate"), node)
    assert isinstance(aggregate, exp.Anonymous)
    return filtered(aggregate, condition)


def _share(c: Canonical, node: exp.Expr, descending: bool) -> exp.Expr | None:
    """The literal share of a percentile, turned round for a descending order."""
    try:
        share = Decimal(node.name) if isinstance(node, exp.Literal) and not node.is_string else None
    except InvalidOperation:
        share = None
    if share is None or not 0 <= share <= 1:
        c.misfit(faults.unsupported_syntax("A percentile of anything but a number from 0 to 1"), node)
        return None
    return exp.Literal.number(format(1 - share, "f")) if descending else node


def percentile(
    c: Canonical,
    name: str,
    x: exp.Expr,
    share: exp.Expr,
    at: exp.Expr,
    descending: bool = False,
) -> exp.Expr:
    """A percentile of a column; its share has to be a number that is written out."""
    if descending and name == "percentile_disc":
        return _refused(c, at, "A descending order")
    literal = _share(c, share, descending)
    return call(name, c.of(x), literal, at=at) if literal is not None else exp.Null()


def _percentile(c: Canonical, node: Any) -> exp.Expr:
    share = node.args.get("expression") or node.args.get("quantile")
    if share is None:
        return c.misfit(faults.unsupported_syntax("A percentile without WITHIN GROUP (ORDER BY …)"), node)
    return percentile(c, _PERCENTILES[type(node)], node.this, share, node)


def _within_group(c: Canonical, node: exp.WithinGroup) -> exp.Expr:
    inner, keys = node.this, node.expression.expressions
    if len(keys) != 1:
        return c.misfit(faults.unsupported_syntax("WITHIN GROUP over several columns"), node)
    if type(inner) in _PERCENTILES:
        descending = bool(keys[0].args.get("desc"))
        return percentile(c, _PERCENTILES[type(inner)], keys[0].this, inner.this, inner, descending)
    if isinstance(inner, exp.GroupConcat):
        return joined(c, inner, keys)
    return c.misfit(faults.unsupported_syntax("WITHIN GROUP here"), node)


def joined(c: Canonical, node: exp.GroupConcat, keys: list[exp.Expr] | None = None) -> exp.Expr:
    """``string_agg``: always in the order of its own values, so that it is the same every time."""
    inner, separator = node.this, node.args.get("separator") or exp.Literal.string(",")
    if isinstance(inner, exp.Order):
        inner, keys = inner.this, inner.expressions
    if isinstance(separator, exp.Order):
        separator, keys = separator.this, separator.expressions
    distinct = isinstance(inner, exp.Distinct) and len(inner.expressions) == 1
    column = inner.expressions[0] if distinct else inner
    if keys and (len(keys) > 1 or keys[0].args.get("desc") or keys[0].this != column):
        hint = "string_agg is always in the order of its own values."
        return c.misfit(faults.unsupported_syntax("Another order in string_agg", hint), node)
    name = "string_agg_distinct" if distinct else "string_agg"
    return call(name, as_text(c, c.of(column)), c.of(separator), at=node)


def _ignore_nulls(c: Canonical, node: exp.IgnoreNulls) -> exp.Expr:
    if isinstance(node.this, exp.AnyValue):
        return c.of(node.this)
    return c.misfit(faults.unsupported_syntax("IGNORE NULLS"), node)


AGGREGATES: dict[type, Handler] = {
    **dict.fromkeys(_NUMERIC, _numeric),
    **dict.fromkeys(_PAIRS, _pair),
    **dict.fromkeys(_PERCENTILES, _percentile),
    exp.Sum: _additive("sum"),
    exp.Avg: _additive("avg"),
    exp.Min: _extreme("min"),
    exp.Max: _extreme("max"),
    exp.AnyValue: _extreme("any_value"),
    exp.Count: _count,
    exp.CountIf: _count_if,
    exp.LogicalAnd: _boolean("bool_and"),
    exp.LogicalOr: _boolean("bool_or"),
    exp.ApproxDistinct: _boolean("approx_count_distinct"),
    exp.Filter: _filter,
    exp.WithinGroup: _within_group,
    exp.GroupConcat: joined,
    exp.IgnoreNulls: _ignore_nulls,
}
