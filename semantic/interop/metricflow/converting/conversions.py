"""Conversions: base events that are followed by others of the same entity."""

from __future__ import annotations

from semantic.interop.metricflow.converting.conditions import conditions, together
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.inputs import length
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Conversion, Input, Metric, Simple

VALUES = {"conversion_rate": "rate", "conversions": "count"}


def conversion(metrics: Members, metric: Metric, kind: Conversion) -> Item:
    """The events of two models, matched as MetricFlow does: each later event with the latest base event."""
    base, later = (_events(metrics, each) for each in (kind.base, kind.conversion))
    item: Item = {"from": base[0].name, "to": later[0].name}
    item["by"] = _pairs([(base[0].entity_key(kind.entity), later[0].entity_key(kind.entity))])
    if kind.constant:
        item["same"] = _pairs([(base[0].column(one), later[0].column(other)) for one, other in kind.constant])
    if kind.window:
        item |= {"within": length(kind.window), "end": "exclusive"}
    item |= {"start": "inclusive", "counted": _counting(metrics, kind, base, later)}
    item |= {"immature": "count", "nobody": "count"}
    if condition := _condition(metrics, base, (*metric.filter, *kind.base.filter)):
        item["from_filter"] = condition
    if condition := _condition(metrics, later, kind.conversion.filter):
        item["to_filter"] = condition
    item["value"] = VALUES[kind.calculation]
    return {"conversion": item}


def _events(metrics: Members, given: Input) -> tuple[Home, Metric, Simple]:
    """The model whose rows are the events that a metric counts."""
    metrics.need(given.metric)
    metric = metrics.scope.metrics[given.metric]
    if not isinstance(metric.kind, Simple):
        raise Dropped(f"'{given.metric}' does not count rows of one model.")
    home = metrics.homes[metric.kind.model]
    if metric.kind.time and metric.kind.time != home.model.default_time:
        raise Dropped(f"The time of '{given.metric}' is not that of its model, which tells when events were.")
    return home, metric, metric.kind


def _condition(metrics: Members, events: tuple[Home, Metric, Simple], filters: tuple[str, ...]) -> str:
    """Which rows are events: those that the metric counts."""
    home, metric, kind = events
    found = [_counted(home, metric, kind)]
    if every := (*metric.filter, *filters):
        found.append(conditions(metrics.scope, every, kind.model, time=home.model.default_time))
    return together([each for each in found if each]) if any(found) else ""


def _counted(home: Home, metric: Metric, kind: Simple) -> str:
    """The rows that a count counts: those with a value."""
    expr = home.columns.written(kind.expr)
    if kind.agg == "count" and expr != "1":
        return f"{expr} is not null"
    if kind.agg == "count_distinct" or expr == "1":
        return ""
    raise Dropped(f"'{metric.name}' counts no rows, so that a conversion of it has no counterpart.")


def _counting(metrics: Members, kind: Conversion, *events: tuple[Home, Metric, Simple]) -> str:
    """What both metrics count: rows, or the entities that they are matched by."""
    found = {_distinct(home, metric, given, kind.entity) for home, metric, given in events}
    if len(found) > 1:
        raise Dropped("One of its metrics counts rows, and the other one what is distinct.")
    return found.pop()


def _distinct(home: Home, metric: Metric, kind: Simple, entity: str) -> str:
    if kind.agg != "count_distinct":
        return "later"
    exprs = {each.name: (each.expr or each.name).lower() for each in home.model.entities}
    if kind.expr.lower() == exprs.get(entity):
        return "entities"
    keys = [each.name for each in home.model.entities if each.kind == "primary"]
    if any(kind.expr.lower() == exprs[name] for name in keys):
        return "later"
    raise Dropped(f"'{metric.name}' counts distinct values that are no '{entity}'.")


def _pairs(pairs: list[tuple[str, str]]) -> Item | list[str] | str:
    if all(left == right for left, right in pairs):
        names = [left for left, _ in pairs]
        return names if len(names) > 1 else names[0]
    return dict(pairs)
