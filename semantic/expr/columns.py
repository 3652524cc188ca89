"""The types of columns inside a statement, found along its tables, subqueries and CTEs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlglot import exp

from semantic.expr.types import infer
from semantic.spec.types import TypeName

#: The type of a table's column by its name; ``None`` where nothing tells.
TableTypes = Callable[[exp.Table, str], TypeName | None]
#: Deeper than any statement of a person; a CTE that reads itself ends here.
_DEEPEST = 30


class StatementTypes:
    """What a column of a statement is, seen from the queries that are being walked."""

    def __init__(self, of_table: TableTypes) -> None:
        self.of_table = of_table
        self.around: list[exp.Query] = []

    @contextmanager
    def inside(self, query: exp.Query) -> Iterator[None]:
        """While a query is walked, its tables and CTEs are known."""
        self.around.append(query)
        try:
            yield
        finally:
            self.around.pop()

    def __call__(self, column: exp.Column) -> TypeName | None:
        """The type of a column, from the innermost query that has a table for it."""
        for query in reversed(self.around):
            for source in sources(query):
                if column.table.lower() in ("", source.alias_or_name.lower()):
                    found = self._in(source, column.name)
                    if found is not None:
                        return found
        return None

    def _in(self, source: exp.Expr, name: str) -> TypeName | None:
        if len(self.around) > _DEEPEST:
            return None
        if isinstance(source, exp.Subquery):
            return self.given(source.this, name)
        if not isinstance(source, exp.Table):
            return None
        made = None if source.db else self._made(source.name)
        return self.of_table(source, name) if made is None else self.given(made, name)

    def _made(self, name: str) -> exp.Expr | None:
        """The query of a CTE of that name, the nearest one."""
        for query in reversed(self.around):
            for each in query.ctes:
                if each.alias.lower() == name.lower():
                    made: exp.Expr = each.this
                    return made
        return None

    def given(self, query: exp.Expr, name: str) -> TypeName | None:
        """The type of a column that a query gives; of a union, as its first part tells."""
        while isinstance(query, exp.SetOperation | exp.Subquery):
            query = query.this
        if not isinstance(query, exp.Select):
            return None
        with self.inside(query):
            for each in query.expressions:
                if each.alias_or_name.lower() == name.lower():
                    return infer(each.unalias(), self)
            starred = any(each.is_star for each in query.expressions)
            return self(exp.column(name)) if starred else None


def sources(query: exp.Expr) -> Iterator[exp.Expr]:
    """What a SELECT reads: of its FROM and its joins."""
    start = query.args.get("from_")
    if start is not None:
        yield start.this
    yield from (join.this for join in query.args.get("joins") or ())
