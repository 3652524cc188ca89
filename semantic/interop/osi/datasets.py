"""Datasets as models: their rows, keys, dimensions, joins and axis of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from semantic.interop.osi import reasons
from semantic.interop.osi.context import described
from semantic.interop.osi.document import Dataset, Field, Part, SemanticModel
from semantic.interop.osi.entries import Book, Key
from semantic.interop.osi.expressions import TEMPLATE, TypeOf, Unfit, chosen, path, written
from semantic.interop.osi.joins import Joined, Joins
from semantic.interop.osi.naming import Names
from semantic.source import Text
from semantic.spec.types import TypeName

_SELECT = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:\(|select\b|with\b)", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_TIMES = ("date", "timestamp", "timestamptz")


class Datasets:
    """The datasets of a semantic model on their way into a project."""

    def __init__(
        self,
        model: SemanticModel,
        names: Names,
        joins: Joins,
        dialect: str,
        book: Book,
        place: tuple[str, ...],
    ) -> None:
        self.place = place
        self.model, self.names, self.joins, self.dialect, self.book = model, names, joins, dialect, book
        self.reads: dict[Key, set[Key]] = {}  # which fields a field reads
        self._dimensions = {str(each.name): self._fields(each) for each in self._opened()}
        self._note_joins()
        self._axes = {str(each.name): self._axis(each) for each in model.datasets}

    def _opened(self) -> Iterator[Dataset]:
        """The datasets, each noted with its fields."""
        for dataset in self.model.datasets:
            own = self.names.dataset(dataset.name)
            self.book.open(("dataset", "", own), dataset)
            self._renamed(("dataset", "", own), dataset, own)
            if TEMPLATE.search(dataset.source):
                self.book.drop(("dataset", "", own), reasons.template())
            for each in dataset.fields:
                key = ("field", own, self.names.field(dataset, each))
                self.book.open(key, each, str(dataset.name))
                self._renamed(key, each, key[2])
            yield dataset

    def _renamed(self, key: tuple[str, str, str], part: Part, name: str) -> None:
        if part.name != name:
            self.book.change(key, reasons.renamed(name))
        note_foreign(self.book, key, part)

    def type_of(self, dataset: Dataset, name: str) -> TypeName | None:
        """The type of a field, where it is told."""
        return next((each.type for each in dataset.fields if each.name.lower() == name.lower()), None)

    def tree(self, dataset: Dataset) -> dict[str, Any]:
        """A model, without the parts of it that were dropped."""
        own = self.names.dataset(dataset.name)
        tree: dict[str, Any] = {"name": own, **titled(dataset, own), **_rows(dataset.source, self.place)}
        tree |= self._keys(dataset)
        axis = self._axes[str(dataset.name)]
        if axis is not None and not self._lost(own, axis):
            tree["time"] = axis
        dimensions = [tree for name, tree in self._dimensions[str(dataset.name)].items()
                      if not self.book.dropped(("field", own, name))]  # fmt: skip
        joins = [self._join(each) for each in self.joins.of(dataset)
                 if not self.book.dropped(("relationship", own, each.role))]  # fmt: skip
        return tree | ({"dimensions": dimensions} if dimensions else {}) | ({"joins": joins} if joins else {})

    # --- keys -----------------------------------------------------------------------------------

    def _keys(self, dataset: Dataset) -> dict[str, Any]:
        """The primary key and the others; one that a relationship tells where none is declared."""
        told = self.joins.keys.get(dataset.name.lower(), ())
        primary = [self.names.column(dataset, each) for each in dataset.primary_key or told]
        others = [[self.names.column(dataset, each) for each in key] for key in dataset.unique_keys]
        others = [key for index, key in enumerate(others) if key != primary and key not in others[:index]]
        tree: dict[str, Any] = {"primary_key": _one(primary)} if primary else {}
        return tree | ({"unique": [_one(key) for key in others]} if others else {})

    # --- fields ---------------------------------------------------------------------------------

    def _fields(self, dataset: Dataset) -> dict[str, Any]:
        """The dimensions of a dataset by name."""
        found = {}
        for each in dataset.fields:
            name = self.names.field(dataset, each)
            try:
                found[name] = self._dimension(dataset, each, name)
            except Unfit as why:
                self.book.drop(("field", self.names.dataset(dataset.name), name), str(why))
        return found

    def _dimension(self, dataset: Dataset, each: Field, name: str) -> dict[str, Any]:
        typed = {"type": each.type} if each.type is not None else {}
        sql = "" if _plainly(each) else self._sql(dataset, each, name)
        written_out = {"sql": sql} if sql.lower() not in ("", name.lower()) else {}
        return {"name": name, **typed, **written_out, **titled(each, name, each.label)}

    def _sql(self, dataset: Dataset, each: Field, name: str) -> str:
        """The expression of a field; raises `Unfit`."""
        key = ("field", self.names.dataset(dataset.name), name)
        types: TypeOf = lambda words: self.type_of(dataset, words[-1])  # noqa: E731
        read = chosen(each.spellings, self.dialect, types, windows=True)
        sql, translated = written(read, self.dialect, lambda words: self._own(dataset, words))
        if translated:
            self.book.change(key, reasons.translated(str(read.spelling.dialect), self.dialect))
        self._note_reads(dataset, each, key, read.columns)
        return sql.strip()

    def _note_reads(self, dataset: Dataset, each: Field, key: Key, columns: list[tuple[str, ...]]) -> None:
        """Note the fields that a field reads; one that is no column of its name may be meant or not."""
        own = self.names.dataset(dataset.name)
        for other in dataset.fields:
            if other is not each and any(words[-1].lower() == other.name.lower() for words in columns):
                self.reads.setdefault(key, set()).add(("field", own, self.names.field(dataset, other)))
                if not _plainly(other):
                    self.book.change(key, reasons.reads_field(str(other.name)))
        for words in columns:
            if len(words) > 1 and words[0].lower() != dataset.name.lower():
                found = self.names.found(words, inside=True)
                self.reads.setdefault(key, set()).add(("field", str(found.model), found.name))

    def _own(self, dataset: Dataset, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words of a column in the expression of a field."""
        if len(words) == 1 or words[0].lower() == dataset.name.lower():
            return (words[-1],)
        found = self.names.found(words, inside=True)
        return (str(found.model), found.name)

    # --- joins ----------------------------------------------------------------------------------

    def _note_joins(self) -> None:
        for each in self.model.relationships:
            joined = next((j for j in self.joins.joined if j.relationship is each), None)
            own = self.names.dataset(joined.start.name if joined is not None else each.start)
            key = ("relationship", own, joined.role if joined is not None else f"{each.name} ")
            self.book.open(key, each)
            entry = self.joins.entries[str(each.name)]
            if entry.verdict == "dropped":
                self.book.drop(key, entry.reason)
            elif entry.verdict == "changed":
                self.book.change(key, entry.reason)
            note_foreign(self.book, key, each)

    def _join(self, joined: Joined) -> dict[str, Any]:
        own, other = joined.start, joined.to
        pairs = {self._side(own, here): self._side(other, there) for here, there in joined.on}
        target = self.names.dataset(other.name)
        tree: dict[str, Any] = {"to": target}
        if joined.role != target:
            tree["as"] = joined.role
        same = all(here == there for here, there in pairs.items())
        tree["on"] = _one(list(pairs)) if same else pairs
        return tree | titled(joined.relationship, str(joined.relationship.name))

    def _side(self, dataset: Dataset, column: Text) -> str:
        return path((self.names.column(dataset, column),), self.dialect)

    # --- time -----------------------------------------------------------------------------------

    def _axis(self, dataset: Dataset) -> str | None:
        """The time of a dataset's metrics: its own field, else the one of a dataset that it leads to."""
        own = self.names.dataset(dataset.name)
        if (field := self._timely(dataset)) is not None:
            return self.names.field(dataset, field)
        for joined in self.joins.of(dataset):
            if (there := self._timely(joined.to, told=True)) is not None:
                axis = f"{joined.role}.{self.names.field(joined.to, there)}"
                self.book.change(("dataset", "", own), reasons.axis_elsewhere(axis))
                return axis
        return None

    def _timely(self, dataset: Dataset, *, told: bool = False) -> Field | None:
        """The first field of time; one of a known type is preferred, and ``told`` wants one."""
        own = self.names.dataset(dataset.name)
        fields = [each for each in dataset.fields if each.axis
                  and not self.book.dropped(("field", own, self.names.field(dataset, each)))]  # fmt: skip
        typed = [each for each in fields if each.type in _TIMES]
        untyped = [each for each in fields if each.type is None]
        found = (typed or ([] if told and len(untyped) != 1 else untyped))[:1]
        if not found:
            return None
        if not told:
            self._note_axis(dataset, found[0], typed or untyped)
        return found[0]

    def _note_axis(self, dataset: Dataset, each: Field, others: list[Field]) -> None:
        own, name = self.names.dataset(dataset.name), self.names.field(dataset, each)
        if each.type is None:
            self._dimensions[str(dataset.name)][name] |= {"type": "timestamp"}
            self.book.change(("field", own, name), reasons.taken_as_time())
        if len(others) > 1:
            rest = [str(other.name) for other in others if other is not each]
            self.book.change(("dataset", "", own), reasons.first_axis(str(each.name), rest))

    def _lost(self, own: str, axis: str) -> bool:
        """Whether a time axis was dropped, or the field that it is."""
        return self.book.dropped(("axis", "", own)) or self.book.dropped(("field", own, axis))


