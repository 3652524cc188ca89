"""Metrics over other metrics: ratios, expressions, and those that look along time."""

from __future__ import annotations

from semantic.interop.metricflow.converting.columns import divides, replaced
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.expressions import DIVIDES
from semantic.interop.metricflow.converting.inputs import length, used
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Cumulative, Derived, Metric, Ratio

ENDS = "Its rows end with the last period that has any; those of MetricFlow go on as far as the time spine."


def ratio(metrics: Members, metric: Metric, kind: Ratio) -> Item:
    """One metric by another: ``/`` is what MetricFlow writes as casts and NULLIF."""
    above, below = (used(metrics, metric, each) for each in (kind.numerator, kind.denominator))
    return {"sql": f"{above} / {below}"}


def derived(metrics: Members, metric: Metric, kind: Derived) -> Item:
    """An expression with the names of its inputs in the place of their aliases."""
    names = {
        (each.alias or each.metric).lower(): used(metrics, metric, each)
        for each in kind.inputs
    }  # fmt: skip
    if divides(kind.expr):
        metrics.scope.report.changed("metric", metric.name, DIVIDES)
    return {"sql": replaced(kind.expr, names).strip()}


def cumulative(metrics: Members, metric: Metric, kind: Cumulative) -> Item:
    """A metric that looks back; longer periods take the value of one of the shortest in them."""
    item: Item = {"metric": used(metrics, metric, kind.input)}
    metrics.scope.report.changed("metric", metric.name, ENDS)
    if kind.grain_to_date:
        item["to_date"] = period_name(kind.grain_to_date)
    else:
        item["window"] = length(kind.window) if kind.window else "all"
    item["sampled"] = {"each": _finest(metrics, metric), "take": kind.period_agg}
    return item


def _finest(metrics: Members, metric: Metric) -> str:
    """The grain of the times that a metric is made of: the coarsest, where there are several."""
    found = [metrics.homes[home].grain(time) for home, time in metrics.times_of(metric.name) if time]
    if not found:
        raise Dropped("It has no time.")
    return max(found, key=("second", "minute", "hour", "day", "week", "month", "quarter", "year").index)
