"""Aggregates over the rows of a group, by their definitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

#: Functions of which a repeated row does not change the result.
INDIFFERENT = (
    "min", "max", "count_distinct", "bool_and", "bool_or", "sum_distinct", "avg_distinct", "arg_max",
)  # fmt: skip
#: Functions that are 0 over no rows.
COUNTS = ("count", "count_distinct")
#: Functions that are 0 over no rows, too, where a group without any was asked for.
SUMS = ("sum", "sum_product", "sum_distinct")
#: Functions whose results over parts add up to that over the whole.
ADDITIVE = ("count", "sum")
Arguments = Sequence[tuple[Any, ...]]


def aggregate(function: str, arguments: Arguments, share: float | None = None) -> Any:
    """An aggregate over one tuple of arguments a row; a row with a NULL among them is left out."""
    known = [row for row in arguments if None not in row]
    if function in COUNTS:
        return len(set(known) if function == "count_distinct" else known)
    if not known:
        return None
    if share is not None:
        return _SHARES[function]([row[0] for row in known], share)
    if function in _PAIRS:
        return _PAIRS[function](known)
    return _SINGLE[function]([row[0] for row in known])


def _exact(values: Sequence[Any]) -> list[Fraction]:
    return [Fraction(value) for value in values]


def _mean(values: Sequence[Any]) -> Fraction:
    return sum(_exact(values), Fraction()) / len(values)


def _average(values: Sequence[Any]) -> float:
    return float(_mean(values))


def _continuous(values: Sequence[Any], share: float) -> float:
    """The percentile, between the two values that lie around it."""
    ordered = sorted(_exact(values))
    at = Fraction(share) * (len(ordered) - 1)
    low = ordered[math.floor(at)]
    return float(low + (ordered[math.ceil(at)] - low) * (at - math.floor(at)))


def _discrete(values: Sequence[Any], share: float) -> Any:
    """The first value that at least this share of all does not exceed."""
    return sorted(values)[max(math.ceil(Fraction(share) * len(values)) - 1, 0)]


def _products(pairs: Arguments) -> Fraction:
    """The sum of the products of the deviations of two columns."""
    left, right = _mean([a for a, _ in pairs]), _mean([b for _, b in pairs])
    return sum(((Fraction(a) - left) * (Fraction(b) - right) for a, b in pairs), Fraction())


def _spread(values: Sequence[Any], fewer: int) -> Fraction | None:
    """The variance of all values, or (with one fewer to divide by) of a sample."""
    return _joint([(value, value) for value in values], fewer)


def _joint(pairs: Arguments, fewer: int) -> Fraction | None:
    return _products(pairs) / (len(pairs) - fewer) if len(pairs) > fewer else None


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _root(value: Fraction | None) -> float | None:
    return None if value is None else math.sqrt(value)


def _sum(values: Sequence[Any]) -> Any:
    """A sum without an error: of floats too, which are few and short here."""
    return float(sum(_exact(values))) if isinstance(values[0], float) else sum(values)


def _product_sum(pairs: Arguments) -> Any:
    return sum((Decimal(a) * b for a, b in pairs), Decimal())


_SINGLE: Mapping[str, Callable[[list[Any]], Any]] = {
    "sum": _sum,
    "min": min,
    "max": max,
    "avg": _average,
    "median": lambda values: _continuous(values, 0.5),
    "bool_and": all,
    "bool_or": any,
    "sum_distinct": lambda values: _sum(list(dict.fromkeys(values))),
    "avg_distinct": lambda values: _average(list(dict.fromkeys(values))),
    "stddev_samp": lambda values: _root(_spread(values, 1)),
    "stddev_pop": lambda values: _root(_spread(values, 0)),
    "var_samp": lambda values: _number(_spread(values, 1)),
    "var_pop": lambda values: _number(_spread(values, 0)),
    "string_agg": lambda values: "+".join(sorted(values)),
}
_PAIRS: Mapping[str, Callable[[list[tuple[Any, ...]]], Any]] = {
    "sum_product": _product_sum,
    "arg_max": lambda pairs: max(pairs, key=lambda pair: pair[1])[0],
    "covar_samp": lambda pairs: _number(_joint(pairs, 1)),
    "covar_pop": lambda pairs: _number(_joint(pairs, 0)),
}
_SHARES: Mapping[str, Callable[[list[Any], float], Any]] = {
    "percentile_cont": _continuous,
    "percentile_disc": _discrete,
}
