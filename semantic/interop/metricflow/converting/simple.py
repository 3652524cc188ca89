"""Simple metrics: one aggregate over the rows of one model."""

from __future__ import annotations

from semantic.interop.metricflow.converting.aggregates import aggregated
from semantic.interop.metricflow.converting.columns import divides
from semantic.interop.metricflow.converting.conditions import conditions
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.expressions import DIVIDES
from semantic.interop.metricflow.converting.models import Home
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Metric, NonAdditive, Simple

APPROXIMATE = "The percentile is exact, where MetricFlow's is approximate."


def simple(home: Home, metric: Metric, kind: Simple) -> Item:
    """A metric over one model."""
    read = home.expressions.read(home.columns.written(kind.expr))
    if read.reason:
        raise Dropped(read.reason)
    report = home.scope.report
    for column in read.cast:
        report.changed("metric", metric.name, f"It reads '{column}' as a timestamp, since its type is not known.")
    if divides(read.sql):
        report.changed("metric", metric.name, DIVIDES)
    if kind.approximate:
        report.changed("metric", metric.name, APPROXIMATE)
    sql = aggregated(kind, read.sql)
    if kind.fill_nulls_with is not None:
        sql = f"coalesce({sql}, {kind.fill_nulls_with})"
    item: Item = {"model": home.name, "sql": sql}
    if metric.filter:
        item["filter"] = conditions(home.scope, metric.filter, kind.model)
    return item | _time(home, kind)


def _time(home: Home, kind: Simple) -> Item:
    """What a metric has to do with time."""
    item: Item = {}
    own = kind.time or home.model.default_time
    if kind.time and kind.time != home.model.default_time:
        item["time"] = kind.time
    if own and own not in home.dimensions:
        raise Dropped(f"Its time '{own}' is no dimension of {home.model.name}.")
    if kind.non_additive is not None:
        item["not_additive_over"] = _snapshots(home, kind.non_additive)
    if kind.join_to_timespine:
        item["every_period"] = True
    return item


def _snapshots(home: Home, given: NonAdditive) -> Item:
    item: Item = {"time": "first" if given.choice == "min" else "last"}
    if given.groupings:
        item["per"] = given.groupings[0]
    return item
