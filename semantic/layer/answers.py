"""Questions in words, as statements and as rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from semantic import faults
from semantic.compiled import Compiled, Reworded, packed, unpacked
from semantic.faults import SemanticError
from semantic.interop.spelling import foreign, spoken
from semantic.layer.project import Project
from semantic.layer.stages import REMEMBERED, Stages

if TYPE_CHECKING:
    from sqlalchemy import Engine, TextualSelect

    from semantic.bind import Bound
    from semantic.catalog import Catalog
    from semantic.interop.metricflow.beside import Need
    from semantic.lower.slots import Template
    from semantic.query import Query
    from semantic.statements import Statements
    from semantic.warehouse import Place, Rows
    from semantic.warehouse.estimate import Guard
    from semantic.warehouse.stream import Bounds, Stream

_EXTENDED = 32  # layers with models that questions needed
_BOUNDS = {"batch_rows", "limit_rows", "truncate", "timeout", "guard", "max_cost"}


class Answers(Stages):
    """A project that is asked in words."""

    def __init__(
        self, catalog: Catalog | Project, folder: Path | None = None, statements: Statements | None = None
    ) -> None:
        super().__init__(catalog, folder, statements)
        self._told: dict[tuple[str, str], Compiled] = {}  # by words that are plain values
        self._selectables: dict[tuple[Query, str | None, str], TextualSelect] = {}
        self._identity = object()  # tells this layer's statements from those of others in SQLAlchemy's cache
        self._extended: dict[tuple[Need, ...], Self] = {}

    def understood(self, words: Mapping[str, Any]) -> tuple[Self, Query]:
        """The question in words, and the layer that answers it: this one, or for a condition on a metric for
        each entity one with the models that it needs. Words of another semantic layer become ours."""
        if not foreign(words, self.catalog):
            return super().understood(words)
        from semantic.interop.metricflow.words import understood
        from semantic.query import Query

        given, user = words.get("parameters"), words.get("user")
        with suppress(SemanticError):  # of what cannot be read, the question tells
            query, _ = Query.read({"parameters": given, "user": user})
            given, user = dict(query.parameters), self._of_user(query).user
        metrics = self.context(given or {}, user or ())[1]
        with self._lock:
            found = understood(words, self.catalog, lambda name: metrics.metric(name))
        layer = self._beside(found.needs) if found.needs else self
        return layer, layer.asked(found.words)

    def _beside(self, needs: tuple[Need, ...]) -> Self:
        """This layer with models that a question needs; the same ones are made once."""
        from semantic.interop.metricflow.beside import extended

        made = self._extended.get(needs)
        if made is None:
            kept = self._statements.of(repr(needs)) if self._statements is not None else None
            made = type(self)(extended(self.catalog, needs), self._folder, kept)
            if len(self._extended) >= _EXTENDED:
                self._extended.clear()
            self._extended[needs] = made
        return made if self._user is None else made.for_user(dict(self._user))

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
        if self._user is not None or not spoken(words) or dialect not in self.dialects:
            layer, query = self.understood(words)
            return layer.compile(query, dialect)
        key = (f"asked {sorted(words.items())!r}", dialect)
        found = self._told.get(key)
        if found is None:
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            found = self._told[key] = self._kept_for(words, *key)
        return found

    def _kept_for(self, words: Mapping[str, Any], question: str, dialect: str) -> Compiled:
        """The statement that was kept for some words, which needs no definitions, else a new one."""
        plain: Any = self._statements.find(dialect, question) if self._statements else None
        with suppress(Exception):  # none, or an odd one, which is as good as none
            text, kept_for, columns, parameters = plain
            return unpacked(text, kept_for, columns, parameters, Reworded(self, words))
        layer, query = self.understood(words)
        found = layer.compile(query, dialect)
        if self._statements:
            self._statements.keep(dialect, question, lambda: packed(found))
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

        >>> from semantic import Layer
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

        >>> from semantic import Layer
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
            if len(self._selectables) >= REMEMBERED:
                self._selectables.clear()
            self._selectables[key] = found
        return found

    def _selectable(self, query: Query, dialect: str | None) -> TextualSelect:
        from semantic.compiling import output_columns
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
