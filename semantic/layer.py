"""The façade that programs embed: load a project, ask it for SQL or rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from semantic import faults
from semantic.catalog import Catalog, link
from semantic.compiled import (
    Compiled,
    Origin,
    OutputColumn,
    Reworded,
    arranged_columns,
    lowered,
    lowered_rows,
    output_columns,
    packed,
    unpacked,
)
from semantic.faults import Fault, SemanticError
from semantic.interop.losses import Losses
from semantic.interop.spelling import foreign, spoken
from semantic.query import Extract, Query
from semantic.spec.cache import load_with_digest
from semantic.spec.pause import without_collection
from semantic.statements import Statements

if TYPE_CHECKING:
    from sqlalchemy import Engine, TextualSelect
    from sqlglot import exp

    from semantic.bind import Bound, Definitions, Metrics
    from semantic.deploy import Agree, Applied, Changes
    from semantic.deploy import Note as Advance
    from semantic.dialect import Dialect
    from semantic.impact import Dependents, Graph
    from semantic.inspect import Report
    from semantic.inspect.inspecting import Note
    from semantic.interop.losses import Losses
    from semantic.interop.metricflow.beside import PerEntity
    from semantic.lower.slots import Template
    from semantic.plan import Result
    from semantic.policies.attributes import Attributes
    from semantic.spec.files import File
    from semantic.spec.types import Spec, Tests
    from semantic.testing.outcome import Results
    from semantic.views import Deployment, View
    from semantic.warehouse import Place, Rows
    from semantic.warehouse.estimate import Guard
    from semantic.warehouse.stream import Bounds, Stream

_REMEMBERED = 512
_EXTENDED = 32  # layers with models that questions needed
Asked = TypeVar("Asked", bound=Query | Extract)
_BOUNDS = {"batch_rows", "limit_rows", "truncate", "timeout", "guard", "max_cost"}


class Layer:
    """A project, linked and ready. It never changes, and threads may share it."""

    def __init__(self, catalog: Catalog, folder: Path | None = None) -> None:
        self._catalog = catalog
        self._folder = folder
        self._files: tuple[File, ...] = ()
        self.losses = Losses()  # what became of definitions of another tool's
        self._lock = Lock()
        self._contexts: dict[str, tuple[Definitions, Metrics]] = {}
        self._dialects: dict[str, Dialect] = {}
        self._compiled: dict[tuple[Query | Extract, str, str], Compiled] = {}
        self._selectables: dict[tuple[Query, str | None, str], TextualSelect] = {}
        self._identity = object()  # tells this layer's statements from those of others in SQLAlchemy's cache
        self._extended: dict[tuple[PerEntity, ...], Layer] = {}
        self._templates: dict[tuple[Query | Extract, str, str], Template] = {}
        self._user: Attributes | None = None  # of whoever asks, where this is the layer of one caller
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

    def warmed(self, dialect: str = "duckdb") -> Layer:
        """This layer with every metric bound and the functions of a dialect read, so that its first questions
        take no longer than later ones; for servers. What cannot be bound is told to whoever asks for it.

        >>> Layer.from_text(semantic="name: shop").warmed().catalog.spec.name
        'shop'
        """
        _, metrics = self.context({})
        target = self.target_dialect(dialect)
        with self._lock:
            for name in self.catalog.metrics:
                with suppress(SemanticError):
                    metrics.metric(name)
            target.warm()
        return self

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
    def from_metricflow(cls, path: str | Path, **options: Any) -> Layer:
        """The definitions of dbt's semantic layer in a file or folder, held in memory; ``losses`` tells what
        became of each.

        ``dialect`` is the one that their SQL is written in, ``schema`` and ``database`` are where tables are
        whose names do not say it. Raises `SemanticError` for what cannot be read at all.
        """
        from semantic.interop.kept import kept

        with without_collection():
            spec, losses, digest = kept(
                Path(path), sorted(options.items()), lambda: _imported(Path(path), options)
            )
            layer = cls(link(spec))
        layer.losses, layer._statements = losses, Statements(digest)
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

    # --- callers ------------------------------------------------------------------------------------

    def for_user(self, user: Mapping[str, Any]) -> Layer:
        """The same project as one caller sees it: whatever is asked of it is asked with these attributes.

        Threads may share it, and it shares with this layer all that does not depend on who asks.

        >>> layer = Layer.from_text(semantic="name: shop").for_user({"region": "EMEA"})
        >>> layer.user
        {'region': 'EMEA'}
        """
        from semantic.policies import attributes

        try:
            asking = attributes(user)
        except TypeError:
            raise SemanticError(
                [faults.bad_part("user", user, "attributes of the caller, by name")]
            ) from None
        if self._user is not None and repr(self._user) != repr(asking):
            raise SemanticError([faults.other_user()])
        made = copy(self)
        made._user = asking
        return made

    @property
    def user(self) -> dict[str, Any] | None:
        """The attributes of the caller whose layer this is, if it is one's."""
        return None if self._user is None else dict(self._user)

    def _of_user(self, query: Asked) -> Asked:
        """A question with the attributes that decide its answer; for another caller than that whose layer
        this is it is refused."""
        from semantic.policies import relevant

        if self._user is not None and query.user and repr(query.user) != repr(self._user):
            raise SemanticError([faults.other_user()])
        asking = relevant(self.catalog, self._user if self._user is not None else query.user)
        return query if repr(asking) == repr(query.user) else replace(query, user=asking)

    # --- stages -------------------------------------------------------------------------------------

    def context(
        self, parameters: Mapping[str, Any], user: Attributes | None = None
    ) -> tuple[Definitions, Metrics]:
        """Definitions and metrics under some parameter values, as a caller may use them."""
        from semantic.bind import Metrics, Questions, definitions_for, values
        from semantic.policies import relevant

        checked = values(self.catalog, parameters)
        asking = relevant(self.catalog, user or self._user or ())
        key = repr((sorted(checked.items()), asking))
        with self._lock:
            if key not in self._contexts:
                if len(self._contexts) >= _REMEMBERED:
                    self._contexts.clear()
                definitions = definitions_for(self.catalog, checked, dict(asking))
                metrics = Metrics(definitions)
                Questions(definitions, metrics)
                self._contexts[key] = (definitions, metrics)
            return self._contexts[key]

    def bound(self, query: Query) -> Bound:
        """The question with every name an object."""
        from semantic.bind import bind

        query = self._of_user(query)
        definitions, metrics = self.context(dict(query.parameters), query.user)
        with self._lock:
            return bind(definitions, metrics, query)

    def plan(self, query: Query) -> Result:
        """The relational plan of a question."""
        from semantic.planner import plan

        query = self._of_user(query)
        definitions, _ = self.context(dict(query.parameters), query.user)
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
        query = self._of_user(query)
        key = (query, dialect, repr((query.parameters, query.user, arranged)))
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
            return unpacked(text, kept_for, columns, parameters, Origin(self, query))
        try:
            found = self._compile(query, dialect, arranged)
        except RecursionError:
            raise SemanticError([faults.sql_too_large(None)]) from None
        if self._statements:
            self._statements.keep(dialect, question, packed(found))
        return found

    def _compile(self, query: Query | Extract, dialect: str, names: tuple[str, ...]) -> Compiled:
        from semantic.emit import emit

        target = self.target_dialect(dialect)
        definitions, _ = self.context(dict(query.parameters), query.user)
        tree, columns = self.lowered(query, dialect, names)
        values = MappingProxyType(dict(definitions.values))
        return Compiled(emit(tree, target, query), dialect, columns, values, Origin(self, query))

    def lowered(
        self, query: Query | Extract, dialect: str, names: tuple[str, ...] = ()
    ) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
        """The tree of a question in a target's own terms, and its columns; those of some names come first."""
        from semantic.lower import arranged

        tree, columns = self._lowered(query, dialect)
        if names:
            columns = arranged_columns(columns, names)
            tree = arranged(tree, names)
        return tree, columns

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

        query = self._of_user(query)
        target = self.target_dialect(dialect)
        definitions, metrics = self.context(dict(query.parameters), query.user)
        with self._lock:
            if isinstance(query, Extract):
                return lowered_rows(query, definitions, target)
            return lowered(bound or bind(definitions, metrics, query), definitions, target, rewritten)

    def template(self, query: Query | Extract, dialect: str, bound: Bound | None = None) -> Template:
        """The statement of a question with its values beside it; kept as statements are."""
        if dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        query = self._of_user(query)
        key = (query, dialect, repr((query.parameters, query.user)))
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

    def understood(self, words: Mapping[str, Any]) -> tuple[Layer, Query]:
        """The question in words, and the layer that answers it: this one, or for a condition on a metric for
        each entity one with the models that it needs. Words of another semantic layer become ours."""
        if not foreign(words, self.catalog):
            return self, self.asked(words)
        from semantic.interop.metricflow.words import understood

        given, user = words.get("parameters"), words.get("user")
        with suppress(SemanticError):  # of what cannot be read, the question tells
            query, _ = Query.read({"parameters": given, "user": user})
            given, user = dict(query.parameters), self._of_user(query).user
        metrics = self.context(given or {}, user or ())[1]
        with self._lock:
            found = understood(words, self.catalog, lambda name: metrics.metric(name))
        layer = self._beside(found.needs) if found.needs else self
        return layer, layer.asked(found.words)

    def _beside(self, needs: tuple[PerEntity, ...]) -> Layer:
        """This layer with models that a question needs; the same ones are made once."""
        from semantic.interop.metricflow.beside import extended

        made = self._extended.get(needs)
        if made is None:
            made = Layer(extended(self.catalog, needs), self._folder)
            if len(self._extended) >= _EXTENDED:
                self._extended.clear()
            self._extended[needs] = made
            if self._statements is not None:
                made._statements = Statements(self._statements.project + repr(needs).encode())
        return made if self._user is None else made.for_user(dict(self._user))

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
        ``"5 products.name by sales"``, ``fill`` and ``members`` are flags, ``parameters`` is a mapping, and
        so is ``user``, the attributes of whoever asks. ``paths`` names paths: ``{"country":
        ["orders.buyer.country", "visits.visitor.country"]}``.

        Where the models of a project say what their rows are (``entity``), the words of MetricFlow are
        understood, too: ``booking__is_instant``, ``metric_time__month``,
        ``{{ Dimension('listing__country') }} = 'us'``; ``group_by``, ``order_by``, ``start_time`` and
        ``end_time``, ``saved_query``.
        ``names="metricflow"`` names the columns as it does.
        """
        words = {"metrics": metrics, **question}
        own = self._statements is None or self._user is not None or not spoken(words)
        if own or not foreign(words, self.catalog):
            layer, query = self.understood(words)
            return layer.compile(query, dialect)
        return self._told(words, dialect)

    def _told(self, words: Mapping[str, Any], dialect: str) -> Compiled:
        """The statement that was kept for a question in other words, else a new one."""
        statements = self._statements
        assert statements is not None
        question = f"asked {sorted(words.items())!r}"
        plain: Any = statements.find(dialect, question) if dialect in self.dialects else None
        with suppress(Exception):  # none, or an odd one, which is as good as none
            text, kept_for, columns, parameters = plain
            return unpacked(text, kept_for, columns, parameters, Reworded(self, words))
        layer, query = self.understood(words)
        found = layer.compile(query, dialect)
        statements.keep(dialect, question, packed(found))
        return found

    def run(
        self, metrics: Any = (), *, target: str | None = None, url: str | None = None, **question: Any
    ) -> Rows:
        """The rows of a question, from a target of the project or the warehouse at a URL.

        The bounds of `stream` (``limit_rows``, ``timeout``, ``max_cost`` …) hold here too.
        """
        bounds = {name: question.pop(name) for name in _BOUNDS & question.keys()}
        if not bounds:
            layer, query = self.understood({"metrics": metrics, **question})
            return layer.fetch(query, self.place(target, url))
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
        layer, query = self.understood({"metrics": metrics, **question})
        return layer.streamed(query, self.place(target, url), bounds)

    def streamed(self, query: Query, place: Place, bounds: Bounds) -> Stream:
        """The rows of a question from one place in pieces, within bounds; what `stream` does with words."""
        from semantic.warehouse.stream import stream

        compiled = self.compile(query, place.dialect)
        kind = self.target_dialect(place.dialect).answers.estimate
        hidden = bool(self.catalog.policies)  # a warehouse may quote values of rows that nobody was to see
        return stream(place, compiled.text, compiled.columns, kind, replace(bounds, wordless=hidden))

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
        layer, query = self.understood({"metrics": metrics, **question})
        if dialect is not None and dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        return layer._selected(layer._of_user(query), dialect)

    def _selected(self, query: Query, dialect: str | None) -> TextualSelect:
        """The selectable of a question, made once."""
        key = (query, dialect, repr((query.parameters, query.user)))
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
        try:
            return run(place, compiled.text, compiled.columns)
        except SemanticError as error:
            if self.catalog.policies:  # a warehouse may quote values of rows that nobody was to see
                raise SemanticError(map(faults.without_reason, error.faults)) from None
            raise

    def models_of(self, query: Query | Extract) -> tuple[str, ...]:
        """The models whose rows a question reads."""
        if isinstance(query, Query):
            return self.plan(query).models
        from semantic.bind import draw
        from semantic.planner import plan_rows

        query = self._of_user(query)
        definitions, _ = self.context(dict(query.parameters), query.user)
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

    def deployment_plan(
        self,
        *names: str,
        target: str | None = None,
        url: str | None = None,
        data: bool = False,
        sample: int | None = None,
        timeout: float | None = None,
        note: Advance | None = None,
    ) -> Changes:
        """What deploying the views (all, or some) on a target would change. Nothing is written.

        With ``data`` the rows of replaced views are compared with those that they would have, in the
        warehouse, of at most ``sample`` keys a view; ``note`` hears of each such view. A statement takes
        ``timeout`` seconds at most. Raises `SemanticError` where the project is wrong or the target cannot be
        read; what is in the way of a view stands in its change.

        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... sources: {orders: {table: orders, columns: {amount: decimal}}}
        ... models: [{name: orders, source: orders}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... views: [{name: all_sales, metrics: sales}]
        ... ''')
        >>> [(change.name, change.status) for change in layer.deployment_plan(url="duckdb://")]
        [('all_sales', 'create')]
        """
        from semantic.deploy import Rows, plan
        from semantic.warehouse import Limits

        place, schema = self._deployed(target, url)
        rows = Rows(sample, note) if data else None
        return plan(self, place, schema, names, Limits(statement=timeout), rows)

    def apply(
        self,
        *names: str,
        target: str | None = None,
        url: str | None = None,
        force_drifted: bool = False,
        drop_orphans: bool = False,
        dry_run: bool = False,
        timeout: float | None = None,
        lock_timeout: float = 10.0,
        agree: Agree | None = None,
        note: Advance | None = None,
    ) -> Applied:
        """Deploy the views (all, or some) on a target: what `deployment_plan` tells is done.

        Views that were changed by hand are replaced with ``force_drifted`` only, and objects that the project
        made and does not have any more are dropped with ``drop_orphans`` only. ``agree`` is called with the
        changes before anything is written and tells whether they are wanted, those of drifted views among
        them; ``note`` hears of every step. With ``dry_run`` statements are written down and none is run.
        Times are in seconds. Where the target can take DDL back, all is done or, after an error, nothing.
        Raises `SemanticError`.
        """
        from semantic.deploy import How, apply
        from semantic.warehouse import Limits

        place, schema = self._deployed(target, url)
        how = How(force_drifted, drop_orphans, lock_timeout, dry_run)
        return apply(self, place, schema, names, Limits(statement=timeout), how, agree, note)

    def _deployed(self, target: str | None, url: str | None) -> tuple[Place, str | None]:
        """Where views are deployed, and the schema of those that do not say it themselves."""
        from semantic.warehouse.place import target as chosen

        place = self.place(target, url)
        if url is not None and target is None:
            return place, None
        schema = chosen(self.catalog.targets, target).schema
        return place, str(schema) if schema is not None else None

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

    def to_osi(
        self, *, dialect: str | None = None, version: str | None = None, extensions: bool = True
    ) -> tuple[dict[str, Any], Losses]:
        """The project as a document of OSI (Apache Ossie), and what became of each definition.

        With ``dialect``, expressions are written in it besides ANSI SQL; without ``extensions`` there is only
        what other tools read. Raises `SemanticError` where nothing of the project can be said.

        >>> layer = Layer.from_text(semantic='''
        ... name: shop
        ... models: [{name: orders, table: orders, primary_key: id, dimensions: [amount]}]
        ... metrics: [{name: sales, model: orders, sql: sum(amount)}]
        ... ''')
        >>> document, losses = layer.to_osi()
        >>> document["metrics"][0]["expression"]
        {'dialects': [{'dialect': 'ANSI_SQL', 'expression': 'SUM(orders.amount)'}]}
        """
        from semantic.interop.osi.document import VERSION
        from semantic.interop.osi.exporting import exported
        from semantic.spec.files import project_files

        files = self._files if self._folder is None else project_files(self._folder)
        return exported(
            self.catalog, files, dialect=dialect, version=version or VERSION, extensions=extensions
        )

    @classmethod
    def from_osi(cls, path: str | Path, *, dialect: str | None = None, model: str | None = None) -> Layer:
        """The project that a document of OSI (Apache Ossie) says, in memory; ``losses`` tells what became of
        each part.

        Where a document holds several semantic models, ``model`` names the one that is wanted. Raises
        `SemanticError` for what is no document.
        """
        from semantic.interop.osi.importing import imported, several

        files, losses = imported(path, dialect=dialect, model=model)
        several(files, str(path))
        layer = cls.from_text(**{name.removesuffix(".yml"): text for name, text in files.items()})
        layer.losses = losses
        return layer

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


__all__ = ["Compiled", "Layer", "OutputColumn", "SemanticError"]


def _imported(path: Path, options: Mapping[str, Any]) -> tuple[Spec, Losses]:
    """Definitions of dbt's semantic layer as a project; where it is no sound one, without what has faults."""
    from semantic.interop.metricflow.importing import imported
    from semantic.spec.reader import read_text

    files, losses = imported(path, **options)
    try:
        spec = read_text(files)
        link(spec)
    except SemanticError:
        files, losses = imported(path, check=faults_of, **options)
        spec = read_text(files)
    return spec, losses


def faults_of(files: Mapping[str, str]) -> tuple[Fault, ...]:
    """Every fault of a project, given as its files: name to text.

    >>> faults_of({"semantic.yml": "name: shop"})
    ()
    """
    try:
        return Layer.from_text(**_named(files)).check()
    except SemanticError as error:
        return error.faults


def _named(files: Mapping[str, str]) -> dict[str, str]:
    return {name.removesuffix(".yml"): text for name, text in files.items()}
