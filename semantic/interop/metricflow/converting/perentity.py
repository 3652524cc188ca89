"""Metrics for each entity, by which conditions choose rows: models made from a question, joined by key."""

from __future__ import annotations

from semantic.faults import SemanticError
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.filters import by_entity, walk


def per_entity(metrics: Members, models: dict[str, Item]) -> list[Item]:
    """The models for metrics by entity; the models whose rows they choose are joined to them."""
    found = []
    for (metric, entities), homes in metrics.scope.by_entity.items():
        name = by_entity(metric, entities)
        found.append(_model(metrics, metric, entities, name))
        for home in homes:
            key = metrics.homes[home].entity_key(entities[0])
            join: Item = {"to": name, "on": key if key == entities[0] else {key: entities[0]}}
            models[home].setdefault("joins", []).append(join)
    return found


def check(metrics: Members, metric: str, entities: tuple[str, ...], home: str) -> None:
    """Raise `Dropped` where a metric cannot be asked by an entity for rows of a model."""
    homes = metrics.homes_of(metric)
    if len(homes) != 1:
        raise Dropped(f"Its condition on '{metric}' is about rows of several models.")
    metrics.homes[home].entity_key(entities[0])
    _path(metrics, metric, entities[0])


def _model(metrics: Members, metric: str, entities: tuple[str, ...], name: str) -> Item:
    start = next(iter(metrics.homes_of(metric)))
    path = _path(metrics, metric, entities[0])
    ours = metrics.scope.metric_names[metric]
    asked: object = [metric] if ours == metric else {metric: ours}
    query: Item = {"from": metrics.homes[start].name, "metrics": asked}
    query["by"] = path if path == entities[0] else f"{path} as {entities[0]}"
    return {"name": name, "query": query}


def _path(metrics: Members, metric: str, entity: str) -> str:
    start = metrics.scope.models[next(iter(metrics.homes_of(metric)))]
    try:
        return ".".join(walk((), entity, start, metrics.scope.manifest))
    except SemanticError as error:
        raise Dropped(" ".join(fault.message for fault in error.faults)) from None
