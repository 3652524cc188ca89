"""Trees sent to a warehouse, counted."""

from __future__ import annotations

from collections.abc import Sequence

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
        try:
            return self.connection.shape(self._text(tree, what))
        except SemanticError as error:
            return error.faults[0]

    def rows(self, tree: exp.Expr, what: str) -> list[Row] | Fault:
        """The rows of a SELECT, or why there are none."""
        self.count += 1
        try:
            return self.connection.fetch(self._text(tree, what))
        except SemanticError as error:
            return error.faults[0]

    def lowered(self, bodies: Sequence[Projection]) -> tuple[list[exp.Select], list[exp.CTE]]:
        """A SELECT for each of some rows of models, and the steps before them."""
        steps, models = steps_for(self.definitions, bodies)
        return lower_projections(bodies, steps, models, self.definitions, self.dialect)

    def _text(self, tree: exp.Expr, what: str) -> str:
        return emit(tree, self.dialect, Query(metrics=(Text(f"check of {what}"),)))


def nothing_of(select: exp.Select) -> exp.Select:
    """A SELECT of no rows: nothing is read, and its columns are known all the same."""
    return select.where(exp.Boolean(this=False), copy=False)
