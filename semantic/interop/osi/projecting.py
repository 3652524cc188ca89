"""One semantic model as the files of a project.

What the model says is written down, read again and bound as any project is; a part in which there is a fault
then is dropped for that reason, and the rest is tried again. So nothing is kept that cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from semantic.bind import Definitions, Metrics
from semantic.catalog import link
from semantic.check import check
from semantic.faults import Fault, SemanticError
from semantic.interop.losses import Entry
from semantic.interop.osi import reasons
from semantic.interop.osi.context import described
from semantic.interop.osi.datasets import Datasets, note_foreign
from semantic.interop.osi.document import VERSION, Document, Part, SemanticModel
from semantic.interop.osi.entries import Book, Key
from semantic.interop.osi.joins import Joins
from semantic.interop.osi.metrics import metrics
from semantic.interop.osi.naming import Names, word
from semantic.interop.osi.own import definition, edited
from semantic.interop.osi.restoring import Carried
from semantic.interop.osi.snippets import item, listed, name_of
from semantic.interop.yaml_text import Noted, written
from semantic.source import Span
from semantic.spec.reader import read_text
from semantic.spec.types import Spec


def unread(document: Document) -> Iterator[Entry]:
    """What in a document stands outside its models, or under keys that the specification does not know."""
    version = document.version
    if version is not None and not version.startswith(("0.1", "0.2")):
        yield Entry("changed", "version", str(version), str(version.span or ""), reasons.version(VERSION))
    for key, what in document.unread:
        yield Entry("dropped", "key", str(key), str(key.span or ""), reasons.unknown_key(what))


def projected(
    model: SemanticModel, dialect: str, name: str = "", place: tuple[str, ...] = ()
) -> tuple[dict[str, str], tuple[Entry, ...]]:
    """The files of a project in a dialect, and what became of each part of the model.

    ``place`` is where tables are whose names do not say it: a database, a schema.
    """
    project = _Project(model, dialect, name, place)
    files = project.files()
    while project.drop(_blamed(files, project.dialect)) or project.drop_strays(files):
        files = project.files()
    return files, (*project.book.entries(), *_besides(files))


def _besides(files: dict[str, str]) -> Iterator[Entry]:
    """The models and metrics that only an extension of the document holds."""
    spec = read_text(files)
    for kind, parts in (("dataset", spec.models), ("metric", spec.metrics)):
        for part in parts:
            if not part.name.span or str(part.name.span.file).startswith("carried_"):
                yield Entry("kept", kind, str(part.name), "", "It comes out of our extension.")


class _Project:
    """A semantic model on its way, without the parts that were dropped."""

    def __init__(self, model: SemanticModel, dialect: str, name: str, place: tuple[str, ...]) -> None:
        self.model, self.name = model, name
        self.names = Names(model)
        self.carried = Carried(model, self.names)
        self.dialect = self.carried.dialect or dialect
        self.joins = Joins(model, self.names)
        self.book = Book()
        self._note_model()
        self.datasets = Datasets(model, self.names, self.joins, self.dialect, self.book, place)
        self.metrics = metrics(model, self.names, self.joins, self.datasets, self.book, self.dialect)
        self._restore()
        self._drop_readers()

    def files(self) -> dict[str, str]:
        """The files, without what was dropped."""
        head: dict[str, Any] = {"name": self._head()}
        if self.dialect != "duckdb" and not self.carried.project:
            head["authoring_dialect"] = self.dialect
        files = {"semantic.yml": written(head) + "".join(self.carried.head())}
        files |= {f"models/{name}.yml": text for name, text in self._models()}
        if texts := list(self._metrics()):
            files["metrics.yml"] = listed("metrics", texts)
        return files | {f"{key}.yml": text for key, text in self._lists()}

    def _models(self) -> Iterator[tuple[str, str]]:
        """The file of each model."""
        for dataset in self.model.datasets:
            name = self.names.dataset(dataset.name)
            text = self.carried.dataset(dataset)
            if not (self.book.dropped(("dataset", "", name)) or self.carried.of_library(dataset)):
                tree = self.datasets.tree(dataset) if text is None else {}
                yield name, written({"models": [tree]}) if text is None else listed("models", [text])

    def _metrics(self) -> Iterator[str]:
        """The text of each metric."""
        for metric in self.model.metrics:
            name = self.names.metric(metric.name)
            key: Key = ("metric", "", name)
            if not (self.book.dropped(key) or self.carried.of_library(metric)):
                yield definition(metric, "definition") or item(self._noted(key, self.metrics.trees[name]))

    def _restore(self) -> None:
        """Note which parts come back as they were, and which were edited since."""
        for dataset in self.model.datasets:
            text = self.carried.dataset(dataset)
            self._note_own(("dataset", "", self.names.dataset(dataset.name)), dataset, text)
        for metric in self.model.metrics:
            text = definition(metric, "definition")
            self._note_own(("metric", "", self.names.metric(metric.name)), metric, text)

    def _note_own(self, key: Key, part: Part, text: str | None) -> None:
        if text is not None or self.carried.of_library(part):
            self.book.restore(key)
        elif edited(part):
            self.book.change(key, reasons.edited())

    def _noted(self, key: Key, tree: dict[str, Any]) -> Any:
        """A definition with what was made explicit in a comment."""
        changes = self.book.changes(key)
        return Noted(tree, " ".join(changes)) if changes else tree

    def _lists(self) -> Iterator[tuple[str, str]]:
        """What the document carries beside its parts."""
        kinds = {"models": "dataset", "metrics": "metric"}
        for key, texts in self.carried.lists():
            kept = [text for text in texts if not self.book.dropped((kinds.get(key, key), "", name_of(text)))]
            if kept:
                yield f"carried_{key}" if key in kinds else key, listed(key, kept)

    def _note_model(self) -> None:
        key: Key = ("semantic model", "", "")
        self.book.open(key, self.model)
        note_foreign(self.book, key, self.model)
        if described(self.model.description, self.model.context):
            self.book.change(key, reasons.as_comment())

    def _head(self) -> Any:
        """The project's name, with what the document says of the whole model in a comment."""
        name = self.name or self.carried.project.get("name", "") or str(self.model.name)
        name = word(name)
        said = described(self.model.description, self.model.context)
        return Noted(name, said) if said else name

    def drop(self, blamed: dict[Key, tuple[Fault, ...]]) -> bool:
        """Leave out what faults were found in, and whether there was anything.

        A dataset that came back as it was is tried in its plain form first. Raises `SemanticError` where that
        has been tried.
        """
        if blamed and all(self.book.dropped(key) for key in blamed):
            raise SemanticError(fault for each in blamed.values() for fault in each)
        for key, found in blamed.items():
            owner = key[1] or key[2]
            if key[0] != "metric" and self.carried.spoil(owner):
                self.book.change(("dataset", "", owner), reasons.spoilt(reasons.told(found)))
            else:
                self.book.drop(key, reasons.told(found))
        self._drop_readers()
        return bool(blamed)

    def _drop_readers(self) -> None:
        """Leave out what reads a field that was dropped: the name would be that of a column then."""
        reads = {**self.datasets.reads, **self.metrics.reads}
        lost = True
        while lost:
            lost = False
            for key, fields in reads.items():
                gone = [field for field in sorted(fields) if self.book.dropped(field)]
                if gone and not self.book.dropped(key) and not self._restored(key):
                    self.book.drop(key, reasons.lost_field(f"{gone[0][1]}.{gone[0][2]}"))
                    lost = True

    def _restored(self, key: Key) -> bool:
        """Whether a part comes out of a definition, whose names are its own."""
        parts = self.model.metrics if key[0] == "metric" else ()
        return any(
            self.names.metric(each.name) == key[2] and definition(each, "definition") for each in parts
        )

    def drop_strays(self, files: dict[str, str]) -> bool:
        """Leave out metrics whose aggregates would run over rows of other models; whether there were any."""
        definitions = Definitions(link(read_text(files)), {})
        bound, strays = Metrics(definitions), False
        for name, wanted in self.metrics.homes.items():
            if self.book.dropped(("metric", "", name)) or self._restored(("metric", "", name)):
                continue
            found = {leaf.home for leaf in bound.metric(name).leaves.values()}
            if found != wanted:
                self.book.drop(("metric", "", name), reasons.other_home(sorted(wanted), sorted(found)))
                strays = True
        return strays


