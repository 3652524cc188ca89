"""Trees sent to a warehouse, counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.dialect import Dialect
from semantic.emit import emit
from semantic.faults import Fault, SemanticError
from semantic.lower import lower_projections
from semantic.plan import Projection
from semantic.planner import steps_for
from semantic.query import Query
from semantic.source import Text
from semantic.warehouse import Connection
from semantic.warehouse.connection import Shape
from semantic.warehouse.rows import Row

T = TypeVar("T")


class Sender:
    """Writes trees for a target, and asks it."""

    def __init__(self, connection: Connection, definitions: Definitions, dialect: Dialect) -> None:
        self.connection = connection
        self.definitions = definitions
        self.dialect = dialect
        self.count = 0

    def shape(self, tree: exp.Expr, what: str) -> list[Shape] | Fault:
        """The columns of a SELECT, or why there are none."""
        self.count += 1
        return _told(lambda: self.connection.shape(self._text(tree, what)))

    def rows(self, tree: exp.Expr, what: str) -> list[Row] | Fault:
        """The rows of a SELECT, or why there are none."""
        self.count += 1
        return _told(lambda: self.connection.fetch(self._text(tree, what)))

    def lowered(self, bodies: Sequence[Projection]) -> tuple[list[exp.Select], list[exp.CTE]]:
        """A SELECT for each of some rows of models, and the steps before them."""
        steps, models = steps_for(self.definitions, bodies)
        return lower_projections(bodies, steps, models, self.definitions, self.dialect)

    def _text(self, tree: exp.Expr, what: str) -> str:
        return emit(tree, self.dialect, Query(metrics=(Text(f"check of {what}"),)))


def _told(ask: Callable[[], T]) -> T | Fault:
    """The answer or its fault; without a connection there is nothing left to ask."""
    try:
        return ask()
    except SemanticError as error:
        if error.faults[0].code == "connection":
            raise
        return error.faults[0]


def nothing_of(select: exp.Select) -> exp.Select:
    """A SELECT of no rows: nothing is read, and its columns are known all the same."""
    return select.where(exp.Boolean(this=False), copy=False)
