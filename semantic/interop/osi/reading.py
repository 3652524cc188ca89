"""The text of an OSI document to what it says; every mistake with its place, all of them at once.

A model stands at the root of its document (``version``, ``name``, ``datasets`` …), or several stand in the
list ``semantic_model``, as drafts of the specification had it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from yaml.events import ScalarEvent

from semantic import faults
from semantic.faults import SemanticError
from semantic.interop.osi.document import (
    COMMON,
    VENDOR,
    Context,
    Dataset,
    Document,
    Field,
    Metric,
    Relationship,
    SemanticModel,
    Spelling,
)
from semantic.source import Span, Text
from semantic.spec.nodes import Branch, Node, Unreadable, compose
from semantic.spec.page import Page, given, is_null
from semantic.spec.types import TypeName

T = TypeVar("T")
Nodes = dict[str, tuple[ScalarEvent, Node]]

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


class _Reader:
    """Walks over the nodes of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unread: list[tuple[Text, str]] = []

    # --- nodes ----------------------------------------------------------------------------------

    def keys(self, node: Node | None, what: str, known: tuple[str, ...]) -> Nodes | None:
        """The values of a mapping by key; keys that nobody knows are noted, not refused."""
        if node is None or not isinstance(node, Branch) or not node.mapping:
            span = self.page.span(node) if node is not None else Span(self.page.file, 1, 1)
            self.page.fault(
                faults.wrong_kind(what, "a mapping", "empty" if node is None else given(node), span)
            )
            return None
        found: Nodes = {}
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            if not isinstance(key, ScalarEvent):
                self.page.fault(faults.wrong_kind("A key", "a text", given(key), self.page.span(key)))
            elif key.value in found:
                first = self.page.span(found[key.value][0])
                self.page.fault(faults.duplicate_key(key.value, first, self.page.span(key)))
            elif key.value not in known:
                self.unread.append((self.page.text(key), what))
            elif not (isinstance(value, ScalarEvent) and is_null(value)):
                found[key.value] = (key, value)
        return found

    def text(self, nodes: Nodes, key: str, what: str, at: Span | None = None) -> Text | None:
        """A text under a key; with ``at``, where it is missing is told."""
        if key not in nodes:
            if at is not None:
                self.missing(what, key, at)
            return None
        return self.scalar(nodes[key][1], f"'{key}' of {what}", required=at is not None)

    def missing(self, what: str, key: str, at: Span) -> None:
        """A key that has to be there."""
        self.page.fault(faults.missing_key(f"{what[:1].upper()}{what[1:]}", key, at))

    def scalar(self, node: Node, what: str, *, required: bool = True) -> Text | None:
        """A text that stands alone."""
        if not isinstance(node, ScalarEvent):
            self.page.fault(faults.wrong_kind(what, "a text", given(node), self.page.span(node)))
            return None
        if required and (is_null(node) or not node.value.strip()):
            self.page.fault(faults.no_value(what, self.page.span(node)))
            return None
        return self.page.text(node)

    def items(self, nodes: Nodes, key: str, what: str, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """What stands in a list under a key, each read by ``read``."""
        if key not in nodes:
            return ()
        node = nodes[key][1]
        if not isinstance(node, Branch) or node.mapping:
            wrong = faults.wrong_kind(f"'{key}' of {what}", "a list", given(node), self.page.span(node))
            self.page.fault(wrong)
            return ()
        return tuple(each for each in map(read, node.items) if each is not None)

    def texts(self, nodes: Nodes, key: str, what: str) -> tuple[Text, ...]:
        """The texts of a list; one text alone is a list of one."""
        said = f"'{key}' of {what}"
        if key in nodes and isinstance(nodes[key][1], ScalarEvent):
            one = self.scalar(nodes[key][1], said)
            return () if one is None else (one,)
        return self.items(nodes, key, what, lambda node: self.scalar(node, f"An item of {said}"))

    def unlike(self, parts: tuple[Any, ...], kind: str) -> None:
        """Names that two parts share; SQL does not tell them apart by case."""
        seen: dict[str, Text] = {}
        for part in parts:
            first = seen.setdefault(part.name.lower(), part.name)
            if first is not part.name:
                assert first.span is not None
                assert part.name.span is not None
                self.page.fault(faults.duplicate_name(kind, part.name, first.span, part.name.span))

    # --- parts ----------------------------------------------------------------------------------

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

    # --- what parts have ------------------------------------------------------------------------

    def expression(self, nodes: Nodes, what: str, at: Span) -> tuple[Spelling, ...]:
        """An expression in its dialects; a text alone, as some write it, is one of ANSI_SQL."""
        if "expression" not in nodes:
            self.missing(what, "expression", at)
            return ()
        node = nodes["expression"][1]
        if isinstance(node, ScalarEvent):
            plain = self.scalar(node, f"'expression' of {what}")
            return () if plain is None else (Spelling(Text("ANSI_SQL"), plain),)
        inner = self.keys(node, f"'expression' of {what}", ("dialects",))
        if inner is None:
            return ()
        if "dialects" not in inner:
            self.page.fault(faults.missing_key(f"'expression' of {what}", "dialects", self.page.span(node)))
        found = self.items(inner, "dialects", f"'expression' of {what}", self._spelling)
        if "dialects" in inner and not found and not self.page.faults:
            self.page.fault(faults.no_value(f"'dialects' of {what}", self.page.span(inner["dialects"][1])))
        return found

    def _spelling(self, node: Node) -> Spelling | None:
        nodes = self.keys(node, "An item of 'dialects'", ("dialect", "expression"))
        if nodes is None:
            return None
        dialect = self.text(nodes, "dialect", "an item of 'dialects'") or Text("ANSI_SQL")
        sql = self.text(nodes, "expression", "an item of 'dialects'", self.page.span(node))
        return None if sql is None else Spelling(dialect, sql)

    def part(self, nodes: Nodes, what: str, at: Span) -> dict[str, Any] | None:
        """What every part has; ``None`` where it has no name, which is a fault."""
        name = self.text(nodes, "name", what, at)
        described = self.text(nodes, "description", what)
        context = self.context(nodes, what)
        extensions = self.items(nodes, "custom_extensions", what, self._extension)
        if name is None:
            return None
        own = next((data for vendor, data in extensions if vendor == VENDOR), None)
        foreign = tuple(vendor for vendor, _ in extensions if vendor != VENDOR)
        return {"name": name, "description": described, "context": context, "own": own,
                "foreign": foreign, "span": at}  # fmt: skip

    def _extension(self, node: Node) -> tuple[Text, Any] | None:
        nodes = self.keys(node, "A custom extension", ("vendor_name", "data"))
        if nodes is None:
            return None
        at = self.page.span(node)
        vendor = self.text(nodes, "vendor_name", "a custom extension", at)
        if vendor == COMMON and "data" in nodes:
            return self._shared(vendor, nodes["data"][1])
        if vendor is None or vendor != VENDOR:
            return None if vendor is None else (vendor, None)
        data = self.text(nodes, "data", "a custom extension", at)
        return None if data is None else (vendor, self._json(data))

    def _shared(self, vendor: Text, node: Node) -> tuple[Text, Any]:
        """An extension of everybody, in which ours stands where a version names no other vendors."""
        import json

        try:
            found = json.loads(node.value) if isinstance(node, ScalarEvent) else None
        except (ValueError, RecursionError):
            found = None
        ours = isinstance(found, dict) and list(found) == [VENDOR.lower()]
        if ours and isinstance(found, dict) and isinstance(found[VENDOR.lower()], dict):
            return Text(VENDOR), found[VENDOR.lower()]
        return vendor, None

    def _json(self, data: Text) -> Any:
        """What this package wrote into an extension of its own."""
        import json

        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.page.fault(faults.bad_extension(VENDOR, data.span))
            return None
        return found

    def context(self, nodes: Nodes, what: str) -> Context:
        """What is told to an AI. A plain text is an instruction."""
        if "ai_context" not in nodes:
            return Context()
        node = nodes["ai_context"][1]
        if isinstance(node, ScalarEvent):
            return Context(instructions=node.value.strip())
        known = ("synonyms", "instructions", "examples")
        inner = self.keys(node, f"'ai_context' of {what}", known) or {}
        said = self.text(inner, "instructions", "'ai_context'")
        words, examples = (self.texts(inner, key, "'ai_context'") for key in ("synonyms", "examples"))
        return Context(tuple(map(str, words)), str(said or "").strip(), tuple(map(str, examples)))


def node_of(nodes: Nodes) -> Node:
    """The node of the only value."""
    return next(iter(nodes.values()))[1]
