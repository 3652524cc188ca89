"""A world for tests: a table for each source, filled with what the test at hand gives, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlglot import exp, parse_one

from semantic.bind.relations import identifier, table_parts
from semantic.catalog import Catalog, link
from semantic.dialect import Dialect, load
from semantic.emit import emit
from semantic.query import Query
from semantic.source import Text
from semantic.spec.types import Source, Spec, TypeName
from semantic.testing.cases import Case, Table
from semantic.testing.raw import dotted
from semantic.testing.sessions import Session

Columns = tuple[tuple[str, TypeName], ...]


class Column(Protocol):
    """A column of an answer."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def type(self) -> str | None:
        """What it holds, where that is known."""

    @property
    def kind(self) -> str:
        """Whether it was asked for under ``by`` (``dimension``) or as a metric."""


class Statement(Protocol):
    """A question as one statement."""

    @property
    def text(self) -> str:
        """What is sent."""

    @property
    def columns(self) -> Sequence[Column]:
        """What comes back."""


class Compiler(Protocol):
    """What makes statements of questions: a `Layer`."""

    def understood(self, words: Mapping[str, Any]) -> tuple[Compiler, Query]:
        """The question in words, and what makes its statement."""

    def compile(self, query: Query, dialect: str = ...) -> Statement:
        """The question as a statement."""


MakeCompiler = Callable[[Catalog], Compiler]


