"""Aggregations as SQL, with the NULLs that MetricFlow has where there are no rows."""

from __future__ import annotations

import re

from semantic.interop.metricflow.converting.columns import is_plain
from semantic.interop.metricflow.nodes import Simple

_LITERAL = re.compile(r"\d+\Z|\*\Z")
_CALLED = re.compile(r"\w+\([^()]*\)\Z")


def aggregated(kind: Simple, expr: str) -> str:
    """The aggregate of a metric over rows.

    >>> aggregated(Simple(model="m", agg="count", expr="id"), "id")
    'sum(case when id is not null then 1 else 0 end)'
    >>> aggregated(Simple(model="m", agg="count_distinct", expr="id"), "id")
    'case when count(*) > 0 then count(distinct id) end'
    """
    inner = f"{expr}\n" if "--" in expr else expr
    match kind.agg:
        case "average":
            return f"avg({inner})"
        case "count" if _LITERAL.match(expr):
            return "sum(1)"
        case "count":
            return f"sum(case when {_enclosed(inner)} is not null then 1 else 0 end)"
        case "count_distinct":
            return f"case when count(*) > 0 then count(distinct {inner}) end"
        case "sum_boolean":
            return f"sum(case when {inner} then 1 else 0 end)"
        case "median" | "percentile":
            return _percentile(kind, inner)
        case _:
            return f"{kind.agg}({inner})"


def _percentile(kind: Simple, expr: str) -> str:
    share = 0.5 if kind.percentile is None else kind.percentile
    if kind.agg == "median" or (share == 0.5 and not kind.discrete):
        return f"median({expr})"
    name = "percentile_disc" if kind.discrete else "percentile_cont"
    return f"{name}({share:.15g}) within group (order by {expr})"


def _enclosed(expr: str) -> str:
    """An expression that an operator may follow."""
    return expr if is_plain(expr) or _CALLED.match(expr) else f"({expr})"
