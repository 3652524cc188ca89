"""What the definitions of a project mean, as digests.

Equal digests mean equal numbers, whatever the definitions are called and however they are written.

A bound definition is written down with everything that it reads in the place of the names: columns of tables,
rows of models, joins, values of parameters (`bound_trees`, `bound_things`, `row_meanings`).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from semantic.bind.bound import Bound, Fact
from semantic.bind.leaf import Metric
from semantic.bind.relations import table_parts
from semantic.catalog import bare
from semantic.faults import SemanticError
from semantic.impact.row_meanings import RowMeanings
from semantic.impact.trees import digest, nothing, plain, spaced
from semantic.spec import types as spec


class Meanings(RowMeanings):
    """The meaning of everything in one project, made when it is asked for."""

    def metric(self, name: str) -> str:
        """The meaning of a metric."""
        return self._once(("metric", name), lambda: self._along(self.metrics.metric(name)))

    def _along(self, metric: Metric) -> Any:
        """A metric, and how days, weeks and years run, by which it can be asked."""
        return self._metric(metric), self._calendars(metric.leaves.values()), str(metric.spec.grain or "")

    def model(self, name: str) -> str:
        """The meaning of a model: its rows, its keys, its time, and columns that a question makes."""
        return self._once(("model", name), lambda: self._model(name))

    def _model(self, name: str) -> Any:
        given = self.catalog.models[name].spec
        columns: list[Any] = []
        if given.query is not None:
            columns = [(str(c), self.column(name, c)) for c in sorted(self.catalog.models[name].columns)]
        keys = sorted(sorted(self._row(name, part) for part in key) for key in given.unique)
        own = sorted(self._row(name, part) for part in given.primary_key)
        texts = [self._row(name, text) for text in (given.time, *(given.valid or ())) if text is not None]
        periods = sorted(map(str, given.periods))
        return self.rows(name), own, keys, texts, given.grain, periods, columns

    def source(self, name: str) -> str:
        """The meaning of a source: the table, and what is said of its columns."""
        return self._once(("source", name), lambda: self._source(name))

    def _source(self, name: str) -> Any:
        given = next(each for each in self.catalog.spec.sources if each.name == name)
        table = [plain(part, nothing) for part in table_parts(given.table)] if given.table is not None else []
        return table, self._source_sql(given), given.required

    def _source_sql(self, given: spec.Source) -> Any:
        """A source's SELECT: as a model reads it, else as it is written."""
        if given.sql is None:
            return None
        for name, model in self.catalog.models.items():
            if model.spec.source == given.name:
                with suppress(SemanticError):
                    return plain(self.definitions.statement(name), self._in_select)
        return spaced(given.sql)

    def source_column(self, source: str, name: str) -> str:
        """The meaning of a column of a source: its type, and whether the table has it."""
        given = next(each for each in self.catalog.spec.sources if each.name == source)
        column = next(each for each in given.columns if bare(each.name) == name)
        return digest((column.type, column.required, self._missing(given, name)))

    def policy(self, name: str) -> str:
        """The meaning of a policy: what it says, with the meaning of what it is about."""
        given = next(each for each in self.catalog.spec.policies if each.name == name)
        said = tuple(spaced(text) if text is not None else None for text in (given.rows, given.exempt))
        about = self.model(str(given.model)) if given.model is not None else None
        hidden = (tuple(sorted(map(str, given.hide))), tuple(sorted(map(str, given.metrics))))
        return digest((said, about, hidden, given.inherit))

    def type(self, kind: str, name: str) -> str | None:
        """The type of a metric or a dimension, as far as it is known."""
        model, _, rest = name.partition(".")
        with suppress(SemanticError):
            if kind == "metric":
                return self.metrics.metric(name).type
            if kind == "dimension":
                return self.definitions.dimension(model, rest).type
        return None

    def bound_metric(self, metric: Metric) -> str:
        """The meaning of a metric of a question."""
        return digest(self._metric(metric))

    def reached(self, fact: Fact, place: int) -> str:
        """The meaning of a key of a fact."""
        return digest(self._plain(fact.keys[place], fact.home) if place < len(fact.keys) else None)

    def filtering(self, bound: Bound) -> str:
        """What decides which rows a question has, beside its keys."""
        leaves = {key: self._leaf(leaf) for key, leaf in bound.leaves.items()}
        having = sorted((self._tree(each, "", leaves) for each in bound.having), key=repr)
        where = [
            (self.rows(fact.home), sorted((self._condition(each) for each in fact.where), key=repr))
            for fact in bound.facts
        ]
        rest = self._plain((bound.fill, bound.members, bound.population, bound.top), "")
        rest = (rest, self._all_calendar() if bound.fill is not None else None)
        order = bound.order if bound.query.limit is not None else ()
        return digest((having, sorted(where, key=repr), rest, order, self._limits(bound)))

    def _all_calendar(self) -> Any:
        given = self.catalog.spec.calendar
        return given.week_start, given.fiscal_year_start, str(given.timezone or "UTC")
