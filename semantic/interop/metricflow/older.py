"""The shapes that manifests, legacy YAML and MetricFlow's own documents share: measures, ``type_params``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.aggregating import aggregated
from semantic.interop.metricflow.drafts import Draft, Drafts, Measure, MeasureInput, ModelDraft
from semantic.interop.metricflow.inputs import (
    _lower,
    calculation,
    constant,
    metric_input,
    named_inputs,
    needed_input,
    operand,
    period_agg,
    window_of,
)
from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Input,
    Kind,
    Metric,
    Ratio,
    SemanticModel,
    Simple,
)
from semantic.interop.metricflow.parts import dimension, entity, filters, said, with_primary
from semantic.interop.metricflow.records import Record

METRICS = ("simple", "ratio", "derived", "cumulative", "conversion")
Relation = Callable[[Record], tuple[str, ...]]


def semantic_model(
    record: Record, drafts: Drafts, relation: Relation, types: Mapping[str, str] | None = None
) -> None:
    """A model with its measures; ``types`` are the data types of columns."""
    name = record.named().lower()
    told = said(record, name)
    defaults = record.record("defaults")
    time = defaults.text("agg_time_dimension") if defaults else None
    time_place = defaults.at("agg_time_dimension") if defaults else record.place
    if defaults:
        defaults.rest()
    entities = [entity(each, told["meta"]) for each in record.records("entities", "entity")]
    dimensions = [
        dimension(each, told["meta"], types or {}) for each in record.records("dimensions", "dimension")
    ]
    measures = tuple(measure(each, name, told["meta"]) for each in record.records("measures", "measure"))
    model = SemanticModel(
        **told,
        relation=relation(record),
        entities=with_primary(record, tuple(entities)),
        dimensions=tuple(dimensions),
        default_time=time.lower() if time else None,
    )
    record.rest("metadata")
    drafts.models.append(
        ModelDraft(model=model, place=record.place, time_place=time_place, measures=measures)
    )


def measure(record: Record, model: str, inherited: Mapping[str, Any]) -> Measure:
    """An aggregate of a model."""
    name = record.named().lower()
    simple = aggregated(record, model, None, name)
    display = record.text("create_metric_display_name")
    made = said(record, name, inherited)
    create = record.flag("create_metric")
    record.rest("metadata")
    return Measure(
        name=name,
        simple=simple,
        label=made["label"] or display,
        description=made["description"],
        meta=made["meta"],
        create_metric=create,
        place=record.place,
    )


def metric(record: Record, drafts: Drafts) -> None:
    """A metric with ``type_params``."""
    name = record.named()
    kind = record.required("type", METRICS)
    given = record.inner("type_params", "metric")
    params = given or Record({}, record.place, "metric", record.told, name)
    reading = _Params(params, name)
    metric = Metric(
        **_words(record, name),
        kind=reading.kind(kind or "") if given else NOTHING,
        filter=filters(record),
        granularity=_lower(record.text("time_granularity")),
        hidden=params.flag("is_private"),
    )
    params.rest("input_measures", "fill_nulls_with", "join_to_timespine")
    record.rest("metadata", "datatype")
    draft = Draft(metric=metric, place=record.place, measures=reading.measures, places=reading.places)
    drafts.metrics.append(draft)


def _words(record: Record, name: str) -> dict[str, Any]:
    """What a metric says of itself, without what dbt says for it where a measure makes it."""
    words = said(record, name)
    made_up = words["description"] == f"Metric created from measure {name}"
    return {**words, "description": None} if made_up else words


NOTHING = Simple(model="", agg="sum", expr="")  # the kind of a metric that is a measure, before it is normal


class _Params:
    """Reads ``type_params``, and keeps measures apart from metrics."""

    def __init__(self, params: Record, name: str) -> None:
        self.params = params
        self.name = name
        self.measures: dict[str, MeasureInput] = {}
        self.places: dict[str, Place] = {}

    def kind(self, kind: str) -> Kind:
        """What the metric is."""
        match kind:
            case "simple":
                return self.simple()
            case "ratio":
                return Ratio(self.needed("numerator"), self.needed("denominator"))
            case "derived":
                return self.derived()
            case "cumulative":
                return self.cumulative()
            case "conversion":
                return self.conversion()
        return NOTHING

    def simple(self) -> Kind:
        params = self.params
        aggregation = params.record("metric_aggregation_params", "metric")
        fill, join = params.whole("fill_nulls_with"), params.flag("join_to_timespine")
        expr = params.sql("expr")
        if aggregation is None:
            self.measure(params, "measure", "simple", fill, join)
            return replace(NOTHING, fill_nulls_with=fill)
        params.asked.add("measure")
        model = aggregation.need("semantic_model").lower()
        made = aggregated(aggregation, model, expr, self.name)
        aggregation.rest()
        return replace(made, fill_nulls_with=fill, join_to_timespine=join)

    def derived(self) -> Derived:
        inputs = named_inputs(self.params, "metrics", self.places)
        return Derived(self.params.sql("expr") or self.params.need("expr"), inputs)

    def cumulative(self) -> Cumulative:
        params = self.params
        own = params.record("cumulative_type_params", "metric")
        own = own or Record({}, params.place, params.kind, params.told, self.name)
        legacy = window_of(params, "window"), _lower(params.text("grain_to_date"))
        made = Cumulative(
            self.either(own, "metric", params, "measure", "input"),
            window=window_of(own, "window") or legacy[0],
            grain_to_date=_lower(own.text("grain_to_date")) or legacy[1],
            period_agg=period_agg(own),
        )
        own.rest()
        return made

    def conversion(self) -> Kind:
        own = self.params.inner("conversion_type_params", "metric")
        if own is None:
            return NOTHING
        made = Conversion(
            self.either(own, "base_metric", own, "base_measure", "base"),
            self.either(own, "conversion_metric", own, "conversion_measure", "conversion"),
            entity=own.need("entity").lower(),
            calculation=calculation(own),
            window=window_of(own, "window"),
            constant=constant(own),
        )
        own.rest()
        return made

    def needed(self, key: str) -> Input:
        """A metric that has to be there."""
        return needed_input(self.params, key, key, self.places)

    def either(self, own: Record, metric: str, outer: Record, measure: str, field: str) -> Input:
        """A metric, or the measure in its place."""
        found = operand(own, metric)
        if found is not None:
            outer.asked.add(measure)
            self.places[field] = found.place
            return metric_input(found)
        self.measure(outer, measure, field, None, False)
        return Input(metric="")

    def measure(self, record: Record, key: str, field: str, fill: int | None, join: bool) -> None:
        """A measure as a metric uses it."""
        found = operand(record, key)
        if found is None:
            if key not in record:
                hint = "The newest spelling writes the metric on its model, without 'type_params'."
                record.told.fault(faults.lacks(str(self.params), key, self.params.place, hint))
            return
        own = found.whole("fill_nulls_with")
        self.measures[field] = MeasureInput(
            measure=found.need("name").lower(),
            alias=found.text("alias"),
            filter=filters(found),
            fill_nulls_with=fill if own is None else own,
            join_to_timespine=found.flag("join_to_timespine") or join,
            place=found.place,
        )
        found.rest()
