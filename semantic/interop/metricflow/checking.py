"""Names that definitions of dbt use and nobody defines, and shapes that MetricFlow refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.drafts import Drafts, ModelDraft
from semantic.interop.metricflow.nodes import (
    Conversion,
    Cumulative,
    Derived,
    Input,
    Kind,
    Manifest,
    Metric,
    Ratio,
    Simple,
)
from semantic.interop.metricflow.windows import STANDARD


class Checks:
    """Looks everything up once; mistakes go to the faults of the drafts."""

    def __init__(
        self,
        drafts: Drafts,
        manifest: Manifest,
        places: Mapping[str, Place],
        input_places: Mapping[tuple[str, str], Place],
    ) -> None:
        self.drafts = drafts
        self.told = drafts.told
        self.models = {each.model.name: each for each in drafts.models}
        self.metrics = {each.name: each for each in manifest.metrics}
        self.places = places
        self.input_places = input_places
        custom = {name for spine in manifest.spines for name, _ in spine.custom}
        self.grains: Collection[str] = [*STANDARD, *sorted(custom)]

    def all(self) -> None:
        """All checks."""
        for draft in self.drafts.models:
            self.model(draft)
        for metric in self.metrics.values():
            self.metric(metric, self.places[metric.name])
        if not self.told.faults:
            self.cycles()
        self.saved_queries()

    def unknown(self, kind: str, name: str, known: Collection[str], place: Place) -> None:
        """Tells of a name, unless there is such a thing."""
        if name and name not in known:
            self.told.fault(faults.undefined(kind, name, sorted(known), place))

    def model(self, draft: ModelDraft) -> None:
        """One name for one thing, a default time that there is, a start with an end."""
        seen: dict[str, str] = {}
        virtual = [each for each in draft.model.entities if each.virtual]
        for each in (*draft.model.entities, *draft.model.dimensions):
            if each in virtual:
                continue
            if each.name in seen:
                name = f"{draft.model.name}.{each.name}"
                fault = faults.defined_twice("entity or dimension", name, seen[each.name], draft.place)
                self.told.fault(fault)
            seen[each.name] = each.where
        times = self.times(draft)
        if draft.model.default_time:
            self.unknown("time dimension", draft.model.default_time, times, draft.time_place)
        self.validity(draft)
        for measure in draft.measures:
            self.simple(measure.simple, measure.place)

    def times(self, draft: ModelDraft) -> list[str]:
        """The time dimensions of a model."""
        return [each.name for each in draft.model.dimensions if each.kind == "time"]

    def validity(self, draft: ModelDraft) -> None:
        """Either a start and an end, or neither; and nothing is measured in such a model."""
        ends = sorted(each.validity for each in draft.model.dimensions if each.validity)
        what = f"The semantic model '{draft.model.name}'"
        if ends and ends != ["end", "start"]:
            reason = f"has the validity parameters {' and '.join(ends)}"
            hint = "One time dimension is the start, another one the end."
            self.told.fault(faults.misfit(what, reason, hint, draft.place))
        if ends and draft.measures:
            hint = "Put a second semantic model over the same table."
            self.told.fault(
                faults.misfit(what, "has rows with validity, and measures too", hint, draft.place)
            )

    def simple(self, simple: Simple, place: Place) -> None:
        """The names that an aggregate uses."""
        draft = self.models.get(simple.model)
        if draft is None:
            self.unknown("semantic model", simple.model, self.models, place)
            return
        times = self.times(draft)
        if simple.time:
            self.unknown("time dimension", simple.time, times, place)
        if simple.non_additive:
            self.unknown("time dimension", simple.non_additive.dimension, times, place)
            known = [each.name for each in draft.model.entities]
            for grouping in simple.non_additive.groupings:
                self.unknown("entity", grouping, known, place)

    def metric(self, metric: Metric, place: Place) -> None:
        """The names that a metric uses."""
        if metric.granularity:
            self.unknown("granularity", metric.granularity, self.grains, place)
        if isinstance(metric.kind, Simple) and metric.kind.model:
            self.simple(metric.kind, place)
        if isinstance(metric.kind, Conversion):
            self.conversion(metric.kind, place)
        if isinstance(metric.kind, Cumulative):
            self.cumulative(metric, metric.kind, place)
        for each in inputs_of(metric.kind):
            at = self.input_places.get((metric.name, each.metric), place)
            self.unknown("metric", each.metric, self.metrics, at)
            if each.offset_to_grain:
                self.unknown("granularity", each.offset_to_grain, self.grains, at)
            if each.offset_to_grain and each.offset_window:
                self.told.fault(faults.both_stand("The input", ("offset_window", "offset_to_grain"), at))

    def cumulative(self, metric: Metric, kind: Cumulative, place: Place) -> None:
        """A window or a grain to date, not both."""
        if kind.grain_to_date:
            self.unknown("granularity", kind.grain_to_date, self.grains, place)
        if kind.window and kind.grain_to_date:
            keys = ("window", "grain_to_date")
            self.told.fault(faults.both_stand(f"The metric '{metric.name}'", keys, place))

    def conversion(self, kind: Conversion, place: Place) -> None:
        """An entity that both of its models have."""
        for each in (kind.base, kind.conversion):
            metric = self.metrics.get(each.metric)
            draft = self.models.get(metric.kind.model) if metric and isinstance(metric.kind, Simple) else None
            if draft:
                known = [entity.name for entity in draft.model.entities]
                self.unknown(f"entity of '{draft.model.name}'", kind.entity, known, place)

    def cycles(self) -> None:
        """A metric that is made of itself."""
        done: set[str] = set()
        for start in self.metrics:
            chain: list[str] = []
            stack: list[tuple[str, bool]] = [(start, False)]
            while stack:
                name, left = stack.pop()
                if left:
                    done.add(chain.pop())
                elif name in chain:
                    self.told.fault(
                        faults.uses_itself([*chain[chain.index(name) :], name], self.places[name])
                    )
                    return
                elif name not in done:
                    chain.append(name)
                    stack.append((name, True))
                    stack.extend((each.metric, False) for each in inputs_of(self.metrics[name].kind))

    def saved_queries(self) -> None:
        """Names of their own, metrics that there are."""
        seen: dict[str, Place] = {}
        for query, place in self.drafts.saved_queries:
            if query.name in seen:
                self.told.fault(faults.defined_twice("saved query", query.name, seen[query.name], place))
            seen[query.name] = place
            for metric in query.metrics:
                self.unknown("metric", metric, self.metrics, place)


def inputs_of(kind: Kind) -> Iterator[Input]:
    """The metrics that a metric is made of."""
    match kind:
        case Ratio(numerator, denominator):
            yield from (numerator, denominator)
        case Derived(_, inputs):
            yield from inputs
        case Cumulative():
            yield kind.input
        case Conversion():
            yield from (kind.base, kind.conversion)
