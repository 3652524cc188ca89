"""Groups as they are seen along time: through a window, under later periods, by their age."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic.plan.chain import Aggregate, Measure, Spine
from semantic.plan.names import MERGED, Named, PlanError, known_of


@dataclass(frozen=True)
class Running:
    """A series of periods without gaps, each with what a window over the periods before it holds.

    ``input`` is grouped by fine periods (its key ``axis``) and counts its rows in the measure ``found``.
    The window is the last ``length`` of them, or all since ``reset`` changed. The answer's period is
    ``period``, for those fine ones that end it (``ends``), from ``start`` on. ``last`` is the last fine
    period of the answer's last one, which stands in the table ``@``.
    """

    input: Aggregate
    name: str
    keys: tuple[Named, ...]
    output: str  # the key that is the answer's period
    axis: str
    found: str
    extent: tuple[tuple[Aggregate, str], ...]  # where the last period is found: groups, and their fine period
    spine: Spine
    last: exp.Expr
    length: int | None = None
    reset: exp.Expr | None = None
    ends: exp.Expr | None = None

    def __post_init__(self) -> None:
        if self.axis not in {key.name for key in self.input.keys}:
            raise PlanError(f"a window along {self.axis}, which is no key")
        if any(str(m.call.this) not in MERGED for m in self.input.measures):
            raise PlanError("a window over an aggregate whose parts do not add up")

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        telling = {self.found, *(known_of(m.name) for m in self.input.measures)}
        return tuple(m for m in self.input.measures if m.name not in telling)


@dataclass(frozen=True)
class Shifted:
    """Groups under later periods. ``period`` is the later one over the key ``axis`` of the input, or, where
    several have one and the same earlier period, ``earlier`` is that over the later one."""

    input: Aggregate | Running
    name: str
    axis: str
    period: exp.Expr
    earlier: exp.Expr | None
    latest: exp.Expr  # the last later period that can have it for its earlier one
    spine: Spine

    @property
    def keys(self) -> tuple[Named, ...]:
        """The keys of every row."""
        return self.input.keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return self.input.measures


@dataclass(frozen=True)
class Triangle:
    """Cohorts by their ``period`` and by how many periods ago that was (``since``), up to the last one known.

    ``cohorts`` have their size by the other keys and the period, ``active`` those of them that are
    active, and ``last`` the last period in which anyone is. ``between`` counts the periods from
    ``@from`` to ``@to``.
    """

    cohorts: Aggregate
    active: Aggregate
    last: Aggregate
    name: str
    keys: tuple[Named, ...]
    period: str
    since: str
    spine: Spine
    between: exp.Expr
    size: Measure
    again: Measure
    #: For periods that begin with each entity's entry: whether all of a cohort (``@from``) had the time to be
    #: ``@age`` periods old on the last ``@day``. Activity is then grouped by the age itself.
    mature: exp.Expr | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return (self.size, self.again)


#: Groups of one fact.
Part = Aggregate | Running | Shifted | Triangle
