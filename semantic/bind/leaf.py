"""What metrics are made of: aggregates at their own grain, and how each of them is seen.

The leaves of a metric are single aggregates, each over the rows of one model (its *home*). Columns of
the table ``#`` in a metric's tree stand for leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from sqlglot import exp

from semantic.bind.condition import Condition
from semantic.bind.definitions import Definitions
from semantic.bind.grain import GRAINS
from semantic.bind.row import Row
from semantic.expr.spelled import spelled
from semantic.functions import REGISTRY
from semantic.query import TimeRange
from semantic.source import Span, Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName

Offset = spec.Duration | spec.StartOf | spec.Periods
Kind = Literal[
    "aggregate", "ratio", "expression", "entity", "snapshot", "moment", "window", "offset", "index", "total",
    "share", "rank", "cumulative share", "unfiltered", "conversion", "retention", "sample",
]  # fmt: skip
#: What a metric's own words make of it; the first that it has.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("conversion", "conversion"),
    ("retention", "retention"),
    ("window", "window"),
    ("to_date", "window"),
    ("total_over", "total"),
    ("share_over", "share"),
    ("rank_over", "rank"),
    ("cumulative_share_over", "cumulative share"),
    ("base", "index"),
    ("offset", "offset"),
    ("ignoring", "unfiltered"),
    ("per", "entity"),
    ("not_additive_over", "snapshot"),
    ("at", "moment"),
    ("sampled", "sample"),
)


@dataclass(frozen=True)
class Through:
    """How a metric is seen along its time axis: a window that ends with each period, an offset before it.

    ``window`` is how far back each period looks: a length, ``all``, or (``to_date``) the start of a
    longer period.
    """

    window: spec.Duration | spec.Periods | Literal["all"] | None = None
    to_date: str | None = None
    offset: spec.Duration | spec.StartOf | spec.Periods | None = None

    @property
    def framed(self) -> bool:
        """Whether it looks further back than its own period."""
        return self.window is not None or self.to_date is not None

    @property
    def shift(self) -> spec.Duration | spec.StartOf | None:
        """The offset by the project's own calendar; those of calendar tables go another way."""
        assert not isinstance(self.offset, spec.Periods)
        return self.offset

    @property
    def own(self) -> tuple[str, ...]:
        """The periods of a calendar table that it goes by."""
        counted = [each.name for each in (self.window, self.offset) if isinstance(each, spec.Periods)]
        starts = [self.offset.grain] if isinstance(self.offset, spec.StartOf) else []
        whole = [self.to_date] if self.to_date is not None else []
        return (*counted, *(name for name in (*starts, *whole) if name not in GRAINS))

    def __bool__(self) -> bool:
        return self.framed or self.offset is not None

    def __str__(self) -> str:
        parts = [("window", self.window), ("to date", self.to_date), ("offset", self.offset)]
        return " ".join(f"{what} {value}" for what, value in parts if value is not None)


@dataclass(frozen=True)
class Per:
    """Entities as rows: the values that ``leaves`` have for each of them in a group, where ``having``
    holds."""

    entity: tuple[Text, ...]
    leaves: Mapping[str, Leaf]
    having: exp.Expr | None

    @cached_property
    def rows(self) -> str:
        """Equal for the same entities with the same values."""
        return f"per {self.called} {sorted(self.leaves)}"

    @property
    def called(self) -> str:
        """The entity in words.

        >>> Per((Text("orders.customer_id"), Text("orders.ordered_on")), {}, None).called
        'orders.customer_id, orders.ordered_on'
        """
        return ", ".join(self.entity)

    @property
    def span(self) -> Span | None:
        """Where the entity stands."""
        return self.entity[0].span

    @cached_property
    def key(self) -> str:
        """Equal for the same entities that count."""
        return f"{self.rows} {spelled(self.having) if self.having is not None else ''}"


@dataclass(frozen=True)
class Chosen:
    """The snapshots of a period that count: the ``first`` or ``last`` one (of each entity, with
    ``per``), or all, and then their ``average``. They are snapshots by the time ``of``, if not by that of
    the metric."""

    pick: str
    per: tuple[Row, ...]
    of: Row | None = None

    @property
    def key(self) -> str:
        """Equal for equal choices."""
        return f"{self.pick} {[row.key for row in self.per]} {self.of.key if self.of is not None else ''}"


