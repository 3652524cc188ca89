"""The shapes that manifests, legacy YAML and MetricFlow's own documents share: measures, ``type_params``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.aggregates import AGGREGATIONS, Aggregate, settled
from semantic.interop.metricflow.drafts import Draft, Drafts, Measure, MeasureInput, ModelDraft
from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Dimension,
    Entity,
    Export,
    Input,
    Kind,
    Metric,
    NonAdditive,
    Ratio,
    SavedQuery,
    SemanticModel,
    Simple,
    TimeSpine,
)
from semantic.interop.metricflow.records import Record, Told
from semantic.interop.metricflow.trees import Tree
from semantic.interop.metricflow.windows import STANDARD, dotted, window

METRICS = ("simple", "ratio", "derived", "cumulative", "conversion")
ENTITIES = ("primary", "unique", "foreign", "natural")
Relation = Callable[[Record], tuple[str, ...]]


def said(record: Record, name: str, inherited: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What every definition may carry; a label that repeats the name says nothing."""
    label = record.text("label")
    config = record.record("config")
    meta = {**(inherited or {}), **record.data("meta")}
    if config is not None:
        meta |= config.data("meta")
        config.rest("enabled", "group", "tags")
    return {
        "name": name,
        "label": None if label == name else label,
        "description": record.text("description"),
        "meta": meta,
        "where": str(record.place),
    }


def filters(record: Record, key: str = "filter") -> tuple[str, ...]:
    """Conditions that all hold: one text, a list of them, or MetricFlow's ``where_filters``."""
    value = record.raw(key)
    return tuple(_conditions(record, key, value))


def _conditions(record: Record, key: str, value: Tree) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [str(value).strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for each in value for text in _conditions(record, key, each)]
    if isinstance(value, dict) and value.keys() & {"where_filters", "where_sql_template"}:
        inner = value.get("where_filters", value.get("where_sql_template"))
        return _conditions(record, key, inner)
    record.wrong(key, "a condition or a list of conditions", value)
    return []


def enabled(record: Record, told: Told) -> bool:
    """Whether a definition is not switched off."""
    config = record.tree.get("config")
    switched = Record(config if isinstance(config, dict) else {}, record.at("config"), record.kind, told)
    if switched.flag("enabled", True):
        return True
    told.dropped(record.kind, record.name, record.place, "It is not enabled.")
    return False


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


