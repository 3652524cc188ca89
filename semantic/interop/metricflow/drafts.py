"""What the front-ends write down: definitions as the files have them, measures and all.

`normal` turns them into the one form that all spellings share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from semantic.faults.interop import Place
from semantic.interop.metricflow.nodes import (
    Metric,
    SavedQuery,
    SemanticModel,
    Simple,
    TimeSpine,
)
from semantic.interop.metricflow.records import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An aggregate of a model in the older spellings; ``simple`` is the aggregate as a metric has it."""

    name: str
    simple: Simple
    label: str | None = None
    description: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    create_metric: bool = False
    place: Place = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureInput:
    """A measure as a metric uses it."""

    measure: str
    alias: str | None = None
    filter: tuple[str, ...] = ()
    fill_nulls_with: int | None = None
    join_to_timespine: bool = False
    place: Place = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A metric whose ``measures`` stand where, once normal, metrics do: ``input``, ``base``, ``conversion``,
    or ``simple`` for a metric that is a measure. ``places`` are those of the inputs."""

    metric: Metric
    place: Place
    measures: Mapping[str, MeasureInput] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDraft:
    """A semantic model, its measures, its place and that of its default time."""

    model: SemanticModel
    place: Place
    time_place: Place
    measures: tuple[Measure, ...] = ()


@dataclass(slots=True)
class Drafts:
    """Everything that was read, from however many files."""

    told: Told = field(default_factory=Told)
    models: list[ModelDraft] = field(default_factory=list)
    metrics: list[Draft] = field(default_factory=list)
    spines: list[TimeSpine] = field(default_factory=list)
    saved_queries: list[tuple[SavedQuery, Place]] = field(default_factory=list)
