"""Aggregates, however they are written, in the form that a person would have written.

MetricFlow rewrites some of them when it transforms a manifest, and we have to read what it writes:

    count of x        sum of CASE WHEN x IS NOT NULL THEN 1 ELSE 0 END; of 1: sum of 1
    sum_boolean of x  sum of CASE WHEN x THEN 1 ELSE 0 END
    median of x       percentile of x at 0.5

Each is rewritten the same way here and then read back, so that it makes no difference which was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import cast, get_args

from semantic.interop.metricflow.nodes import Aggregation

AGGREGATIONS: tuple[str, ...] = get_args(Aggregation)
_CASE = re.compile(r"CASE WHEN (?P<inner>.*) THEN 1 ELSE 0 END", re.DOTALL)
_NOT_NULL = re.compile(r"(?P<inner>.*?)\s+IS NOT NULL", re.DOTALL)
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|\w+|[()]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is done with the rows, as `nodes.Simple` has it."""

    agg: str
    expr: str
    percentile: float | None = None
    discrete: bool = False
    approximate: bool = False

    @property
    def aggregation(self) -> Aggregation:
        """The aggregation, for the type checker."""
        return cast(Aggregation, self.agg)


def settled(given: Aggregate) -> Aggregate:
    """The one form of an aggregate.

    >>> settled(Aggregate("sum", "CASE WHEN id IS NOT NULL THEN 1 ELSE 0 END"))
    Aggregate(agg='count', expr='id', percentile=None, discrete=False, approximate=False)
    >>> settled(Aggregate("count", "*")).expr, settled(Aggregate("sum", "1")).agg
    ('1', 'count')
    >>> settled(Aggregate("percentile", "x", 0.5)).agg
    'median'
    """
    return _read_back(_rewritten(given))


def _rewritten(given: Aggregate) -> Aggregate:
    if given.agg == "count":
        counted = "1" if given.expr == "*" else given.expr
        expr = counted if counted == "1" else f"CASE WHEN {counted} IS NOT NULL THEN 1 ELSE 0 END"
        return replace(given, agg="sum", expr=expr)
    if given.agg == "sum_boolean":
        return replace(given, agg="sum", expr=f"CASE WHEN {given.expr} THEN 1 ELSE 0 END")
    if given.agg == "median":
        return replace(given, agg="percentile", percentile=0.5)
    return given


def _read_back(given: Aggregate) -> Aggregate:
    if given.agg == "percentile":
        plain = given.percentile == 0.5 and not (given.discrete or given.approximate)
        return Aggregate("median", given.expr) if plain else given
    if given.agg != "sum":
        return Aggregate(given.agg, given.expr)
    if given.expr in ("1", "*"):
        return Aggregate("count", "1")
    case = _CASE.fullmatch(given.expr)
    if case is None or not _whole(case["inner"], ("WHEN", "THEN", "ELSE")):
        return Aggregate("sum", given.expr)
    counted = _NOT_NULL.fullmatch(case["inner"])
    if counted and _whole(counted["inner"], ("AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "IS")):
        return settled(Aggregate("count", "1")) if counted["inner"] == "*" else _count(counted["inner"])
    return Aggregate("sum_boolean", case["inner"].strip())


def _count(expr: str) -> Aggregate:
    return Aggregate("count", expr.strip())


def _whole(sql: str, loose: tuple[str, ...]) -> bool:
    """Whether brackets and CASE … END match in ``sql``, and no word of ``loose`` stands outside of them."""
    depth = 0
    for token in _TOKEN.findall(sql):
        word = token.upper()
        if word in ("(", "CASE"):
            depth += 1
        elif word in (")", "END"):
            depth -= 1
        elif depth == 0 and word in loose:
            return False
        if depth < 0:
            return False
    return depth == 0
