"""What all parts of a conversion look up, and where they say what became of things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.naming import RESERVED, Names
from semantic.interop.metricflow.converting.options import Options
from semantic.interop.metricflow.converting.periods import compared
from semantic.interop.metricflow.converting.report import Key, Report
from semantic.interop.metricflow.filters import by_entity
from semantic.interop.metricflow.nodes import Dimension, Manifest, Metric, SemanticModel

#: An item of a list in a file of ours: keys and values in the order in which they are written.
Item = dict[str, Any]
#: Definitions that our compiler refuses, with its reason: ``("dimension", "orders.size")``.
Refused = Mapping[Key, str]


class Scope:
    """One manifest on its way: its definitions by name, the names that they get, and the report."""

    def __init__(self, manifest: Manifest, options: Options, refused: Refused | None = None) -> None:
        self.manifest = manifest
        self.options = options
        self.refused: Refused = refused or {}
        self.report = Report()
        self.models: dict[str, SemanticModel] = {model.name: model for model in manifest.models}
        self.metrics: dict[str, Metric] = {metric.name: metric for metric in manifest.metrics}
        self.model_names = Names(self.models, RESERVED)
        self.metric_names = Names(self.metrics)
        #: Metrics that conditions ask by entities, each with the semantic models whose rows they choose.
        self.by_entity: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        #: The calendar of a granularity of the project's own, and the column of its day.
        self.calendars: dict[str, tuple[str, str]] = {}
        #: Times of semantic models that are looked up in a calendar, each with its role.
        self.looked_up: dict[tuple[str, str, str, str], str] = {}
        #: What items are made for that are no definitions themselves, such as hidden metrics.
        self.made_for: dict[Key, list[Key]] = {}
        self.current: Key = ("", "")  # the definition that is being converted
        #: Raises `Dropped` where a metric cannot be asked by entities of a semantic model.
        self.check: Callable[[str, tuple[str, ...], str], None] = lambda *_: None

    @cached_property
    def compared(self) -> frozenset[tuple[str, str]]:
        """The times that are compared as whole periods."""
        return compared(self.manifest)

    @cached_property
    def view_names(self) -> Names:
        """Names for saved queries."""
        return Names(query.name for query in self.manifest.saved_queries)

    def dimension(self, model: str, name: str) -> Dimension | None:
        """A dimension of a model."""
        return next((each for each in self.models[model].dimensions if each.name == name), None)

    def ask_by_entity(self, metric: str, entities: tuple[str, ...], home: str) -> None:
        """Note that a condition on rows of a semantic model asks a metric by their entities."""
        self.check(metric, entities, home)
        self.makes("model", by_entity(metric, entities))
        homes = self.by_entity.setdefault((metric, entities), [])
        if home not in homes:
            homes.append(home)

    def calendar_role(self, home: str, time: str, period: str) -> str:
        """The role of the join that leads from the day of a time to its calendar."""
        if period not in self.calendars:
            raise Dropped(f"The granularity '{period}' is not there.")
        calendar, day = self.calendars[period]
        return self.looked_up.setdefault((home, time, calendar, day), f"{time}_in_{calendar}")

    def makes(self, kind: str, name: str) -> None:
        """Note that the definition that is being converted needs an item of its own making."""
        users = self.made_for.setdefault((kind, name), [])
        if self.current not in users:
            users.append(self.current)

    def renamed(self, kind: str, name: str, new: str) -> None:
        """Say that something has another name now, if it has."""
        if new != name:
            self.report.changed(kind, name, f"It is called {new}.")


def described(item: Item, said: Any) -> Item:
    """An item with the label and the description of what it was made of."""
    if said.label and said.label != said.name:
        item["label"] = said.label
    if said.description and said.description.strip():
        item["description"] = said.description.strip()
    return item
