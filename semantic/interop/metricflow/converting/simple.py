"""Simple metrics: one aggregate over the rows of one model."""

from __future__ import annotations

from semantic.interop.metricflow.converting.aggregates import aggregated
from semantic.interop.metricflow.converting.columns import divides
from semantic.interop.metricflow.converting.conditions import conditions, together
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.expressions import DIVIDES, Read, read_as_time
from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Metric, NonAdditive, Simple

NOTHING = "Over no rows at all it is NULL, where MetricFlow has 0."
SPINE = (
    "Periods appear from the first to the last, or those of a range; with MetricFlow all of the time spine."
)
APPROXIMATE = "The percentile is exact, where MetricFlow's is approximate."


def simple(home: Home, metric: Metric, kind: Simple) -> Item:
    """A metric over one model."""
    read = home.expressions.read(home.columns.written(kind.expr))
    if read.reason:
        raise Dropped(read.reason)
    _tell(home, metric, kind, read)
    sql = aggregated(kind, read.sql)
    if kind.agg == "count_distinct":
        home.scope.report.changed("aggregation", "count_distinct", NOTHING)
    if kind.fill_nulls_with is not None:
        sql = f"coalesce({sql}, {kind.fill_nulls_with})"
    item: Item = {"model": home.name, "sql": sql}
    if found := [*_known(home, kind), *_filter(home, metric, kind)]:
        item["filter"] = together(found)
    return item | _time(home, metric.name, kind)


def _filter(home: Home, metric: Metric, kind: Simple) -> list[str]:
    if not metric.filter:
        return []
    return [conditions(home.scope, metric.filter, kind.model, time=home.time_of(kind))]


def _known(home: Home, kind: Simple) -> list[str]:
    """Rows that no key of a semi-additive metric tells apart are in none of its snapshots."""
    given = kind.non_additive
    return [] if given is None else [f"{home.entity_key(name)} is not null" for name in given.groupings]


def _tell(home: Home, metric: Metric, kind: Simple, read: Read) -> None:
    """What is different in the aggregate, or was made explicit."""
    changed = [read_as_time(column) for column in read.cast]
    changed += [DIVIDES] if divides(read.sql) else []
    changed += [APPROXIMATE] if kind.approximate else []
    for each in changed:
        home.scope.report.changed("metric", metric.name, each)


def _time(home: Home, metric: str, kind: Simple) -> Item:
    """What a metric has to do with time."""
    item: Item = {}
    own = home.time_of(kind)
    if own and own not in home.dimensions:
        raise Dropped(f"Its time '{own}' is no dimension of '{home.model.name}', or was dropped.")
    if kind.time and kind.time != home.model.default_time:
        item["time"] = kind.time
    if kind.non_additive is not None:
        item["not_additive_over"] = _snapshots(home, kind, kind.non_additive)
    if kind.join_to_timespine:
        item["every_period"] = True
        home.scope.report.changed("metric", metric, SPINE)
    return item


def _snapshots(home: Home, kind: Simple, given: NonAdditive) -> Item:
    """The first or the last rows of a period, for each of the keys apart."""
    item: Item = {"time": "first" if given.choice == "min" else "last"}
    if given.groupings:
        per = [home.entity_key(name) for name in given.groupings]
        item["per"] = per[0] if len(per) == 1 else per
    if given.dimension != home.time_of(kind):
        if given.dimension not in home.dimensions:
            raise Dropped(f"'{given.dimension}' is no dimension of '{home.model.name}', or was dropped.")
        item["of"] = given.dimension
    return item
