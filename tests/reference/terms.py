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

    ``made`` are dimensions that are made of what a path leads to; ``time`` is the axis of its metrics.
    """

    key: tuple[str, ...]
    columns: Mapping[str, TypeName]
    rows: Sequence[Row]
    joins: Mapping[str, Join] = field(default_factory=dict)
    time: Path | None = None
    made: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Calendar:
    """Where days begin, which day weeks begin with (Monday is 0), and in which month fiscal years do."""

    zone: str = "UTC"
    week_start: int = 0
    fiscal_start: int = 1


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

    ``other`` is a path to compare with in the place of a value; ``called`` spells it as a macro's call.
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
    """

    table: str
    function: str
    paths: tuple[Path, ...] = ()
    where: Test | None = None
    within: Test | None = None
    share: float | None = None
    time: str | None = None


@dataclass(frozen=True)
class Metric:
    """A leaf, or an operation on others: ``/``, ``-``, ``+`` or ``known`` (0 for NULL).

    ``inline`` spells the parts' aggregates in the metric itself, instead of naming metrics.
    """

    name: str
    leaf: Leaf | None = None
    op: str = ""
    parts: tuple[Metric, ...] = ()
    inline: bool = False

    def leaves(self) -> list[Leaf]:
        return [self.leaf] if self.leaf else [leaf for part in self.parts for leaf in part.leaves()]


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
class Question:
    """What is asked. ``members`` are the dimensions whose members appear without any fact."""

    metrics: tuple[Metric, ...]
    by: tuple[By, ...] = ()
    where: tuple[Test, ...] = ()
    period: tuple[date, date] | None = None
    fill: bool = False
    having: tuple[Having, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    members: tuple[By, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(by.path for by in self.by)

    def leaves(self) -> list[Leaf]:
        """Every aggregate that the answer needs, also for what is not shown."""
        metrics = [*self.metrics, *(having.metric for having in self.having)]
        return list(dict.fromkeys(leaf for metric in metrics for leaf in metric.leaves()))


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
