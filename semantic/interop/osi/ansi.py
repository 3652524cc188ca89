"""Bound expressions in plain SQL that any reader of OSI takes, or in one dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.dialect import Dialect
from semantic.emit import expression
from semantic.faults import SemanticError
from semantic.interop.osi import reasons

#: Functions of the registry as plain SQL calls them.
_NAMES: Mapping[str, str] = {
    **{name: name.upper() for name in (
        "sum", "count", "min", "max", "avg", "median", "stddev_samp", "stddev_pop", "var_samp", "var_pop",
        "coalesce", "nullif", "abs", "sign", "floor", "ceil", "round", "power", "sqrt", "exp", "ln", "lower",
        "upper", "trim", "ltrim", "rtrim", "length", "substring", "left", "right", "replace", "split_part",
        "contains", "approx_count_distinct",
    )},
    "round_to": "ROUND", "round_float": "ROUND", "round_to_float": "ROUND", "power_by": "POWER",
    "starts_with": "STARTSWITH", "ends_with": "ENDSWITH",
}  # fmt: skip
_PARTS: Mapping[str, str] = {
    "year_of": "YEAR", "quarter_of_year": "QUARTER", "month_of_year": "MONTH", "day_of_month": "DAY",
    "hour_of_day": "HOUR", "minute_of_hour": "MINUTE",
}  # fmt: skip
_UNITS = ("year", "quarter", "month", "day", "hour", "minute", "second")
_TRUNCATED = {f"trunc_{unit}_{kind}": unit for unit in _UNITS for kind in ("date", "timestamp")}

#: Names that plain SQL takes in quotes only.
RESERVED = frozenset(
    [
        "ALL",
        "AND",
        "ANY",
        "AS",
        "ASC",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "CHECK",
        "COLUMN",
        "CREATE",
        "CROSS",
        "DEFAULT",
        "DELETE",
        "DESC",
        "DISTINCT",
        "DROP",
        "ELSE",
        "END",
        "EXCEPT",
        "EXISTS",
        "FALSE",
        "FETCH",
        "FOR",
        "FOREIGN",
        "FROM",
        "FULL",
        "GRANT",
        "GROUP",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "LEFT",
        "LIKE",
        "LIMIT",
        "NATURAL",
        "NOT",
        "NULL",
        "OFFSET",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "PRIMARY",
        "REFERENCES",
        "RIGHT",
        "SELECT",
        "SET",
        "SOME",
        "TABLE",
        "THEN",
        "TO",
        "TRUE",
        "UNION",
        "UNIQUE",
        "UPDATE",
        "USER",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
    ]
)

#: What a column of a bound tree is called in a document.
Called = Callable[[exp.Column], exp.Expr]


class Unsaid(Exception):
    """Plain SQL has no words for something; the text says for what."""


def plain(tree: exp.Expr, called: Called) -> str:
    """A bound tree in plain SQL; raises `Unsaid`."""
    made = _plain(_renamed(tree, called))
    for word in made.find_all(exp.Identifier):
        if word.name.upper() in RESERVED:
            word.set("quoted", True)
    text = expression(made, "")
    if text is None:
        raise Unsaid(reasons.no_words("it"))
    return text


def in_dialect(tree: exp.Expr, called: Called, dialect: Dialect) -> str | None:
    """A bound tree in a dialect, or ``None`` where it needs more than an expression there."""
    try:
        made = dialect.translate(_renamed(tree, called))
    except SemanticError:
        return None
    return expression(made, dialect.answers.sqlglot)


def _renamed(tree: exp.Expr, called: Called) -> exp.Expr:
    holder = exp.Paren(this=tree.copy())
    for column in columns_of(holder):
        column.replace(called(column))
    made: exp.Expr = holder.this
    return made


def _plain(tree: exp.Expr) -> exp.Expr:
    """The tree with calls of plain SQL in the place of those of the registry."""
    holder = exp.Paren(this=tree)
    for node in reversed(list(holder.find_all(exp.Anonymous, exp.Placeholder, exp.Window))):
        if not isinstance(node, exp.Anonymous):
            raise Unsaid(reasons.no_words("a value that is known when it is asked"))
        node.replace(_call(str(node.this), node.expressions))
    made: exp.Expr = holder.this
    return made


def _call(name: str, arguments: list[exp.Expr]) -> exp.Expr:
    if name in _NAMES:
        return exp.Anonymous(this=_NAMES[name], expressions=arguments)
    if name in ("count_distinct", "sum_distinct", "avg_distinct"):
        distinct = exp.Distinct(expressions=arguments)
        return exp.Anonymous(this=name.split("_")[0].upper(), expressions=[distinct])
    if name in ("safe_divide", "divide_by"):
        return _divided(*arguments)
    if name in _PARTS:
        return exp.Extract(this=exp.var(_PARTS[name]), expression=arguments[0])
    if name in _TRUNCATED:
        unit = exp.Literal.string(_TRUNCATED[name])
        return exp.Anonymous(this="DATE_TRUNC", expressions=[unit, *arguments])
    if name in ("percentile_cont", "percentile_disc"):
        ordered = exp.Order(expressions=[exp.Ordered(this=arguments[0])])
        called = exp.Anonymous(this=name.upper(), expressions=[arguments[1]])
        return exp.WithinGroup(this=called, expression=ordered)
    raise Unsaid(reasons.no_words(f"'{name}'"))


def _divided(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    """An exact division that is NULL for a divisor of zero."""
    if not (isinstance(dividend, exp.Cast) and dividend.to.is_type("double")):
        dividend = exp.Cast(this=dividend, to=exp.DataType.build("double"))
    guarded = isinstance(divisor, exp.Literal) or (
        isinstance(divisor, exp.Anonymous) and divisor.this == "NULLIF" and divisor.expressions[1].name == "0"
    )
    if not guarded:
        divisor = exp.Anonymous(this="NULLIF", expressions=[divisor, exp.Literal.number(0)])
    return exp.Div(this=dividend, expression=divisor)
