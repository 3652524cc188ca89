"""Conditions in three-valued logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.reference.terms import Parameter, Path, Test

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def truth(test: Test, value: Callable[[Path], Any]) -> bool | None:
    """Whether a condition holds, does not, or cannot be told, where ``value`` reads a path."""
    if test.op in ("and", "or"):
        return _joined([truth(part, value) for part in test.parts], decisive=test.op == "or")
    if test.op == "not":
        inner = truth(test.parts[0], value)
        return None if inner is None else not inner
    if test.op == "unknown":
        return truth(test.parts[0], value) is None
    assert test.path is not None
    found = value(test.path)
    if test.op == "null":
        return found is None
    if found is None or test.op == "is":
        return None if found is None else bool(found)
    other = [] if test.other is None else [value(test.other)]
    return _holds(test.op, found, [*other, *map(meant, test.values)])


def _holds(op: str, found: Any, wanted: list[Any]) -> bool | None:
    if op == "in":
        return True if found in wanted else None if None in wanted else False
    if op == "between":
        return _joined([_holds(">=", found, wanted[:1]), _holds("<=", found, wanted[1:])], decisive=False)
    return None if None in wanted else _COMPARE[op](found, wanted[0])


def _joined(truths: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def meant(value: Any) -> Any:
    """A value, also where a parameter stands for it."""
    return value.value if isinstance(value, Parameter) else value


def spelled_out(test: Test) -> Test:
    """A condition with values in the place of parameters: templates are the same in every dialect."""
    parts, values = tuple(map(spelled_out, test.parts)), tuple(map(meant, test.values))
    return replace(test, parts=parts, values=values, called=False)
