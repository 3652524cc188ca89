"""The nodes: what each of them may stand on, and when it refuses to be built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.catalog import Edge, Walk
from semantic.plan.names import BESIDE, MERGED, Named, PlanError, known_of
from semantic.spec.types import TypeName


class _Columns:
    """Rows whose columns are those of a step, and not of a model."""

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return ((),)


#: The level of the rows of a model before any policy: no plan but a step that filters them reads it.
WHOLE = -1_000


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
class Partial(_Columns):
    """Rows grouped finely, to be grouped again: its columns stand in the table ``=``."""

    input: Rows
    name: str
    keys: tuple[Named, ...]
    measures: tuple[Measure, ...]

    def __post_init__(self) -> None:
        if any(_spreads(self.input)):
            raise PlanError("rows that were spread cannot be grouped in parts")


@dataclass(frozen=True)
class Groups(_Columns):
    """Groups as rows, those for which every test over their measures holds, to be grouped again: their
    columns stand in the table ``=``."""

    input: Grouped
    tests: tuple[exp.Expr, ...] = ()


@dataclass(frozen=True)
class Intervals(_Columns):
    """What changes when intervals of a value begin and end; those that meet are one. Columns in the
    table ``=``.

    ``input`` has a group for each interval of a ``value`` among ``others``: from the period ``enter`` until
    ``leave``. Each row is a change at a period: ``found`` is 1 or -1, and ``counted`` the same or, where the
    value is NULL, 0.
    """

    input: Aggregate
    others: tuple[str, ...]
    enter: str
    leave: str
    value: str
    found: str
    counted: str
    overlapping: bool = False  # an interval may lie inside an earlier one, and may have no end


@dataclass(frozen=True)
class Snapshot(_Columns):
    """The groups of the first or last ``moment`` of each combination of ``within``. Columns in the table
    ``=``."""

    input: Aggregate
    within: tuple[str, ...]
    moment: str
    last: bool


@dataclass(frozen=True)
class Sampled(_Columns):
    """The groups of shorter periods (their key ``moment``), of which each ``period`` (over that key, among
    ``within``) takes the first, the last, or all. Columns in the table ``=``.

    The series inside go on to ``last``, the last shorter one of the answer's last period (in the table
    ``@``), whose key is ``output``. Where a ``calendar`` tells which ``period`` each ``calendar_day`` lies
    in, they go on to the end of the one with the last day of ``lasts``.
    """

    input: Grouped
    within: tuple[str, ...]
    moment: str
    pick: str
    period: exp.Expr
    last: exp.Expr
    output: str
    name: str
    calendar: Aggregate | None = None
    lasts: tuple[Aggregate, ...] = ()


@dataclass(frozen=True)
class Changes(_Columns):
    """What groups gain at the period ``enter`` and lose again at ``leave``, as measures that add up.
    Columns in the table ``=``."""

    input: Aggregate
    others: tuple[str, ...]
    enter: str
    leave: str


@dataclass(frozen=True)
class States(_Columns):
    """What changes when the state of an entity changes. Columns in the table ``=``.

    ``inputs`` have what an entity has in the period ``enter`` (or gains then, and loses again at
    ``leave``). A state is all of that since ``reset`` changed, or of the last ``preceding`` units of the
    ``number`` of periods, which no longer see it at ``until``. An entity is in a group while it is
    ``present`` and every one of ``tests`` holds; each row has what ``values`` (trees over a state) change at
    a period, and ``seen`` counts what the group has at all.
    """

    inputs: tuple[Aggregate, ...]
    others: tuple[str, ...]
    entity: tuple[str, ...]
    enter: str
    leave: str | None
    reset: exp.Expr | None
    present: exp.Expr | None
    tests: tuple[exp.Expr, ...]
    values: tuple[Named, ...]
    seen: str
    name: str
    number: exp.Expr | None = None
    until: exp.Expr | None = None
    dated: exp.Expr | None = None  # a period over its number
    preceding: int | None = None


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


Rows = (
    Scan
    | Lookup
    | Spread
    | Filter
    | Partial
    | Groups
    | Snapshot
    | Sampled
    | Intervals
    | Changes
    | States
    | Expanded
    | Beside
)


@dataclass(frozen=True)
class Distinct:
    """The distinct combinations of some columns."""

    input: Rows
    columns: tuple[Named, ...]
    name: str = ""


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
        for spread in _spreads(self.input):
            if not set(spread.keys) <= grouped:
                raise PlanError(f"rows were spread by {spread.keys} but are grouped by {sorted(grouped)}")
        names = [*grouped, *(m.name for m in self.measures)]
        if len(set(names)) != len(names):
            raise PlanError(f"an aggregate with two columns of one name: {names}")


@dataclass(frozen=True)
class Align:
    """Several aggregates with the same keys side by side; NULL keys meet NULL keys."""

    inputs: tuple[Part, ...]
    name: str = "aligned"

    def __post_init__(self) -> None:
        if len({tuple(k.name for k in i.keys) for i in self.inputs}) != 1:
            raise PlanError("only aggregates with the same keys can be aligned")

    @property
    def keys(self) -> tuple[Named, ...]:
        """The keys of every row."""
        return self.inputs[0].keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return tuple(m for i in self.inputs for m in i.measures)


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
class Fill:
    """Combinations of keys that appear even without a fact: a spine, members, or both."""

    input: Part | Align | Everywhere
    spine: Spine | None
    members: tuple[Distinct, ...] = ()
    name: str = "filled"

    @property
    def keys(self) -> tuple[Named, ...]:
        """The keys of every row."""
        return self.input.keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return self.input.measures


@dataclass(frozen=True)
class Everywhere:
    """Groups, and for each period of the ``spine`` in which one of the ``parts`` has none (by their places)
    one with nothing but the period; where all ``tests`` hold, over ``period`` in the table ``@``. Those parts
    have no groups without a period. Periods of a ``calendar`` are those of its groups, by their
    ``first_day``."""

    input: Part | Align
    parts: tuple[int, ...]
    spine: Spine
    tests: tuple[exp.Expr, ...]
    calendar: Aggregate | None = None
    name: str = "every_period"

    @property
    def keys(self) -> tuple[Named, ...]:
        """The keys of every row."""
        return self.input.keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return self.input.measures


@dataclass(frozen=True)
class Population:
    """One row for each row of a population (``keys`` is its key), with the measures of aggregates by
    that key."""

    rows: Rows
    keys: tuple[Named, ...]
    inputs: tuple[Aggregate, ...]
    name: str

    def __post_init__(self) -> None:
        names = tuple(key.name for key in self.keys)
        if any(tuple(key.name for key in each.keys) != names for each in self.inputs):
            raise PlanError(f"only aggregates by {names} fit that population")

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return tuple(m for i in self.inputs for m in i.measures)


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
class Levelled:
    """Groups, each beside the coarser groups that it lies in; these have some of its keys."""

    input: Grouped
    attached: tuple[Part, ...]
    name: str = "levelled"

    def __post_init__(self) -> None:
        known = {key.name for key in self.keys}
        if any(not {key.name for key in part.keys} < known for part in self.attached):
            raise PlanError("a coarser group has fewer keys")

    @property
    def keys(self) -> tuple[Named, ...]:
        """The keys of every row."""
        return self.input.keys

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of every row."""
        return (*self.input.measures, *(m for part in self.attached for m in part.measures))


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


