"""What no engine would take, found before one is asked: dates that are none, huge numbers, wrong casts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlglot import exp

from semantic import faults
from semantic.expr.canonical import is_aggregate
from semantic.expr.types import TypeOf, cast_type, infer
from semantic.faults import Fault
from semantic.macros import PLACEHOLDER

_MOST_DIGITS = 38
_TIMES = ("date", "timestamp", "timestamptz")
_NUMBERS = ("integer", "decimal", "float")
_COUNTED = (*_NUMBERS, "boolean")
Found = tuple[Fault, exp.Expr]


def unsound(tree: exp.Expr, type_of: TypeOf) -> Iterator[Found]:
    """The literals and casts of a canonical tree that cannot be meant, each with its node."""
    for node in tree.walk():
        fault = _cast(node, type_of) if isinstance(node, exp.Cast) else _literal(node)
        if fault is not None:
            yield fault, node


def aggregates(tree: exp.Expr) -> Iterator[Found]:
    """The aggregates of a canonical tree that is about a single row; over a window they are about one."""
    for node in tree.find_all(exp.Anonymous):
        if is_aggregate(node) and not isinstance(node.parent, exp.Window):
            yield faults.aggregate_in_row(str(node.this).removesuffix("_rows"), None), node


def _cast(node: exp.Cast, type_of: TypeOf) -> Fault | None:
    to, this = node.args["to"], node.this
    kind, given = cast_type(to), infer(this, type_of)
    if isinstance(this, exp.Literal) and this.is_string and kind in (*_TIMES, *_NUMBERS):
        meant = _is_moment(this.name) if kind in _TIMES else _is_number(this.name, str(kind))
        return None if meant else faults.bad_literal(this.name, str(kind))
    if (kind in _TIMES and given in _COUNTED) or (kind in _COUNTED and given in _TIMES):
        return faults.bad_cast(str(given), str(kind))
    return faults.bad_digits() if kind == "decimal" and not _are_digits(to) else None


def _is_moment(text: str) -> bool:
    """Whether the calendar has the day and the clock the time; a single digit is as good as two."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    spelled = "-".join(part.zfill(2) for part in day.split("-"))
    try:
        datetime.fromisoformat(f"{spelled} {clock}".strip() if clock[1:2] != ":" else f"{spelled} 0{clock}")
    except ValueError:
        return False
    return True


def _is_number(text: str, kind: str) -> bool:
    try:
        (int if kind == "integer" else float)(text)
    except ValueError:
        return False
    return True


def _are_digits(to: exp.DataType) -> bool:
    digits = [parameter.name for parameter in to.expressions]
    if not all(digit.isdigit() and len(digit) < 3 for digit in digits):
        return False
    precision = int(digits[0]) if digits else _MOST_DIGITS
    scale = int(digits[1]) if len(digits) > 1 else 0
    return 1 <= precision <= _MOST_DIGITS and scale <= precision


def _literal(node: exp.Expr) -> Fault | None:
    if not isinstance(node, exp.Literal):
        return None
    if node.is_string:
        return faults.quoted_template(None) if f":{PLACEHOLDER}" in node.name else None
    mantissa, _, power = node.name.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = max(len(whole.lstrip("0")), len(fraction.rstrip("0")))
    far = bool(power) and (not power.lstrip("+-").isdigit() or abs(int(power[:9])) > 300)
    return faults.huge_number() if digits > _MOST_DIGITS or far else None