class World:
    """The tables of one session, and the compilers that know where they are."""

    def __init__(self, spec: Spec, make: MakeCompiler, session: Session, schema: str | None) -> None:
        self.spec = spec
        self.session = session
        self.schema = schema
        self.dialect: Dialect = load(session.place.dialect)
        self._make = make
        self._compilers: dict[frozenset[str], Compiler] = {}
        self._declared = {str(source.name): _columns(source) for source in spec.sources}
        self._made: dict[str, Columns] = {}
        self._loaded: dict[str, Table] = {}
        self._homes: set[tuple[str, ...]] = set()

    def compiler(self, kept: frozenset[str]) -> Compiler:
        """The project with every source but some in a table of its own."""
        if kept not in self._compilers:
            sources = tuple(
                source if source.name in kept else self._tabled(source) for source in self.spec.sources
            )
            self._compilers[kept] = self._make(link(replace(self.spec, sources=sources)))
        return self._compilers[kept]

    def _tabled(self, source: Source) -> Source:
        name = source.name if self.schema is None else f"{self.schema}.{source.name}"
        return replace(source, table=Text(name, source.name.file, source.name.starts), sql=None)

    # --- tables -------------------------------------------------------------------------------------

    def fill(self, case: Case) -> None:
        """Exactly the rows of a test; what holds the right ones already is left alone."""
        wanted = dict(case.tables)
        for name, columns in self._declared.items():
            if name not in wanted and columns:
                wanted[name] = Table(name, columns, ())
        for name in self._made.keys() - wanted.keys():
            self._drop(name)
        for table in wanted.values():
            if table.columns:
                self._load(table)

    def _load(self, table: Table) -> None:
        if self._made.get(table.name) != table.columns:
            self._create(table)
        loaded = self._loaded.get(table.name)
        if loaded is table or (loaded is not None and loaded.rows == table.rows):
            return
        target = exp.Table(**self._place(table.name))
        if loaded is None or loaded.rows:
            every = exp.Where(this=exp.Boolean(this=True))  # BigQuery wants to be told
            self._execute(exp.Delete(this=target.copy(), where=every), f"empty {table.name}")
        self._loaded.pop(table.name, None)
        if table.rows:
            self._execute(self._insert(target, table), f"given {table.name}")
        self._loaded[table.name] = table

    def _create(self, table: Table) -> None:
        if table.name in self._made:
            self._drop(table.name)
        if table.raw:
            self._make_home(table)
        columns = [
            exp.ColumnDef(this=self._named(name), kind=self.dialect.type(type))
            for name, type in table.columns
        ]
        this = exp.Schema(this=exp.Table(**self._place(table.name)), expressions=columns)
        self._execute(exp.Create(this=this, kind="TABLE"), f"table {table.name}")
        self._made[table.name] = table.columns
        self._loaded[table.name] = Table(table.name, table.columns, ())

    def _drop(self, name: str) -> None:
        self._execute(exp.Drop(tables=[exp.Table(**self._place(name))], kind="TABLE"), f"drop {name}")
        del self._made[name]
        self._loaded.pop(name, None)

    def drop_all(self) -> None:
        """Remove all tables that were made."""
        for name in list(self._made):
            self._drop(name)

    def _insert(self, target: exp.Table, table: Table) -> exp.Expr:
        types = [type for _, type in table.columns]
        rows = [
            exp.Tuple(
                expressions=[self._literal(value, type) for value, type in zip(row, types, strict=True)]
            )
            for row in table.rows
        ]
        return exp.Insert(this=target, expression=exp.Values(expressions=rows))

    def _literal(self, value: Any, type: TypeName) -> exp.Expr:
        return exp.Null() if value is None else self.dialect.literal(value, type)

    def _named(self, name: str) -> exp.Expr:
        return self.dialect.translate(identifier(name))

    def _place(self, name: str) -> dict[str, exp.Expr]:
        """Where a table is: in the scratch schema, or where the SQL of a source looks for it."""
        parts: list[exp.Expr] = [self.dialect.translate(part) for part in table_parts(name)]
        if self.schema is not None:
            parts = [self._named(self.schema), self._named(_scratch_name(parts))]
        return dict(zip(("this", "db", "catalog"), reversed(parts), strict=False))

    def _make_home(self, table: Table) -> None:
        """The schema, and the database, that a raw table stands in."""
        parts = table_parts(table.name) if self.schema is None else []
        for depth in range(len(parts) - 1):
            self._make_container(parts[: depth + 1], database=len(parts) == 3 and depth == 0)

    def _make_container(self, parts: list[exp.Identifier], *, database: bool) -> None:
        key = tuple(part.name.lower() for part in parts)
        if key in self._homes:
            return
        self._homes.add(key)
        if database:
            memory = exp.Alias(this=exp.Literal.string(":memory:"), alias=parts[0].copy())
            self._execute(exp.Attach(this=memory), f"database {key[0]}")
            return
        place = dict(zip(("db", "catalog"), reversed([part.copy() for part in parts]), strict=False))
        create = exp.Create(this=exp.Table(**place), kind="SCHEMA", exists=True)
        self._execute(create, f"schema {'.'.join(key)}")

    def _execute(self, tree: exp.Expr, what: str) -> None:
        self.session.execute(written(tree, self.dialect, what))


def written(tree: exp.Expr, dialect: Dialect, what: str) -> str:
    """A statement as text, under a comment that says what it is for."""
    return emit(tree, dialect, Query(metrics=(Text(what),)))


def _columns(source: Source) -> Columns:
    return tuple((str(column.name), column.type) for column in source.columns if column.type is not None)


def _scratch_name(parts: Sequence[exp.Expr]) -> str:
    """A name without dots for a table that has some."""
    return "__".join(part.name for part in parts)


def moved(text: str, world: World, raw: Iterable[str]) -> tuple[str, list[str]]:
    """A statement over a scratch schema, with raw tables read from there, and all else that it would read."""
    assert world.schema is not None
    language = world.dialect.answers.sqlglot
    keys = {dotted(table_parts(name)): name for name in raw}
    tree = parse_one(text, dialect=language)
    steps = {step.alias_or_name.lower() for step in tree.find_all(exp.CTE)}
    tables = [table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    elsewhere = []
    for table in tables:
        name = dotted(table.parts)
        if name in keys:
            for part, identifier_ in world._place(keys[name]).items():
                table.set(part, identifier_)
        elif table.db.lower() != world.schema.lower() and (table.db or name not in steps):
            elsewhere.append(name)
    return (written(tree, world.dialect, "moved") if keys else text), elsewhere
