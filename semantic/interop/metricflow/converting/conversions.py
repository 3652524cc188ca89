"""Conversions: base events that are followed by others of the same entity.

MetricFlow counts the later events, each for the latest base event before it, and divides by the metric of the
base events. So does this: what is counted is a hidden metric. Where nothing is counted there is a NULL.
"""

from __future__ import annotations

from semantic.interop.metricflow.converting.conditions import conditions, together
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.inputs import hidden, length, used
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Conversion, Metric, Simple

CHOSEN = "A question chooses among base events after they were matched; MetricFlow matches only the chosen."
IGNORED = "The condition on its later events counts, where MetricFlow ignores it."


def conversion(metrics: Members, metric: Metric, kind: Conversion) -> Item:
    """How many later events there are, or how many for each base event."""
    metrics.scope.report.changed("metric", metric.name, CHOSEN)
    base, later = (_events(metrics, each.metric) for each in (kind.base, kind.conversion))
    item = {"conversion": _matched(metrics, metric, kind, base, later)}
    wish = f"{metrics.scope.metric_names[metric.name]}_events"
    name = hidden(metrics, metric.name, wish, item)
    _, _, counted = later
    found = name if counted.fill_nulls_with == 0 else f"nullif({name}, 0)"
    if kind.calculation == "conversions":
        return {"sql": found}
    return {"sql": f"{found} / {used(metrics, metric, kind.base)}"}


Events = tuple[Home, Metric, Simple]


def _matched(metrics: Members, metric: Metric, kind: Conversion, base: Events, later: Events) -> Item:
    item: Item = {"from": base[0].name, "to": later[0].name}
    item["by"] = _pairs([(base[0].entity_key(kind.entity), later[0].entity_key(kind.entity))])
    if kind.constant:
        item["same"] = _pairs([(base[0].column(one), later[0].column(other)) for one, other in kind.constant])
    times = {"from_time": _time(base), "to_time": _time(later)}
    item |= {key: time for key, time in times.items() if time}
    if kind.window:
        item |= {"within": length(kind.window), "end": "exclusive"}
    item |= {"start": "inclusive", "counted": _counted(later, kind.entity), "immature": "count"}
    if chosen := _rows(metrics, base, (*metric.filter, *kind.base.filter)):
        item["from_filter"] = chosen
    if kind.conversion.filter or later[1].filter:
        metrics.scope.report.changed("metric", metric.name, IGNORED)
    followed = [each for each in (_valued(later), _rows(metrics, later, kind.conversion.filter)) if each]
    if followed:
        item["to_filter"] = together(followed)
    return item | {"value": "count"}


def _events(metrics: Members, name: str) -> Events:
    """The model whose rows are the events that a metric counts."""
    metrics.need(name)
    metric = metrics.scope.metrics[name]
    if not isinstance(metric.kind, Simple):
        raise Dropped(f"'{name}' does not count rows of one model.")
    home = metrics.homes[metric.kind.model]
    return home, metric, metric.kind


def _time(events: Events) -> str:
    """When events were, where it is not the time of their model."""
    home, _, kind = events
    return kind.time if kind.time and kind.time != home.model.default_time else ""


def _rows(metrics: Members, events: Events, filters: tuple[str, ...]) -> str:
    """Which rows are events."""
    home, metric, kind = events
    every = (*metric.filter, *filters)
    return (
        conditions(metrics.scope, every, kind.model, time=kind.time or home.model.default_time)
        if every
        else ""
    )


def _valued(events: Events) -> str:
    """The rows that a count counts: those with a value."""
    home, _, kind = events
    return (
        f"{home.columns.written(kind.expr)} is not null" if kind.agg == "count" and kind.expr != "1" else ""
    )


def _counted(events: Events, entity: str) -> str:
    """What is counted: the later events, or the entities that have some."""
    home, metric, kind = events
    keys = {(each.expr or each.name).lower(): each for each in home.model.entities}
    key = keys.get(kind.expr.lower())
    if kind.agg == "count" or (kind.agg == "sum" and kind.expr == "1"):
        return "later"
    if kind.agg == "count_distinct" and key is not None and (key.name == entity or key.kind == "primary"):
        return "entities" if key.name == entity else "later"
    raise Dropped(f"'{metric.name}' counts neither rows nor every '{entity}' once.")


def _pairs(pairs: list[tuple[str, str]]) -> Item | list[str] | str:
    if all(left == right for left, right in pairs):
        names = [left for left, _ in pairs]
        return names if len(names) > 1 else names[0]
    return dict(pairs)
