"""The façade that programs embed: load a project, ask it for SQL or rows, deploy it, check it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from semantic import faults
from semantic.faults import SemanticError
from semantic.layer.answers import Answers
from semantic.layer.project import Project
from semantic.spec.pause import without_collection
from semantic.statements import Statements

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

    from semantic.bind import Bound
    from semantic.catalog import Catalog
    from semantic.compiled import OutputColumn
    from semantic.deploy import Agree, Applied, Changes
    from semantic.deploy import Note as Advance
    from semantic.faults import Fault
    from semantic.impact import Dependents, Graph
    from semantic.inspect import Report
    from semantic.inspect.inspecting import Note
    from semantic.interop.losses import Losses
    from semantic.query import Extract, Query
    from semantic.spec.files import File
    from semantic.spec.types import Spec, Tests
    from semantic.testing.outcome import Results
    from semantic.views import Deployment, View
    from semantic.warehouse import Place


class Layer(Answers):
    """A project, linked and ready. It never changes, and threads may share it."""

    def __init__(
        self, catalog: Catalog | Project, folder: Path | None = None, statements: Statements | None = None
    ) -> None:
        super().__init__(catalog, folder, statements)
        self._files: tuple[File, ...] = ()
        self._losses: Callable[[], Losses] = _no_losses
        self._refused: Callable[[], tuple[Fault, ...]] | None = None  # what another tool's definitions have

    @property
    def losses(self) -> Losses:
        """What became of definitions of another tool's."""
        return self._losses()

    def bound(self, query: Query) -> Bound:
        """The question with every name an object; of what an import dropped, the reason is told."""
        with self._explaining(query):
            return super().bound(query)

    def _lowered(
        self, query: Query | Extract, dialect: str, bound: Bound | None = None, *, rewritten: bool = True
    ) -> tuple[Expr, tuple[OutputColumn, ...]]:
        with self._explaining(query):
            return super()._lowered(query, dialect, bound, rewritten=rewritten)

    @contextmanager
    def _explaining(self, query: Query | Extract) -> Iterator[None]:
        """Faults of a question with what an import said of its metrics."""
        try:
            yield
        except SemanticError as error:
            if self._refused is None:
                raise
            from semantic.interop.metricflow.told import explained

            asked = map(str, getattr(query, "metrics", ()))
            raise explained(error.faults, asked, self.losses) from None

    # --- loading ------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: str | Path) -> Layer:
        """The project in a folder (the one with ``semantic.yml``); raises `SemanticError`."""
        from semantic.spec.cache import load_with_digest

        spec, digest = load_with_digest(Path(path))
        return cls(Project(spec), Path(path), Statements(digest))._sound()

    def reload(self) -> Layer:
        """A new layer where the files of the project have changed since this one was loaded, else this one;
        raises `SemanticError` where they cannot be loaded any more.

        >>> layer = Layer.from_text(semantic="name: shop")
        >>> layer.reload() is layer
        True
        """
        from semantic.spec.cache import load_with_digest

        if self._folder is None or self._statements is None:
            return self
        spec, digest = load_with_digest(self._folder)
        if digest == self._statements.project:
            return self
        return Layer(Project(spec), self._folder, Statements(digest))._sound()

    def _sound(self) -> Layer:
        """This layer, its project linked if it is not known that it can be; raises `SemanticError`."""
        self.remembered("sound", lambda: bool(self._project.linked()))
        return self

    @classmethod
    def from_text(cls, **files: str) -> Layer:
        """A project held in memory: file name (without ``.yml``) to text.

        >>> Layer.from_text(semantic="name: shop").catalog.spec.name
        'shop'
        """
        from semantic.catalog import link
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
        from semantic.interop.kept import Kept

        with without_collection():
            kept = Kept(Path(path), sorted(options.items()), lambda: _imported(Path(path), options))
        layer = cls(Project(lambda: kept.spec), None, Statements(kept.digest))._sound()
        layer._losses = lambda: kept.losses
        layer._refused = lambda: _refused(Path(path), options, kept.losses)
        return layer

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
        layer._losses = lambda: losses
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

    # --- deploying ----------------------------------------------------------------------------------

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

    # --- checking -----------------------------------------------------------------------------------

    def check(self, dialects: Sequence[str] = ()) -> tuple[Fault, ...]:
        """Every fault of the project, for every dialect or for some, and of its tests; sorted by place."""
        from semantic.check import check

        if self._refused is not None:
            return self._refused()
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


def _no_losses() -> Losses:
    from semantic.interop.losses import Losses

    return Losses()


def _imported(path: Path, options: Mapping[str, Any]) -> tuple[Spec, Losses]:
    """Definitions of dbt's semantic layer as a project; where it is no sound one, without what has faults."""
    from semantic.catalog import link
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


def _refused(path: Path, options: Mapping[str, Any], losses: Losses) -> tuple[Fault, ...]:
    """What dbt's definitions have that is refused, at the places where it was written."""
    from semantic.interop.metricflow.told import refused

    return refused(path, options, losses, faults_of)


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
