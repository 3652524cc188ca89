"""What a plan ends in: the answer of a question or the rows of a model, and the steps that are made first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.plan.chain import Rows, spreads
from semantic.plan.grouped import Grouped
from semantic.plan.names import Named, PlanError


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
        if any(spreads(self.projection.input)):
            raise PlanError("rows that were spread are more than there are")


#: What the rows of a model are read from.
Body = Result | Projection | Selected | Matching
