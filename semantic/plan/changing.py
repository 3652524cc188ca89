"""Rows made from groups that change along time: what each moment changes, and what holds at one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic.plan.chain import Aggregate, Remade
from semantic.plan.names import Named


@dataclass(frozen=True)
class Intervals(Remade):
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
class Changes(Remade):
    """What groups gain at the period ``enter`` and lose again at ``leave``, as measures that add up.
    Columns in the table ``=``."""

    input: Aggregate
    others: tuple[str, ...]
    enter: str
    leave: str


@dataclass(frozen=True)
class States(Remade):
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
class Snapshot(Remade):
    """The groups of the first or last ``moment`` of each combination of ``within``. Columns in the table
    ``=``."""

    input: Aggregate
    within: tuple[str, ...]
    moment: str
    last: bool
