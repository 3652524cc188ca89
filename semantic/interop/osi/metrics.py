"""Metrics over fields of datasets as metrics of models, each aggregate at the grain that is its own."""

from __future__ import annotations

from typing import Any

from semantic.interop.osi import reasons
from semantic.interop.osi.datasets import Datasets, note_foreign, titled
from semantic.interop.osi.document import Dataset, Metric, SemanticModel
from semantic.interop.osi.entries import Book, Key
from semantic.interop.osi.expressions import ROWS, Read, Unfit, chosen, written
from semantic.interop.osi.homes import Homes, homes
from semantic.interop.osi.joins import Joins
from semantic.interop.osi.naming import Found, Names
from semantic.spec.types import TypeName


def metrics(
    model: SemanticModel, names: Names, joins: Joins, datasets: Datasets, book: Book, dialect: str
) -> Incoming:
    """The metrics of a semantic model; what cannot be one is noted as dropped."""
    work = Incoming(model, names, joins, datasets, book, dialect)
    work.trees = {name: tree for each in model.metrics for name, tree in work.tree(each)}
    return work


class Incoming:
    """Metrics on their way into a project: the definitions by name, the fields that each reads, and the homes
    of those whose aggregates run over rows of several models."""

    def __init__(
        self, model: SemanticModel, names: Names, joins: Joins, datasets: Datasets, book: Book, dialect: str
    ) -> None:
        self.model, self.names, self.datasets, self.book, self.dialect = model, names, datasets, book, dialect
        self.reach = joins.reach()
        self.trees: dict[str, dict[str, Any]] = {}
        self.reads: dict[Key, set[Key]] = {}
        self.homes: dict[str, set[str]] = {}

    def tree(self, metric: Metric) -> list[tuple[str, dict[str, Any]]]:
        """A metric under its name, or nothing."""
        name = self.names.metric(metric.name)
        key: Key = ("metric", "", name)
        self.book.open(key, metric)
        note_foreign(self.book, key, metric)
        if metric.name != name:
            self.book.change(key, reasons.renamed(name))
        try:
            return [(name, {"name": name, **self._meaning(metric, key), **titled(metric, name)})]
        except Unfit as why:
            self.book.drop(key, str(why))
            return []

    def _meaning(self, metric: Metric, key: Key) -> dict[str, Any]:
        """The model of a metric, where all of it counts rows of one, and its SQL."""
        read = chosen(metric.spellings, self.dialect, self._type_of)
        found = homes(read.canonical, self.names, self.reach)
        home = self._home(found, key)
        sql, translated = written(read, self.dialect, lambda words: self._words(words, found, home))
        self._note(key, read, found, home, translated)
        columns = [each for each in found.found.values() if each.model is not None]
        self.reads[key] = {("field", str(each.model), each.name) for each in columns}
        if home is None and len(columns) == len(found.found):
            self.homes[key[2]] = {str(each) for each in found.homes}
        return ({"model": home} if home is not None else {}) | {"sql": sql.strip()}

    def _home(self, found: Homes, key: Key) -> str | None:
        """The one model that a metric is of; ``None`` where its aggregates are of several, or it has none."""
        if None not in found.homes:
            return found.only if found.homes else None
        if found.only is not None:
            return found.only
        if len(self.model.datasets) == 1:
            return self.names.dataset(self.model.datasets[0].name)
        raise Unfit(reasons.rows_of_what())

    def _words(self, words: tuple[str, ...], found: Homes, home: str | None) -> tuple[str, ...]:
        each = found.found[words]
        if each.model is None:
            return (each.name,)
        if each.name == "*":
            return ("*",) if home is not None else self._row(each)
        own = each.model == home and each.named
        return (each.name,) if own else (each.model, each.name)

    def _row(self, each: Found) -> tuple[str, ...]:
        """A column that has a value in every row of a dataset."""
        assert each.dataset is not None
        assert each.model is not None
        if not each.dataset.primary_key:
            raise Unfit(reasons.rows_without_key(each.model))
        return (each.model, self.names.column(each.dataset, each.dataset.primary_key[0]))

    def _type_of(self, words: tuple[str, ...]) -> TypeName | None:
        dataset = self._dataset(words)
        return None if dataset is None else self.datasets.type_of(dataset, words[-1])

    def _dataset(self, words: tuple[str, ...]) -> Dataset | None:
        known = {each.name.lower(): each for each in self.model.datasets}
        return known.get(words[-2].lower()) if len(words) > 1 else None

    def _note(self, key: Key, read: Read, found: Homes, home: str | None, translated: bool) -> None:
        if translated:
            self.book.change(key, reasons.translated(str(read.spelling.dialect), self.dialect))
        if None in found.homes:
            self.book.change(key, reasons.rows_of(str(home)))
        for words, each in found.found.items():
            if each.alone:
                self.book.change(key, reasons.belongs(".".join(words), str(each.model)))
            elif not each.named and words[-1] != ROWS:
                self.book.change(key, reasons.no_field(".".join(words)))
        models = list(dict.fromkeys(str(each) for each in found.homes))
        if home is None and len(models) > 1:
            self.book.change(key, reasons.own_grains(models))
