"""Rows of a fact, from a scan on, with what is found beside them, and the groups that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlglot import exp

from semantic.catalog import Edge, Walk
from semantic.plan.names import BESIDE, Named, PlanError
from semantic.spec.types import TypeName

#: The level of the rows of a model before any policy: no plan but a step that filters them reads it.
WHOLE = -1_000


class Remade:
    """Rows whose columns are those of a step, and not of a model: they begin a chain anew. What is made from
    groups is so (`plan.changing`, `plan.grouped`), and what is grouped twice (`Partial`)."""

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return ((),)


@dataclass(frozen=True)
class Measure:
    """One aggregate: a canonical call, and the rows that count for it (``None``: all)."""

    name: str
    call: exp.Anonymous
    where: exp.Expr | None
    type: TypeName | None
    zero: bool  # 0, not NULL, over no rows
    sums: bool  # a filled period holds 0 of it


@dataclass(frozen=True)
class Spine:
    """Every period of a grain from ``start`` to ``end``; an open end is the first or last one found."""

    key: str
    grain: str
    function: str
    type: TypeName
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Scan:
    """The rows of a model; ``walk`` is where they stand seen from the plan's fact."""

    model: str
    walk: Walk = ()
    level: int | None = None  # the step of the model that is read; the last one unless said

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return (self.walk,)


@dataclass(frozen=True)
class Lookup:
    """At most one row of another model beside each row of ``input``."""

    input: Rows
    edge: Edge
    walk: Walk
    on: tuple[tuple[exp.Expr, exp.Expr], ...]
    validity: tuple[exp.Expr, ...] = ()
    required: bool = False  # every row has its partner, all the way from the fact
    level: int | None = None  # as of a scan

    def __post_init__(self) -> None:
        if self.walk[:-1] not in self.input.walks or self.walk in self.input.walks:
            raise PlanError(f"lookup at {self.walk} does not follow from {self.input.walks}")
        if not self.on:
            raise PlanError("a lookup needs a key")

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return (*self.input.walks, self.walk)


@dataclass(frozen=True)
class Spread:
    """Each row of ``input`` once per distinct combination of ``keys`` that its many side has.

    ``on`` pairs the row's key (over ``input``) with the bridge's column of that name. ``required`` drops rows
    without any match.
    """

    input: Rows
    bridge: Distinct
    on: tuple[tuple[exp.Expr, str], ...]
    keys: tuple[str, ...]
    required: bool

    def __post_init__(self) -> None:
        names = {c.name for c in self.bridge.columns}
        if names != {name for _, name in self.on} | set(self.keys):
            raise PlanError(f"a spread of {names} must be keyed by all of them")

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return self.input.walks


@dataclass(frozen=True)
class Beside:
    """At most one row of a step beside each row of ``input``: the one whose ``column`` equals ``key``.

    Its columns stand at the walk `BESIDE`.
    """

    input: Rows
    step: str
    key: exp.Expr
    column: str

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return (*self.input.walks, BESIDE)


@dataclass(frozen=True)
class Match:
    """The rows of a many side that belong to a row outside: ``on`` pairs both sides' key scalars."""

    rows: Rows
    on: tuple[tuple[exp.Expr, exp.Expr], ...]


@dataclass(frozen=True)
class Test:
    """A condition; columns of the table ``?`` stand for EXISTS over its ``matches``."""

    tree: exp.Expr
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True)
class Filter:
    """The rows for which every test holds."""

    input: Rows
    tests: tuple[Test, ...]

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return self.input.walks


@dataclass(frozen=True)
class Partial(Remade):
    """Rows grouped finely, to be grouped again: its columns stand in the table ``=``."""

    input: Rows
    name: str
    keys: tuple[Named, ...]
    measures: tuple[Measure, ...]

    def __post_init__(self) -> None:
        if any(spreads(self.input)):
            raise PlanError("rows that were spread cannot be grouped in parts")


@dataclass(frozen=True)
class Distinct:
    """The distinct combinations of some columns."""

    input: Rows
    columns: tuple[Named, ...]
    name: str = ""


@dataclass(frozen=True)
class Aggregate:
    """One row a combination of keys, with its measures.

    Of ``entities`` there are nearly as many as rows. Where every row is ``alone`` in its group, its measures
    are what it has.
    """

    input: Rows
    name: str
    keys: tuple[Named, ...]
    measures: tuple[Measure, ...]
    entities: bool = False
    alone: bool = False

    def __post_init__(self) -> None:
        grouped = {key.name for key in self.keys}
        for spread in spreads(self.input):
            if not set(spread.keys) <= grouped:
                raise PlanError(f"rows were spread by {spread.keys} but are grouped by {sorted(grouped)}")
        names = [*grouped, *(m.name for m in self.measures)]
        if len(set(names)) != len(names):
            raise PlanError(f"an aggregate with two columns of one name: {names}")


@dataclass(frozen=True)
class Frames:
    """For each ``period`` of an answer the ``fine`` periods that lie in its window.

    ``first`` and ``last`` (over ``period`` in the table ``@``) bound them; without ``first`` all before
    count. ``extent`` has the fine periods that have rows in its column ``axis``; over that, ``begun`` is the
    first period that shows one, ``shown`` the last one that is the answer's own.
    """

    name: str
    output: str  # the key that is the answer's period
    spine: Spine
    fines: Spine
    first: exp.Expr | None
    last: exp.Expr
    extent: Aggregate
    axis: str
    begun: exp.Expr
    shown: exp.Expr


@dataclass(frozen=True)
class CalendarFrames:
    """For each ``period`` of a calendar table the ``fine`` periods (or ``days``) of its window:
    arithmetic on its rows.

    ``periods`` has each period with its ``first_day``, its ``last_day`` and the longer ``parent`` that
    it lies in. The period that ends the window lies ``back`` periods before (``number``), at the same
    place ``back`` parents before (``position``), or is the ``first`` of its parent. The window is that
    period and those before it: ``length`` of them, those of its ``parent``, or ``all``; or the days from
    ``start`` (over its last day in the table ``@``) on. It goes on to the last day of ``lasts``, or
    shows the periods that meet the asked days; periods are shown as the ``whole`` (over themselves) that they
    lie in.
    """

    name: str
    output: str
    periods: Aggregate
    back: tuple[Literal["number", "position", "first"], int] | None
    window: Literal["own", "length", "parent", "all", "days"]
    length: int
    start: exp.Expr | None
    days: Aggregate | None
    lasts: tuple[Aggregate, ...]
    asked: tuple[datetime | None, datetime | None]
    whole: exp.Expr | None = None


@dataclass(frozen=True)
class Expanded:
    """Each row of ``input`` once for every period whose window it lies in: the column ``period`` of the
    table ``~``.

    ``fine`` is the fine period of a row. What such rows are grouped into has the period among its keys.
    """

    input: Rows
    frames: Frames | CalendarFrames
    fine: exp.Expr

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return self.input.walks


#: What rows are read from. Whoever adds a kind of `Remade` writes it down in `lower.rows` and `show.plan`.
Rows = Scan | Lookup | Spread | Filter | Expanded | Beside | Remade


def spreads(rows: Rows) -> Iterator[Spread]:
    """The spreads of a chain, down to the rows that it begins with."""
    while isinstance(rows, Lookup | Spread | Filter | Expanded | Beside):
        if isinstance(rows, Spread):
            yield rows
        rows = rows.input