@dataclass(frozen=True)
class Where:
    """A condition that a question has for some of its aggregates: what it asks of the rows of each model,
    along their time. One that stands around a level speaks of what the level may leave out."""

    text: Text
    met: Mapping[str, tuple[Condition, ...]]
    around: bool

    @staticmethod
    def place(home: str, time: Row | None) -> str:
        """Where it looks up the rows of a model along a time."""
        return f"{home} {time.key if time is not None else ''}"

    @cached_property
    def key(self) -> str:
        """Equal for equal conditions."""
        return f"{self.around} {sorted(c.key for each in self.met.values() for c in each)}"


@dataclass(frozen=True)
class Level:
    """Where an aggregate is taken together: over all values of the dimensions ``over`` (``all`` is every
    one), without the conditions of a question on ``ignoring``; in the range ``base``, whatever range is asked
    for."""

    over: tuple[str, ...] = ()
    ignoring: tuple[str, ...] = ()
    base: TimeRange | None = None

    def __bool__(self) -> bool:
        return bool(self.over or self.ignoring)

    def __str__(self) -> str:
        base = f" in {self.base}" if self.base is not None else ""
        return f"over {', '.join(self.over)} ignoring {', '.join(self.ignoring)}{base}"


@dataclass(frozen=True)
class Sampling:
    """Values that a ``tree`` over ``leaves`` has for the periods of the grain ``each``, of which a longer
    period ``take``s the first, the last, or the average. ``plain`` is the same without samples."""

    each: str
    take: str
    tree: exp.Expr
    leaves: Mapping[str, Leaf]
    plain: tuple[exp.Expr, Mapping[str, Leaf]]

    def __str__(self) -> str:
        return f"{self.take} of each {self.each}"

    @property
    def every(self) -> bool:
        """Whether there are values in periods without rows, too."""
        return any(leaf.every for leaf in self.leaves.values())

    @cached_property
    def rows(self) -> str:
        """Equal where the same periods have values."""
        found = sorted({_rows(leaf) for leaf in all_leaves(self.leaves.values())})
        return f"{self} {found}"

    @property
    def ends(self) -> bool:
        """Whether the last value of any period is the one at its end."""
        seen = [leaf.through for leaf in self.leaves.values()]
        return self.take == "last" and all(each.window == "all" and not each.offset for each in seen)


@dataclass(frozen=True)
class Leaf:
    """One aggregate over the rows of ``home``, with its own filter and time axis; with ``per``, over
    entities."""

    name: str
    home: str
    call: exp.Anonymous
    conditions: tuple[Condition, ...]
    time: Row | None
    type: TypeName | None
    per: Per | None = None
    through: Through = Through()
    chosen: Chosen | None = None
    at: str | None = None
    level: Level = Level()
    retained: spec.Retention | None = None  # a cohort's size (``count_rows``), or those of it that are active
    where: tuple[Where, ...] = ()  # what its question asks beside the conditions of all
    sampled: Sampling | None = None
    every: bool = False  # it has a row for every period, also for those without any
    of: str = ""  # the metric that is seen through a window or an offset, as a person calls it

    @cached_property
    def key(self) -> str:
        """Equal for equal aggregates."""
        time = self.time.key if self.time else ""
        per = f"|{self.per.key}" if self.per else ""
        through = f"|{self.through}" if self.through else ""
        conditions = sorted(c.key for c in self.conditions)
        return f"{self.home}|{spelled(self.call)}|{conditions}|{time}{per}{through}{self.told}"

    @property
    def told(self) -> str:
        """What tells it from the same aggregate of all rows of a period."""
        chosen = f"|{self.chosen.key}" if self.chosen is not None else ""
        chosen = f"{chosen}|at {self.at}" if self.at is not None else chosen
        chosen = f"{chosen}|{self.level}" if self.level else chosen
        chosen = f"{chosen}|where {[each.key for each in self.where]}" if self.where else chosen
        chosen = f"{chosen}|{self.sampled}" if self.sampled is not None else chosen
        chosen = f"{chosen}|every period" if self.every else chosen
        return f"{chosen}|{_told(self.retained)}" if self.retained is not None else chosen

    @property
    def between(self) -> bool:
        """Whether steps with names of their own come between its rows and the answer."""
        return bool(self.through) or self.per is not None or bool(self.told)

    @property
    def called(self) -> str:
        """What a person calls it."""
        return self.of or self.name

    @property
    def counts(self) -> bool:
        """Whether it is 0, not NULL, over no rows."""
        return not self.every and str(self.call.this) in (
            "count",
            "count_rows",
            "count_distinct",
            "count_distinct_tuple",
            "approx_count_distinct",
        )

    @property
    def merges(self) -> bool:
        """Whether the results of parts of its rows make the result of the whole."""
        function = REGISTRY[str(self.call.this)]
        return (
            self.per is None
            and self.chosen is None
            and self.at is None
            and self.sampled is None
            and function.additivity in ("additive", "min_max")
        )

    @property
    def additivity(self) -> str:
        """How results of parts make the result of the whole: an entity may be in several of them."""
        if self.per is not None or self.through.framed or replace(self, every=False).told:
            return "non_additive"
        return str(REGISTRY[str(self.call.this)].additivity)


