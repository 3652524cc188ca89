"""The façade that programs embed: load a project, ask it for SQL or rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from semantic import faults
from semantic.catalog import Catalog, link
from semantic.faults import Fault, SemanticError
from semantic.query import Extract, Query
from semantic.spec.cache import load_with_digest
from semantic.spec.pause import without_collection
from semantic.statements import Statements

if TYPE_CHECKING:
    from sqlalchemy import Engine, TextualSelect
    from sqlglot import exp

    from semantic.bind import Bound, Definitions, Metrics
    from semantic.dialect import Dialect
    from semantic.embed.lineage import Lineage
    from semantic.embed.parameters import Parameterised, Paramstyle
    from semantic.impact import Dependents, Graph
    from semantic.inspect import Report
    from semantic.inspect.inspecting import Note
    from semantic.lower.slots import Template
    from semantic.plan import Result
    from semantic.spec.files import File
    from semantic.spec.types import Described, Tests
    from semantic.testing.outcome import Results
    from semantic.views import Deployment, View
    from semantic.warehouse import Place, Rows
    from semantic.warehouse.estimate import Guard
    from semantic.warehouse.stream import Bounds, Stream

_REMEMBERED = 512
_BOUNDS = {"batch_rows", "limit_rows", "truncate", "timeout", "guard", "max_cost"}


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
    origin: Origin | None = field(default=None, repr=False, compare=False)

    def parameterised(self, paramstyle: Paramstyle | None = None) -> Parameterised:
        """The same statement with the values of the question and of the project's parameters beside it, in a
        driver's style, or in that of the dialect's usual driver.

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
            raise SemanticError([faults.no_origin()])
        return self.origin


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement comes from: what else is asked of it is made from there, and only then."""

    layer: Layer
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


class Layer:
    """A project, linked and ready. It never changes, and threads may share it."""

    def __init__(self, catalog: Catalog, folder: Path | None = None) -> None:
        self._catalog = catalog
        self._folder = folder
        self._files: tuple[File, ...] = ()
        self._lock = Lock()
        self._contexts: dict[str, tuple[Definitions, Metrics]] = {}
        self._dialects: dict[str, Dialect] = {}
        self._compiled: dict[tuple[Query | Extract, str, str], Compiled] = {}
        self._selectables: dict[tuple[Query, str | None, str], TextualSelect] = {}
        self._identity = object()  # tells this layer's statements from those of others in SQLAlchemy's cache
        self._templates: dict[tuple[Query | Extract, str, str], Template] = {}
        self._statements: Statements | None = None  # kept beyond this process, where files tell the project

    @property
    def catalog(self) -> Catalog:
        """Everything that the project defines."""
        return self._catalog

    @property
    def folder(self) -> Path | None:
        """Where the project stands, if it stands anywhere."""
        return self._folder

    @classmethod
    def load(cls, path: str | Path) -> Layer:
        """The project in a folder (the one with ``semantic.yml``); raises `SemanticError`."""
        folder = Path(path)
        with without_collection():
            spec, digest = load_with_digest(folder)
            layer = cls(link(spec), folder)
            layer._statements = Statements(digest)
            return layer

    def reload(self) -> Layer:
        """A new layer where the files of the project have changed since this one was loaded, else this one;
        raises `SemanticError` where they cannot be loaded any more.

        >>> layer = Layer.from_text(semantic="name: shop")
        >>> layer.reload() is layer
        True
        """
        if self._folder is None or self._statements is None:
            return self
        with without_collection():
            spec, digest = load_with_digest(self._folder)
            if digest == self._statements.project:
                return self
            layer = Layer(link(spec), self._folder)
            layer._statements = Statements(digest)
            return layer

    @classmethod
    def from_text(cls, **files: str) -> Layer:
        """A project held in memory: file name (without ``.yml``) to text.

        >>> Layer.from_text(semantic="name: shop").catalog.spec.name
        'shop'
        """
        from semantic.spec.files import File
        from semantic.spec.reader import read_text

        texts = {f"{name}.yml": text for name, text in files.items()}
        layer = cls(link(read_text(texts)))
        layer._files = tuple(File(name, text.encode()) for name, text in texts.items())
        return layer

    @classmethod
    def at(cls, path: str | Path, revision: str) -> Layer:
        """The project in a folder as it was at a revision of its git repository; raises `SemanticError`."""
        from semantic.impact.revisions import catalog_at

        return cls(catalog_at(Path(path), revision))

    @cached_property
    def graph(self) -> Graph:
        """What every definition reads, and what reads it."""
        from semantic.impact import Graph

        return Graph(self.catalog)

    def dependents(self, kind: str, name: str) -> Dependents:
        """What a definition (a ``metric``, a ``source`` or its column, a ``view``, a ``model`` …) is made
        from and what depends on it; raises `SemanticError` for an unknown name."""
        from semantic.impact import dependents

        return dependents(self.graph, kind, name)

    @cached_property
    def dialects(self) -> tuple[str, ...]:
        """The targets that SQL can be written for."""
        from semantic.dialect import names

        return names()

    # --- stages -------------------------------------------------------------------------------------

    def context(self, parameters: Mapping[str, Any]) -> tuple[Definitions, Metrics]:
        """Definitions and metrics under some parameter values."""
        from semantic.bind import Definitions, Metrics, Questions, values

        checked = values(self.catalog, parameters)
        key = repr(sorted(checked.items()))
        with self._lock:
            if key not in self._contexts:
                if len(self._contexts) >= _REMEMBERED:
                    self._contexts.clear()
                definitions = Definitions(self.catalog, checked)
                metrics = Metrics(definitions)
                Questions(definitions, metrics)
                self._contexts[key] = (definitions, metrics)
            return self._contexts[key]

    def bound(self, query: Query) -> Bound:
        """The question with every name an object."""
        from semantic.bind import bind

        definitions, metrics = self.context(dict(query.parameters))
        with self._lock:
            return bind(definitions, metrics, query)

    def plan(self, query: Query) -> Result:
        """The relational plan of a question."""
        from semantic.planner import plan

        definitions, _ = self.context(dict(query.parameters))
        bound = self.bound(query)
        with self._lock:
            return plan(definitions, bound)

    def compile(
        self, query: Query | Extract, dialect: str = "duckdb", arranged: tuple[str, ...] = ()
    ) -> Compiled:
        """A question (or the rows of a model) as one statement for a dialect; the same question is compiled
        once. Columns that are ``arranged`` come first, in that order."""
        if dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        key = (query, dialect, repr((query.parameters, arranged) if arranged else query.parameters))
        found = self._compiled.get(key)
        if found is None:
            found = self._kept(query, dialect, arranged)
            if len(self._compiled) >= _REMEMBERED:
                self._compiled.clear()
            self._compiled[key] = found
        return found

    def _kept(self, query: Query | Extract, dialect: str, arranged: tuple[str, ...]) -> Compiled:
        """The statement that was kept for a question, else a new one."""
        question = f"{query!r}{arranged or ''}"
        plain: Any = self._statements.find(dialect, question) if self._statements else None
        with suppress(Exception):  # none, or an odd one, which is as good as none
            text, kept_for, columns, parameters = plain
            return _unpacked(text, kept_for, columns, parameters, Origin(self, query))
        try:
            found = self._compile(query, dialect, arranged)
        except RecursionError:
            raise SemanticError([faults.sql_too_large(None)]) from None
        if self._statements:
            self._statements.keep(dialect, question, _packed(found))
        return found

    def _compile(self, query: Query | Extract, dialect: str, names: tuple[str, ...]) -> Compiled:
        from semantic.emit import emit
        from semantic.lower import arranged

        target = self.target_dialect(dialect)
        definitions, _ = self.context(dict(query.parameters))
        tree, columns = self._lowered(query, dialect)
        if names:
            columns = _arranged(columns, names)
            tree = arranged(tree, names)
        values = MappingProxyType(dict(definitions.values))
        return Compiled(emit(tree, target, query), dialect, columns, values, Origin(self, query))

    def tree(
        self, query: Query | Extract, dialect: str, bound: Bound | None = None, *, rewritten: bool = True
    ) -> exp.Expr:
        """The lowered tree of a question, which belongs to whoever asks; ``rewritten`` as its target likes
        it."""
        return self._lowered(query, dialect, bound, rewritten=rewritten)[0]

    def _lowered(
        self, query: Query | Extract, dialect: str, bound: Bound | None = None, *, rewritten: bool = True
    ) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
        """The lowered tree of a question or of rows, and its columns."""
        from semantic.bind import bind

        target = self.target_dialect(dialect)
        definitions, metrics = self.context(dict(query.parameters))
        with self._lock:
            if isinstance(query, Extract):
                return _lowered_rows(query, definitions, target)
            return _lowered(bound or bind(definitions, metrics, query), definitions, target, rewritten)

    def template(self, query: Query | Extract, dialect: str, bound: Bound | None = None) -> Template:
        """The statement of a question with its values beside it; kept as statements are."""
        if dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        key = (query, dialect, repr(query.parameters))
        found = self._templates.get(key)
        if found is None:
            found = self._kept_template(query, dialect, bound)
            if len(self._templates) >= _REMEMBERED:
                self._templates.clear()
            self._templates[key] = found
        return found

    def _kept_template(self, query: Query | Extract, dialect: str, bound: Bound | None) -> Template:
        from semantic.emit import emit_template
        from semantic.lower.slots import pack_template, unpack_template

        question = f"template {query!r}"
        plain: Any = self._statements.find(dialect, question) if self._statements else None
        with suppress(Exception):  # none, or an odd one, which is as good as none
            return unpack_template(*plain)
        try:
            found = emit_template(self.tree(query, dialect, bound), self.target_dialect(dialect))
        except RecursionError:
            raise SemanticError([faults.sql_too_large(None)]) from None
        if self._statements:
            self._statements.keep(dialect, question, pack_template(found))
        return found

    def target_dialect(self, name: str) -> Dialect:
        """A target with the functions that the project declares for it."""
        from semantic.dialect import load

        if name not in self._dialects:
            self._dialects[name] = load(name).with_functions(self.catalog.functions_in(name))
        return self._dialects[name]

    def asked(self, words: Mapping[str, Any]) -> Query:
        """The question in words; where some cannot be read, the faults of the others are told with theirs."""
        query, found = Query.read(words)
        if not found:
            return query
        try:
            self.bound(query)
        except SemanticError as error:
            # A word that cannot be read may have named the metrics.
            found += [fault for fault in error.faults if fault != faults.no_metrics()]
        raise SemanticError(found)

    # --- answers ------------------------------------------------------------------------------------

    def sql(self, metrics: Any = (), *, dialect: str = "duckdb", **question: Any) -> Compiled:
        """The statement for a question.

        ``metrics``, ``by``, ``where``, ``having`` and ``order`` are a string or a list of strings, ``time``
        is a range such as ``"2024-01..2024-06"``, ``limit`` a number, ``top`` text such as
        ``"5 products.name by sales"``, ``fill`` and ``members`` are flags, and ``parameters`` is a mapping.
        """
        return self.compile(self.asked({"metrics": metrics, **question}), dialect)

    def run(
        self, metrics: Any = (), *, target: str | None = None, url: str | None = None, **question: Any
    ) -> Rows:
        """The rows of a question, from a target of the project or the warehouse at a URL.

        The bounds of `stream` (``limit_rows``, ``timeout``, ``max_cost`` …) hold here too.
        """
        bounds = {name: question.pop(name) for name in _BOUNDS & question.keys()}
        if not bounds:
            return self.fetch(self.asked({"metrics": metrics, **question}), self.place(target, url))
        from semantic.warehouse import Rows

        with self.stream(metrics, target=target, url=url, **bounds, **question) as stream:
            return Rows(stream.columns, list(stream), stream.sql)

    def stream(
        self,
        metrics: Any = (),
        *,
        target: str | None = None,
        url: str | None = None,
        batch_rows: int = 10_000,
        limit_rows: int | None = None,
        truncate: bool = False,
        timeout: float | None = None,
        guard: Guard | None = None,
        max_cost: float | None = None,
        **question: Any,
    ) -> Stream:
        """The rows of a question in pieces, from where `run` would have them; no more than ``batch_rows`` of
        them are held at a time.

        More than ``limit_rows`` rows are a fault after that many, or with ``truncate`` the end. A statement
        that takes longer than ``timeout`` seconds is stopped. ``guard`` is told an `Estimate` before anything
        runs, and refuses by answering ``False`` or with a reason; ``max_cost`` is a bound on its cost,
        in the warehouse's own unit.

        >>> layer = Layer.from_text(semantic='''
        ... name: numbers
        ... models: [{name: numbers, sql: "SELECT 3 AS value UNION ALL SELECT 4", columns: {value: integer},
        ...           dimensions: [{name: value}]}]
        ... metrics: [{name: total, model: numbers, sql: sum(value)}]
        ... ''')
        >>> with layer.stream("total", by="numbers.value", url="duckdb://", batch_rows=1) as stream:
        ...     list(stream)
        [(3, 3), (4, 4)]
        """
        from semantic.warehouse.stream import Bounds

        bounds = Bounds(batch_rows, limit_rows, truncate, timeout, guard, max_cost)
        return self.streamed(self.asked({"metrics": metrics, **question}), self.place(target, url), bounds)

    def streamed(self, query: Query, place: Place, bounds: Bounds) -> Stream:
        """The rows of a question from one place in pieces, within bounds; what `stream` does with words."""
        from semantic.warehouse.stream import stream

        compiled = self.compile(query, place.dialect)
        kind = self.target_dialect(place.dialect).answers.estimate
        return stream(place, compiled.text, compiled.columns, kind, bounds)

    def select(self, metrics: Any = (), *, dialect: str | None = None, **question: Any) -> TextualSelect:
        """A question, asked as in `sql`, as a selectable of SQLAlchemy with typed columns.

        It joins, filters and nests as any SELECT does, in the caller's own session, connection or async
        engine. The statement is written for the database that compiles it; where ``dialect`` is given, any
        other is refused. Values are bind parameters.

        >>> from sqlalchemy import select
        >>> from sqlalchemy.dialects import postgresql
        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... sources: {orders: {table: orders, columns: {amount: decimal, status: text}}}
        ... models: [{name: orders, source: orders, dimensions: [{name: status}]}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... ''')
        >>> sales = layer.select("sales", by="orders.status").subquery("sales")
        >>> print(select(sales.c.sales).where(sales.c.orders_status == "paid")
        ...       .compile(dialect=postgresql.dialect()))
        SELECT sales.sales
        FROM (SELECT
          status AS orders_status,
          SUM(amount) AS sales
        FROM orders
        GROUP BY
          1
        ORDER BY
          orders_status ASC NULLS LAST) AS sales
        WHERE sales.orders_status = %(orders_status_1)s::VARCHAR
        """
        query = self.asked({"metrics": metrics, **question})
        if dialect is not None and dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        key = (query, dialect, repr(query.parameters))
        found = self._selectables.get(key)
        if found is None:
            found = self._selectable(query, dialect)
            if len(self._selectables) >= _REMEMBERED:
                self._selectables.clear()
            self._selectables[key] = found
        return found

    def _selectable(self, query: Query, dialect: str | None) -> TextualSelect:
        from semantic.embed.selectable import Statement, selectable

        bound = self.bound(query)
        held: list[Bound] = [
            bound
        ]  # for the first dialect that asks; to hold it longer would be to hold it in vain

        def asked(name: str) -> Template:
            bound = None
            with suppress(IndexError):
                bound = held.pop()
            return self.template(query, name, bound)

        statement = Statement(asked, (self._identity, dialect, repr(query)), dialect)
        return selectable(statement, output_columns(bound))

    def engine(self, target: str | None = None, url: str | None = None, **options: Any) -> Engine:
        """An engine of SQLAlchemy for a target of the project or a URL, chosen as in `run`; ``options`` are
        those of ``create_engine``. DuckDB is reached through a dialect of ours."""
        from semantic.warehouse.alchemy import engine

        return engine(self.place(target, url), **options)

    def place(self, target: str | None = None, url: str | None = None) -> Place:
        """Where to run: at a URL, on the target of that name, the only one, or the one called ``local``."""
        from semantic.warehouse import named, of_url

        return of_url(url, self.dialects) if url else named(self.catalog.targets, target, self.folder)

    def fetch(self, query: Query, place: Place) -> Rows:
        """The rows of a question from one place."""
        from semantic.warehouse import run

        compiled = self.compile(query, place.dialect)
        return run(place, compiled.text, compiled.columns)

    def models_of(self, query: Query | Extract) -> tuple[str, ...]:
        """The models whose rows a question reads."""
        if isinstance(query, Query):
            return self.plan(query).models
        from semantic.bind import draw
        from semantic.planner import plan_rows

        definitions, _ = self.context(dict(query.parameters))
        with self._lock:
            return plan_rows(definitions, draw(definitions, query).bound).models

    def views(self, dialect: str, *names: str, schema: str | None = None) -> Deployment:
        """The views of the project for a dialect: all, or those of some names, each after those that it
        reads. ``schema`` is where those stand that do not say it themselves.

        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... sources: {orders: {table: orders, columns: {amount: decimal}}}
        ... models: [{name: orders, source: orders}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... views: [{name: all_sales, metrics: sales}]
        ... ''')
        >>> [view.name for view in layer.views("duckdb").views]
        ['all_sales']
        """
        from semantic.views import deployment

        if dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        return deployment(self, dialect, names, schema)

    def ddl(self, view: View, *, recreate: bool = False) -> tuple[str, ...]:
        """The statements that make a view, one by one; see `semantic.views.create`."""
        from semantic.views import create

        return create(view, self.target_dialect(view.dialect), recreate=recreate)

    def check(self, dialects: Sequence[str] = ()) -> tuple[Fault, ...]:
        """Every fault of the project, for every dialect or for some, and of its tests; sorted by place."""
        from semantic.check import check

        found = [*check(self.catalog, dialects or self.dialects), *self._faults_of_tests()]
        found += self._faults_of_views(dialects or self.dialects)
        return SemanticError(found).faults

    def _faults_of_views(self, dialects: Sequence[str]) -> tuple[Fault, ...]:
        """What is wrong with the views, in the dialects that they can be deployed in."""
        from semantic.views import faults_of

        return faults_of(self, dialects) if self.catalog.spec.views else ()

    def inspect(
        self,
        target: str | None = None,
        *,
        url: str | None = None,
        limit: int | None = None,
        timeout: float | None = None,
        note: Note | None = None,
    ) -> Report:
        """What a target has that is not as the project says: tables, columns, types, keys, joins, intervals.

        Of each model at most ``limit`` rows are looked at, or all; no statement runs longer than ``timeout``
        seconds, and none writes.
        """
        from semantic.inspect import inspect
        from semantic.warehouse import Limits, connect

        with connect(self.place(target, url), limits=Limits(statement=timeout)) as connection:
            return inspect(self.catalog, connection, limit=limit, note=note)

    def _faults_of_tests(self) -> tuple[Fault, ...]:
        """What is wrong with the tests as they are written."""
        from semantic.testing.cases import cases

        try:
            return tuple(fault for case in cases(self.catalog, self.tests()) for fault in case.faults)
        except SemanticError as error:
            return error.faults

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """The metrics that need sources which the project does not map, each with the names of these."""
        from semantic.check import unavailable

        return unavailable(self.catalog)

    # --- tests --------------------------------------------------------------------------------------

    def tests(self, library: str | None = None) -> Tests:
        """The tests that stand in the project's files, or in those of a library that it uses."""
        from semantic.spec.files import library_files, project_files
        from semantic.spec.reader import read_tests

        if library is not None:
            return read_tests(library_files(library))
        return read_tests(self._files if self._folder is None else project_files(self._folder))

    def test(self, *names: str, metrics: Sequence[str] = (), libraries: bool = False) -> Results:
        """What becomes of the project's tests: all, those whose name holds one of some texts, or those that
        ask one of some metrics; with ``libraries`` those of its libraries, too.

        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... sources: {orders: {table: orders, columns: {amount: decimal}}}
        ... models: [{name: orders, source: orders}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... tests:
        ...   - name: amounts are added
        ...     given: {orders: [{amount: 2}, {amount: 3}]}
        ...     ask: {metrics: sales}
        ...     expect: [{sales: 5}]
        ... ''')
        >>> [(outcome.name, outcome.status) for outcome in layer.test()]
        [('amounts are added', 'passed')]
        """
        from semantic.testing.cases import cases
        from semantic.testing.suite import chosen, run

        origins = (None, *(self.catalog.spec.libraries if libraries else ()))
        made = [case for origin in origins for case in cases(self.catalog, self.tests(origin))]
        return run(self.catalog.spec, chosen(made, names, metrics), Layer)


