"""Which metrics are tested: by a test of their own, only through others, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from semantic.catalog import Catalog
from semantic.spec.types import Metric, Question

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Metrics by how they are tested, each in the order of the files; ``through`` says by which others."""

    tested: tuple[str, ...]
    through: dict[str, tuple[str, ...]]
    untested: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every metric is tested somehow."""
        return not self.untested


def coverage(catalog: Catalog, names: Iterable[str], asked: set[str]) -> Coverage:
    """How some metrics are tested by tests that ask for others."""
    names = list(names)
    reached: dict[str, list[str]] = {}
    for name in sorted(asked & catalog.metrics.keys()):
        for other in _reached(catalog, name):
            reached.setdefault(other, []).append(name)
    return Coverage(
        tuple(name for name in names if name in asked),
        {name: tuple(reached[name]) for name in names if name in reached and name not in asked},
        tuple(name for name in names if name not in asked and name not in reached),
    )


def _reached(catalog: Catalog, name: str) -> set[str]:
    """The metrics that a metric is made of, and those that these are made of."""
    seen: set[str] = set()
    queue = [name]
    for each in queue:
        queue += [other for other in _used(catalog, catalog.metrics[each]) if other not in seen]
        seen |= set(queue)
    return seen - {name}


def _used(catalog: Catalog, metric: Metric) -> Iterator[str]:
    """The metrics that a metric names, itself or by the model that it is over."""
    texts: list[str | None] = [metric.metric, metric.having]
    if metric.model is None:
        texts.append(metric.sql)
    for model in _models(metric):
        if model in catalog.models and (query := catalog.models[model].spec.query) is not None:
            texts += _texts(query)
    words = {word for text in texts if text for word in _WORD.findall(text)}
    yield from (word for word in words if word in catalog.metrics and word != metric.name)


def _models(metric: Metric) -> Iterator[str]:
    if metric.model is not None:
        yield str(metric.model)
    if metric.conversion is not None:
        yield from (str(metric.conversion.start), str(metric.conversion.to))
    if metric.retention is not None:
        yield from (str(metric.retention.cohort), str(metric.retention.activity))


def _texts(query: Question) -> Iterator[str]:
    for metric in query.metrics:
        yield str(metric.sql)
