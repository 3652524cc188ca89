"""A connection that stays open: what everything that talks to a warehouse talks to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from semantic.faults import Fault, SemanticError
from semantic.warehouse.place import Place
from semantic.warehouse.rows import Row

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """How long to wait, in seconds: for a connection, and for each statement (``None``: as the warehouse
    says)."""

    connect: float = 15.0
    statement: float | None = None


@dataclass(frozen=True)
class Shape:
    """A column of an answer: its name, and what the warehouse calls its type."""

    name: str
    kind: str


class Connection(Protocol):
    """A connection to one place. Statements go out as they are: ``%``, ``:`` and ``?`` are text.

    Every method raises `SemanticError`, with one fault, for whatever the warehouse refuses; no fault and no
    exception behind it holds a secret of the URL.
    """

    @property
    def place(self) -> Place:
        """Where it leads."""

    @property
    def dialect(self) -> str:
        """What is spoken there: the name of a folder of ``dialects/``."""

    def fetch(self, sql: str) -> list[Row]:
        """All rows of a statement; none where it has none."""

    def execute(self, sql: str) -> None:
        """Run a statement that has no rows: a transaction of its own, unless one is open."""

    def shape(self, sql: str) -> list[Shape]:
        """The columns of a SELECT; its rows are left where they are."""

    def transaction(self) -> AbstractContextManager[None]:
        """What is executed inside holds together: all of it, or after an exception nothing, where the
        warehouse can promise that. Transactions do not nest."""

    def relations(self, schema: str) -> list[str] | None:
        """The names of the tables and views of a schema in order, or ``None`` where there is no such
        schema; names are compared without regard to case."""


def guarded(act: Callable[[], T], told: Callable[[Exception], Fault]) -> T:
    """The result of an act that calls a driver, or the fault that its error is.

    It is raised where no exception is being handled: that of the driver, which may hold a secret, is not
    reached from it.
    """
    try:
        return act()
    except SemanticError:
        raise
    except Exception as error:  # drivers raise what they like
        fault = told(error)
    raise SemanticError([fault])
