"""The metrics of a manifest on their way: what they are about, and the items that they became."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.scope import Item, Scope
from semantic.interop.metricflow.filters import joins
from semantic.interop.metricflow.filters import role as role_of
from semantic.interop.metricflow.nodes import Conversion, Cumulative, Derived, Input, Metric, Ratio, Simple


class Members:
    """What the conversions of all kinds of metrics share."""

    def __init__(self, scope: Scope, homes: dict[str, Home]) -> None:
        self.scope, self.homes = scope, homes
        self.items: dict[str, list[Item]] = {}  # by their semantic model; "" for several
        self.shared: dict[Hashable, str] = {}  # hidden metrics, by what they mean
        self._homes: dict[str, frozenset[str]] = {}

    def need(self, name: str) -> None:
        """Convert a metric that another one is made of; raises `Dropped` where it is not there."""
        raise NotImplementedError

    def meaning(self, metric: Metric) -> Item:
        """What a metric is, without its name; raises `Dropped` or `SemanticError`."""
        raise NotImplementedError

    def add(self, item: Item, metric: str) -> None:
        """Note an item beside the model whose rows alone it is about."""
        homes = self.homes_of(metric)
        self.items.setdefault(next(iter(homes)) if len(homes) == 1 else "", []).append(item)

    def end(self, home: str, roles: tuple[str, ...]) -> str:
        """The semantic model at the end of some joins."""
        for role in roles:
            home = next(
                other.name
                for entity, other in joins(self.scope.models[home], self.scope.manifest)
                if role_of(entity.name, other.name, self.scope.manifest) == role
            )
        return home

    def homes_of(self, name: str) -> frozenset[str]:
        """The semantic models whose rows a metric is about."""
        if name not in self._homes:
            self._homes[name] = frozenset()  # of a metric that is made of itself
            self._homes[name] = frozenset(home for home, _ in self.times_of(name))
        return self._homes[name]

    def times_of(self, name: str) -> Iterator[tuple[str, str | None]]:
        """The semantic models whose rows a metric is about, with their times."""
        metric = self.scope.metrics.get(name)
        if metric is None:
            return
        if isinstance(metric.kind, Simple):
            home = self.homes.get(metric.kind.model)
            yield metric.kind.model, home.time_of(metric.kind) if home is not None else None
        for each in inputs(metric.kind):
            if each.metric != name:
                yield from self.times_of(each.metric)


def inputs(kind: object) -> tuple[Input, ...]:
    """The metrics that a metric is made of."""
    match kind:
        case Ratio():
            return (kind.numerator, kind.denominator)
        case Derived():
            return kind.inputs
        case Cumulative():
            return (kind.input,)
        case Conversion():
            return (kind.base, kind.conversion)
        case Simple():
            return ()
    return ()
