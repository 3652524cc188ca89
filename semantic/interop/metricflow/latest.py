"""The newest YAML of dbt: a model is a semantic model, its columns are keys and dimensions; flat metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.aggregates import AGGREGATIONS, Aggregate
from semantic.interop.metricflow.aggregating import non_additive, simple
from semantic.interop.metricflow.columns import OF_DBT, columns, derived_dimension
from semantic.interop.metricflow.drafts import Draft, Drafts, ModelDraft
from semantic.interop.metricflow.inputs import (
    calculation,
    constant,
    named_inputs,
    needed_input,
    period_agg,
    window_of,
)
from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Dimension,
    Entity,
    Input,
    Kind,
    Metric,
    Ratio,
    SemanticModel,
    TimeSpine,
)
from semantic.interop.metricflow.older import METRICS, NOTHING
from semantic.interop.metricflow.parts import enabled, entity, filters, said, with_primary
from semantic.interop.metricflow.project import Project
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.spines import custom_granularities
from semantic.interop.metricflow.trees import as_bool
from semantic.interop.metricflow.windows import STANDARD

_OF_MODELS = (*OF_DBT, "group", "meta", "config", "versions", "tags", "quote_columns", "config", "docs")


def model(record: Record, project: Project, drafts: Drafts) -> None:
    """An entry of ``models:``: perhaps a time spine, perhaps a semantic model."""
    name = record.named()
    time_spine(record, name, project, drafts)
    switch = record.raw("semantic_model")
    if as_bool(switch) is not None or switch is None:
        own: Record | None = Record({}, record.at("semantic_model"), "semantic model", drafts.told, name)
        on = bool(as_bool(switch))
    else:
        own = record.record("semantic_model", "semantic model")
        on = own is not None and own.flag("enabled", True)
    if own is not None and on:
        semantic_model(record, own, name, project, drafts)
    else:
        _unused(record, switch is not None)


def _unused(record: Record, said: bool) -> None:
    """What a model says of semantics without being a semantic model."""
    meant = ("metrics", "derived_semantics", "primary_entity", "agg_time_dimension")
    found = next((key for key in meant if key in record), None)
    if said or found:
        at = record.at("semantic_model" if said else found or "")
        record.told.dropped("semantic model", record.name, at, "'semantic_model' is not enabled.")


def time_spine(record: Record, name: str, project: Project, drafts: Drafts) -> None:
    """A model with a row for every period."""
    given = record.record("time_spine", "time spine")
    if given is None:
        return
    column = given.need("standard_granularity_column")
    custom = custom_granularities(given)
    spine = TimeSpine(
        relation=project.relation_of(name, record.place, read=bool(custom)),
        column=column,
        granularity=_spine_grain(record, given, column),
        custom=custom,
        where=str(given.place),
    )
    given.rest()
    drafts.spines.append(spine)


def _spine_grain(record: Record, given: Record, name: str) -> str:
    """The granularity of the column that a spine names."""
    columns = [each for each in record.records("columns", "column") if each.text("name") == name]
    if not any("granularity" in each for each in columns) and name:
        place = given.at("standard_granularity_column")
        reason, hint = (
            f"has no column '{name}' with a granularity",
            f"Give the column '{name}' a 'granularity'.",
        )
        record.told.fault(faults.misfit(str(given), reason, hint, place))
    return next((each.choice("granularity", STANDARD) for each in columns), None) or "day"


def semantic_model(record: Record, own: Record, name: str, project: Project, drafts: Drafts) -> None:
    """A model that is a semantic model; ``own`` is what stands under ``semantic_model:``."""
    called = (own.text("name") or name).lower()
    words = {**said(own, called), "where": str(record.place)}
    entities, dimensions = _elements(record, words["meta"])
    made = SemanticModel(
        **{**words, "description": words["description"] or record.text("description")},
        relation=project.relation_of(name, record.place),
        entities=with_primary(record, entities),
        dimensions=dimensions,
        default_time=(record.text("agg_time_dimension") or "").lower() or None,
    )
    place = record.at("agg_time_dimension")
    drafts.models.append(ModelDraft(model=made, place=record.place, time_place=place))
    _metrics(record, called, drafts)
    own.rest()
    record.rest(*_OF_MODELS)


def _elements(record: Record, meta: Mapping[str, Any]) -> tuple[tuple[Entity, ...], tuple[Dimension, ...]]:
    """The entities and dimensions of columns, and those that are derived."""
    entities, dimensions = columns(record, meta)
    derived = record.record("derived_semantics", "semantic model")
    if derived:
        dimensions += [derived_dimension(each, meta) for each in derived.records("dimensions", "dimension")]
        entities += [entity(each, meta) for each in derived.records("entities", "entity")]
        derived.rest()
    return tuple(entities), tuple(dimensions)


def _metrics(record: Record, called: str, drafts: Drafts) -> None:
    """The metrics that stand in a model."""
    for each in record.records("metrics", "metric"):
        each.name = str(each.tree.get("name", ""))
        if enabled(each, drafts.told):
            metric(each, drafts, called)
    if record.raw("versions"):
        reason = "dbt gives a semantic model to a model without versions only."
        record.told.changed("semantic model", called, record.at("versions"), reason)


def metric(record: Record, drafts: Drafts, model: str | None) -> None:
    """A metric without ``type_params``; ``model`` is the one it stands in."""
    name = record.named()
    kind = record.choice("type", METRICS, "simple") or "simple"
    reading = _Flat(record, model)
    metric = Metric(
        **said(record, name),
        kind=reading.kind(kind),
        filter=filters(record),
        granularity=(record.text("time_granularity") or "").lower() or None,
        hidden=record.flag("hidden"),
    )
    record.rest()
    drafts.metrics.append(Draft(metric=metric, place=record.place, places=reading.places))


class _Flat:
    """Reads what a metric is."""

    def __init__(self, record: Record, model: str | None) -> None:
        self.record = record
        self.model = model
        self.places: dict[str, Place] = {}

    def kind(self, kind: str) -> Kind:
        """What the metric is."""
        record = self.record
        match kind:
            case "ratio":
                return Ratio(self.input("numerator"), self.input("denominator"))
            case "derived":
                inputs = named_inputs(record, "input_metrics", self.places)
                return Derived(record.sql("expr") or record.need("expr"), inputs)
            case "cumulative":
                return self.cumulative()
            case "conversion":
                return self.conversion()
        return self.simple()

    def input(self, key: str, field: str = "") -> Input:
        """A metric that has to be there."""
        return needed_input(self.record, key, field or key, self.places)

    def simple(self) -> Kind:
        record = self.record
        if self.model is None:
            hint = "Put it under 'metrics:' of its model."
            place = record.place
            record.told.fault(faults.misfit(str(record), "is simple and stands in no model", hint, place))
            return NOTHING
        agg = record.required("agg", AGGREGATIONS)
        expr = record.sql("expr")
        percentile = record.number("percentile")
        kind = record.choice("percentile_type", ("discrete", "continuous", "approximate"))
        given = Aggregate(
            agg or "sum", expr or record.name, percentile, kind == "discrete", kind == "approximate"
        )
        time = record.text("agg_time_dimension")
        along = non_additive(record, "window_agg", "group_by")
        made = simple(record, self.model, given, expr, time, along)
        fill, join = record.whole("fill_nulls_with"), record.flag("join_to_timespine")
        return replace(made, fill_nulls_with=fill, join_to_timespine=join)

    def cumulative(self) -> Cumulative:
        record = self.record
        return Cumulative(
            self.input("input_metric", "input"),
            window=window_of(record, "window"),
            grain_to_date=(record.text("grain_to_date") or "").lower() or None,
            period_agg=period_agg(record),
        )

    def conversion(self) -> Conversion:
        record = self.record
        return Conversion(
            self.input("base_metric", "base"),
            self.input("conversion_metric", "conversion"),
            entity=record.need("entity").lower(),
            calculation=calculation(record),
            window=window_of(record, "window"),
            constant=constant(record),
        )