def _lowered(
    bound: Bound, definitions: Definitions, target: Dialect, rewrite: bool
) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
    """The tree of a question, and its columns."""
    from semantic.lower import lower
    from semantic.planner import plan
    from semantic.rewrite import rewritten

    result = plan(definitions, bound)
    if rewrite:
        result = rewritten(result, target.answers.grouping)
    return lower(result, definitions, target), output_columns(bound)


def _lowered_rows(
    extract: Extract, definitions: Definitions, target: Dialect
) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
    """The tree of the rows of a model, and their columns."""
    from semantic.bind import draw
    from semantic.lower import lower_rows
    from semantic.planner import plan_rows

    drawn = draw(definitions, extract)
    tree = lower_rows(plan_rows(definitions, drawn.bound), definitions, target)
    pairs = zip(drawn.bound.keys, drawn.described, strict=True)
    return tree, tuple(_column(key.name, key.type, "dimension", told) for key, told in pairs)


def _arranged(columns: tuple[OutputColumn, ...], names: tuple[str, ...]) -> tuple[OutputColumn, ...]:
    """Columns with some of them first; `SemanticError` for names of none."""
    known = {column.name: column for column in columns}
    if wrong := [name for name in names if name not in known]:
        raise SemanticError(faults.unknown("column of the question", n, list(known), None) for n in wrong)
    return tuple(known[name] for name in (*names, *(name for name in known if name not in names)))


