"""A question as a selectable of SQLAlchemy: it joins, filters and nests as any SELECT does.

The statement is written when SQLAlchemy compiles it, for the database that it compiles for, and its values
are bind parameters there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Numeric,
    String,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter, ColumnClause, TextClause
from sqlalchemy.sql.selectable import TextualSelect
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from semantic import faults
from semantic.dialect import load, names
from semantic.faults import SemanticError
from semantic.lower.slots import Template, Value
from semantic.spec.types import TypeName

if TYPE_CHECKING:
    from semantic.warehouse import Column


class Whole(TypeDecorator[int]):
    """Whole numbers; some databases give sums of them as decimals."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """A decimal without a fraction is the whole number that it is."""
        return int(value) if isinstance(value, Decimal) and value == int(value) else value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What it is compared with keeps a type of its own."""
        return self.impl_instance.coerce_compared_value(op, value)


_TYPES: Mapping[TypeName, TypeEngine[Any]] = {
    "integer": BigInteger(),
    "decimal": Numeric(),
    "float": Double(),
    # Postgres finds the type of a text from what it is compared with, an enum or a uuid, if it is not said.
    "text": String().with_variant(NullType(), "postgresql"),
    "boolean": Boolean(),
    "date": Date(),
    "timestamp": DateTime(),
    "timestamptz": DateTime(timezone=True).with_variant(TIMESTAMP(timezone=True), "bigquery"),
}
_RESULTS: Mapping[TypeName, TypeEngine[Any]] = {**_TYPES, "integer": Whole(), "text": String()}


@cache
def dialects() -> Mapping[str, str]:
    """Our names of dialects by those of SQLAlchemy.

    >>> dialects()["postgresql"]
    'postgres'
    """
    return {load(name).answers.sqlalchemy: name for name in names()}


class Statement(TextClause):
    """The text of a question, which is asked for when the database is known.

    ``asked`` tells the statement for a dialect, ``identity`` is equal for equal statements, and ``only`` is
    the one dialect that it may be written for, if that is settled.
    """

    __visit_name__ = "semantic_statement"
    inherit_cache = True
    _traverse_internals = (("identity", InternalTraversal.dp_plain_obj),)  # type: ignore[assignment]

    def __init__(self, asked: Callable[[str], Template], identity: Hashable, only: str | None) -> None:
        self._bindparams = {}  # its values are bound as it is compiled
        self.text = ""
        self.asked = asked
        self.identity = identity
        self.only = only

    def template(self, name: str) -> Template:
        """The statement for a database that SQLAlchemy calls so."""
        if name not in dialects():
            raise SemanticError([faults.other_engine(name, list(dialects()))])
        if self.only not in (None, dialects()[name]):
            raise SemanticError([faults.fixed_engine(str(self.only), name)])
        return self.asked(dialects()[name])


@compiles(Statement)
def _compiled(element: Statement, compiler: SQLCompiler, **words: Any) -> str:
    """The pieces of the statement as they are, and between them its values as SQLAlchemy binds them."""
    template = element.template(compiler.dialect.name)
    binds = [_bind(value) for value in template.values]
    return "".join(
        compiler.process(binds[piece], **words)
        if isinstance(piece, int)
        else compiler.post_process_text(piece)  # type: ignore[no-untyped-call]
        for piece in template.pieces
    )


def _bind(value: Value) -> BindParameter[Any]:
    return bindparam(None, value.python, type_=_TYPES[value.kind], unique=True)


class Output(ColumnClause[Any]):
    """A column of an answer; it is called as the statement calls it, quotes and letters alike."""

    inherit_cache = True


@compiles(Output)
def _called(element: Output, compiler: SQLCompiler, **words: Any) -> str:
    """A column as usual, with its name as the statement of that dialect has it."""
    text: str = compiler.visit_column(element, **words)
    preparer, own = compiler.preparer, dialects().get(compiler.dialect.name)
    if own is None:
        return text
    name, quoted = _named(own, str(element.name))
    written = preparer.quote_identifier(name) if quoted else name
    return text.removesuffix(preparer.quote(element.name)) + written


@lru_cache(maxsize=4096)
def _named(dialect: str, name: str) -> tuple[str, bool]:
    """A column's name as a dialect has it, and whether that stands in quotes."""
    identifier = load(dialect).identifier(name)
    return identifier.name, bool(identifier.args.get("quoted"))


def selectable(statement: Statement, columns: Iterable[Column]) -> TextualSelect:
    """The statement as a SELECT with typed columns, in their order."""
    return TextualSelect(statement, [_column(each) for each in columns], positional=True)


def _column(output: Column) -> Output:
    kind: Any = output.type
    return Output(output.name, _RESULTS.get(kind, NullType()))
