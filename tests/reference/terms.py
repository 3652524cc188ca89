"""The words of the reference: worlds of tables, paths, conditions, metrics and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from semantic.spec.types import TypeName

Row = Mapping[str, Any]
#: The roles of joins to follow from a table, one after the other.
Walk = tuple[str, ...]
#: The values of a group, one a path of ``by``.
Key = tuple[Any, ...]
#: A calendar length: ``(3, "month")``.
Length = tuple[int, str]


@dataclass(frozen=True)
class Join:
    """From a row to the one row of ``target`` whose columns equal its own.

    With ``valid`` and ``at``, the row must hold at that time: from the first column until before the second.
    """

    target: str
    on: tuple[tuple[str, str], ...]
    valid: tuple[str, str] | None = None
    at: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Path:
    """A column, and the steps by which it is named: a table or role, then roles. ``grain`` shortens a time.

    ``Path(("time",), "", "month")`` is the time axis that metrics share.
    """

    steps: Walk
    column: str
    grain: str | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """Typed columns and rows with a key, and the joins that lead away from them, by role.

    ``made`` are dimensions that are made of what a path leads to; ``time`` is the axis of its metrics. With a
    ``source`` the rows are those that a question gives, which no engine is told.
    """

    key: tuple[str, ...]
    columns: Mapping[str, TypeName]
    rows: Sequence[Row]
    joins: Mapping[str, Join] = field(default_factory=dict)
    time: Path | None = None
    made: Mapping[str, Path] = field(default_factory=dict)
    valid: tuple[str, str] | None = None
    source: Made | None = None
    periods: tuple[str, ...] = ()  # of a calendar, whose rows are days


@dataclass(frozen=True)
class Calendar:
    """Where days begin, which day weeks begin with (Monday is 0), and in which month fiscal years do.

    ``own`` are the periods of a calendar table: by name, the value of each of its days.
    """

    zone: str = "UTC"
    week_start: int = 0
    fiscal_start: int = 1
    own: Mapping[str, Mapping[date, Any]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, eq=False)
class World:
    """Tables by name, in the order in which a project declares them; each world is itself only."""

    tables: Mapping[str, Table]
    calendar: Calendar = Calendar()


@dataclass(frozen=True)
class Parameter:
    """A value that a condition names instead of spelling it; ``default`` stands in the project."""

    name: str
    type: TypeName
    value: Any
    default: Any


@dataclass(frozen=True)
class Test:
    """A condition: ``op`` is and, or, not, null, in, between, is (a boolean path), or a comparison.

    ``other`` is a path to compare with in the place of the first value; ``called`` spells a macro's call.
    """

    op: str
    parts: tuple[Test, ...] = ()
    path: Path | None = None
    values: tuple[Any, ...] = ()
    other: Path | None = None
    called: bool = False


@dataclass(frozen=True)
class Leaf:
    """One aggregate over the rows of ``table``; without paths it counts rows.

    ``where`` is the metric's filter, ``within`` a condition of the aggregate itself, ``share`` the
    fraction of a percentile, ``time`` a column that is the metric's time axis in place of the table's.
    ``snapshots`` are those of a period that count (of each value of a column, if one is named), ``at`` is the
    moment of a period at which a row must hold.
    """

    table: str
    function: str
    paths: tuple[Path, ...] = ()
    where: Test | None = None
    within: Test | None = None
    share: float | None = None
    time: str | None = None
    snapshots: tuple[str, str | None] | None = None
    at: str | None = None


@dataclass(frozen=True)
class Per:
    """An aggregate over the values that a metric has for each entity, as far as a condition on it holds.

    Without a metric it counts entities.
    """

    entity: Path
    function: str
    value: Metric | None = None
    having: Having | None = None
    beside: Path | None = None  # what tells entities apart besides

    @property
    def paths(self) -> tuple[Path, ...]:
        """All that tells entities apart."""
        return (self.entity,) if self.beside is None else (self.entity, self.beside)

    def inner(self) -> list[Metric]:
        """The metrics that each entity has."""
        found = [self.value] if self.value is not None else []
        return found + ([self.having.metric] if self.having is not None else [])

    def leaves(self) -> list[Leaf]:
        """The aggregates of each entity; without any, its rows."""
        found = [leaf for metric in self.inner() for leaf in metric.leaves()]
        return list(dict.fromkeys(found)) or [Leaf(self.entity.steps[0], "count")]


@dataclass(frozen=True)
class Conversion:
    """Rows of ``base`` that a later row of ``to`` follows; ``by`` are pairs of columns, an entity's first."""

    base: str
    to: str
    by: tuple[tuple[str, str], ...]
    within: Length | None = None
    inclusive: bool = False
    once: bool = False
    immature: str = "null"
    value: str = "rate"
    until: date | None = None


@dataclass(frozen=True)
class Retention:
    """Rows of a cohort by their period, and those that have rows of an activity some periods later."""

    cohort: str
    activity: str
    by: tuple[str, str]
    period: str
    value: str = "rate"
    rolling: bool = False


