"""The file format as data: what stands in the files, nothing resolved.

Every string that a person wrote is a `Text`, so a fault can point at it; every object has the span of
its first key. Optional fields that were not written are ``None`` or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from semantic.source import Span, Text

#: Types of columns, dimensions and parameters. ``timestamp`` is a wall clock without a zone and is never
#: shifted; ``timestamptz`` is an instant and becomes local once, by ``calendar.timezone``.
TypeName = Literal["integer", "decimal", "float", "text", "boolean", "date", "timestamp", "timestamptz"]
Weekday = Literal["monday", "saturday", "sunday"]
Labels = Mapping[str, Text]  # language code -> label; a label without a language stands under "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What every object that a person sees may carry."""

    label: Labels = field(default_factory=dict)
    description: Labels = field(default_factory=dict)
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Described):
    """A declared column of a source, table or SQL statement. ``columns: {amount: decimal}``
    or ``columns: [{name: amount, type: decimal, label: …}]``."""

    name: Text
    type: TypeName


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Described):
    """Rows to read: exactly one of ``table`` (dotted name) and ``sql`` (a SELECT)."""

    table: Text | None = None
    sql: Text | None = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Relation):
    """A named table of the customer's. A library declares one with columns only; a project maps it."""

    name: Text
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Described):
    """A column or expression to group and filter by. No ``sql`` means the column of that name."""

    name: Text
    type: TypeName | None = None
    sql: Text | None = None
    unit: Text | None = None
    format: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Described):
    """A many-to-one (or one-to-one) join. ``on`` pairs an expression of this model with one of the
    other: ``on: customer_id``, ``on: [a, b]``, ``on: {buyer_id: customer_id, "lower(x)": y}``.
    ``as`` names the role (default: the model's name)."""

    to: Text
    role: Text
    on: tuple[tuple[Text, Text], ...]
    valid: tuple[Text, Text] | None = None
    at: Text | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Relation):
    """Rows with a known grain (``primary_key``). Exactly one of ``source``, ``table``, ``sql``."""

    name: Text
    source: Text | None = None
    primary_key: tuple[Text, ...] = ()
    unique: tuple[tuple[Text, ...], ...] = ()
    time: Text | None = None
    dimensions: tuple[Dimension, ...] = ()
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Described):
    """An aggregate over a model's columns, or an expression over other metrics."""

    name: Text
    sql: Text
    model: Text | None = None
    filter: Text | None = None
    time: Text | None = None
    unit: Text | None = None
    format: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Described):
    """A typed value that a question may override. ``default`` is a plain value, a ``Text`` (for a
    date: an ISO date or ``current_date``), or ``None`` where a value must be given."""

    name: Text
    type: TypeName
    default: Any = None
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Described):
    """A function that a project declares itself, a template a dialect:
    ``functions: [{name: "haversine(a, b)", type: float, templates: {duckdb: "…", postgres: "…"}}]``."""

    name: Text
    arguments: tuple[Text, ...]
    type: TypeName | None
    templates: Mapping[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro(Described):
    """A piece of SQL with arguments, called in expressions as ``{{ name(a) }}``."""

    name: Text
    arguments: tuple[Text, ...]
    sql: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Described):
    """A warehouse to run on. ``url`` may hold ``{{ env_var('NAME') }}``; it is never printed."""

    name: Text
    dialect: Text
    url: Text
    schema: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How days, weeks and fiscal years run. ``fiscal_year_start`` is a month, 1 to 12."""

    timezone: Text | None = None
    week_start: Weekday = "monday"
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """All files of one project (libraries included), merged. Names are unique per kind."""

    name: Text
    authoring_dialect: Text
    calendar: Calendar
    libraries: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    functions: tuple[Function, ...] = ()
    macros: tuple[Macro, ...] = ()
    targets: tuple[Target, ...] = ()
    models: tuple[Model, ...] = ()
    metrics: tuple[Metric, ...] = ()
