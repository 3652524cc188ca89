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
    from sqlglot import exp

    from semantic.bind import Bound, Definitions, Metrics
    from semantic.deploy import Agree, Applied, Changes
    from semantic.deploy import Note as Advance
    from semantic.dialect import Dialect
    from semantic.inspect import Report
    from semantic.inspect.inspecting import Note
    from semantic.plan import Result
    from semantic.spec.files import File
    from semantic.spec.types import Described, Tests
    from semantic.testing.outcome import Results
    from semantic.views import Deployment, View
    from semantic.warehouse import Place, Rows

_REMEMBERED = 512


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
            return _unpacked(*plain)
        try:
            found = self._compile(query, dialect, arranged)
        except RecursionError:
            raise SemanticError([faults.sql_too_large(None)]) from None
        if self._statements:
            self._statements.keep(dialect, question, _packed(found))
        return found

    def _compile(self, query: Query | Extract, dialect: str, names: tuple[str, ...]) -> Compiled:
        from semantic.emit import emit

        target = self.target_dialect(dialect)
        definitions, _ = self.context(dict(query.parameters))
        tree, columns = self.lowered(query, target, names)
        return Compiled(
            emit(tree, target, query), dialect, columns, MappingProxyType(dict(definitions.values))
        )

    def lowered(
        self, query: Query | Extract, target: Dialect, names: tuple[str, ...] = ()
    ) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
        """The tree of a question in a target's own terms, and its columns; those of some names come first."""
        from semantic.lower import arranged

        definitions, metrics = self.context(dict(query.parameters))
        with self._lock:
            lowered = _lowered_rows if isinstance(query, Extract) else _lowered
            tree, columns = lowered(query, definitions, metrics, target)  # type: ignore[arg-type]
        if names:
            columns = _arranged(columns, names)
            tree = arranged(tree, names)
        return tree, columns

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
        """The rows of a question, from a target of the project or the warehouse at a URL."""
        return self.fetch(self.asked({"metrics": metrics, **question}), self.place(target, url))

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
    query: Query, definitions: Definitions, metrics: Metrics, target: Dialect
) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
    """The tree of a question, and its columns."""
    from semantic.bind import bind
    from semantic.lower import lower
    from semantic.planner import plan
    from semantic.rewrite import rewritten

    bound = bind(definitions, metrics, query)
    result = rewritten(plan(definitions, bound), target.answers.grouping)
    return lower(result, definitions, target), output_columns(bound)


def _lowered_rows(
    extract: Extract, definitions: Definitions, metrics: Metrics, target: Dialect
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


def _unpacked(text: str, dialect: str, columns: Any, parameters: Mapping[str, Any]) -> Compiled:
    made = [OutputColumn(**_readonly(each)) for each in columns]
    return Compiled(text, dialect, tuple(made), MappingProxyType(parameters))


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
