"""The plan: a small set of frozen relational nodes that refuse to be wrong.

Rows of a fact flow ``Scan → Lookup* → Spread* → Filter → Aggregate``; aggregates meet in ``Align``, are
completed by ``Fill``, and end in ``Project → Select → Sort``. A `Lookup` joins on a key of its target, so it
cannot multiply rows; a `Spread` may show a row once per distinct value of a many side, and an
`Aggregate` over it refuses to be built unless it groups by everything that was spread. No other join exists.
Scalars are canonical sqlglot trees: below an Aggregate their columns stand at walks (see `bind.row`),
above it the table ``#`` names a measure and no table names a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.catalog import Edge, Walk
from semantic.spec.types import TypeName

#: In bytes; the shortest limit of a target is 63, and a number may follow.
_LONGEST_NAME = 56


class PlanError(AssertionError):
    """A plan that cannot be right: a defect of the planner, never of a definition."""


@dataclass(frozen=True)
class Named:
    """A scalar with its output name and type."""

    name: str
    tree: exp.Expr
    type: TypeName | None


@dataclass(frozen=True)
class Scan:
    """The rows of a model; ``walk`` is where they stand seen from the plan's fact."""

    model: str
    walk: Walk = ()

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
class Partial:
    """Rows grouped finely, to be grouped again: its columns stand in the table ``=``."""

    input: Rows
    name: str
    keys: tuple[Named, ...]
    measures: tuple[Measure, ...]

    def __post_init__(self) -> None:
        if any(_spreads(self.input)):
            raise PlanError("rows that were spread cannot be grouped in parts")

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Where columns may stand."""
        return ((),)


Rows = Scan | Lookup | Spread | Filter | Partial


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
    """One row a combination of keys, with its measures."""

    input: Rows
    name: str
    keys: tuple[Named, ...]
    measures: tuple[Measure, ...]

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

    inputs: tuple[Aggregate, ...]
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

    input: Aggregate | Align
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


Grouped = Aggregate | Align | Fill


@dataclass(frozen=True)
class Result:
    """The answer: keys and metrics by name, kept where ``having`` holds, in order."""

    input: Grouped
    columns: tuple[Named, ...]
    having: tuple[exp.Expr, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    models: tuple[str, ...] = ()  # everything that is read

    def __post_init__(self) -> None:
        measures = {m.name for m in self.input.measures}
        used = {n.name for c in self.columns for n in columns_of(c.tree) if n.table == "#"}
        if not used <= measures:
            raise PlanError(f"measures {used - measures} are asked for but not computed")


def _spreads(rows: Rows) -> Iterator[Spread]:
    node: Rows = rows
    while not isinstance(node, Scan | Partial):
        if isinstance(node, Spread):
            yield node
        node = node.input


def partial_column(name: str) -> exp.Column:
    """A reference to a column of the partial aggregate below."""
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="="))


def free_name(wish: str, taken: set[str]) -> str:
    """The wish (cut if long), or with the first number that makes it new; it is taken from then on.

    Names of steps and of columns between steps are ours: no target's limit may cut two of them alike.

    >>> free_name("orders", {"orders"})
    'orders_2'
    """
    wish = _cut(wish)
    name, number = wish, 2
    while name.lower() in taken:
        name, number = f"{wish}_{number}", number + 1
    taken.add(name.lower())
    return name


def _cut(name: str) -> str:
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name.encode()[: _LONGEST_NAME - 9].decode(errors='ignore')}_{digest}"
