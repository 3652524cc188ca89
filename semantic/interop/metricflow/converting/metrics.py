"""Metrics, each after those that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from semantic.faults import SemanticError
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.models import Home
from semantic.interop.metricflow.converting.scope import Item, Scope, described
from semantic.interop.metricflow.converting.simple import simple
from semantic.interop.metricflow.nodes import Metric, Simple
from semantic.interop.yaml_text import Tree


class Metrics:
    """The metrics of a manifest, converted in their order; hidden ones stand before those that use them."""

    def __init__(self, scope: Scope, homes: dict[str, Home]) -> None:
        self.scope, self.homes = scope, homes
        self.items: dict[str, list[Tree]] = {}  # by the file that they belong to
        self._done: dict[str, str] = {}  # why a metric is not there, or nothing
        self._open: list[str] = []

    def convert_all(self) -> None:
        """Convert every metric; what cannot be is told in the report."""
        for metric in self.scope.manifest.metrics:
            self.scope.report.met("metric", metric.name, metric.where)
        for metric in self.scope.manifest.metrics:
            self._convert(metric)

    def _convert(self, metric: Metric) -> str:
        """Convert a metric unless it was; why it could not be."""
        if metric.name in self._done:
            return self._done[metric.name]
        self._open.append(metric.name)
        reason = ""
        try:
            if found := self.scope.refused.get(("metric", metric.name)):
                raise Dropped(found)
            self._add(metric)
        except Dropped as dropped:
            reason = dropped.reason
        except SemanticError as error:
            reason = " ".join(f"{fault.message} {fault.hint}".strip() for fault in error.faults)
        self._open.pop()
        self._done[metric.name] = reason
        if reason:
            self.scope.report.dropped("metric", metric.name, reason)
        return reason

    def _add(self, metric: Metric) -> None:
        name = self.scope.metric_names[metric.name]
        self.scope.renamed("metric", metric.name, name)
        item: Item = described({"name": name}, metric)
        match metric.kind:
            case Simple() as kind:
                home = self.homes.get(kind.model)
                if home is None:
                    raise Dropped(f"Its semantic model '{kind.model}' is not there.")
                item |= simple(home, metric, kind)
            case _:
                raise Dropped("It is not known.")
        if metric.hidden:
            item["hidden"] = True
        self.items.setdefault(item.get("model", ""), []).append(item)
