"""The one form of all spellings: measures become metrics, names are looked up, everything has its order.

The same definitions make equal manifests (apart from ``where`` and ``entries``), however they are spelled:

* Names of models, entities, dimensions and measures are in small letters; so are granularities.
* Models, metrics and saved queries are in the order of their names, dimensions too; entities come primary,
  natural, unique, foreign, each in the order of their names; spines from the finest to the coarsest.
* A label that repeats the name, an alias that does, an ``expr`` that does: none. The label and the
  description that dbt makes up for a metric of ``create_metric``: none.
* ``meta`` of a semantic model holds for its entities, dimensions and measures, below what they say
  themselves.
* Aggregates have the form of `aggregates`: ``count`` of ``1`` or ``*``, ``sum`` of ``1`` and what
  MetricFlow makes of them are ``count`` of ``1``; a percentile of 0.5 is a ``median`` (unless discrete or
  approximate).
* A simple metric over a measure is the aggregate of the measure. The filter of the measure's input comes
  before the metric's own; its ``fill_nulls_with`` and ``join_to_timespine`` are the metric's; its alias
  means nothing. Where a metric says ``metric_aggregation_params``, the measure beside them is not looked
  at.
* ``create_metric`` makes a metric of the measure's name, unless there is a simple one.
* A cumulative or conversion metric over a measure is one over a metric: the first simple metric without a
  filter and a granularity that is the same aggregate of that measure with the same ``fill_nulls_with`` and
  ``join_to_timespine``; else a hidden one is made: ``revenue``, ``revenue_fill_nulls_with_0``,
  ``revenue_join_to_timespine``, with ``_1`` if the name is taken. Filter and alias stay at the input. A
  ratio or derived metric that names a measure where there is no metric is treated alike.
* A time dimension that is the default of the model: none.
* ``window`` and ``grain_to_date`` in ``cumulative_type_params`` win over those beside it. A window is ``1
  month``, ``7 days``, ``2 fiscal_years``.
* Conditions are a tuple of texts without space around them.
* A spine for a granularity that has another one already replaces it; one of
  ``time_spine_table_configurations`` does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from semantic import faults
from semantic.faults import SemanticError
from semantic.faults.interop import Place
from semantic.interop.metricflow.checking import Checks
from semantic.interop.metricflow.drafts import Draft, Drafts, Measure, MeasureInput
from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Input,
    Kind,
    Manifest,
    Metric,
    Ratio,
    SemanticModel,
    Simple,
    TimeSpine,
)
from semantic.interop.metricflow.windows import STANDARD, settled

T = TypeVar("T")
_ENTITY_ORDER = {"primary": 0, "natural": 1, "unique": 2, "foreign": 3}


def normal(drafts: Drafts) -> Manifest:
    """The manifest of what was read; raises all the mistakes of it at once."""
    forming = _Forming(drafts)
    forming.metrics()
    forming.unused()
    spines = _spines(drafts)
    manifest = Manifest(
        models=tuple(sorted((_model(each.model) for each in forming.models.values()), key=_by_name)),
        metrics=tuple(sorted((forming.settled(each) for each in forming.named.values()), key=_by_name)),
        spines=spines,
        saved_queries=tuple(sorted((each for each, _ in drafts.saved_queries), key=_by_name)),
        entries=tuple(drafts.told.entries),
    )
    places = {name: draft.place for name, draft in forming.named.items()}
    Checks(drafts, manifest, places, forming.input_places).all()
    if drafts.told.faults:
        raise SemanticError(drafts.told.faults)
    return manifest


def _by_name(each: SemanticModel | Metric | object) -> str:
    return getattr(each, "name", "")


def _model(model: SemanticModel) -> SemanticModel:
    entities = sorted(model.entities, key=lambda each: (_ENTITY_ORDER[each.kind], each.name))
    dimensions = sorted(model.dimensions, key=lambda each: each.name)
    return replace(model, entities=tuple(entities), dimensions=tuple(dimensions))


def _spines(drafts: Drafts) -> tuple[TimeSpine, ...]:
    kept: dict[str, TimeSpine] = {}
    for spine in drafts.spines:
        if spine.granularity in kept:
            gone = kept[spine.granularity]
            reason = f"Another spine by {spine.granularity} stands below it, at {spine.where}."
            drafts.told.dropped("time spine", ".".join(gone.relation), gone.where, reason)
        kept[spine.granularity] = spine
    return tuple(sorted(kept.values(), key=lambda each: STANDARD.index(each.granularity)))


class _Forming:
    """Metrics of measures, one after the other."""

    def __init__(self, drafts: Drafts) -> None:
        self.told = drafts.told
        self.drafts = drafts
        self.models = self.once(
            "semantic model", ((each.model.name, each.place, each) for each in drafts.models)
        )
        placed = ((each.name, each.place, each) for model in drafts.models for each in model.measures)
        self.measures: dict[str, Measure] = self.once("measure", placed)
        self.named: dict[str, Draft] = self.once(
            "metric", ((each.metric.name, each.place, each) for each in drafts.metrics)
        )
        self.made: dict[tuple[str, int | None, bool], str] = {}
        self.input_places: dict[tuple[str, str], Place] = {}
        self.custom = {name for spine in drafts.spines for name, _ in spine.custom}

    def once(self, kind: str, placed: Iterable[tuple[str, Place, T]]) -> dict[str, T]:
        """Things by name, of which there is one each."""
        found: dict[str, T] = {}
        places: dict[str, Place] = {}
        for name, place, each in placed:
            if name in found:
                self.told.fault(faults.defined_twice(kind, name, places[name], place))
                continue
            found[name], places[name] = each, place
        return found

    def metrics(self) -> None:
        """All metrics over metrics, none over measures."""
        for measure in self.measures.values():
            if measure.create_metric:
                self.created(measure)
        for name, draft in list(self.named.items()):
            if "simple" in draft.measures:
                self.named[name] = self.flat(draft)
        for name, draft in list(self.named.items()):
            self.named[name] = self.over_metrics(draft)

    def unused(self) -> None:
        """Tells of measures that are no metric's: nobody could ask for them, and nothing stands for them."""
        drafts = self.named.values()
        used = {each.measure for draft in drafts for each in draft.measures.values()}
        plain = [_plain(draft.metric.kind) for draft in drafts]
        for measure in self.measures.values():
            if measure.name not in used and _plain(measure.simple) not in plain:
                reason = "No metric is made of it; with 'create_metric: true' one is."
                name = f"{measure.simple.model}.{measure.name}"
                self.told.changed("measure", name, measure.place, reason)

    def over_metrics(self, draft: Draft) -> Draft:
        """A metric with metrics in the place of measures."""
        if isinstance(draft.metric.kind, Simple):
            return draft
        kind = _mapped(draft.metric.kind, partial(self.input, draft))
        return replace(draft, metric=replace(draft.metric, kind=kind))

    def created(self, measure: Measure) -> None:
        """The metric of a measure's name."""
        known = self.named.get(measure.name)
        if known is None:
            metric = _of_measure(measure, measure.name, None, False, hidden=False)
            own = MeasureInput(measure=measure.name, place=measure.place)
            self.named[measure.name] = Draft(metric=metric, place=measure.place, measures={"simple": own})
        elif not isinstance(known.metric.kind, Simple):
            self.told.fault(faults.defined_twice("metric", measure.name, measure.place, known.place))

    def flat(self, draft: Draft) -> Draft:
        """A simple metric as the aggregate of its measure."""
        given = draft.measures["simple"]
        measure = self.measure(given)
        if measure is None:
            return draft
        simple = replace(
            measure.simple, fill_nulls_with=given.fill_nulls_with, join_to_timespine=given.join_to_timespine
        )
        metric = replace(draft.metric, kind=simple, filter=(*given.filter, *draft.metric.filter))
        return replace(draft, metric=metric)

    def measure(self, given: MeasureInput) -> Measure | None:
        """The measure of a name."""
        found = self.measures.get(given.measure)
        if found is None and given.measure:
            known = sorted(self.measures)
            self.told.fault(faults.undefined("measure", given.measure, known, given.place))
        return found

    def input(self, draft: Draft, field: str, given: Input) -> Input:
        """An input that is a metric."""
        place = draft.places.get(field, draft.place)
        self.input_places[draft.metric.name, given.metric] = place
        if field in draft.measures:
            own = draft.measures[field]
            measure = self.measure(own)
            name = self.over(measure, own.fill_nulls_with, own.join_to_timespine) if measure else ""
            alias = None if own.alias == name else own.alias
            return Input(metric=name, alias=alias, filter=own.filter)
        if given.metric not in self.named and given.metric.lower() in self.measures:
            return replace(given, metric=self.over(self.measures[given.metric.lower()], None, False))
        return given

    def over(self, measure: Measure, fill: int | None, join: bool) -> str:
        """The name of the metric that is a measure: one that there is, or a hidden one."""
        key = (measure.name, fill, join)
        if key not in self.made:
            simple = replace(measure.simple, fill_nulls_with=fill, join_to_timespine=join)
            self.made[key] = self.like(measure, simple) or self.hidden(measure, fill, join)
        return self.made[key]

    def like(self, measure: Measure, simple: Simple) -> str | None:
        """A metric that is this and nothing more."""
        for name, draft in self.named.items():
            metric, own = draft.metric, draft.measures.get("simple")
            plain = not metric.filter and metric.granularity is None
            if metric.kind == simple and plain and (own is None or own.measure == measure.name):
                return name
        return None

    def hidden(self, measure: Measure, fill: int | None, join: bool) -> str:
        """A new metric, for other metrics only."""
        parts = [measure.name]
        if fill is not None:
            parts.append(f"fill_nulls_with_{fill}" if fill >= 0 else f"fill_nulls_with_neg_{-fill}")
        base = name = "_".join([*parts, "join_to_timespine"] if join else parts)
        count = 0
        while name in self.named:
            count += 1
            name = f"{base}_{count}"
        metric = _of_measure(measure, name, fill, join, hidden=True)
        own = MeasureInput(measure=measure.name, place=measure.place)
        self.named[name] = Draft(metric=metric, place=measure.place, measures={"simple": own})
        return name

    def settled(self, draft: Draft) -> Metric:
        """A metric with its windows and its time as all spellings write them."""
        kind = _mapped(draft.metric.kind, partial(self.offset, draft))
        if isinstance(kind, Simple):
            model = self.models.get(kind.model)
            own_time = model is not None and kind.time == model.model.default_time
            kind = replace(kind, time=None) if own_time and kind.time else kind
        if isinstance(kind, (Cumulative, Conversion)) and kind.window:
            kind = replace(kind, window=self.window(draft, kind.window))
        return draft.metric if kind is draft.metric.kind else replace(draft.metric, kind=kind)

    def offset(self, draft: Draft, field: str, given: Input) -> Input:
        """An input with its window settled."""
        if given.offset_window is None:
            return given
        return replace(given, offset_window=self.window(draft, given.offset_window))

    def window(self, draft: Draft, text: str) -> str:
        """A window of a granularity that there is."""
        found = settled(text, self.custom)
        if found is None:
            unit = text.partition(" ")[2]
            known = [*STANDARD, *sorted(self.custom)]
            self.told.fault(faults.undefined("granularity", unit, known, draft.place))
        return found or text


def _of_measure(measure: Measure, name: str, fill: int | None, join: bool, *, hidden: bool) -> Metric:
    return Metric(
        name=name,
        label=None if measure.label == name else measure.label,
        description=measure.description,
        meta=measure.meta,
        where=str(measure.place),
        kind=replace(measure.simple, fill_nulls_with=fill, join_to_timespine=join),
        hidden=hidden,
    )


def _plain(kind: Kind) -> Kind:
    """An aggregate without what is done with it afterwards."""
    return replace(kind, fill_nulls_with=None, join_to_timespine=False) if isinstance(kind, Simple) else kind


def _mapped(kind: Kind, change: Callable[[str, Input], Input]) -> Kind:
    """The same kind with other inputs; each has the name of its place."""
    match kind:
        case Ratio(numerator, denominator):
            return Ratio(change("numerator", numerator), change("denominator", denominator))
        case Derived(expr, inputs):
            return Derived(expr, tuple(change(str(index), each) for index, each in enumerate(inputs)))
        case Cumulative():
            return replace(kind, input=change("input", kind.input))
        case Conversion():
            base, conversion = change("base", kind.base), change("conversion", kind.conversion)
            return replace(kind, base=base, conversion=conversion)
    return kind
