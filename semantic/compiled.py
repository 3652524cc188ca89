"""A question as a statement: its text, its columns, and whatever else is asked of it later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from sqlglot import exp

    from semantic.catalog import Catalog
    from semantic.dialect import Dialect
    from semantic.embed.lineage import Lineage
    from semantic.embed.parameters import Parameterised, Paramstyle
    from semantic.lower.slots import Template
    from semantic.query import Extract, Query


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of an answer: what it is called, what it holds, how a person reads it."""

    name: str
    type: str | None
    kind: Literal["dimension", "metric"]
    label: str
    description: str
    unit: str | None
    format: str | None
    labels: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)

    def labelled(self, language: str) -> str:
        """The label in a language, else as it is said by default."""
        return self.labels.get(language) or self.label


@dataclass(frozen=True, slots=True)
class Compiled:
    """A question as one statement: its text, its columns in order, and the value that each parameter of the
    project had when it was written."""

    text: str
    dialect: str
    columns: tuple[OutputColumn, ...]
    parameters: Mapping[str, Any]
    origin: Origin | Reworded | None = field(default=None, repr=False, compare=False)

    def parameterised(self, paramstyle: Paramstyle | None = None) -> Parameterised:
        """The same statement with the values of the question and of the project's parameters beside it, in a
        driver's style, or in that of the dialect's usual driver.

        >>> from semantic import Layer
        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... sources: {orders: {table: orders, columns: {amount: decimal, status: text}}}
        ... models: [{name: orders, source: orders, dimensions: [{name: status}]}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... ''')
        >>> made = layer.sql("sales", where="orders.status = 'it''s'").parameterised("qmark")
        >>> print(made.text)
        SELECT
          SUM(amount) AS sales
        FROM orders
        WHERE
          status = ?
        >>> made.values
        ("it's",)
        """
        from semantic.embed.parameters import parameterised

        template, style = self._origin().template(self.dialect)
        return parameterised(template, paramstyle or style)

    @property
    def lineage(self) -> tuple[Lineage, ...]:
        """What each output column is made from, up to the columns of tables; found when it is asked for."""
        return self._origin().lineage(self)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the statement reads, as it names them: what a role needs SELECT on.

        What is no table (a file that DuckDB reads) is not among them.
        """
        return self._origin().tables(self.dialect)

    def _origin(self) -> Origin:
        if self.origin is None:
            from semantic import faults
            from semantic.faults import SemanticError

            raise SemanticError([faults.no_origin()])
        return self.origin if isinstance(self.origin, Origin) else self.origin.origin


class Asking(Protocol):
    """What answers later questions about a statement: the layer that it comes from."""

    @property
    def catalog(self) -> Catalog:
        """Everything that the project defines."""

    def target_dialect(self, name: str) -> Dialect:
        """A target."""

    def template(self, query: Query | Extract, dialect: str) -> Template:
        """The statement of a question with its values beside it."""

    def tree(self, query: Query | Extract, dialect: str, *, rewritten: bool = True) -> exp.Expr:
        """The lowered tree of a question."""

    def understood(self, words: Mapping[str, Any]) -> tuple[Asking, Query]:
        """A question in whichever words, and the layer that answers it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from: what else is asked of it is made from there, and only then."""

    layer: Asking
    query: Query | Extract

    def template(self, dialect: str) -> tuple[Template, Paramstyle]:
        """The statement with its values beside it, and the style of the dialect's usual driver."""
        style = self.layer.target_dialect(dialect).answers.paramstyle
        return self.layer.template(self.query, dialect), style

    def lineage(self, compiled: Compiled) -> tuple[Lineage, ...]:
        """What each output column is made from."""
        from semantic.embed.lineage import lineage

        layer, dialect = self.layer, compiled.dialect
        names = [each.name for each in compiled.columns]
        keys = [each.name for each in compiled.columns if each.kind == "dimension"]
        tree = layer.tree(self.query, dialect, rewritten=False)  # a rewrite's own groups decide nothing
        return lineage(tree, names, keys, layer.catalog, layer.target_dialect(dialect))

    def tables(self, dialect: str) -> tuple[str, ...]:
        """The tables that the statement reads."""
        from semantic.embed.lineage import tables

        return tables(self.layer.tree(self.query, dialect), self.layer.target_dialect(dialect))


@dataclass(frozen=True, slots=True)
class Reworded:
    """Where a statement comes from that was kept for a question in other words, which are read where more is
    asked of it."""

    layer: Asking
    words: Mapping[str, Any]

    @property
    def origin(self) -> Origin:
        """The question in our words, and the layer that answers it."""
        return Origin(*self.layer.understood(self.words))


def packed(compiled: Compiled) -> tuple[Any, ...]:
    """A statement as plain values."""
    columns = [{f.name: _bare(getattr(each, f.name)) for f in fields(each)} for each in compiled.columns]
    return str(compiled.text), compiled.dialect, columns, _bare(compiled.parameters)


def _bare(value: Any) -> Any:
    """A value without the place that it was written at."""
    if isinstance(value, Mapping):
        return {str(key): _bare(each) for key, each in value.items()}
    return str(value) if isinstance(value, str) else value


def unpacked(
    text: str, dialect: str, columns: Any, parameters: Mapping[str, Any], origin: Origin | Reworded
) -> Compiled:
    """A statement from plain values."""
    made = [OutputColumn(**_readonly(each)) for each in columns]
    return Compiled(text, dialect, tuple(made), MappingProxyType(parameters), origin)


def _readonly(column: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a column, its wordings unchangeable."""
    return {key: MappingProxyType(v) if isinstance(v, dict) else v for key, v in column.items()}