Part = Aggregate | Running | Shifted | Triangle
Grouped = Triangle | Aggregate | Align | Fill | Everywhere | Population | Running | Shifted | Levelled


@dataclass(frozen=True)
class Projection:
    """Rows with some columns of theirs, and with columns that look at other rows."""

    input: Rows
    columns: tuple[Named, ...]


@dataclass(frozen=True)
class Selected:
    """A model's own SELECT over other models: of each the columns that it reads, and the step (of the model
    that selects) where they stand, which is ``None`` where they are the model's own."""

    model: str
    reads: tuple[tuple[str, tuple[str, ...], int | None], ...]


@dataclass(frozen=True)
class Matching:
    """Base events, each with the time of the next event of another stream (``at``), and with that of the last
    event of all (``last``). Events meet by window functions over both streams, never in a join.

    ``keys`` pairs what both must have equal, ``times`` when they happen, ``met`` are conditions of base and
    of later events: one that does not meet its own is none. ``many`` is the number of later events for which
    it is the nearest base event before, where ``fits`` holds for the times ``from`` and ``to``. Where each
    later event is used ``once``, the columns ``ties`` say which base event of one time has it: the last.
    """

    base: Rows
    columns: tuple[Named, ...]
    other: Rows
    keys: tuple[tuple[exp.Expr, exp.Expr], ...]
    times: tuple[exp.Expr, exp.Expr]
    inclusive: bool
    once: bool
    at: str | None
    last: str | None
    met: tuple[exp.Expr | None, exp.Expr | None] = (None, None)
    many: str | None = None
    fits: exp.Expr | None = None
    ties: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.keys:
            raise PlanError("events of what entity")


@dataclass(frozen=True)
class Step:
    """What a model's rows are read from: the question that it is made from, or a level that adds columns."""

    model: str
    level: int
    name: str
    body: Body


@dataclass(frozen=True)
class Result:
    """The answer: keys and metrics by name, kept where ``having`` holds, in order."""

    input: Grouped
    columns: tuple[Named, ...]
    having: tuple[exp.Expr, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    models: tuple[str, ...] = ()  # everything that is read
    steps: tuple[Step, ...] = ()  # what is made first, each from those before it

    def __post_init__(self) -> None:
        measures = {m.name for m in self.input.measures}
        used = {n.name for c in self.columns for n in columns_of(c.tree) if n.table == "#"}
        if not used <= measures:
            raise PlanError(f"measures {used - measures} are asked for but not computed")


@dataclass(frozen=True)
class Extraction:
    """Rows as they are, none grouped and none multiplied: the rows of one model, some of its columns, and
    those of at most one row of each model that it joins."""

    projection: Projection
    models: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if any(_spreads(self.projection.input)):
            raise PlanError("rows that were spread are more than there are")


#: What the rows of a model are read from.
Body = Result | Projection | Selected | Matching


def _spreads(rows: Rows) -> Iterator[Spread]:
    node: Rows = rows
    while not isinstance(node, Scan | Partial | Groups | Snapshot | Sampled | Intervals | Changes | States):
        if isinstance(node, Spread):
            yield node
        node = node.input
