"""Conditions in three-valued logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    wanted = [value(test.other)] if test.other is not None else [meant(v) for v in test.values]
    return _holds(test.op, found, wanted)


def _holds(op: str, found: Any, wanted: list[Any]) -> bool | None:
    if op == "in":
        return True if found in wanted else None if None in wanted else False
    if None in wanted:
        return None
    if op == "between":
        return bool(wanted[0] <= found <= wanted[1])
    return _COMPARE[op](found, wanted[0])


def _joined(truths: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def meant(value: Any) -> Any:
    """A value, also where a parameter stands for it."""
    return value.value if isinstance(value, Parameter) else value
