"""A question with nothing left to look up: its keys, its facts, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from semantic.bind.condition import Condition, Side, side_of
from semantic.bind.leaf import Leaf, Level, Metric, Through
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.catalog import Walk
from semantic.query import Query
from semantic.spec import types as spec
from semantic.spec.types import TypeName, Until

NOTHING = Through()
NO_LEVEL = Level()


@dataclass(frozen=True)
class Key:
    """One thing the question groups by, as an output column."""

    name: str
    path: str
    type: TypeName | None
    grain: str | None
    dimension: spec.Dimension | None


@dataclass(frozen=True)
class Fact:
    """Rows of one model that several leaves share: their keys and what selects them."""

    home: str
    keys: tuple[Reached, ...]
    where: tuple[Condition, ...]
    leaves: tuple[Leaf, ...]
    entities: Entities | None = None
    through: Through = NOTHING
    time: Row | None = None
    retained: Cohorts | None = None
    sampled: Samples | None = None
    dropped: tuple[int, ...] = ()  # the keys of the question over whose values it is taken together
    chosen: tuple[Condition, ...] = ()  # of ``where``, without the range of time, which chooses no members
    ended: exp.Expr | None = None  # whether an interval ended before the range, inside its last period


@dataclass(frozen=True)
class Entities:
    """The facts whose groups, taken apart by an ``entity``, are the rows of another fact."""

    entity: tuple[Key, ...]
    facts: tuple[Fact, ...]

    @property
    def called(self) -> str:
        """The entity as part of a name."""
        return "_".join(key.name for key in self.entity)


@dataclass(frozen=True)
class Samples:
    """The facts by the shorter periods of their ``axis`` (the key ``fine``), of which each period of another
    fact takes the first, the last, or the average."""

    axis: Axis
    fine: Key
    place: int  # among the keys
    take: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Cohorts:
    """What the cells of a retention are made of: the cohorts, and the way to them from an activity."""

    cohorts: Fact
    activity: str
    way: Walk
    since: str  # the output column
    period: str
    time: Row
    active_at: Row
    rolling: bool = False


@dataclass(frozen=True)
class Members:
    """Members that appear without any fact: the distinct keys of one dimension model."""

    model: str
    keys: tuple[tuple[str, Row], ...]
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Fill:
    """A spine of periods for one key; open ends are the first and last period found."""

    key: str
    grain: str
    type: TypeName
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Every:
    """Every period of an axis appears for which all ``tests`` (over ``period`` in the table ``@``) hold; the
    ``type`` of those of a calendar table need not be known."""

    axis: Axis
    type: TypeName | None
    tests: tuple[exp.Expr, ...]


@dataclass(frozen=True)
class Frame:
    """What a question is about that a model is made from: the rows of ``start``, or the population ``of``."""

    start: str | None
    of: str | None
    window: Until | None


@dataclass(frozen=True)
class Axis:
    """The period of the question along which metrics are seen, and the first and last one that is asked
    for."""

    key: str
    grain: str
    start: datetime | None
    end: datetime | None
    calendar: str | None = None  # the model that has the period; start and end are then those of the range


def by_calendar(through: Through, axis: Axis | None) -> bool:
    """Whether the periods of a calendar table tell what a window or an offset shows."""
    return bool(through.own) or (bool(through) and axis is not None and axis.calendar is not None)


@dataclass(frozen=True)
class Leading:
    """The question for the values of a ``key`` that lead by a metric; all others are one, called
    ``others``."""

    key: str
    values: Bound
    others: str


@dataclass(frozen=True)
class Bound:
    """A question with nothing left to look up; with a ``population`` it has a row for each of its rows."""

    query: Query
    keys: tuple[Key, ...]
    metrics: tuple[Metric, ...]
    facts: tuple[Fact, ...]
    leaves: dict[str, Leaf]
    having: tuple[exp.Expr, ...]
    order: tuple[tuple[str, bool], ...]
    fill: Fill | None
    members: tuple[Members, ...]
    population: Members | None = None
    axis: Axis | None = None
    derived: tuple[tuple[Key, exp.Expr], ...] = ()  # longer periods, over the axis; keys under other names
    top: Leading | None = None
    every: Every | None = None

    @property
    def steps_within(self) -> bool:
        """Whether steps of windows, sweeps or cohorts come between the rows and the answer."""
        return any(leaf.between for leaf in self.leaves.values())

    @property
    def shown(self) -> tuple[Key, ...]:
        """The keys of the answer as they were asked for."""
        places = {by.output: place for place, by in enumerate(self.query.by)}
        known = [key for key in (*self.keys, *(key for key, _ in self.derived)) if key.name in places]
        return tuple(sorted(known, key=lambda key: places[key.name]))


def sides(fact: Fact) -> dict[Side, list[int]]:
    """The many sides that a fact is grouped by, with the positions of their keys."""
    found: dict[Side, list[int]] = {}
    for index, reached in enumerate(fact.keys):
        if reached.branch is not None:
            found.setdefault(side_of(reached.branch), []).append(index)
    return found
