"""Names as a warehouse folds them, and what a statement over some tables says that the warehouse refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sqlglot import ParseError, exp

from tests.engines.documented import documentation
from tests.engines.kinds import kind, mistyped
from tests.engines.plain import tree
from tests.engines.scopes import Columns, Kind, Resolver, every
from tests.engines.shapes import output, shapes
from tests.engines.table import Table, exact
from tests.engines.words import NoWordError, Word, snowflake_value, words

#: The tables of an engine without their rows, as something to look up by.
Tables = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def known(tables: Mapping[str, Table]) -> Tables:
    """Tables without their rows."""
    return tuple((name, table.columns) for name, table in tables.items())


def in_capitals(identifier: exp.Expr) -> str:
    """Snowflake: capitals, unless in quotes. docs.snowflake.com/en/sql-reference/identifiers-syntax"""
    return str(identifier.name) if identifier.args.get("quoted") else str(identifier.name).upper()


def any_case(identifier: exp.Expr) -> str:
    """BigQuery's columns and aliases: case is nothing.
    cloud.google.com/bigquery/docs/reference/standard-sql/lexical#case_sensitivity
    """
    return str(identifier.name).upper()


def as_written(identifier: exp.Expr) -> str:
    """BigQuery's tables: case matters."""
    return str(identifier.name)


@lru_cache(maxsize=50_000)
def mistaken(sql: str, dialect: str, tables: Tables) -> tuple[str, ...]:
    """The names that are unknown, and the shapes and types that the warehouse does not take.

    >>> orders = (("orders", (("id", "integer"), ('"City"', "text"))),)
    >>> mistaken('SELECT ID, "City" FROM Orders', "snowflake", orders)
    ()
    >>> mistaken('SELECT "id", City FROM orders', "snowflake", orders)
    ('no column id', 'no column CITY')
    """
    try:
        statement = tree(sql, dialect)
    except (NoWordError, ParseError) as error:
        return (str(error),)
    if not isinstance(statement, exp.Query):
        return ()
    is_snowflake = dialect == "snowflake"
    return tuple(_snowflake(sql, statement, tables) if is_snowflake else _bigquery(statement, tables))


def _snowflake(sql: str, statement: exp.Query, tables: Tables) -> Iterator[str]:
    resolver = Resolver({_kept(n): _columns(c) for n, c in tables}, in_capitals, in_capitals, kind)
    resolver.query(statement, None, {})
    nodes = every(statement)
    yield from resolver.faults
    yield from shapes(nodes, resolver, "snowflake")
    yield from mistyped(nodes, resolver.kinds)
    yield from _reserved(nodes)
    yield from _misread(nodes, words(sql, "snowflake"))


def _reserved(nodes: Sequence[exp.Expr]) -> Iterator[str]:
    """Names without quotes that Snowflake keeps for itself, or that are too long for it."""
    for node in nodes:
        if isinstance(node, exp.Identifier):
            if not node.quoted and node.name.upper() in documentation("snowflake").reserved:
                yield f"{node.name} is a reserved word"
            if len(node.name) > 255:
                yield f"{node.name} is longer than 255 letters"


def _misread(nodes: Sequence[exp.Expr], found: Sequence[Word]) -> Iterator[str]:
    """Texts and names that the emulator's parser reads in another way than Snowflake documents."""
    texts = {snowflake_value(word.text) for word in found if word.kind == "text"}
    names = {word.text[1:-1].replace('""', '"') for word in found if word.kind == "name"}
    for node in nodes:
        if isinstance(node, exp.Literal) and node.is_string and node.name not in texts:
            yield f"{node.name!r} is read in another way"
        if isinstance(node, exp.Identifier) and node.quoted and node.name not in names:
            yield f"the name {node.name!r} is read in another way"


def _columns(columns: tuple[tuple[str, str], ...]) -> Columns:
    found: dict[str, Kind] = {_kept(name): kind for name, kind in columns}
    return found


def _kept(name: str) -> str:
    """A name as Snowflake keeps it."""
    bare, is_exact = exact(name)
    return bare if is_exact else bare.upper()


def _bare(columns: tuple[tuple[str, str], ...]) -> Columns:
    return dict.fromkeys(exact(name)[0].upper() for name, _ in columns)


def _bigquery(statement: exp.Query, tables: Tables) -> Iterator[str]:
    """Google's analyzer knows the columns and their types, but takes a table's name in any case."""
    resolver = Resolver({exact(n)[0]: _bare(columns) for n, columns in tables}, as_written, any_case)
    resolver.query(statement, None, {})
    yield from (fault for fault in resolver.faults if fault.startswith("no table"))
    yield from shapes(every(statement), resolver, "bigquery")
    yield from output(statement)