def _blamed(files: dict[str, str], dialect: str) -> dict[Key, tuple[Fault, ...]]:
    """The parts in which there is a fault, each with what it is."""
    spec = read_text(files)
    try:
        found = check(link(spec), (dialect,))
    except SemanticError as error:
        found = error.faults
    blamed: dict[Key, list[Fault]] = {}
    for fault in found:
        blamed.setdefault(_part(spec, fault), []).append(fault)
    return {key: tuple(each) for key, each in blamed.items()}


def _part(spec: Spec, fault: Fault) -> Key:
    """The part of a project that a fault stands in: the last that begins before it."""
    if fault.span is None:
        raise SemanticError([fault])
    before = [
        (span, key) for span, key in _parts(spec) if span <= fault.span and span.file == fault.span.file
    ]
    if not before:
        raise SemanticError([fault])
    return max(before, key=lambda each: each[0])[1]


def _parts(spec: Spec) -> Iterator[tuple[Span, Key]]:
    """Where each part of a project begins."""
    for model in spec.models:
        yield model.span, ("dataset", "", str(model.name))
        if model.time is not None and model.time.span is not None:
            yield model.time.span, ("axis", "", str(model.name))
        if model.dimensions:
            yield from ((each.span, ("field", str(model.name), str(each.name))) for each in model.dimensions)
        yield from ((each.span, ("relationship", str(model.name), str(each.role))) for each in model.joins)
    yield from ((each.span, ("metric", "", str(each.name))) for each in spec.metrics)
