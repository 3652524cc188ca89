"""A question through the stages: names bound, planned, lowered, written; each of them can be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from semantic import faults
from semantic.compiled import Compiled, Origin, OutputColumn, packed, unpacked
from semantic.faults import SemanticError
from semantic.layer.project import Project

if TYPE_CHECKING:
    from sqlglot import exp

    from semantic.bind import Bound, Definitions, Metrics
    from semantic.catalog import Catalog
    from semantic.dialect import Dialect
    from semantic.lower.slots import Template
    from semantic.plan import Result
    from semantic.policies.attributes import Attributes
    from semantic.query import Extract, Query
    from semantic.statements import Statements

REMEMBERED = 512
Asked = TypeVar("Asked", bound="Query | Extract")
T = TypeVar("T")


class Stages:
    """A project whose questions can be followed from words to SQL. It never changes, and threads may share
    it."""

    def __init__(
        self, catalog: Catalog | Project, folder: Path | None = None, statements: Statements | None = None
    ) -> None:
        self._project = catalog if isinstance(catalog, Project) else Project.of(catalog)
        self._folder = folder
        self._lock = Lock()
        self._contexts: dict[str, tuple[Definitions, Metrics]] = {}
        self._dialects: dict[str, Dialect] = {}
        self._compiled: dict[tuple[Query | Extract, str, str], Compiled] = {}
        self._templates: dict[tuple[Query | Extract, str, str], Template] = {}
        self._user: Attributes | None = None  # of whoever asks, where this is the layer of one caller
        self._statements = statements  # kept beyond this process, where files tell the project

    @property
    def catalog(self) -> Catalog:
        """Everything that the project defines."""
        return self._project.catalog

    @property
    def folder(self) -> Path | None:
        """Where the project stands, if it stands anywhere."""
        return self._folder

    @cached_property
    def dialects(self) -> tuple[str, ...]:
        """The targets that SQL can be written for."""
        from semantic.dialect import names

        return names()

    def warmed(self, dialect: str = "duckdb") -> Self:
        """This layer with every metric and join bound and the functions of a dialect read, so that its first
        questions take no longer than later ones; for servers. What cannot be bound is told to whoever asks
        for it.

        >>> from semantic import Layer
        >>> Layer.from_text(semantic="name: shop").warmed().catalog.spec.name
        'shop'
        """
        import semantic.bind.shortcut
        import semantic.compiling
        import semantic.emit
        import semantic.lower
        import semantic.planner
        import semantic.rewrite

        if self.catalog.entities:
            import semantic.interop.metricflow.words  # noqa: F401
        definitions, metrics = self.context({})
        target = self.target_dialect(dialect)
        with self._lock:
            for name in self.catalog.metrics:
                with suppress(SemanticError):
                    metrics.metric(name)
            for model in self.catalog.models.values():
                for side in (side for edge in model.edges.values() for side in edge.sides):
                    with suppress(SemanticError):
                        definitions.key_row(*side)
            target.warm()
        return self

    # --- callers ------------------------------------------------------------------------------------

    def for_user(self, user: Mapping[str, Any]) -> Self:
        """The same project as one caller sees it: whatever is asked of it is asked with these attributes.

        Threads may share it, and it shares with this layer all that does not depend on who asks.

        >>> from semantic import Layer
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

    def remembered(self, name: str, make: Callable[[], T]) -> T:
        """A plain value that follows from the definitions alone: made once, by this process or another, for
        whoever asks."""
        if self._statements is None:
            return make()
        key = name if self._user is None else f"{name} for {self._user!r}"
        found = self._statements.told(key)
        if found is None:
            found = make()
            self._statements.tell(key, found)
        made: T = found
        return made

    # --- words --------------------------------------------------------------------------------------

    def understood(self, words: Mapping[str, Any]) -> tuple[Self, Query]:
        """The question in words, and the layer that answers it."""
        return self, self.asked(words)

    def asked(self, words: Mapping[str, Any]) -> Query:
        """The question in words; where some cannot be read, the faults of the others are told with theirs."""
        from semantic.query import Query

        query, found = Query.read(words)
        if not found:
            return query
        try:
            self.bound(query)
        except SemanticError as error:
            # A word that cannot be read may have named the metrics.
            found += [fault for fault in error.faults if fault != faults.no_metrics()]
        raise SemanticError(found)

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
                if len(self._contexts) >= REMEMBERED:
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
            if len(self._compiled) >= REMEMBERED:
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
            self._statements.keep(dialect, question, lambda: packed(found))
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
        from semantic.compiling import arranged_columns
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
        from semantic.compiling import lowered, lowered_rows
        from semantic.query import Extract

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
            if len(self._templates) >= REMEMBERED:
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
            self._statements.keep(dialect, question, lambda: pack_template(found))
        return found

    def target_dialect(self, name: str) -> Dialect:
        """A target with the functions that the project declares for it."""
        from semantic.dialect import load

        if name not in self._dialects:
            self._dialects[name] = load(name).with_functions(self.catalog.functions_in(name))
        return self._dialects[name]

    def models_of(self, query: Query | Extract) -> tuple[str, ...]:
        """The models whose rows a question reads."""
        from semantic.query import Query

        if isinstance(query, Query):
            return self.plan(query).models
        from semantic.bind import draw
        from semantic.planner import plan_rows

        query = self._of_user(query)
        definitions, _ = self.context(dict(query.parameters), query.user)
        with self._lock:
            return plan_rows(definitions, draw(definitions, query).bound).models
