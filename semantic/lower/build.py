"""Small pieces of SQL syntax as nodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlglot import exp

from semantic.bind.row import columns_of
from semantic.dialect import Dialect
from semantic.expr.asked import Asked
from semantic.plan import Measure
from semantic.spec.types import TypeName


class Build:
    """Makes nodes with names as the target needs them."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def column(self, name: str, table: str | None = None) -> exp.Column:
        """A reference to a column."""
        qualifier = self.dialect.identifier(table) if table else None
        return exp.Column(this=self.dialect.identifier(name), table=qualifier)

    def over(self, tree: exp.Expr) -> exp.Expr:
        """A canonical tree over the columns of the one step that is read."""
        copy = tree.copy()
        for node in columns_of(copy):
            node.set("table", None)
        return self.dialect.translate(copy)

    def moment(self, value: datetime, kind: TypeName) -> exp.Expr:
        """A bound of periods of a type as a literal."""
        literal = self.dialect.literal(value.date() if kind == "date" else value, kind)
        written = literal.find(exp.Literal, bfs=True)
        if written is not None:  # a range was asked for, or told by a parameter
            written.args["this"] = Asked(written.name, kind)
        return literal

    def picked(self, measure: Measure) -> exp.Expr:
        """The one value that a stacked measure has in a group."""
        pick = "align_pick_boolean" if measure.type == "boolean" else "align_pick"
        return self.dialect.call(pick, self.column(measure.name))

    def named(self, value: exp.Expr, name: str) -> exp.Expr:
        """``value AS name``, or the column itself where it has that name already."""
        identifier = self.dialect.identifier(name)
        if isinstance(value, exp.Column) and value.this == identifier:
            return value
        return exp.Alias(this=value, alias=identifier)

    def table(self, name: str, alias: str | None = None) -> exp.Table:
        """A step of this statement by name."""
        short = exp.TableAlias(this=self.dialect.identifier(alias)) if alias and alias != name else None
        return exp.Table(this=self.dialect.identifier(name), alias=short)

    def single(self, name: str) -> exp.Table:
        """A step of one row, which decides nothing about the rows beside it."""
        table = self.table(name)
        table.meta["single"] = True
        return table

    def select(
        self,
        columns: Sequence[exp.Expr],
        source: exp.Expr | None = None,
        joins: Sequence[exp.Join] = (),
        where: Sequence[exp.Expr] = (),
        *,
        group: int = 0,
        distinct: bool = False,
    ) -> exp.Select:
        """A SELECT; ``group`` is how many leading columns to group by."""
        ordinals = [exp.Literal.number(n + 1) for n in range(group)]
        return exp.Select(
            expressions=list(columns),
            distinct=exp.Distinct() if distinct else None,
            from_=exp.From(this=source) if source is not None else None,
            joins=list(joins) or None,
            where=exp.Where(this=every(where)) if where else None,
            group=exp.Group(expressions=ordinals) if ordinals else None,
        )


def every(conditions: Sequence[exp.Expr], kind: type[exp.Connector] = exp.And) -> exp.Expr:
    """All of the conditions, already in the target's SQL."""
    if len(conditions) == 1:
        return conditions[0]
    joined = _operand(conditions[0], kind)
    for condition in conditions[1:]:
        joined = kind(this=joined, expression=_operand(condition, kind))
    return joined


def _operand(tree: exp.Expr, kind: type[exp.Connector]) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Or) and kind is exp.And else tree


def union_all(selects: Sequence[exp.Expr]) -> exp.Expr:
    """The rows of all the selects, one after the other; the columns that are read tell which are meant."""
    joined = selects[0]
    for select in selects[1:]:
        joined = exp.Union(this=joined, expression=select, distinct=False)
        joined.meta["stacked"] = True
    return joined


def rows_before() -> exp.WindowSpec:
    """All rows before the current one."""
    return exp.WindowSpec(
        kind="ROWS",
        start="UNBOUNDED",
        start_side="PRECEDING",
        end=exp.Literal.number(1),
        end_side="PRECEDING",
    )
