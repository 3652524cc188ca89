"""Models made from a question: the question bound, as a whole or as far as its columns are read."""

from __future__ import annotations

from collections.abc import Mapping

from semantic import faults
from semantic.bind.bound import Bound, Frame
from semantic.bind.definitions import Definitions
from semantic.bind.metric import Metrics
from semantic.bind.question import bind
from semantic.catalog import bare, output, ring
from semantic.faults import SemanticError
from semantic.query import By, Query
from semantic.source import Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName


class Questions:
    """The questions that models of one catalog are made from."""

    def __init__(self, definitions: Definitions, metrics: Metrics) -> None:
        self.definitions = definitions
        self.metrics = metrics
        self._bound: dict[tuple[str, frozenset[str] | None], Bound] = {}
        self._open: list[str] = []
        definitions.questions = self

    def types(self, model: str) -> Mapping[str, TypeName | None]:
        """The types of a model's columns, by their names as they are compared."""
        bound = self.bound(model)
        keys = {bare(key.name): key.type for key in bound.keys}
        return keys | {bare(metric.name): metric.type for metric in bound.metrics}

    def bound(self, model: str, read: frozenset[str] | None = None) -> Bound:
        """The question of a model; with ``read``, only the metrics of these names (in lower case)."""
        key = (model, read)
        if key not in self._bound:
            if model in self._open:
                chain = ring(self._open[self._open.index(model) :])
                span = self.definitions.catalog.models[chain[0]].spec.name.span
                raise SemanticError([faults.cycle("model", [*chain, chain[0]], span)])
            self._open.append(model)
            try:
                self._bound[key] = self._bind(model, read)
            finally:
                self._open.pop()
        return self._bound[key]

    def _bind(self, model: str, read: frozenset[str] | None) -> Bound:
        question = self.definitions.catalog.models[model].spec.query
        assert question is not None
        inner = {str(m.name): _owned(m, question) for m in question.metrics}
        scope = Metrics(self.definitions, inner, self.metrics)
        names = [m.name for m in question.metrics if read is None or m.name.lower() in read]
        query = Query(
            metrics=tuple(names),
            by=tuple(self._by(question)),
            where=question.where,
            having=question.having,
            order=(),
        )
        frame = Frame(question.start, question.of, question.window)
        return bind(self.definitions, scope, query, frame)

    def _by(self, question: spec.Question) -> list[By]:
        if question.of is None:
            return [_path(text) for text in question.by]
        key = self.definitions.catalog.models[question.of].spec.primary_key
        return [By(Text(f"{question.of}.{name}", name.file, name.starts), str(name)) for name in key]


def _path(text: Text) -> By:
    path = text.partition(" as ")[0].strip()
    return By(Text(path, text.file, text.starts), str(output(text)))


def _owned(metric: spec.Metric, question: spec.Question) -> spec.Metric:
    """A metric of a question is about the model that the question is from, unless it says another."""
    model = metric.model or question.start
    return spec.Metric(name=metric.name, sql=metric.sql, model=model, filter=metric.filter, span=metric.span)