@dataclass(frozen=True)
class Metric:
    """A metric as an expression over leaves."""

    name: str
    spec: spec.Metric
    tree: exp.Expr
    leaves: dict[str, Leaf]
    type: TypeName | None

    @property
    def simple(self) -> bool:
        """Whether the metric is one aggregate and nothing else."""
        return isinstance(self.tree, exp.Column)

    @property
    def kind(self) -> Kind:
        """What the metric is, as it says or as its SQL shows."""
        told = next((kind for key, kind in _KINDS if getattr(self.spec, key)), None)
        if told is not None:
            return told
        if self.simple:
            return "aggregate"
        calls = [str(c.this) for c in self.tree.find_all(exp.Anonymous)]
        return "ratio" if "safe_divide" in calls else "expression"

    @property
    def additivity(self) -> str:
        """``additive``, ``min_max`` or ``non_additive`` over every dimension."""
        if self.simple:
            return next(iter(self.leaves.values())).additivity
        linear = all(
            isinstance(node, exp.Add | exp.Sub | exp.Paren | exp.Neg | exp.Column | exp.Identifier)
            for node in self.tree.walk()
        )
        additive = all(leaf.additivity == "additive" for leaf in self.leaves.values())
        return "additive" if linear and additive else "non_additive"


def leaf_column(key: str) -> exp.Column:
    """The column that stands for a leaf in a metric's tree."""
    return exp.Column(this=exp.Identifier(this=key, quoted=True), table=exp.Identifier(this="#", quoted=True))


def _told(retention: spec.Retention) -> str:
    return f"{retention.cohort} {retention.activity} {retention.by} {retention.period} {retention.window}"


def facts_of(definitions: Definitions, leaf: Leaf) -> list[tuple[str, Row | None]]:
    """The models whose rows an aggregate is made of, each with its time axis."""
    if leaf.sampled is not None:
        return [fact for inner in leaf.sampled.leaves.values() for fact in facts_of(definitions, inner)]
    if leaf.per is None:
        return [(leaf.home, leaf.time)]
    inner = [(each.home, each.time) for each in leaf.per.leaves.values()]
    return inner or [(leaf.home, definitions.time(leaf.home))]


def all_leaves(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Aggregates, and those of each entity or period that they are over."""
    for leaf in leaves:
        yield leaf
        if leaf.per is not None:
            yield from leaf.per.leaves.values()
        if leaf.sampled is not None:
            yield from all_leaves(leaf.sampled.leaves.values())


def _rows(leaf: Leaf) -> str:
    """Equal for aggregates that have a value in the same groups."""
    time = leaf.time.key if leaf.time is not None else ""
    conditions = sorted(condition.key for condition in leaf.conditions)
    per = leaf.per.key if leaf.per is not None else ""
    return f"{leaf.home} {time} {conditions} {leaf.through} {leaf.told} {per}"