def with_primary(record: Record, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The entities, and the primary one that no column is the key of."""
    name = (record.text("primary_entity") or "").lower()
    if not name or any(each.name == name and each.kind == "primary" for each in entities):
        return entities
    place = record.at("primary_entity")
    if any(each.kind == "primary" for each in entities):
        keys = ("primary_entity", "a primary entity")
        record.told.fault(faults.both_stand(str(record), keys, place))
    return (Entity(name=name, kind="primary", virtual=True, where=str(place)), *entities)


def entity(record: Record, inherited: Mapping[str, Any]) -> Entity:
    """A key of a model."""
    name = record.named().lower()
    kind = record.choice("type", ENTITIES)
    if kind is None and "type" not in record:
        record.told.fault(faults.lacks(str(record), "type", record.place))
    expr = record.sql("expr")
    if record.text("role"):
        reason = "MetricFlow reads it and makes nothing of it."
        record.told.dropped("entity", f"{name}.role", record.at("role"), reason)
    told = said(record, name, inherited)
    record.rest("metadata")
    kinds = cast(Literal["primary", "unique", "foreign", "natural"], kind or "foreign")
    return Entity(**told, kind=kinds, expr=None if expr == name else expr)


def dimension(record: Record, inherited: Mapping[str, Any], types: Mapping[str, str]) -> Dimension:
    """Something to group by."""
    name = record.named().lower()
    expr = record.sql("expr")
    kind = record.choice("type", ("categorical", "time"))
    if kind is None and "type" not in record:
        record.told.fault(faults.lacks(str(record), "type", record.place))
    params = record.record("type_params", "dimension")
    kind = kind or ("time" if params else "categorical")  # its absence is told already
    grain = time_grain(record, params) if kind == "time" else None
    validity = validity_of(params.record("validity_params")) if params else None
    made = Dimension(
        **said(record, name, inherited),
        kind="time" if kind == "time" else "categorical",
        expr=None if expr == name else expr,
        granularity=grain,
        partition=record.flag("is_partition"),
        validity=validity if kind == "time" else None,
        data_type=record.text("datatype") or types.get(expr or name),
    )
    if params:
        params.rest()
    record.rest("metadata")
    return made


def time_grain(record: Record, params: Record | None, key: str = "time_granularity") -> str:
    """The granularity of a time dimension; MetricFlow takes a day where none is said."""
    if params is not None and key in params:
        return params.choice(key, STANDARD) or "day"
    reason = "It says no granularity; MetricFlow takes 'day'."
    record.told.changed("dimension", record.name, record.place, reason)
    return "day"


def validity_of(record: Record | None) -> Literal["start", "end"] | None:
    """Whether a dimension starts or ends the time in which a row is valid."""
    if record is None:
        return None
    start, end = record.flag("is_start"), record.flag("is_end")
    record.rest()
    if start and end:
        record.told.fault(faults.both_stand(str(record), ("is_start", "is_end"), record.place))
    return "start" if start else "end" if end else None


def measure(record: Record, model: str, inherited: Mapping[str, Any]) -> Measure:
    """An aggregate of a model."""
    name = record.named().lower()
    simple = aggregated(record, model, record.sql("expr"), name)
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


def aggregated(record: Record, model: str, expr: str | None, name: str) -> Simple:
    """An aggregate as measures and ``metric_aggregation_params`` say it."""
    agg = record.choice("agg", AGGREGATIONS)
    if agg is None and "agg" not in record:
        record.told.fault(faults.lacks(str(record), "agg", record.place))
    params = record.record("agg_params") or Record({}, record.place, record.kind, record.told)
    given = Aggregate(
        agg or "sum",
        expr or name,
        params.number("percentile"),
        params.flag("use_discrete_percentile"),
        params.flag("use_approximate_percentile"),
    )
    params.rest()
    time = record.text("agg_time_dimension")
    return simple(record, model, given, expr, time, non_additive(record))


def simple(
    record: Record,
    model: str,
    given: Aggregate,
    expr: str | None,
    time: str | None,
    non_additive: NonAdditive | None,
) -> Simple:
    """One aggregate in its one form."""
    _sensible(record, given, expr)
    done = settled(given)
    return Simple(
        model=model,
        agg=done.aggregation,
        expr=done.expr,
        percentile=done.percentile,
        discrete=done.discrete,
        approximate=done.approximate,
        time=time.lower() if time else None,
        non_additive=non_additive,
    )


def _sensible(record: Record, given: Aggregate, expr: str | None) -> None:
    told, place = record.told, record.place
    if given.agg == "count" and expr is None:
        told.fault(faults.lacks(str(record), "expr", place, "A count of all rows is 'expr: 1'."))
    if given.agg == "percentile" and given.percentile is None:
        told.fault(faults.lacks(str(record), "percentile", place, "It is a number between 0 and 1."))
    if given.percentile is not None and not 0 <= given.percentile <= 1:
        reason = f"cannot have the percentile {given.percentile:g}"
        told.fault(faults.misfit(str(record), reason, "It is a number between 0 and 1: 0.95.", place))
    if given.agg == "median" and (given.discrete or given.percentile not in (None, 0.5)):
        hint = "Write 'agg: percentile' for another one."
        told.fault(faults.misfit(str(record), "is a median, and at another percentile too", hint, place))


def non_additive(record: Record) -> NonAdditive | None:
    """The dimension along which a measure does not add up."""
    given = record.record("non_additive_dimension")
    if given is None:
        return None
    choice = given.choice("window_choice", ("min", "max"), "min")
    groupings = tuple(each.lower() for each in given.texts("window_groupings"))
    name = given.need("name").lower()
    given.rest()
    return NonAdditive(name, cast(Literal["min", "max"], choice), groupings)


def metric(record: Record, drafts: Drafts) -> None:
    """A metric with ``type_params``."""
    name = record.named()
    kind = record.choice("type", METRICS)
    if kind is None and "type" not in record:
        record.told.fault(faults.lacks(str(record), "type", record.place))
    params = record.record("type_params", "metric")
    if params is None:
        if "type_params" not in record:
            record.told.fault(faults.lacks(str(record), "type_params", record.place))
        return
    reading = _Params(params, name)
    made = reading.kind(kind or "")
    words = said(record, name)
    if words["description"] == f"Metric created from measure {name}":
        words["description"] = None  # dbt's own words, for 'create_metric'
    metric = Metric(
        **words,
        kind=made,
        filter=filters(record),
        granularity=_lower(record.text("time_granularity")),
        hidden=params.flag("is_private"),
    )
    params.asked |= {"input_measures", "fill_nulls_with", "join_to_timespine"}
    params.rest()
    record.rest("metadata", "datatype", "tags", "group")
    if made is not NOTHING:
        draft = Draft(metric=metric, place=record.place, measures=reading.measures, places=reading.places)
        drafts.metrics.append(draft)


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
        own = self.params.record("conversion_type_params", "metric")
        if own is None:
            self.params.told.fault(
                faults.lacks(str(self.params), "conversion_type_params", self.params.place)
            )
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
        found = operand(self.params, key)
        if found is None:
            if key not in self.params:
                self.params.told.fault(faults.lacks(str(self.params), key, self.params.place))
            return Input(metric="")
        self.places[key] = found.place
        return metric_input(found)

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


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None


def operand(record: Record, key: str) -> Record | None:
    """A metric or measure as another uses it: its name, or a mapping with its name."""
    value = record.raw(key)
    if isinstance(value, str):
        return Record({"name": value}, record.at(key), record.kind, record.told, f"{record.name}.{key}")
    return record.record(key)


def _named(record: Record, key: str) -> list[Record]:
    value = record.raw(key)
    if not isinstance(value, list):
        return record.records(key, record.kind)
    found = []
    for index, (each, place) in enumerate(zip(value, record.places(key, value), strict=True)):
        if isinstance(each, (str, dict)):
            tree = {"name": each} if isinstance(each, str) else each
            found.append(Record(tree, place, record.kind, record.told, f"{record.name}.{key}[{index}]"))
        else:
            record.wrong(key, "a list of metrics", each)
    return found


def named_inputs(record: Record, key: str, places: dict[str, Place]) -> tuple[Input, ...]:
    """The metrics that an expression is made of."""
    inputs = []
    for index, each in enumerate(_named(record, key)):
        places[str(index)] = each.place
        inputs.append(metric_input(each))
    if not inputs and key not in record:
        record.told.fault(faults.lacks(str(record), key, record.place))
    return tuple(inputs)


def metric_input(record: Record) -> Input:
    """A metric as another one uses it."""
    name, alias = record.need("name"), record.text("alias")
    made = Input(
        metric=name,
        alias=None if alias == name else alias,
        filter=filters(record),
        offset_window=window_of(record, "offset_window"),
        offset_to_grain=_lower(record.text("offset_to_grain")),
    )
    record.rest()
    return made


def window_of(record: Record, key: str) -> str | None:
    """A number of periods: ``7 days``, or ``{count: 7, granularity: day}``."""
    value = record.raw(key)
    if isinstance(value, dict):
        own = Record(value, record.at(key), record.kind, record.told, f"{record.name}.{key}")
        count, unit = own.whole("count"), own.need("granularity")
        own.rest()
        value = f"{count} {unit}"
    elif value is not None and not isinstance(value, str):
        record.wrong(key, "a number and a granularity", value)
        return None
    found = window(value) if value else None
    if value and found is None:
        record.told.fault(faults.bad_window(record.of(key), value, record.at(key)))
    return found


def period_agg(record: Record) -> Literal["first", "last", "average"]:
    """Which value of a period stands for it."""
    found = record.choice("period_agg", ("first", "last", "average"), "first")
    return cast(Literal["first", "last", "average"], found)


def calculation(record: Record) -> Literal["conversion_rate", "conversions"]:
    """Whether conversions are counted or divided."""
    found = record.choice("calculation", ("conversion_rate", "conversions"), "conversion_rate")
    return cast(Literal["conversion_rate", "conversions"], found)


def constant(record: Record) -> tuple[tuple[str, str], ...]:
    """Properties that both events share."""
    found = []
    for each in record.records("constant_properties", "constant property"):
        found.append((each.need("base_property"), each.need("conversion_property")))
        each.rest()
    return tuple(found)


def saved_query(record: Record, drafts: Drafts, schema: str | None = None) -> None:
    """A question with a name; ``schema`` is where exports go that say none."""
    name = record.named()
    params = record.record("query_params", "saved query")
    if params is None:
        if "query_params" not in record:
            record.told.fault(faults.lacks(str(record), "query_params", record.place))
        return
    made = SavedQuery(
        **said(record, name),
        metrics=params.texts("metrics"),
        group_by=params.texts("group_by"),
        filter=filters(params, "where"),
        order_by=params.texts("order_by"),
        limit=params.whole("limit"),
        exports=tuple(export(each, record, schema) for each in record.records("exports", "export")),
    )
    params.rest()
    if record.texts("tags"):
        record.told.dropped("saved query", f"{name}.tags", record.at("tags"), "Views have no tags.")
    record.rest("metadata", "group")
    drafts.saved_queries.append((made, record.place))


def export(record: Record, query: Record, schema: str | None) -> Export:
    """A table or view that a saved query is written to."""
    name = record.named()
    outer = query.tree.get("config")
    tree = {**(outer if isinstance(outer, dict) else {}), **record.data("config")}
    config = Record(tree, record.at("config"), "export", record.told, name)
    alias = config.text("alias")
    if "export_as" not in config:
        record.told.fault(faults.lacks(str(config), "export_as", record.place, "It is 'table' or 'view'."))
    made = Export(
        name=name,
        export_as=config.choice("export_as", ("table", "view", "cache")) or "",
        schema=config.text("schema_name") or config.text("schema") or schema,
        alias=None if alias == name else alias,
    )
    config.asked |= {"schema", "database"}
    config.rest("enabled", "group", "meta", "tags", "cache")
    record.rest("unrendered_config")
    return made


def node_relation(record: Record) -> tuple[str, ...]:
    """The table of a model or a spine, as manifests name it."""
    own = record.record("node_relation")
    if own is None:
        if "node_relation" not in record:
            record.told.fault(faults.lacks(str(record), "node_relation", record.place))
        return ()
    whole = own.text("relation_name")
    parts = own.text("database"), own.text("schema_name"), own.text("alias")
    own.rest()
    if parts[2] is None and whole is None:
        own.told.fault(faults.lacks(f"The {record.kind} '{record.name}'", "alias", own.place))
    return tuple(each for each in parts if each) if parts[2] else dotted(whole or "")


def project_configuration(record: Record, drafts: Drafts) -> None:
    """The spines of a project, in both of its spellings."""
    for each in record.records("time_spines", "time spine"):
        time_spine(each, drafts)
    for each in record.records("time_spine_table_configurations", "time spine"):
        spine = TimeSpine(
            relation=dotted(each.need("location")),
            column=each.need("column_name"),
            granularity=each.choice("grain", STANDARD) or "day",
            where=str(each.place),
        )
        each.rest("metadata")
        if all(known.granularity != spine.granularity for known in drafts.spines):
            drafts.spines.append(spine)
    record.rest("metadata", "dsi_package_version")


def time_spine(record: Record, drafts: Drafts) -> None:
    """A table with a row for every period."""
    column = record.record("primary_column", "time spine")
    if column is None:
        if "primary_column" not in record:
            record.told.fault(faults.lacks(str(record), "primary_column", record.place))
        return
    spine = TimeSpine(
        relation=node_relation(record),
        column=column.need("name"),
        granularity=column.choice("time_granularity", STANDARD) or "day",
        custom=custom_granularities(record),
        where=str(record.place),
    )
    column.rest()
    record.rest("metadata")
    drafts.spines.append(spine)


def custom_granularities(record: Record) -> tuple[tuple[str, str], ...]:
    """Names of granularities, each with its column of the spine."""
    found = []
    for each in record.records("custom_granularities", "custom granularity"):
        name = each.named()
        found.append((name.lower(), each.text("column_name") or name))
        each.rest()
    return tuple(found)
