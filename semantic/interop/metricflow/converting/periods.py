"""Which times are compared as whole periods, and not as they are.

MetricFlow cuts every time to its granularity before it compares it. Where only periods are asked for, that
makes no difference; where a time is looked up in what is valid, or one event follows another, it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantic.interop.metricflow.filters import joins
from semantic.interop.metricflow.nodes import Conversion, Manifest, SemanticModel, Simple


def compared(manifest: Manifest) -> frozenset[tuple[str, str]]:
    """The times of metrics (semantic model and dimension) that are compared with other times."""
    models = {model.name: model for model in manifest.models}
    known: dict[str, object] = {metric.name: metric.kind for metric in manifest.metrics}
    homes = {name for kind in known.values() for name in _matched(kind, known)}
    homes |= {name for name, model in models.items() if _changing(model, models, manifest)}
    found = {(name, models[name].default_time) for name in homes if name in models}
    found |= {(k.model, k.time) for k in known.values() if isinstance(k, Simple) and k.model in homes}
    return frozenset((name, time) for name, time in found if time is not None)


def _matched(kind: object, known: dict[str, object]) -> Iterator[str]:
    """The semantic models whose events a conversion matches."""
    if isinstance(kind, Conversion):
        for each in (kind.base, kind.conversion):
            events = known.get(each.metric)
            if isinstance(events, Simple):
                yield events.model


def _changing(model: SemanticModel, models: dict[str, SemanticModel], manifest: Manifest) -> bool:
    """Whether rows of a model lead to some that are valid for a while."""
    if not any(_is_changing(each) for each in models.values()):
        return False
    seen, waiting = {model.name}, [model]
    while waiting:
        for _, other in joins(waiting.pop(), manifest):
            if _is_changing(other):
                return True
            if other.name not in seen:
                seen.add(other.name)
                waiting.append(other)
    return False


def _is_changing(model: SemanticModel) -> bool:
    return any(each.validity for each in model.dimensions)
