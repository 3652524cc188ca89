"""The catalog of a project, and what can be said against it before any SQL is parsed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semantic import faults
from semantic.catalog.asked import asked
from semantic.catalog.graph import Catalog, Model, bare
from semantic.catalog.joining import cohort_edge, derive_one_to_one, join_edges
from semantic.catalog.naming import policy_faults, project_faults
from semantic.faults import Fault, SemanticError
from semantic.source import Text
from semantic.spec import types


def link(project: types.Spec) -> Catalog:
    """The catalog of a project; raises `SemanticError` with every name that leads nowhere."""
    found: list[Fault] = []
    sources = {str(s.name): s for s in project.sources}
    by_name = {str(m.name): m for m in project.models}
    models = {str(m.name): _model(asked(m, by_name, found), sources, found) for m in project.models}
    for model in models.values():
        join_edges(model, models, found)
    derive_one_to_one(models)
    found += project_faults(project)
    for metric in project.metrics:
        if metric.model is not None and metric.model not in models:
            found.append(faults.unknown("model", metric.model, list(models), metric.model.span))
        for name in _models_of(metric):
            if name not in models:
                found.append(faults.unknown("model", name, list(models), name.span))
        if metric.retention is not None and not found:
            found += cohort_edge(metric.retention, models)
    for policy in project.policies:
        found += policy_faults(policy, models, [str(m.name) for m in project.metrics])
    if found:
        raise SemanticError(found)
    return Catalog(
        spec=project,
        models=models,
        metrics={str(m.name): m for m in project.metrics},
        parameters={str(p.name): p for p in project.parameters},
        functions={str(f.name): f for f in project.functions},
        targets={str(t.name): t for t in project.targets},
        policies={str(p.name): p for p in project.policies},
    )


def _models_of(metric: types.Metric) -> Iterator[Text]:
    """The models that the events of a metric are rows of."""
    if metric.conversion is not None:
        yield from (metric.conversion.start, metric.conversion.to)
    if metric.retention is not None:
        yield from (metric.retention.cohort, metric.retention.activity)


def _model(model: types.Model, sources: Mapping[str, types.Source], found: list[Fault]) -> Model:
    relation: types.Relation = model
    if model.source is not None:
        if model.source in sources:
            relation = sources[model.source]
        else:
            found.append(faults.unknown("source", model.source, list(sources), model.source.span))
    columns = {bare(c.name): c for c in (*relation.columns, *model.columns)}
    dimensions = {d.name.lower(): d for d in model.dimensions}
    linked = Model(model, relation, columns, dimensions, {})
    _check_keys(linked, found)
    return linked


def _check_keys(model: Model, found: list[Fault]) -> None:
    for key in (model.spec.primary_key, *model.spec.unique):
        for name in key:
            plain = name.isidentifier() and not model.column(name) and not model.dimension(name)
            if model.declared and plain:
                found.append(
                    faults.unknown(f"column of model '{model.name}'", name, sorted(model.columns), name.span)
                )
    if model.spec.time is not None and "." not in model.spec.time:
        known = model.column(model.spec.time) or model.dimension(model.spec.time)
        if not known and (model.declared or not model.spec.time.isidentifier()):
            names = sorted({*model.columns, *model.dimensions})
            found.append(
                faults.unknown(
                    f"column of model '{model.name}'", model.spec.time, names, model.spec.time.span
                )
            )
