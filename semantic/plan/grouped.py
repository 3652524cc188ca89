"""Groups of several facts side by side, completed, beside coarser ones, and as rows to be grouped again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic.plan.chain import Aggregate, Distinct, Measure, Remade, Rows, Spine
from semantic.plan.names import Named, PlanError
from semantic.plan.running import Part, Running, Shifted, Triangle


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
class Groups(Remade):
    """Groups as rows, those for which every test over their measures holds, to be grouped again: their
    columns stand in the table ``=``."""

    input: Grouped
    tests: tuple[exp.Expr, ...] = ()


@dataclass(frozen=True)
class Sampled(Remade):
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


#: Whatever has keys and measures.
Grouped = Triangle | Aggregate | Align | Fill | Everywhere | Population | Running | Shifted | Levelled
