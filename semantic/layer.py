"""The façade that programs embed: load a project, ask it for SQL or rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from semantic import faults
from semantic.catalog import Catalog, link
from semantic.faults import Fault, SemanticError
from semantic.query import Query
from semantic.spec.cache import load_with_digest
from semantic.spec.pause import without_collection
from semantic.statements import Statements

if TYPE_CHECKING:
    from semantic.bind import Bound, Definitions, Metrics
    from semantic.dialect import Dialect
    from semantic.plan import Result
    from semantic.policies.attributes import Attributes
    from semantic.spec.files import File
    from semantic.spec.types import Tests
    from semantic.testing.outcome import Results
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
        self._compiled: dict[tuple[Query, str, str], Compiled] = {}
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

    def _of_user(self, query: Query) -> Query:
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

    def compile(self, query: Query, dialect: str = "duckdb") -> Compiled:
        """A question as one statement for a dialect; the same question is compiled once."""
        if dialect not in self.dialects:
            raise SemanticError([faults.unknown("dialect", str(dialect), self.dialects, None)])
        query = self._of_user(query)
        key = (query, dialect, repr((query.parameters, query.user)))
        found = self._compiled.get(key)
        if found is None:
            found = self._kept(query, dialect)
            if len(self._compiled) >= _REMEMBERED:
                self._compiled.clear()
            self._compiled[key] = found
        return found

    def _kept(self, query: Query, dialect: str) -> Compiled:
        """The statement that was kept for a question, else a new one."""
        question = repr(query)
        plain: Any = self._statements.find(dialect, question) if self._statements else None
        with suppress(Exception):  # none, or an odd one, which is as good as none
            return _unpacked(*plain)
        try:
            found = self._compile(query, dialect)
        except RecursionError:
            raise SemanticError([faults.sql_too_large(None)]) from None
        if self._statements:
            self._statements.keep(dialect, question, _packed(found))
        return found

    def _compile(self, query: Query, dialect: str) -> Compiled:
        from semantic.bind import bind
        from semantic.emit import emit
        from semantic.lower import lower
        from semantic.planner import plan
        from semantic.rewrite import stepwise

        target = self.target_dialect(dialect)
        definitions, metrics = self.context(dict(query.parameters), query.user)
        with self._lock:
            bound = bind(definitions, metrics, query)
            result = plan(definitions, bound)
            if target.answers.grouping == "stepwise":
                result = stepwise(result)
            tree = lower(result, definitions, target)
        return Compiled(
            emit(tree, target, query),
            dialect,
            output_columns(bound),
            MappingProxyType(dict(definitions.values)),
        )

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
        ``"5 products.name by sales"``, ``fill`` and ``members`` are flags, ``parameters`` is a mapping, and
        so is ``user``, the attributes of whoever asks.
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
        try:
            return run(place, compiled.text, compiled.columns)
        except SemanticError as error:
            if self.catalog.policies:  # a warehouse may quote values of rows that nobody was to see
                raise SemanticError(map(faults.without_reason, error.faults)) from None
            raise

    def check(self, dialects: Sequence[str] = ()) -> tuple[Fault, ...]:
        """Every fault of the project, for every dialect or for some, and of its tests; sorted by place."""
        from semantic.check import check

        found = [*check(self.catalog, dialects or self.dialects), *self._faults_of_tests()]
        return SemanticError(found).faults

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
    made = [OutputColumn(**{**each, "labels": MappingProxyType(each["labels"])}) for each in columns]
    return Compiled(text, dialect, tuple(made), MappingProxyType(parameters))


def output_columns(bound: Bound) -> tuple[OutputColumn, ...]:
    """What a person needs to know of each output column."""
    keys = [
        OutputColumn(
            name=key.name,
            type=key.type,
            kind="dimension",
            label=_worded(key.dimension.label if key.dimension else {}, key.name),
            description=_worded(key.dimension.description if key.dimension else {}, ""),
            unit=_plain(key.dimension.unit) if key.dimension else None,
            format=_plain(key.dimension.format) if key.dimension else None,
            labels=_spoken(key.dimension.label if key.dimension else {}),
        )
        for key in bound.shown
    ]
    metrics = [
        OutputColumn(
            name=metric.name,
            type=metric.type,
            kind="metric",
            label=_worded(metric.spec.label, metric.name),
            description=_worded(metric.spec.description, ""),
            unit=_plain(metric.spec.unit),
            format=_plain(metric.spec.format),
            labels=_spoken(metric.spec.label),
        )
        for metric in bound.metrics
    ]
    return (*keys, *metrics)


def _worded(words: Mapping[str, str], otherwise: str) -> str:
    """The English wording, or any, or what stands in for one."""
    return str(words.get("en") or next(iter(words.values()), otherwise))


def _spoken(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({language: str(text) for language, text in words.items()})


def _plain(text: str | None) -> str | None:
    return None if text is None else str(text)


__all__ = ["Compiled", "Layer", "OutputColumn", "SemanticError"]
