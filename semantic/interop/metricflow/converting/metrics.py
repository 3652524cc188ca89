"""Metrics, each after those that it is made of."""

from __future__ import annotations

from semantic.faults import SemanticError
from semantic.interop.metricflow.converting.composed import cumulative, derived, ratio
from semantic.interop.metricflow.converting.conversions import conversion
from semantic.interop.metricflow.converting.dropping import Dropped, reasons
from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.perentity import check
from semantic.interop.metricflow.converting.scope import Item, Scope, described
from semantic.interop.metricflow.converting.simple import simple
from semantic.interop.metricflow.nodes import Conversion, Cumulative, Derived, Metric, Ratio, Simple


class Metrics(Members):
    """The metrics of a manifest, converted in their order; hidden ones stand before those that use them."""

    def __init__(self, scope: Scope, homes: dict[str, Home]) -> None:
        super().__init__(scope, homes)
        scope.check = self._check_by_entity
        self._done: dict[str, str] = {}  # why a metric is not there, or nothing

    def convert_all(self) -> None:
        """Convert every metric; what cannot be is told in the report."""
        for metric in self.scope.manifest.metrics:
            self.scope.report.met("metric", metric.name, metric.where)
        for metric in self.scope.manifest.metrics:
            self._convert(metric)

    def item_lists(self) -> dict[str, list[Item]]:
        """The items by semantic model, without those that only dropped metrics would have used."""
        return {home: [each for each in items if self._needed(each)] for home, items in self.items.items()}

    def _needed(self, item: Item) -> bool:
        users = self.scope.made_for.get(("metric", item["name"]))
        return users is None or any(not self._done.get(name, "") for _, name in users)

    def need(self, name: str) -> None:
        """Convert a metric that another one is made of; raises `Dropped` where it is not there."""
        metric = self.scope.metrics.get(name)
        if metric is None:
            raise Dropped(f"It is made of '{name}', which is not defined.")
        if self._convert(metric):
            raise Dropped(f"It is made of '{name}', which was dropped.")

    def _check_by_entity(self, metric: str, entities: tuple[str, ...], home: str) -> None:
        self.need(metric)
        check(self, metric, entities, home)

    def _convert(self, metric: Metric) -> str:
        """Convert a metric unless it was; why it could not be."""
        if metric.name not in self._done:
            self._done[metric.name] = "It is made of itself."
            before, self.scope.current = self.scope.current, ("metric", metric.name)
            self._done[metric.name] = reason = self._reason(metric)
            self.scope.current = before
            if reason:
                self.scope.report.dropped("metric", metric.name, reason)
        return self._done[metric.name]

    def _reason(self, metric: Metric) -> str:
        try:
            if found := self.scope.refused.get(("metric", metric.name)):
                raise Dropped(found)
            self._write(metric)
        except Dropped as dropped:
            return dropped.reason
        except SemanticError as error:
            return reasons(error)
        return ""

    def _write(self, metric: Metric) -> None:
        name = self.scope.metric_names[metric.name]
        self.scope.renamed("metric", metric.name, name)
        item = described({"name": name}, metric) | self.meaning(metric)
        if metric.granularity:
            item["grain"] = period_name(metric.granularity)
        if metric.hidden:
            item["hidden"] = True
        self.add(item, metric.name)

    def meaning(self, metric: Metric) -> Item:
        """What a metric is, without its name; raises `Dropped` or `SemanticError`."""
        match metric.kind:
            case Simple() as kind:
                home = self.homes.get(kind.model)
                if home is None:
                    raise Dropped(f"Its semantic model '{kind.model}' is not there.")
                return simple(home, metric, kind)
            case Ratio() as kind:
                return ratio(self, metric, kind)
            case Derived() as kind:
                return derived(self, metric, kind)
            case Cumulative() as kind:
                return cumulative(self, metric, kind)
            case Conversion() as kind:
                return conversion(self, metric, kind)
