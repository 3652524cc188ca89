"""The text of an OSI document to what it says; every mistake with its place, all of them at once.

A model stands at the root of its document (``version``, ``name``, ``datasets`` …), or several stand in the
list ``semantic_model``, as drafts of the specification had it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.events import ScalarEvent

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.osi.document import (
    Dataset,
    Document,
    Field,
    Metric,
    Relationship,
    SemanticModel,
)
from semantic.interop.osi.parts import PartReader
from semantic.interop.osi.walking import Nodes
from semantic.source import Text
from semantic.spec.nodes import Branch, Node, Unreadable, compose
from semantic.spec.page import Page
from semantic.spec.types import TypeName

_PART = ("name", "description", "ai_context", "custom_extensions")
_MODEL = (*_PART, "datasets", "relationships", "metrics")
_DATASET = (*_PART, "source", "primary_key", "unique_keys", "fields")
_FIELD = (*_PART, "expression", "dimension", "label", "datatype")
_RELATIONSHIP = (*_PART, "from", "to", "from_columns", "to_columns")
_METRIC = (*_PART, "expression", "datatype")
#: Types by their names in this and in earlier drafts. A ``number`` may be exact or not, so it says nothing.
TYPES: Mapping[str, TypeName | None] = {
    "string": "text", "integer": "integer", "decimal": "decimal", "float": "float", "boolean": "boolean",
    "date": "date", "datetime": "timestamp", "datetimetz": "timestamptz", "timestamp": "timestamp",
    "timestamp_tz": "timestamptz", "time": None, "number": None, "opaque": None, "other": None,
}  # fmt: skip
_TEMPORAL = ("date", "datetime", "datetimetz", "timestamp", "timestamp_tz")
#: A character beyond the first 65,536 as JSON writes it, in two halves.
_HALVES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def read(text: str, file: str) -> Document:
    """The document in a text of YAML or JSON; raises `SemanticError` with all that is wrong with it."""
    page = Page(file, _HALVES.sub(_joined, text))
    try:
        root = compose(page.source, file)
        document = _Reader(page).document(root)
    except Unreadable as stop:
        raise SemanticError([*page.faults, stop.fault]) from None
    if page.faults:
        raise SemanticError(page.faults)
    assert document is not None  # or a fault says why
    return document


def _joined(halves: re.Match[str]) -> str:
    high, low = int(halves[1], 16), int(halves[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


class _Reader(PartReader):
    """Walks over the parts of one document."""

    def document(self, root: Node | None) -> Document | None:
        nodes = self.keys(root, "The document", ("version", "semantic_model", "dialects", "vendors", *_MODEL))
        if nodes is None:
            return None
        version = self.text(nodes, "version", "the document")
        if "semantic_model" in nodes and "datasets" in nodes:
            self.page.fault(faults.two_roots(self.page.span(nodes["datasets"][0])))
        elif "semantic_model" in nodes:
            return Document(version, self._listed(nodes), tuple(self.unread))
        elif "datasets" in nodes or "name" in nodes:
            self.unread = []  # the model is asked for the same keys
            model = self.model(root)
            return Document(version, () if model is None else (model,), tuple(self.unread))
        else:
            assert root is not None
            told = [str(key) for key, _ in self.unread]
            self.page.fault(faults.no_osi_root(told, self.page.span(root)))
        return None

    def _listed(self, nodes: Nodes) -> tuple[SemanticModel, ...]:
        """The models of the older form; one alone may stand there without its list."""
        node = nodes["semantic_model"][1]
        if isinstance(node, Branch) and node.mapping:
            model = self.model(node)
            return () if model is None else (model,)
        models = self.items(nodes, "semantic_model", "the document", self.model)
        if not models and not self.page.faults:
            self.page.fault(faults.no_value("'semantic_model' of the document", self.page.span(node)))
        self.unlike(models, "semantic model")
        return models

    def model(self, node: Node | None) -> SemanticModel | None:
        rooted = ("version", "dialects", "vendors")
        nodes = self.keys(node, "A semantic model", (*rooted, *_MODEL))
        if nodes is None or node is None:
            return None
        part = self.part(nodes, "a semantic model", self.page.span(node))
        datasets = self.items(nodes, "datasets", "a semantic model", self.dataset)
        if "datasets" not in nodes:
            self.missing("a semantic model", "datasets", self.page.span(node))
        elif not datasets and not self.page.faults:
            where = self.page.span(nodes["datasets"][1])
            self.page.fault(faults.no_value("'datasets' of a semantic model", where))
        relationships = self.items(nodes, "relationships", "a semantic model", self.relationship)
        metrics = self.items(nodes, "metrics", "a semantic model", self.metric)
        for parts, kind in ((datasets, "dataset"), (relationships, "relationship"), (metrics, "metric")):
            self.unlike(parts, kind)
        if part is None:
            return None
        self._check_ends(relationships, datasets)
        return SemanticModel(**part, datasets=datasets, relationships=relationships, metrics=metrics)

    def _check_ends(self, relationships: tuple[Relationship, ...], datasets: tuple[Dataset, ...]) -> None:
        known = {each.name.lower() for each in datasets}
        names = [str(each.name) for each in datasets]
        for each in relationships:
            for end in (each.start, each.to):
                if end.lower() not in known:
                    self.page.fault(faults.unknown("dataset", end, names, end.span))

    def dataset(self, node: Node) -> Dataset | None:
        nodes = self.keys(node, "A dataset", _DATASET)
        if nodes is None:
            return None
        at = self.page.span(node)
        part, source = self.part(nodes, "a dataset", at), self.text(nodes, "source", "a dataset", at)
        key = self.texts(nodes, "primary_key", "a dataset")
        fields = self.items(nodes, "fields", "a dataset", self.field)
        self.unlike(fields, "field")
        unique = self.items(nodes, "unique_keys", "a dataset", self._key)
        if part is None or source is None:
            return None
        return Dataset(**part, source=source, primary_key=key, unique_keys=unique, fields=fields)

    def _key(self, node: Node) -> tuple[Text, ...] | None:
        what = "An item of 'unique_keys' of a dataset"
        if isinstance(node, ScalarEvent):
            one = self.scalar(node, what)
            return None if one is None else (one,)
        holder: Nodes = {"unique_keys": (node, node)}  # type: ignore[dict-item]
        return self.texts(holder, "unique_keys", "a dataset") or None

    def field(self, node: Node) -> Field | None:
        nodes = self.keys(node, "A field", _FIELD)
        if nodes is None:
            return None
        part = self.part(nodes, "a field", self.page.span(node))
        spellings = self.expression(nodes, "a field", self.page.span(node))
        kind, axis = self.type(nodes), self._axis(nodes)
        label = self.text(nodes, "label", "a field")
        if part is None or not spellings:
            return None
        return Field(**part, spellings=spellings, type=kind, axis=axis, label=label)

    def type(self, nodes: Nodes) -> TypeName | None:
        """The type that 'datatype' says, in the words of this or of an earlier draft."""
        said = self.text(nodes, "datatype", "a field")
        if said is not None and said.lower() not in TYPES:
            names = ["String", "Integer", "Decimal", "Float", "Boolean", "Date", "DateTime", "DateTimeTz"]
            self.page.fault(faults.unknown("datatype", said, names, said.span))
        return TYPES.get(said.lower()) if said is not None else None

    def _axis(self, nodes: Nodes) -> bool | None:
        """Whether a field is one of time: it says so, or its type does."""
        said = self.text(nodes, "datatype", "a field")
        temporal = said is not None and said.lower() in _TEMPORAL
        if "dimension" not in nodes:
            return temporal or None
        inner = self.keys(nodes["dimension"][1], "'dimension' of a field", ("is_time",)) or {}
        flag = self.text(inner, "is_time", "'dimension'")
        if flag is not None and flag.lower() not in ("true", "false"):
            self.page.fault(
                faults.wrong_value("'is_time'", flag, "true or false", self.page.span(node_of(inner)))
            )
        return temporal or None if flag is None else flag.lower() == "true"

    def relationship(self, node: Node) -> Relationship | None:
        nodes = self.keys(node, "A relationship", _RELATIONSHIP)
        if nodes is None:
            return None
        at, what = self.page.span(node), "a relationship"
        part = self.part(nodes, what, at)
        ends = self.text(nodes, "from", what, at), self.text(nodes, "to", what, at)
        columns = [self.texts(nodes, key, what) for key in ("from_columns", "to_columns")]
        for key in ("from_columns", "to_columns"):
            if key not in nodes:
                self.missing(what, key, at)
        if all(columns) and len(columns[0]) != len(columns[1]):
            self.page.fault(faults.unlike_columns(len(columns[0]), len(columns[1]), at))
        if part is None or ends[0] is None or ends[1] is None or not all(columns):
            return None
        return Relationship(**part, start=ends[0], to=ends[1], from_columns=columns[0], to_columns=columns[1])

    def metric(self, node: Node) -> Metric | None:
        nodes = self.keys(node, "A metric", _METRIC)
        if nodes is None:
            return None
        part = self.part(nodes, "a metric", self.page.span(node))
        spellings = self.expression(nodes, "a metric", self.page.span(node))
        self.type(nodes)
        return None if part is None or not spellings else Metric(**part, spellings=spellings)


def node_of(nodes: Nodes) -> Node:
    """The node of the only value."""
    return next(iter(nodes.values()))[1]
