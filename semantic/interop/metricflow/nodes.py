"""What dbt's semantic layer (MetricFlow) defines, whichever of its three spellings it was written in.

Measures are gone: a metric over one model says itself what it aggregates, as the newest spelling has it.
What the older spellings leave to a measure stands in the metric that uses it; a measure that several
metrics use with options of their own (a filter, ``fill_nulls_with``) has become one hidden metric for each.

Source: https://docs.getdbt.com/docs/build/semantic-models and https://docs.getdbt.com/docs/build/metrics-overview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from semantic.interop.losses import Entry

Granularity: TypeAlias = str  # nanosecond … year, or the name of a custom granularity
Aggregation = Literal[
    "sum",
    "min",
    "max",
    "average",
    "count",
    "count_distinct",
    "sum_boolean",
    "median",
    "percentile",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every definition may carry. ``where`` is its place, for messages: ``models/orders.yml:12:5``."""

    name: str
    label: str | None = None
    description: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Said):
    """A key of a model. ``expr`` is SQL over one row; the column of that name if it is ``None``, unless
    ``virtual``: then it is a model's ``primary_entity``, for which there is no column."""

    kind: Literal["primary", "unique", "foreign", "natural"]
    expr: str | None = None
    virtual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Said):
    """Something to group by. A ``time`` dimension has a ``granularity``, and may be the start or the end of
    the time in which a row is valid. ``data_type`` is that of the column, where the project says it."""

    kind: Literal["categorical", "time"]
    expr: str | None = None
    granularity: Granularity | None = None
    partition: bool = False
    validity: Literal["start", "end"] | None = None
    data_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticModel(Said):
    """Rows of one table with keys and dimensions. ``relation`` is its dotted name, each part as it is
    (``db.schema.table``); ``default_time`` is the time dimension of metrics that do not name one."""

    relation: tuple[str, ...]
    entities: tuple[Entity, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    default_time: str | None = None

    @property
    def primary(self) -> Entity | None:
        """The entity whose name begins the words of its dimensions: ``order__is_paid``."""
        return next((each for each in self.entities if each.kind in ("primary", "natural")), None)


@dataclass(frozen=True, slots=True)
class NonAdditive:
    """Only rows of the first (``min``) or last (``max``) time count, for each of the ``groupings`` (entities)
    apart."""

    dimension: str
    choice: Literal["min", "max"]
    groupings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """One aggregate over the rows of one model. ``expr`` is SQL over one row (where an older spelling leaves
    it out, the name of the measure). ``percentile`` is between 0 and 1."""

    model: str
    agg: Aggregation
    expr: str
    percentile: float | None = None
    discrete: bool = False
    approximate: bool = False
    time: str | None = None  # its time dimension; that of the model if None
    non_additive: NonAdditive | None = None
    fill_nulls_with: int | None = None
    join_to_timespine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A metric as another one uses it. ``alias`` is what the expression calls it."""

    metric: str
    alias: str | None = None
    filter: tuple[str, ...] = ()
    offset_window: str | None = None  # "7 days", "1 month", "2 fiscal_quarters"
    offset_to_grain: str | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """One metric divided by another, in double precision; NULL for a zero."""

    numerator: Input
    denominator: Input


@dataclass(frozen=True, slots=True)
class Derived:
    """SQL over other metrics, emitted as it stands."""

    expr: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Cumulative:
    """A metric accumulated over a ``window``, since the start of a ``grain_to_date``, or (neither) ever."""

    input: Input
    window: str | None = None
    grain_to_date: str | None = None
    period_agg: Literal["first", "last", "average"] = "first"


@dataclass(frozen=True, slots=True)
class Conversion:
    """Base events that are followed by conversion events of the same ``entity`` within a ``window``.
    ``constant`` pairs properties of the base model with those of the conversion model that must be equal."""

    base: Input
    conversion: Input
    entity: str
    calculation: Literal["conversion_rate", "conversions"] = "conversion_rate"
    window: str | None = None
    constant: tuple[tuple[str, str], ...] = ()


Kind: TypeAlias = Simple | Ratio | Derived | Cumulative | Conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Said):
    """A metric. Conditions of ``filter`` all hold; ``hidden`` ones are used by other metrics only.
    ``granularity`` is the grain of ``metric_time`` where a question does not say one."""

    kind: Kind
    filter: tuple[str, ...] = ()
    granularity: Granularity | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpine:
    """A table with a row for every period of a ``granularity``; ``custom`` pairs names of custom
    granularities with columns of it."""

    relation: tuple[str, ...]
    column: str
    granularity: Granularity
    custom: tuple[tuple[str, str], ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A saved query written to the warehouse."""

    name: str
    export_as: str  # table, view, …
    schema: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery(Said):
    """A question with a name, in MetricFlow's words, each as it was written."""

    metrics: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    exports: tuple[Export, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that a project defines; ``entries`` tell what the reader could not carry, or changed."""

    models: tuple[SemanticModel, ...] = ()
    metrics: tuple[Metric, ...] = ()
    spines: tuple[TimeSpine, ...] = ()
    saved_queries: tuple[SavedQuery, ...] = ()
    entries: tuple[Entry, ...] = ()
