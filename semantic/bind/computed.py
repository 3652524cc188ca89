"""Columns that look at other rows of their model, or at events of another one: steps above the rows add
them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from semantic.bind.relations import identifier
from semantic.bind.row import Row, call, column, columns_of, walk_of
from semantic.catalog import Model
from semantic.spec.types import TypeName


@dataclass(frozen=True)
class Counted:
    """The events for which a base event is the nearest one before, where ``fits`` holds: a condition over the
    times ``from`` and ``to`` of both."""

    fits: exp.Expr | None


@dataclass(frozen=True)
class Following:
    """The time of the next event of another model: of the same ``keys`` (pairs of here and there), after
    (or, ``inclusive``, at) the own time; ``once`` gives an event to the nearest base event alone. ``last`` is
    the time of the last event of all; ``counted`` is the number of events instead."""

    to: str
    keys: tuple[tuple[exp.Expr, exp.Expr], ...]
    times: tuple[exp.Expr, exp.Expr]
    inclusive: bool
    once: bool
    last: bool = False
    met: tuple[exp.Expr | None, exp.Expr | None] = (None, None)  # conditions of base and of later events
    counted: Counted | None = None


@dataclass(frozen=True)
class Computed:
    """A column that looks at other rows: a step above those of its model adds it. ``level`` counts the
    steps."""

    name: str
    tree: exp.Expr
    type: TypeName | None
    level: int
    following: Following | None = None


#: The computed columns of one model by name.
Columns = dict[str, Computed]


def add_computed(computed: Columns, model: Model, name: str, row: Row) -> Row:
    """A scalar of a model's rows as a column that a step above them adds; one of the same name and the
    same meaning is added once."""
    while model.column(name) or (name in computed and computed[name].tree != row.tree):
        name += "_"  # the column of that name is something else
    if name not in computed:
        level = _above(computed, (node for node in columns_of(row.tree) if walk_of(node) == ()))
        computed[name] = Computed(name, row.tree, row.type, level)
    return Row(model.name, column(identifier(name)), row.type)


def add_following(
    computed: Columns, model: Model, name: str, following: Following, kind: TypeName
) -> exp.Expr:
    """The column of a model's rows that tells when the next event follows; the same one is added once."""
    known = next((each for each in computed.values() if each.following == following), None)
    if known is None:
        own = [left for left, _ in following.keys] + [following.times[0]]
        level = _above(computed, (node for tree in own for node in columns_of(tree)))
        while model.column(name) or name in computed:
            name += "_"
        tree = call("coalesce", *(tree.copy() for tree in own))  # what it reads of its own rows
        known = computed[name] = Computed(name, tree, kind, level, following)
    return column(identifier(known.name))


def _above(computed: Columns, read: Iterable[exp.Column]) -> int:
    """The step above those of all computed columns that are read."""
    return 1 + max((computed[node.name].level for node in read if node.name in computed), default=0)
