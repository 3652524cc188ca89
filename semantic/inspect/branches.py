"""What is counted: one SELECT a question, all of them with the same three columns.

Each gives the number of the question, how many rows, values or intervals were found, and one of them as a
text. Those of a model are stacked, so that one statement answers them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from semantic.dialect import Dialect
from semantic.lower.build import Build, every, union_all
from semantic.plan import Named
from semantic.spec.types import TypeName

CHECK, FOUND, EXAMPLE = "check_number", "found", "example"


class Branches:
    """Makes SELECTs over rows whose columns are called ``key_1``, ``key_2``, …, and more by their use."""

    def __init__(
        self, dialect: Dialect, limit: int | None, kinds: Mapping[str, TypeName | None] | None = None
    ) -> None:
        self.dialect = dialect
        self.limit = limit
        self.kinds = kinds or {}
        self.build = Build(dialect)

    def over(self, columns: Iterable[Named]) -> Branches:
        """The same questions about rows whose columns have these types."""
        return Branches(self.dialect, self.limit, {column.name: column.type for column in columns})

    # --- the questions ------------------------------------------------------------------------------

    def rows(self, number: int, rows: exp.Select) -> exp.Select:
        """How many rows there are."""
        return self._counted(number, self._some(rows), [], [])

    def empty(self, number: int, rows: exp.Select, keys: Sequence[str]) -> exp.Select:
        """Rows with a NULL in one of some columns."""
        missing = every([self._null(key) for key in keys], exp.Or)
        return self._counted(number, self._some(rows), [missing], keys)

    def repeated(self, number: int, rows: exp.Select, keys: Sequence[str]) -> exp.Select:
        """Values of a key that several rows have: of all rows, or of those in the sample."""
        grouped = self.build.select(
            [self.build.column(key) for key in keys],
            self._among(rows, keys),
            where=[self._present(key) for key in keys],
            group=len(keys),
        )
        several = exp.GT(this=self.dialect.call("count_rows"), expression=exp.Literal.number(1))
        grouped.set("having", exp.Having(this=several))
        return self._counted(number, _derived(grouped, "repeated"), [], keys)

    def lonely(
        self, number: int, rows: exp.Select, keys: Sequence[str], partners: Sequence[str]
    ) -> exp.Select:
        """Rows that a left join found no partner for."""
        alone = every([self._null(partner) for partner in partners])
        return self._counted(number, self._some(rows), [alone], keys)

    def overlapping(self, number: int, rows: exp.Select, keys: Sequence[str]) -> exp.Select:
        """Intervals that end after the next one of the same key begins; empty ones are in nobody's way."""
        where = [self._present(key) for key in (*keys, "starts")]
        within = exp.LT(this=self._column("starts"), expression=self._column("ends"))
        where.append(exp.Paren(this=exp.Or(this=self._null("ends"), expression=within)))
        names = (*keys, "starts", "ends")
        series = self.build.select(
            [*(self._column(name) for name in names), self.build.named(self._next(keys), "following")],
            self._among(rows, keys),
            where=where,
        )
        late = exp.LT(this=self._column("following"), expression=self._column("ends"))
        conditions = [
            self._present("following"),
            exp.Paren(this=exp.Or(this=self._null("ends"), expression=late)),
        ]
        return self._counted(number, _derived(series, "series"), conditions, (*keys, "starts"))

    def reversed(self, number: int, rows: exp.Select, keys: Sequence[str]) -> exp.Select:
        """Intervals that end before they begin."""
        wrong = exp.LT(this=self._column("ends"), expression=self._column("starts"))
        return self._counted(number, self._some(rows), [wrong], (*keys, "starts", "ends"))

    # --- their parts --------------------------------------------------------------------------------

    def _counted(
        self, number: int, source: exp.Expr, where: Sequence[exp.Expr], example: Sequence[str]
    ) -> exp.Select:
        shown: exp.Expr = exp.Null()
        if example:
            shown = self.dialect.call("min", self._text(example))
        values = {
            CHECK: exp.Literal.number(number),
            FOUND: self.dialect.call("count_rows"),
            EXAMPLE: exp.Cast(this=shown, to=self.dialect.type("text")),
        }
        columns = [exp.Alias(this=value, alias=self.dialect.identifier(n)) for n, value in values.items()]
        return self.build.select(columns, source, where=where)

    def _text(self, names: Sequence[str]) -> exp.Expr:
        """The values of some columns as one text."""
        parts: list[exp.Expr] = []
        for name in names:
            text = self._as_text(name)
            parts += [exp.Literal.string(", ")] if parts else []
            parts.append(self.dialect.call("coalesce", text, exp.Literal.string("NULL")))
        joined = parts[0]
        for part in parts[1:]:
            joined = exp.DPipe(this=joined, expression=part)
        return joined

    def _as_text(self, name: str) -> exp.Expr:
        """The text of a value; that of a date must not depend on the session."""
        kind = self.kinds.get(name)
        if kind in ("date", "timestamp", "decimal"):
            return self.dialect.call(f"text_of_{kind}", self._column(name))
        return exp.Cast(this=self._column(name), to=self.dialect.type("text"))

    def _some(self, rows: exp.Select) -> exp.Expr:
        """All rows, or the first that come."""
        return _derived(self._limited(rows.copy()), "picked")

    def _limited(self, rows: exp.Select) -> exp.Select:
        if self.limit is not None:
            rows.set("limit", exp.Limit(expression=exp.Literal.number(self.limit)))
        return rows

    def _among(self, rows: exp.Select, keys: Sequence[str]) -> exp.Expr:
        """All rows, or, of all rows, those with a key that is in the sample."""
        if self.limit is None:
            return _derived(rows.copy(), "rows_of")
        sample = self.build.select([self._column(key) for key in keys], self._some(rows), distinct=True)
        pairs = [
            exp.EQ(this=self.build.column(key, "rows_of"), expression=self.build.column(key, "sampled"))
            for key in keys
        ]
        chosen = [self.build.column(name, "rows_of") for name in rows.named_selects]
        joined = self.build.select(
            chosen,
            _derived(rows.copy(), "rows_of"),
            [exp.Join(this=_derived(sample, "sampled"), on=every(pairs), kind="INNER")],
        )
        return _derived(joined, "among")

    def _next(self, keys: Sequence[str]) -> exp.Expr:
        """When the next interval of the same key begins."""
        order = self.dialect.ordered(self._column("starts"), False, False)
        return exp.Window(
            this=exp.Anonymous(this="LEAD", expressions=[self._column("starts")]),
            partition_by=[self._column(key) for key in keys],
            order=exp.Order(expressions=[order]),
        )

    def _column(self, name: str) -> exp.Column:
        return self.build.column(name)

    def _null(self, name: str) -> exp.Expr:
        return exp.Is(this=self._column(name), expression=exp.Null())

    def _present(self, name: str) -> exp.Expr:
        return exp.Is(this=self._column(name), expression=exp.Not(this=exp.Null()))


def _derived(query: exp.Expr, alias: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def stacked(selects: Sequence[exp.Expr], steps: Sequence[exp.CTE]) -> exp.Expr:
    """The selects as one statement, below the steps that they read."""
    statement = union_all([select.copy() for select in selects])
    if steps:
        statement.set("with_", exp.With(expressions=[step.copy() for step in steps]))
    return statement