def _plainly(field: Field) -> bool:
    """Whether a field is the column of its name, in every dialect."""
    return all(each.sql.strip().lower() == field.name.lower() for each in field.spellings)


def titled(part: Part, name: str, label: Text | None = None) -> dict[str, Any]:
    """The label and the description of a part, with what is told to an AI."""
    tree: dict[str, Any] = {}
    if label is not None or part.name != name:
        tree["label"] = str(label if label is not None else part.name)
    text = described(part.description, part.context)
    return tree | ({"description": text} if text else {})


def note_foreign(book: Book, key: tuple[str, str, str], part: Part) -> None:
    """Note the extensions of other vendors, which a project has no room for."""
    for vendor in part.foreign:
        book.change(key, reasons.foreign(str(vendor)))


def _rows(source: Text, place: tuple[str, ...]) -> dict[str, Any]:
    """A table by its name, or a SELECT."""
    if _SELECT.match(source):
        return {"sql": source.strip().removesuffix(";").strip()}
    if '"' in source or "`" in source:
        return {"table": source.strip().replace("`", '"')}
    parts = [each.strip() for each in source.strip().split(".")]
    parts = [*place, *parts] if len(parts) == 1 else parts
    return {"table": ".".join(each if _WORD.match(each) else f'"{each}"' for each in parts)}


def _one(names: list[str]) -> Any:
    return names[0] if len(names) == 1 else names
