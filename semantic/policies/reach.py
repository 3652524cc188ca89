"""Which policies govern the rows of which models, whoever asks: its own, and those of what its rows join."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from semantic.catalog import Catalog, Edge, Model, Walk
from semantic.spec.types import Conversion, Metric, Policy

_WORD = re.compile(r"[^\W\d]\w*")
_NAMED = re.compile(r"\bmodels\s*\.\s*\"?(\w+)", re.IGNORECASE)  # the models in a SELECT


@dataclass(frozen=True)
class Governing:
    """A policy over rows, and the walk to the model that it is about."""

    policy: Policy
    walk: Walk


def governing(catalog: Catalog, model: str) -> tuple[Governing, ...]:
    """The policies that decide which rows of a model are seen: its own ones, and those that it inherits from
    every model that it joins, one or more declared joins away."""
    known, key = catalog.remembered, ("governing", model)
    if key not in known:
        known[key] = tuple(_governing(catalog, model))
    found: tuple[Governing, ...] = known[key]
    return found


def _governing(catalog: Catalog, model: str) -> Iterator[Governing]:
    about: dict[str, list[Policy]] = {}
    for policy in catalog.policies.values():
        if policy.rows is not None:
            about.setdefault(str(policy.model), []).append(policy)
    for walk, end in catalog.walks(model) if about else ():
        for policy in about.get(end, ()):
            if not walk or (policy.inherit and _inherited(catalog, model, walk)):
                yield Governing(policy, walk)


def _inherited(catalog: Catalog, model: str, walk: Walk) -> bool:
    """Whether rows at the end of a walk are what rows of a model belong to: joins that were declared lead
    there, and none of the models on the way is made from the rows in question."""
    edges = catalog.edges(model, walk)
    if not all(_declared(catalog, edge) for edge in edges):
        return False
    return not any(model in origins(catalog, edge.target) for edge in edges)


def _declared(catalog: Catalog, edge: Edge) -> bool:
    """Whether a join stands in the files, and is no way back that was found."""
    return any(edge.spec is join for join in catalog.models[edge.origin].spec.joins)


def is_made(model: Model) -> bool:
    """Whether the rows of a model are made from those of others, and seen as these are."""
    sql = model.relation.sql
    return model.spec.query is not None or (sql is not None and _NAMED.search(sql) is not None)


def origins(catalog: Catalog, model: str) -> frozenset[str]:
    """The models that the rows of a model are made from, as far as names tell."""
    found: set[str] = set()
    pending = [model]
    while pending:
        for name in _origins(catalog, catalog.models[pending.pop()]):
            if name in catalog.models and name not in found:
                found.add(name)
                pending.append(name)
    return frozenset(found)


def _origins(catalog: Catalog, model: Model) -> Iterator[str]:
    question, sql = model.spec.query, model.relation.sql
    if question is not None:
        yield from map(str, (question.start, question.of))
        for metric in question.metrics:
            yield from _counted(catalog, metric, set())
    elif sql is not None and is_made(model):
        yield from _NAMED.findall(sql)


def _counted(catalog: Catalog, metric: Metric, seen: set[str]) -> Iterator[str]:
    """The models that a metric names, and those of the metrics that it names."""
    yield str(metric.model)
    for events in (metric.conversion, metric.retention):
        if isinstance(events, Conversion):
            yield from map(str, (events.start, events.to))
        elif events is not None:
            yield from map(str, (events.cohort, events.activity))
    for word in _WORD.findall(f"{metric.sql} {metric.having} {metric.per}"):
        yield word  # a path, if it is the name of a model
        if word in catalog.metrics and word not in seen:
            seen.add(word)
            yield from _counted(catalog, catalog.metrics[word], seen)


def relaxed(catalog: Catalog) -> Catalog:
    """The catalog with joins that are no longer required where a policy may hide the partner alone."""
    known = catalog.remembered
    if ("relaxed",) not in known:
        models = {name: _relaxed(catalog, model) for name, model in catalog.models.items()}
        same = all(models[name] is model for name, model in catalog.models.items())
        known["relaxed",] = catalog if same else replace(catalog, models=models)
    found: Catalog = known["relaxed",]
    return found


def _relaxed(catalog: Catalog, model: Model) -> Model:
    edges = {
        role: replace(edge, spec=replace(edge.spec, required=False)) if _may_be_alone(catalog, edge) else edge
        for role, edge in model.edges.items()
    }
    same = all(edges[role] is edge for role, edge in model.edges.items())
    return model if same else replace(model, edges=edges)


def _may_be_alone(catalog: Catalog, edge: Edge) -> bool:
    """Whether a row may be seen whose partner is not, though the join says that there is one."""
    if not edge.required:
        return False
    own = {(str(g.policy.name), g.walk) for g in governing(catalog, edge.origin)}
    partner = {(str(g.policy.name), (edge.role, *g.walk)) for g in governing(catalog, edge.target)}
    return not partner <= own or is_made(catalog.models[edge.target])
