"""The types of Snowflake's expressions, as far as its documentation tells: an emulator takes others, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from tests.engines.documented import Function, documentation
from tests.engines.plain import name_of
from tests.engines.scopes import Kind

#: What NULL is; it goes with every type.
NULL = "null"
CALENDAR = frozenset(("date", "timestamp", "timestamptz"))
NUMBERS = ("integer", "decimal", "float")  # the later wins
_CAST: Mapping[Kind, tuple[exp.DType, ...]] = {
    "integer": (exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT),
    "decimal": (exp.DType.DECIMAL,),
    "float": (exp.DType.DOUBLE, exp.DType.FLOAT),
    "text": (exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR),
    "boolean": (exp.DType.BOOLEAN,),
    "date": (exp.DType.DATE,),
    "timestamp": (exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMP, exp.DType.DATETIME),
    "timestamptz": (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ),
}
_KIND_OF = {cast: kind for kind, casts in _CAST.items() for cast in casts}
_SAME = (exp.Alias, exp.Paren, exp.Neg, exp.Ordered, exp.Window, exp.IgnoreNulls, exp.RespectNulls)


def kind(node: exp.Expr, kinds: Mapping[int, Kind]) -> Kind:
    """The type of an expression, or nothing where it is not known; ``kinds`` has those of the columns."""
    if isinstance(node, exp.Column):
        return kinds.get(id(node))
    if isinstance(node, _SAME):
        return kind(node.this, kinds)
    if isinstance(node, exp.Cast):
        return _KIND_OF.get(node.to.this)
    if isinstance(node, exp.Anonymous):
        return _called(node, kinds)
    if isinstance(node, exp.WithinGroup):
        return kind(node.this, kinds) or kind(node.expression.expressions[0], kinds)
    if isinstance(node, exp.Case):
        return _together([part.args["true"] for part in node.args["ifs"]] + [node.args.get("default")], kinds)
    if isinstance(node, exp.Predicate | exp.Connector | exp.Not | exp.Boolean | exp.Exists):
        return "boolean"
    return _plain(node, kinds)


def _plain(node: exp.Expr, kinds: Mapping[int, Kind]) -> Kind:
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "integer" if node.is_int else "decimal"
    if isinstance(node, exp.Null):
        return NULL
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select):
        return kind(node.this.expressions[0], kinds)
    if isinstance(node, exp.Extract):
        return "integer"
    if isinstance(node, exp.DPipe):
        return "text"
    return _arithmetic(node, kinds) if isinstance(node, exp.Binary) else None


def _called(call: exp.Anonymous, kinds: Mapping[int, Kind]) -> Kind:
    name, arguments = name_of(call), [_value(argument) for argument in call.expressions]
    if name == "DATEADD" and len(arguments) == 3:
        return _added(arguments[0].name, kind(arguments[2], kinds))
    if name == "CONVERT_TIMEZONE":
        return "timestamptz" if len(arguments) == 2 else "timestamp"
    function = documentation("snowflake").functions.get(name)
    gives = function.gives if function else None
    if isinstance(gives, int):
        return kind(arguments[gives - 1], kinds) if gives <= len(arguments) else None
    return _together(arguments, kinds) if gives == "alike" else gives


def _value(argument: exp.Expr) -> exp.Expr:
    """An argument without DISTINCT."""
    return argument.expressions[0] if isinstance(argument, exp.Distinct) else argument


def _added(part: str, to: Kind) -> Kind:
    """Hours added to a DATE make it a TIMESTAMP_NTZ: docs.snowflake.com/en/sql-reference/functions/dateadd"""
    is_time = part.upper() not in documentation("snowflake").parts["last"] | {"DAY", "WEEK"}
    return "timestamp" if to == "date" and is_time else to


def _together(parts: Sequence[exp.Expr | None], kinds: Mapping[int, Kind]) -> Kind:
    """The one type of several values."""
    found = {kind(part, kinds) for part in parts if part is not None} - {NULL}
    if found <= {*NUMBERS}:
        return max(found, key=NUMBERS.index, default=NULL)
    return found.pop() if len(found) == 1 else None


def _arithmetic(node: exp.Binary, kinds: Mapping[int, Kind]) -> Kind:
    sides = kind(node.this, kinds), kind(node.expression, kinds)
    if isinstance(node, exp.Div) and {*sides} <= {"integer", "decimal"}:
        return "decimal"
    if isinstance(node, exp.Sub) and sides == ("date", "date"):
        return "integer"
    if sides[0] in CALENDAR and isinstance(node, exp.Add | exp.Sub):
        return sides[0]
    return _together([node.this, node.expression], kinds)


# --- what Snowflake refuses --------------------------------------------------------------------------


def mistyped(nodes: Sequence[exp.Expr], kinds: Mapping[int, Kind]) -> Iterator[str]:
    """Arguments of types that are not documented for their function, and casts that follow a parameter:
    docs.snowflake.com/en/sql-reference/date-time-input-output
    """
    for node in nodes:
        if isinstance(node, exp.Anonymous):
            function = documentation("snowflake").functions.get(name_of(node))
            yield from _arguments(node, function, kinds) if function else ()
        elif isinstance(node, exp.Cast):
            value, to = kind(node.this, kinds), kind(node, kinds)
            if isinstance(node, exp.TryCast) and value not in ("text", NULL):
                yield f"TRY_CAST takes text, not {value or 'what is not known'}"
            if {"text"} < {value, to} <= {"text", *CALENDAR}:
                yield f"a {value} as {to} depends on the session"


def _arguments(call: exp.Anonymous, function: Function, kinds: Mapping[int, Kind]) -> Iterator[str]:
    for place, argument in enumerate(call.expressions, 1):
        keys = (f"{place} of {len(call.expressions)}", place, "each")
        wanted = next((function.takes[key] for key in keys if key in function.takes), "")
        found = kind(_value(argument), kinds) if wanted or function.refuses else NULL
        if wanted and found != NULL and found not in (CALENDAR if wanted == "calendar" else {wanted}):
            yield f"{name_of(call)} takes {wanted}, not {found or 'what is not known'}"
        if found in function.refuses:
            yield f"{name_of(call)} takes no {found}"
