"""The type of a canonical expression, from the types of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from semantic.functions import REGISTRY, Function
from semantic.spec.types import TypeName

TypeOf = Callable[[exp.Column], TypeName | None]

_D = exp.DType
_CASTS: dict[exp.DType, TypeName] = {
    **dict.fromkeys((_D.TINYINT, _D.SMALLINT, _D.INT, _D.BIGINT, _D.INT128), "integer"),
    **dict.fromkeys((_D.UTINYINT, _D.USMALLINT, _D.UINT, _D.UBIGINT), "integer"),
    **dict.fromkeys((_D.DECIMAL, _D.BIGDECIMAL, _D.DECIMAL32, _D.DECIMAL64, _D.DECIMAL128), "decimal"),
    **dict.fromkeys((_D.FLOAT, _D.DOUBLE), "float"),
    **dict.fromkeys((_D.CHAR, _D.NCHAR, _D.VARCHAR, _D.NVARCHAR, _D.TEXT), "text"),
    _D.BOOLEAN: "boolean",
    _D.DATE: "date",
    **dict.fromkeys((_D.TIMESTAMP, _D.TIMESTAMPNTZ, _D.DATETIME), "timestamp"),
    **dict.fromkeys((_D.TIMESTAMPTZ, _D.TIMESTAMPLTZ), "timestamptz"),
}
_NUMBERS: tuple[TypeName, ...] = ("integer", "decimal", "float")  # each holds those before it
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_CONDITIONS = (exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Like, exp.Boolean, exp.Exists)


def cast_type(to: exp.DataType) -> TypeName | None:
    """The type that a SQL type name stands for.

    >>> cast_type(exp.DataType.build("numeric(10, 2)"))
    'decimal'
    """
    return _CASTS.get(to.this)


def infer(tree: exp.Expr, type_of: TypeOf) -> TypeName | None:
    """The type of a canonical expression; ``None`` where it cannot be known.

    >>> from sqlglot import parse_one
    >>> infer(parse_one("case when x then 1 else 2.5 end"), lambda column: None)
    'decimal'
    """
    rule = _RULES.get(type(tree))
    return rule(tree, type_of) if rule else None


def common(types: Iterable[TypeName | None]) -> TypeName | None:
    """The type that holds all of them; numbers widen, ``None`` among others is not known.

    >>> common(["integer", "decimal"]), common(["date", "timestamp"]), common(["date", "text"])
    ('decimal', 'timestamp', None)
    """
    found = set(types)
    if len(found) == 1:
        return found.pop()
    if found <= set(_NUMBERS):
        return max((name for name in found if name), key=_NUMBERS.index, default=None)
    return "timestamp" if found == {"date", "timestamp"} else None


def _literal(tree: exp.Expr, type_of: TypeOf) -> TypeName:
    if tree.is_string:
        return "text"
    if tree.name.isdigit():
        return "integer"
    return "float" if "e" in tree.name.lower() else "decimal"


def _branches(tree: exp.Expr, type_of: TypeOf) -> TypeName | None:
    results = [branch.args["true"] for branch in tree.args["ifs"]]
    if tree.args.get("default"):
        results.append(tree.args["default"])
    return _common(results, type_of)


def _common(parts: Iterable[exp.Expr], type_of: TypeOf) -> TypeName | None:
    return common(infer(part, type_of) for part in parts if not isinstance(part, exp.Null))


def _call(tree: exp.Expr, type_of: TypeOf) -> TypeName | None:
    function = REGISTRY.get(tree.this)
    if function is None:
        return _noted(tree, type_of)
    return _returned(function, tree.expressions, type_of)


def _noted(tree: exp.Expr, type_of: TypeOf) -> TypeName | None:
    """The type that whoever made the node has put on it: declared functions, placeholders."""
    name: TypeName | None = tree.meta.get("type")
    return name


def _returned(function: Function, parts: list[exp.Expr], type_of: TypeOf) -> TypeName | None:
    rule, _, argument = function.returns.partition(" ")
    if not argument:
        return _FIXED.get(rule)
    if rule == "unify":
        return _common(parts, type_of)
    return infer(parts[function.arguments.index(argument)], type_of)


_FIXED: dict[str, TypeName] = {name: name for name in set(_CASTS.values())}
_RULES: dict[type, Callable[[exp.Expr, TypeOf], TypeName | None]] = {
    **dict.fromkeys((*_COMPARISONS, *_CONDITIONS), lambda tree, type_of: "boolean"),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), lambda tree, type_of: _common(tree.args.values(), type_of)),
    exp.Column: lambda tree, type_of: type_of(tree),  # type: ignore[arg-type]
    exp.Literal: _literal,
    exp.Case: _branches,
    exp.Cast: lambda tree, type_of: cast_type(tree.args["to"]),
    exp.Paren: lambda tree, type_of: infer(tree.this, type_of),
    exp.Neg: lambda tree, type_of: infer(tree.this, type_of),
    exp.DPipe: lambda tree, type_of: "text",
    exp.Window: lambda tree, type_of: infer(tree.this, type_of),
    exp.Anonymous: _call,
    exp.Placeholder: _noted,
    exp.Dot: lambda tree, type_of: type_of(tree),  # type: ignore[arg-type]
}