@dataclass(frozen=True)
class Through:
    """How a metric is seen along time: over a window that ends with each period, and some time before."""

    window: Length | str | None = None
    to_date: str | None = None
    offset: Length | None = None


@dataclass(frozen=True)
class Level:
    """Over all values of some paths (or of ``all``), without conditions on some, and of fixed days."""

    over: tuple[str, ...] = ()
    ignoring: tuple[str, ...] = ()
    base: tuple[date, date] | None = None


@dataclass(frozen=True)
class Seen:
    """An aggregate through a window or an offset, or at a level of its own."""

    atom: Atom
    how: Through | Level


Atom = Leaf | Per | Conversion | Retention | Seen


@dataclass(frozen=True)
class Metric:
    """A leaf, or an operation on others: ``/``, ``-``, ``+`` or ``known`` (0 for NULL).

    ``inline`` spells the parts' aggregates in the metric itself, instead of naming metrics. ``seen`` is one
    other metric as ``how`` says; ``share``, ``rank`` and ``cumulative`` are its place among others.
    """

    name: str
    leaf: Leaf | Per | Conversion | Retention | None = None
    op: str = ""
    parts: tuple[Metric, ...] = ()
    inline: bool = False
    how: Through | Level | None = None

    def leaves(self) -> list[Leaf]:
        """The aggregates of rows that it is made of."""
        match self.leaf:
            case None:
                return [leaf for part in self.parts for leaf in part.leaves()]
            case Leaf():
                return [self.leaf]
            case Per():
                return self.leaf.leaves()
            case Conversion():
                return [Leaf(self.leaf.base, "count")]
            case Retention():
                return [Leaf(self.leaf.cohort, "count")]

    def atoms(self) -> list[Atom]:
        """What is aggregated for it, seen as it is."""
        own: list[Atom] = [self.leaf] if self.leaf else [a for part in self.parts for a in part.atoms()]
        if self.op == "share":
            return [*own, *(Seen(atom, self.how) for atom in own if self.how)]
        return [Seen(atom, self.how) for atom in own] if self.op == "seen" and self.how else own


@dataclass(frozen=True)
class Having:
    """A condition on a metric, which need not be shown: ``>``, ``<=`` or ``null`` (is not null)."""

    metric: Metric
    op: str
    value: int = 0


@dataclass(frozen=True)
class By:
    """A path to group by, and the name of its column where it is not the path's own."""

    path: Path
    name: str | None = None

    @property
    def output(self) -> str:
        return self.name or "_".join(spelled(self.path).split("."))


@dataclass(frozen=True)
class Order:
    """A column of the answer to sort by."""

    name: str
    falling: bool = False


@dataclass(frozen=True)
class Top:
    """The values of a path that lead by a metric, which stay; ``others`` is what all else is called."""

    path: Path
    metric: Metric
    count: int
    others: str


@dataclass(frozen=True)
class Question:
    """What is asked. ``members`` are the dimensions whose members appear without any fact.

    ``until`` is the last period of the question that this one is a part of; ``leading`` are the values that
    lead, by ``top``. ``kept`` are conditions on the periods of the answer.
    """

    metrics: tuple[Metric, ...]
    by: tuple[By, ...] = ()
    where: tuple[Test, ...] = ()
    period: tuple[date, date] | None = None
    fill: bool = False
    having: tuple[Having, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    members: tuple[By, ...] = ()
    until: date | None = None
    top: Top | None = None
    leading: frozenset[Any] = frozenset()
    kept: tuple[Test, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(by.path for by in self.by)

    def needed(self) -> list[Metric]:
        """Every metric that the answer needs, also what is not shown."""
        return [*self.metrics, *(having.metric for having in self.having)]

    def leaves(self) -> list[Leaf]:
        """Every aggregate of rows among these."""
        return list(dict.fromkeys(leaf for metric in self.needed() for leaf in metric.leaves()))


@dataclass(frozen=True)
class Made:
    """Where the rows of a model come from: a question from a table or of a population, within some days.

    ``labels`` are texts of the project that make further columns of what was found; see `reference.made`.
    """

    start: str | None
    of: str | None
    metrics: tuple[tuple[str, Leaf | Metric], ...]
    by: tuple[tuple[str, Path], ...]
    where: tuple[Test, ...] = ()
    having: tuple[str, int] | None = None
    window: tuple[Length, date] | None = None
    scored: bool = False


class Unanswerable(Exception):
    """A path that means nothing, or more than one thing."""


def spelled(path: Path) -> str:
    """A path as a question writes it."""
    return ".".join(part for part in (*path.steps, path.column, path.grain) if part)


def mentioned(test: Test | None) -> list[Path]:
    """The paths that a condition reads."""
    if test is None:
        return []
    own = [path for path in (test.path, test.other) if path is not None]
    return own + [path for part in test.parts for path in mentioned(part)]


def parameters(test: Test | None) -> list[Parameter]:
    """The parameters that a condition names."""
    if test is None:
        return []
    own = [value for value in test.values if isinstance(value, Parameter)]
    return own + [each for part in test.parts for each in parameters(part)]
