"""Models as datasets, and their dimensions and columns as fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from semantic.bind import Definitions
from semantic.bind.row import walk_of
from semantic.catalog import Catalog, Model, Walk
from semantic.dialect import Dialect
from semantic.faults import SemanticError
from semantic.interop.osi import reasons
from semantic.interop.osi.ansi import RESERVED, Unsaid, in_dialect, plain
from semantic.interop.osi.context import parted
from semantic.interop.osi.naming import word
from semantic.spec import types as spec

#: Types as a document calls them.
TYPES: Mapping[str, str] = {
    "text": "String", "integer": "Integer", "decimal": "Decimal", "float": "Float", "boolean": "Boolean",
    "date": "Date", "timestamp": "DateTime", "timestamptz": "DateTimeTz",
}  # fmt: skip
_TIMES = ("date", "timestamp", "timestamptz")
_OSI = {"snowflake": "SNOWFLAKE", "bigquery": "BIGQUERY", "postgres": "POSTGRES", "duckdb": "DUCKDB"}


class Untold(Exception):
    """What OSI has no words for; the text says what."""


class Fields:
    """The datasets of a document, with the fields that are known of each so far.

    ``edges`` are the joins that are relationships there (by model and role), once they are known.
    """

    def __init__(self, catalog: Catalog, definitions: Definitions, target: Dialect | None) -> None:
        self.catalog, self.definitions, self.target = catalog, definitions, target
        self.datasets: dict[str, dict[str, Any]] = {}
        self.fields: dict[str, dict[str, dict[str, Any]]] = {}
        self.edges: dict[tuple[str, str], str] = {}

    def complete(self) -> list[dict[str, Any]]:
        """The datasets with their fields."""
        for name, tree in self.datasets.items():
            if fields := list(self.fields[name].values()):
                tree["fields"] = fields
        return list(self.datasets.values())

    def start(self, model: Model) -> None:
        """Note a model as a dataset, without its fields; raises `Untold`."""
        tree: dict[str, Any] = {"name": model.name, "source": self._source(model)}
        if key := self._key(model.spec.primary_key):
            tree["primary_key"] = key
        if others := [key for each in model.spec.unique if (key := self._key(each))]:
            tree["unique_keys"] = others
        self.datasets[model.name] = tree | titled(model.spec)
        self.fields[model.name] = {}

    def fill(self, model: Model) -> list[str]:
        """Add the dimensions and the columns of a model; what is not as it was."""
        notes: list[str] = []
        for dimension in model.dimensions.values():
            self._field(model, dimension, notes)
        for column in model.columns.values():
            if bare_word(str(column.name)).lower() not in self.fields[model.name]:
                self._add(model.name, bare_word(str(column.name)), column.type, titled(column))
        return notes

    def _source(self, model: Model) -> str:
        relation = model.relation
        if model.spec.query is not None:
            raise Untold("it is made from a question")
        if relation.table is not None:
            return str(relation.table)
        if relation.sql is None:
            raise Untold(f"its source '{model.spec.source}' is not mapped")
        if "{" in relation.sql or self.definitions.models_read(model.name):
            raise Untold("its SELECT reads other models, parameters or macros")
        return str(relation.sql).strip()

    def _key(self, key: tuple[Any, ...]) -> list[str]:
        return [bare_word(str(each)) for each in key] if all(map(is_word, key)) else []

    def _field(self, model: Model, dimension: spec.Dimension, notes: list[str]) -> None:
        """A dimension as a field, or a note why it is none."""
        name = str(dimension.name)
        try:
            row = self.definitions.dimension(model.name, name)
            called = lambda column: self._in_field(model.name, column)  # noqa: E731
            spelled = self.spelled(row.tree, called)
            if "{" in (dimension.sql or ""):
                notes.append(reasons.frozen())
        except (Untold, Unsaid, SemanticError) as why:
            told = reasons.told(why.faults) if isinstance(why, SemanticError) else str(why)
            notes.append(reasons.field_apart(name, reasons.unsaid(told)))
            return
        axis = {"dimension": {"is_time": True} if row.type in _TIMES else {}}
        typed = {"datatype": TYPES[row.type]} if row.type else {}
        tree = {"name": name, "expression": spelled, **axis, **typed, **titled(dimension)}
        self.fields[model.name][name.lower()] = tree

    def _in_field(self, model: str, column: exp.Column) -> exp.Expr:
        """A column in the expression of a field: of its own dataset, or of one that a row leads to."""
        walk = walk_of(column)
        end = self.reached(model, walk)
        self._check_stored(end, column)
        return exp.column(column.this.copy(), end) if walk else exp.column(column.this.copy())

    def _add(self, model: str, name: str, kind: str | None, said: dict[str, Any]) -> None:
        """A column that no dimension names."""
        dialects = [{"dialect": "ANSI_SQL", "expression": quoted(name)}]
        axis = {"dimension": {"is_time": True}} if kind in _TIMES else {}
        typed = {"datatype": TYPES[kind]} if kind else {}
        tree = {"name": name, "expression": {"dialects": dialects}, **axis, **typed, **said}
        self.fields[model][name.lower()] = tree

    def spelled(self, tree: exp.Expr, called: Callable[[exp.Column], exp.Expr]) -> dict[str, Any]:
        """An expression in ANSI_SQL, and in the dialect that was asked for."""
        dialects = []
        try:
            dialects.append({"dialect": "ANSI_SQL", "expression": plain(tree, called)})
        except Unsaid:
            if self.target is None:
                raise
        said = in_dialect(tree, called, self.target) if self.target is not None else None
        if self.target is not None and said is not None:
            dialects.append({"dialect": _OSI[self.target.name], "expression": said})
        if not dialects:
            raise Untold("it has no words in one expression")
        return {"dialects": dialects}

    def named(self, home: str, column: exp.Column) -> exp.Expr:
        """A column of a bound aggregate as a field of a dataset."""
        model = self.reached(home, walk_of(column))
        name, fields = column.name, self.fields[model]
        self._check_stored(model, column)
        known = fields.get(name.lower())
        if known is None:
            kind = self.definitions.stored_type(self.catalog.models[model], column)
            self._add(model, name, kind, {})
        elif known["expression"]["dialects"][0]["expression"].lower() not in (
            name.lower(),
            quoted(name).lower(),
        ):
            raise Untold(f"the column '{name}' of '{model}' has the name of another field")
        quotes = bool(column.this.args.get("quoted")) and not is_word(name)
        return exp.column(exp.to_identifier(name, quoted=quotes or None), model)

    def _check_stored(self, model: str, column: exp.Column) -> None:
        """Refuse a column that is made of other rows, for a window or a conversion."""
        if column.name in self.definitions.computed.get(model, {}):
            raise Untold("it looks at other rows, as windows and conversions do")

    def reached(self, model: str, walk: Walk) -> str:
        """The dataset at the end of a walk, if a document tells it by its name alone."""
        origin = model
        for edge in self.catalog.edges(model, walk):
            if (edge.origin, edge.role) not in self.edges:
                raise Untold(f"it goes by '{edge.role}', which is no relationship")
            origin = edge.target
        ways = [each for each, end in self.catalog.walks(model) if end == origin]
        if walk and len(ways) > 1:
            raise Untold(f"several joins lead from '{model}' to '{origin}', and OSI cannot say which")
        return origin


def titled(part: spec.Described) -> dict[str, Any]:
    """What people and an AI are told of a part."""
    words, context = parted(str(part.description.get("en") or next(iter(part.description.values()), "")))
    tree: dict[str, Any] = {"description": words} if words else {}
    said = {"instructions": context.instructions, "synonyms": list(context.synonyms),
            "examples": list(context.examples)}  # fmt: skip
    told = {key: value for key, value in said.items() if value}
    labels = {str(text) for text in part.label.values()}
    if isinstance(part, spec.Dimension) and part.label:
        tree["label"] = str(part.label.get("en") or next(iter(part.label.values())))
    elif labels:
        told["synonyms"] = [*told.get("synonyms", ()), *sorted(labels)]
    return tree | ({"ai_context": told} if told else {})


def _first(field: Mapping[str, Any]) -> str:
    """The first expression of a field."""
    return str(field["expression"]["dialects"][0]["expression"])


def bare_word(name: str) -> str:
    """A column's name without its quotes."""
    return name.strip().strip('"')


def is_word(name: Any) -> bool:
    """Whether a text is the name of one column."""
    text = str(name).strip()
    return text == word(text) or (len(text) > 2 and text[0] == text[-1] == '"')


def quoted(name: str) -> str:
    """A column in plain SQL."""
    return name if word(name) == name and name.upper() not in RESERVED else f'"{name}"'
