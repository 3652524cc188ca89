"""Whether the arguments of a canonical call are of the types that every target takes there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from semantic.expr.types import TypeOf, infer
from semantic.functions import REGISTRY, Function
from semantic.spec.types import TypeName

_NUMBERS: frozenset[TypeName] = frozenset(("integer", "decimal", "float"))
_EXACT: frozenset[TypeName] = frozenset(("integer", "decimal"))
_FAMILIES: dict[TypeName, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), "date or timestamp"),
    "text": "text",
    "boolean": "boolean",
}
#: The arguments of the registry that are text, or whole numbers, wherever they stand.
_TEXT = frozenset(("s", "part", "pattern", "old", "new", "characters", "separator", "fill", "replacement"))
_WHOLE = frozenset(("n", "start", "year", "month", "day"))
_NUMERIC = frozenset(
    (
        *("abs", "sign", "floor", "ceil", "round", "round_float", "round_to", "round_to_float", "power"),
        *("power_by", "sqrt", "exp", "ln", "log10", "safe_divide", "divide_by", "sum", "sum_distinct", "avg"),
        *(
            "avg_distinct",
            "median",
            "percentile_cont",
            "approx_percentile",
            "stddev_samp",
            "stddev_pop",
            "var_samp",
            "var_pop",
        ),
        *("covar_samp", "covar_pop", "corr"),
    )
)
_WHOLE_DIVISIONS = frozenset(("safe_int_divide", "safe_mod"))
_BOOLEAN = frozenset(("bool_and", "bool_or"))


def wrong_arguments(tree: exp.Expr, type_of: TypeOf) -> Iterator[tuple[exp.Expr, TypeName, str]]:
    """The arguments of a call that are of the wrong type: each with its type and what is wanted.

    >>> from sqlglot import parse_one
    >>> call = exp.Anonymous(this="lower", expressions=[parse_one("1")])
    >>> [(given, wanted) for _, given, wanted in wrong_arguments(call, lambda column: None)]
    [('integer', 'text')]
    """
    function = REGISTRY.get(tree.this)
    if function is None or function.variadic:
        return
    for argument, part in zip(function.arguments, tree.expressions, strict=False):
        wanted, types = _wanted(function, argument)
        given = infer(part, type_of) if types else None
        if given is not None and given not in types:
            yield part, given, wanted


def families(parts: Iterable[exp.Expr], type_of: TypeOf) -> set[str]:
    """The kinds of values among the parts, as far as they are known."""
    types = (infer(part, type_of) for part in parts)
    return {_FAMILIES[name] for name in types if name is not None}


def _wanted(function: Function, argument: str) -> tuple[str, frozenset[TypeName]]:
    if argument in _TEXT:
        return "text", frozenset(("text",))
    if argument in _WHOLE:
        return "an integer", frozenset(("integer",))
    if function.name in _WHOLE_DIVISIONS:
        return "an integer or a decimal", _EXACT
    if function.name in _BOOLEAN:
        return "a boolean", frozenset(("boolean",))
    return ("a number", _NUMBERS) if function.name in _NUMERIC else ("", frozenset())
