"""Metrics under names of the question's own: ``{name: bookings, alias: orders}``, ``bookings as orders``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semantic import faults
from semantic.catalog import Catalog
from semantic.faults import SemanticError
from semantic.interop.metricflow.filters import spelled
from semantic.interop.metricflow.templates import is_call, word
from semantic.query import By
from semantic.source import Span, Text
from semantic.spec.types import Metric

_EXPECTED = "a name, 'name as alias' or {name, alias}"
_ALIASES = ("alias", "as")


@dataclass(frozen=True, slots=True)
class Called:
    """A metric and what a question calls it; without a name of its own its ``name`` is the metric's."""

    metric: str
    name: str

    @property
    def is_alias(self) -> bool:
        """Whether the question has a name of its own for it."""
        return self.name != self.metric

    @property
    def bare(self) -> Called:
        """The metric under its own name."""
        return Called(self.metric, self.metric)

    def definition(self, known: Mapping[str, Metric]) -> Metric:
        """The metric once more, under its other name."""
        span, metric = Span("question", 1, 1), known[self.metric]
        return Metric(
            name=Text(self.name),
            sql=Text(spelled((self.metric,))),
            label=metric.label,
            description=metric.description,
            grain=metric.grain,
            unit=metric.unit,
            format=metric.format,
            span=span,
        )


def called(given: Any) -> Called | None:
    """One metric of a question as it is written; nothing for what is no metric at all.

    >>> called("bookings as orders")
    Called(metric='bookings', name='orders')
    >>> called({"name": "bookings"}) == called("Metric('bookings')") == called("bookings")
    True
    """
    if isinstance(given, Mapping):
        return _of_mapping(given)
    if not isinstance(given, str) or not given.strip():
        return None
    if is_call(given):
        found = word(Text(given))
        return Called(found.name, found.alias or found.name) if found.kind == "Metric" else None
    by = By.parse(given)
    return Called(str(by.path), by.name or str(by.path))


def _of_mapping(given: Mapping[Any, Any]) -> Called:
    said = {key: each for key, each in given.items() if each is not None}
    if not {"name"} <= said.keys() <= {"name", *_ALIASES} or not all(
        isinstance(v, str) for v in said.values()
    ):
        raise SemanticError([faults.bad_part("metrics", dict(given), _EXPECTED)])
    return Called(said["name"], next((said[key] for key in _ALIASES if key in said), said["name"]))


def checked(asked: Sequence[Called], catalog: Catalog) -> tuple[Called, ...]:
    """Those with names of the question's own; raises `SemanticError` for a name that means something."""
    aliases = tuple(dict.fromkeys(each for each in asked if each.is_alias and each.metric in catalog.metrics))
    _each(aliases, lambda each: _fault(each, catalog))
    return aliases


def _each(aliases: Sequence[Called], fault: Callable[[Called], faults.Fault | None]) -> None:
    found = [told for each in aliases if (told := fault(each)) is not None]
    if found:
        raise SemanticError(found)


def _fault(each: Called, catalog: Catalog) -> faults.Fault | None:
    if not each.name.isidentifier():
        return faults.bad_output(each.name)
    kinds = {"metric": catalog.metrics, "model": catalog.models, "word": ("time", "since")}
    kind = next((kind for kind, names in kinds.items() if each.name in names), None)
    return None if kind is None else faults.alias_taken(each.name, each.metric, kind)
