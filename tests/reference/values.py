"""A metric's value in a group, of the values that its aggregates have there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.reference.aggregates import COUNTS, SUMS
from tests.reference.terms import Atom, Conversion, Having, Leaf, Metric, Per, Retention, Seen


def valued(metric: Metric, found: Mapping[Atom, Any], zero: bool = False) -> Any:
    """The metric; ``zero`` is what a sum over nothing is where groups were asked for."""
    if metric.op == "share":
        [part] = metric.parts
        return operated("/", valued(part, found, zero), seen(part, metric, found, zero))
    if metric.op == "seen":
        return seen(metric.parts[0], metric, found, zero)
    if metric.leaf is not None:
        told = isinstance(metric.leaf, Conversion) and metric.leaf in found
        return found[metric.leaf] if told else known(metric.leaf, found.get(metric.leaf), zero)
    first, *others = (valued(part, found, zero) for part in metric.parts)
    if metric.op == "known":
        return 0 if first is None else first
    return operated(metric.op, first, others[0])


def seen(part: Metric, metric: Metric, found: Mapping[Atom, Any], zero: bool) -> Any:
    """A part whose aggregates are seen as a metric says."""
    assert metric.how is not None
    how = metric.how
    return valued(part, {atom.atom: v for atom, v in found.items() if _is(atom, how)}, zero)  # type: ignore[union-attr]


def _is(atom: Atom, how: Any) -> bool:
    return isinstance(atom, Seen) and atom.how == how


def known(atom: Atom, value: Any, zero: bool) -> Any:
    """A value, or what stands for it where there is none."""
    return 0 if value is None and function(atom) in (*COUNTS, *(SUMS if zero else ())) else value


def function(atom: Atom) -> str:
    """What an aggregate does."""
    match atom:
        case Leaf() | Per():
            return (
                "average"
                if isinstance(atom, Leaf) and (atom.snapshots or [""])[0] == "average"
                else atom.function
            )
        case Conversion() | Retention():
            return "count" if atom.value == "count" else ""
        case Seen():
            return function(atom.atom)


def kept(having: Having, value: Any) -> bool:
    """Whether a condition on a metric holds."""
    if value is None or having.op == "null":
        return value is not None
    return bool(value > having.value if having.op == ">" else value <= having.value)


def operated(op: str, first: Any, second: Any) -> Any:
    """Two values added, taken from another, or divided."""
    if first is None or second is None:
        return None
    if op == "/":
        return float(first) / float(second) if second else None
    if isinstance(first, float) or isinstance(second, float):
        first, second = float(first), float(second)
    return first + second if op == "+" else first - second