def _packed(compiled: Compiled) -> tuple[Any, ...]:
    """A statement as plain values."""
    columns = [{f.name: _bare(getattr(each, f.name)) for f in fields(each)} for each in compiled.columns]
    return str(compiled.text), compiled.dialect, columns, _bare(compiled.parameters)


def _bare(value: Any) -> Any:
    """A value without the place that it was written at."""
    if isinstance(value, Mapping):
        return {str(key): _bare(each) for key, each in value.items()}
    return str(value) if isinstance(value, str) else value


def _unpacked(
    text: str, dialect: str, columns: Any, parameters: Mapping[str, Any], origin: Origin
) -> Compiled:
    made = [OutputColumn(**_readonly(each)) for each in columns]
    return Compiled(text, dialect, tuple(made), MappingProxyType(parameters), origin)


def _readonly(column: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a column, its wordings unchangeable."""
    return {key: MappingProxyType(v) if isinstance(v, dict) else v for key, v in column.items()}


def output_columns(bound: Bound) -> tuple[OutputColumn, ...]:
    """What a person needs to know of each output column."""
    keys = [_column(key.name, key.type, "dimension", key.dimension) for key in bound.shown]
    metrics = [_column(metric.name, metric.type, "metric", metric.spec) for metric in bound.metrics]
    return (*keys, *metrics)


def _column(
    name: str, type: str | None, kind: Literal["dimension", "metric"], told: Described | None
) -> OutputColumn:
    """A column with the words of the dimension, metric or column that it shows."""
    label, description = (told.label, told.description) if told is not None else ({}, {})
    return OutputColumn(
        name=name,
        type=type,
        kind=kind,
        label=_worded(label, name),
        description=_worded(description, ""),
        unit=_plain(getattr(told, "unit", None)),
        format=_plain(getattr(told, "format", None)),
        labels=_spoken(label),
        descriptions=_spoken(description),
    )


def _worded(words: Mapping[str, str], otherwise: str) -> str:
    """The English wording, or any, or what stands in for one."""
    return str(words.get("en") or next(iter(words.values()), otherwise))


def _spoken(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({language: str(text) for language, text in words.items()})


def _plain(text: str | None) -> str | None:
    return None if text is None else str(text)


__all__ = ["Compiled", "Layer", "OutputColumn", "SemanticError"]
