"""Parameter values: checked against their declared types, and turned into literal nodes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.row import call
from semantic.catalog import Catalog
from semantic.expr import asked
from semantic.faults import Fault, SemanticError
from semantic.spec.types import Calendar, Parameter, TypeName

#: The one value that is no constant: it stays live in a view.
CURRENT_DATE = "current_date"


def values(catalog: Catalog, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every parameter: the one given, else the default."""
    found: list[Fault] = []
    result: dict[str, Any] = {}
    for name in given:
        if name not in catalog.parameters:
            found.append(faults.unknown("parameter", name, list(catalog.parameters), None))
    for name, parameter in catalog.parameters.items():
        try:
            result[name] = (
                checked(parameter, given[name]) if name in given else checked(parameter, parameter.default)
            )
        except _NotOffered:
            found.append(faults.parameter_choice(name, given.get(name), parameter.values))
        except ValueError:
            span = None if name in given else parameter.name.span
            value = given.get(name, parameter.default)
            found.append(faults.parameter_value(name, parameter.type, value, span))
    if found:
        raise SemanticError(found)
    return result


def checked(parameter: Parameter, value: Any) -> Any:
    """A value as its type says, or ``ValueError``; text from a command line is read.

    >>> from semantic.source import Span, Text
    >>> checked(Parameter(name=Text("n"), type="integer", span=Span("", 1, 1)), "3")
    3
    """
    if value is None:
        return None
    result = _READ[parameter.type](value)
    if parameter.values and result not in [_READ[parameter.type](v) for v in parameter.values]:
        raise _NotOffered(value)
    return result


class _NotOffered(ValueError):
    """A value of the right type that is not among those of its parameter."""


def literal(parameter: Parameter, value: Any, calendar: Calendar) -> exp.Expr:
    """A parameter's value as a literal node; a value that nobody gave is a fault."""
    if value is None:
        raise SemanticError([faults.parameter_missing(parameter.name)])
    if value == CURRENT_DATE and parameter.type == "date":
        return call("today", grain.zone(calendar))
    return constant(value, parameter.type)


def constant(value: Any, kind: TypeName) -> exp.Expr:
    """A Python value as a literal node of a type.

    >>> constant(date(2024, 2, 29), "date").sql()
    "CAST('2024-02-29' AS DATE)"
    """
    if kind == "text":
        return asked.string(value)
    if kind == "boolean":
        return exp.Boolean(this=value)
    if kind in ("integer", "decimal"):
        return _number(value)
    if kind == "float":
        return exp.cast(exp.Literal.number(repr(value)), exp.DataType.Type.DOUBLE)
    text = value.isoformat() if kind == "date" else value.isoformat(sep=" ")
    return exp.cast(asked.string(text, kind), _CASTS[kind])


def _number(value: Any) -> exp.Expr:
    text = str(value)
    number = asked.number(text.removeprefix("-"))
    return exp.Neg(this=number) if text.startswith("-") else number


_CASTS = {
    "date": exp.DataType.Type.DATE,
    "timestamp": exp.DataType.Type.TIMESTAMP,
    "timestamptz": exp.DataType.Type.TIMESTAMPTZ,
}


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    number = int(value) if isinstance(value, int | float) else int(str(value))
    if abs(number) >= 2**63:
        raise ValueError(value)
    return number


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(value) from None
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > 38:
        raise ValueError(value)
    return Decimal(format(number, "f"))


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isfinite(float(value)):
        raise ValueError(value)
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode()  # half a character is a UnicodeEncodeError, which is a ValueError
    return str(value)


def _boolean(value: Any) -> bool:
    words = {"true": True, "false": False}
    result = words.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(result, bool):
        raise ValueError(value)
    return result


def _date(value: Any) -> date | str:
    if isinstance(value, str):
        return CURRENT_DATE if value.strip().lower() == CURRENT_DATE else date.fromisoformat(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(value)
    return value


def _timestamp(value: Any) -> datetime:
    result = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(result, datetime) or result.tzinfo is not None:
        raise ValueError(value)
    return result


def _instant(value: Any) -> datetime:
    result = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(result, datetime) or result.tzinfo is None:
        raise ValueError(value)
    return result


_READ = {
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "timestamptz": _instant,
}
