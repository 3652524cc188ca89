"""The file format as data: what stands in the files, nothing resolved.

Every string that a person wrote is a `Text`, so a fault can point at it; every object has the span of
its first key. Optional fields that were not written are ``None`` or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

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
    reference: Text | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Described):
    """A declared column of a source, table or SQL statement. ``columns: {amount: decimal}``
    or ``columns: [{name: amount, type: decimal, label: …}]``. The columns of a model that is made from a
    question have no type before they are bound. One that is not ``required`` is NULL where the customer's
    table has none."""

    name: Text
    type: TypeName | None
    required: bool = True


Unit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time: ``12 months``. Months and longer are calendar months, never days.

    >>> str(Duration(1, "month")), str(Duration(-2, "week"))
    ('1 month', '-2 weeks')
    """

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if abs(self.count) == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Periods:
    """A number of periods of a calendar of the project's own: ``3 retail_months``.

    >>> str(Periods(3, "retail_month")), str(Periods(1, "retail_year"))
    ('3 retail_months', '1 retail_year')
    """

    count: int
    name: str

    def __str__(self) -> str:
        return f"{self.count} {self.name}{'' if abs(self.count) == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class StartOf:
    """The first instant of the longer period that a period begins in: ``to start of quarter``.

    >>> str(StartOf("quarter"))
    'to start of quarter'
    """

    grain: str

    def __str__(self) -> str:
        return f"to start of {self.grain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Described):
    """Rows to read: exactly one of ``table`` (dotted name) and ``sql`` (a SELECT)."""

    table: Text | None = None
    sql: Text | None = None
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Relation):
    """A named table of the customer's. A library declares one with columns only; a project maps it, and
    tells which columns its table is ``missing``."""

    name: Text
    required: bool = True
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Values cut into bands: below the first cut the first label, from each cut on the next one."""

    sql: Text
    cuts: tuple[Text, ...]
    labels: tuple[Text, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """A label for a value of each axis; ``*`` is any value."""

    first: Text
    second: Text
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A table of rules over two expressions; the first that fits gives the label."""

    by: tuple[Text, Text]
    table: tuple[Rule, ...]
    otherwise: Text | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Described):
    """A column or expression to group and filter by. No ``sql`` means the column of that name."""

    name: Text
    type: TypeName | None = None
    sql: Text | None = None
    bands: Bands | None = None
    rules: Rules | None = None
    grain: str | None = None  # the finest period that it is asked by
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
class Until:
    """The window of a model made from a question: ``last`` before the end of the day ``until``, or from the
    day ``start`` on."""

    last: Duration | None = None
    start: Text | None = None
    until: Text | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question that a model is made from: rows of ``start`` grouped ``by`` paths, or a row for each
    row of the population ``of``."""

    start: Text | None = None
    of: Text | None = None
    metrics: tuple[Metric, ...] = ()
    by: tuple[Text, ...] = ()
    where: tuple[Text, ...] = ()
    having: tuple[Text, ...] = ()
    window: Until | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Relation):
    """Rows with a known grain (``primary_key``). Exactly one of ``source``, ``table``, ``sql``, ``query``."""

    name: Text
    source: Text | None = None
    query: Question | None = None
    primary_key: tuple[Text, ...] = ()
    unique: tuple[tuple[Text, ...], ...] = ()
    time: Text | None = None
    grain: str | None = None  # the period of time that a row stands for
    valid: tuple[Text, Text] | None = None
    entity: tuple[Text, ...] = ()  # what a row is, in words
    periods: tuple[Text, ...] = ()  # columns that are periods of time, of a calendar with a row a day
    dimensions: tuple[Dimension, ...] = ()
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Base events (rows of ``start``) that are followed by a later event (a row of ``to``) of the same
    entity.

    ``by`` tells the entity in both models, ``same`` what else must be equal. ``from_time`` and ``to_time``
    are times other than those of the models; the former is the axis of the metric, too. ``inclusive`` lets
    an event at the very time of the base event count, ``once`` gives each later event to the nearest base
    event alone.
    ``immature`` says what becomes of base events whose time to convert has not run out at ``until``.
    ``counted`` are base events that are followed, the later events that follow one (each counts for the
    nearest base event before it), or the entities of the former.
    """

    start: Text
    to: Text
    by: tuple[Text, Text]
    same: tuple[tuple[Text, Text], ...] = ()
    from_time: Text | None = None
    to_time: Text | None = None
    from_filter: Text | None = None
    to_filter: Text | None = None
    within: Duration | None = None
    open_end: bool = False
    inclusive: bool = False
    once: bool = False
    immature: Literal["null", "exclude", "count"] = "null"
    until: Text | None = None
    counted: Literal["base", "later", "entities"] = "base"
    nobody: Literal["skip", "count"] = "skip"
    value: Literal["rate", "count", "median_days", "avg_days"] = "rate"
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Entities of a ``cohort`` (by the period of its rows) that are active again some periods later.

    ``calendar`` periods are the same for all of a cohort; ``rolling`` ones begin on the day of each
    entity's own entry.
    """

    cohort: Text
    activity: Text
    by: tuple[Text, Text]
    period: Literal["day", "week", "month", "quarter", "year"]
    window: Literal["calendar", "rolling"] = "calendar"
    value: Literal["rate", "count"] = "rate"
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """What becomes of a metric over snapshots of one period: the first or last one, or their average. With
    ``per``, each entity has a first or last one of its own. ``of`` is the time of the snapshots, if it is not
    that of the metric."""

    time: Literal["first", "last", "average"]
    per: tuple[Text, ...] = ()
    of: Text | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """How the values of periods make that of a longer one: the first of those that there are, the last, or
    their average. ``each`` is the grain whose periods have values of their own."""

    each: Text
    take: Literal["first", "last", "average"]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Described):
    """An aggregate over a model's columns, or an expression over other metrics; with ``per``, an
    aggregate over the values that other metrics have for each entity."""

    name: Text
    sql: Text
    model: Text | None = None
    filter: Text | None = None
    time: Text | None = None
    per: tuple[Text, ...] = ()
    having: Text | None = None
    metric: Text | None = None
    window: Duration | Periods | Literal["all"] | None = None
    to_date: Text | None = None
    offset: Duration | StartOf | Periods | None = None
    base: Text | None = None
    sampled: Sampled | None = None
    every_period: bool = False
    conversion: Conversion | None = None
    retention: Retention | None = None
    not_additive_over: Snapshots | None = None
    at: Literal["period_start", "period_end", "during"] | None = None
    total_over: tuple[Text, ...] = ()
    share_over: tuple[Text, ...] = ()
    rank_over: tuple[Text, ...] = ()
    cumulative_share_over: tuple[Text, ...] = ()
    ignoring: tuple[Text, ...] = ()
    grain: Text | None = None  # the period that is taken where a question in other words says none
    hidden: bool = False
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
    url: Text = field(repr=False)
    schema: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Described):
    """What callers may not see: rows of a ``model`` for which ``rows`` does not hold, its columns and
    dimensions of ``hide``, and ``metrics``. ``exempt`` tells the callers that it does not apply to; with
    ``inherit``, rows of models that join the model are seen only beside a row of it that is."""

    name: Text
    model: Text | None = None
    rows: Text | None = None
    hide: tuple[Text, ...] = ()
    metrics: tuple[Text, ...] = ()
    exempt: Text | None = None
    inherit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How days, weeks and fiscal years run. ``fiscal_year_start`` is a month, 1 to 12."""

    timezone: Text | None = None
    week_start: Weekday = "monday"
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is written: its text, ``None`` for NULL, and whether it stands in quotes, as text does.

    It starts at an ``offset`` of a text of the file.
    """

    text: str | None
    quoted: bool
    origin: Text
    offset: int = 0

    @property
    def span(self) -> Span | None:
        """Where it stands."""
        return self.origin.at(self.offset)


#: Rows as they are written: a text with a line a row, or a mapping a row.
Written: TypeAlias = Text | tuple[Mapping[Text, Cell], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture(Described):
    """Rows of sources that several tests use."""

    name: Text
    given: Mapping[Text, Written]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question of a test, in the words of every question."""

    metrics: tuple[Text, ...] = ()
    by: tuple[Text | Mapping[str, Text], ...] = ()
    where: tuple[Text, ...] = ()
    having: tuple[Text, ...] = ()
    time: Text | None = None
    order: tuple[Text, ...] = ()
    limit: int | None = None
    top: Text | None = None
    fill: bool = False
    members: tuple[Text, ...] | bool = False
    parameters: Mapping[Text, Cell] = field(default_factory=dict)
    user: Mapping[Text, Cell | tuple[Cell, ...]] = field(default_factory=dict)
    paths: Mapping[Text, tuple[Text, ...]] = field(default_factory=dict)
    start: Text | None = None
    extremes: bool = False
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Described):
    """Rows of sources, a question, and the rows that answer it, or the code of the fault that refuses it."""

    name: Text
    use: tuple[Text, ...] = ()
    given: Mapping[Text, Written] = field(default_factory=dict)
    parameters: Mapping[Text, Cell] = field(default_factory=dict)
    ask: Asked
    expect: Written | None = None
    fault: Text | None = None
    tolerance: Decimal | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The tests of some files, with the fixtures that they use. They are no part of a `Spec`."""

    tests: tuple[Test, ...] = ()
    fixtures: tuple[Fixture, ...] = ()


#: What a view is in a warehouse.
Materialization = Literal["view", "materialized_view", "table", "dynamic_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """How often the rows of a view that holds rows are made again, and what computes them."""

    every: Duration
    warehouse: Text | None = None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Described):
    """A question, or the rows of a ``model``, that is deployed as an object of a warehouse.

    ``materialized`` pairs dialects with what the view is there; ``otherwise`` is for all that are not named.
    ``None`` and empty are what is not said, so that a view which ``extends`` another has the other's.
    """

    name: Text
    extends: Text | None = None
    metrics: tuple[Text, ...] = ()
    by: tuple[Text | Mapping[str, Text], ...] = ()
    where: tuple[Text, ...] = ()
    having: tuple[Text, ...] = ()
    time: Text | None = None
    order: tuple[Text, ...] = ()
    limit: int | None = None
    top: Text | None = None
    fill: bool | None = None
    members: tuple[Text, ...] | bool | None = None
    parameters: tuple[tuple[Text, Cell], ...] = ()
    user: tuple[tuple[Text, Cell | tuple[Cell, ...]], ...] = ()
    paths: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    start: Text | None = None
    extremes: bool | None = None
    model: Text | None = None
    joins: tuple[Text, ...] | None = None
    columns: tuple[Text | Mapping[str, Text], ...] = ()
    materialized: tuple[tuple[Text, Materialization], ...] = ()
    schema: Text | None = None
    alias: Text | None = None
    language: Text | None = None
    grants: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    cluster_by: tuple[Text, ...] = ()
    partition_by: Text | None = None
    indexes: tuple[tuple[Text, ...], ...] = ()
    refresh: Refresh | None = None


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
    views: tuple[View, ...] = ()
    policies: tuple[Policy, ...] = ()
