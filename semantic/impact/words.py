"""What stands in a definition, key by key: what decides its meaning, and what is words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from semantic.catalog import Catalog, bare
from semantic.impact.graph import Graph
from semantic.impact.nodes import Node
from semantic.source import Span, Text
from semantic.spec import types as spec

#: Keys that a person reads and no number depends on.
WORDS = ("label", "description", "reference", "unit", "format", "hidden", "entity")
_OTHER = ("name", "span", *WORDS)


@dataclass(frozen=True, slots=True)
class Edit:
    """A key of a definition as it was and as it is (``None`` where it is not said), with its places."""

    key: str
    old: str | None
    new: str | None
    old_place: Span | None = None
    new_place: Span | None = None

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        places = [str(place) if place is not None else None for place in (self.old_place, self.new_place)]
        return {
            "key": self.key,
            "old": self.old,
            "new": self.new,
            "old_place": places[0],
            "new_place": places[1],
        }


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition of a project as it is written: its place, and its keys."""

    span: Span | None
    keys: Mapping[str, Any]


def definitions(graph: Graph) -> dict[Node, Definition]:
    """Everything that a project defines, by kind and name."""
    return dict(_all(graph.catalog, graph))


def _all(catalog: Catalog, graph: Graph) -> Iterator[tuple[Node, Definition]]:
    given = catalog.spec
    yield Node("calendar", "calendar"), _definition(given.calendar, None)
    for source in given.sources:
        whole = _definition(source, source.span)
        keys = {key: value for key, value in whole.keys.items() if key not in ("columns", "missing")}
        yield Node("source", str(source.name)), Definition(source.span, keys)
        missing = {bare(name).lower() for name in source.missing}
        for column in source.columns:
            yield Node("source column", f"{source.name}.{bare(column.name)}"), _column(column, missing)
    for parameter in given.parameters:
        yield Node("parameter", str(parameter.name)), _definition(parameter, parameter.span)
    for macro in given.macros:
        yield Node("macro", str(macro.name)), _definition(macro, macro.span)
    for function in given.functions:
        yield Node("function", str(function.name)), _definition(function, function.span)
    for metric in given.metrics:
        yield Node("metric", str(metric.name)), _definition(metric, metric.span)
    for model in given.models:
        yield from _model(model)
    for policy in given.policies:
        yield Node("policy", str(policy.name)), _definition(policy, policy.span)
    for name, view in graph.views.items():
        yield Node("view", name), _definition(view, view.span)


def _column(column: spec.Column, missing: set[str]) -> Definition:
    """A column of a source, and whether its table lacks it."""
    given = _definition(column, column.span)
    return Definition(given.span, {**given.keys, "missing": bare(column.name).lower() in missing})


def _model(model: spec.Model) -> Iterator[tuple[Node, Definition]]:
    whole = _definition(model, model.span)
    keys = {
        key: value
        for key, value in whole.keys.items()
        if key not in ("dimensions", "joins", "query", "columns")
    }
    if model.query is not None:
        asked = _definition(model.query, model.query.span).keys
        keys |= {f"query.{key}": value for key, value in asked.items() if key != "metrics"}
        for metric in model.query.metrics:
            yield Node("column", f"{model.name}.{bare(metric.name)}"), _definition(metric, metric.span)
    yield Node("model", str(model.name)), Definition(whole.span, keys)
    for column in model.columns:
        yield Node("column", f"{model.name}.{bare(column.name)}"), _definition(column, column.span)
    for dimension in model.dimensions:
        yield Node("dimension", f"{model.name}.{dimension.name}"), _definition(dimension, dimension.span)
    for join in model.joins:
        yield Node("join", f"{model.name}.{join.role}"), _definition(join, join.span)


def _definition(given: Any, span: Span | None) -> Definition:
    keys = {field.name: getattr(given, field.name) for field in fields(given)}
    return Definition(span, {key: value for key, value in keys.items() if key not in ("name", "span")})


def edits(old: Definition, new: Definition, *, words: bool) -> tuple[Edit, ...]:
    """The keys that say something else now: those that are words, or those that are not."""
    found = []
    for key in dict.fromkeys((*old.keys, *new.keys)):
        before, after = old.keys.get(key), new.keys.get(key)
        if (key in WORDS) == words and not _same(before, after):
            places = _place(before) or old.span, _place(after) or new.span
            found.append(Edit(key, told(before), told(after), *places))
    return tuple(found)


def _same(before: Any, after: Any) -> bool:
    """Whether two values say the same, however they are spaced."""
    return bool(_bare(before) == _bare(after))


def _bare(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return {str(key): _bare(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_bare(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, tuple(
            (field.name, _bare(getattr(value, field.name))) for field in fields(value) if field.name != "span"
        )
    return value


def _place(value: Any) -> Span | None:
    """Where a value stands, as far as that is known."""
    if isinstance(value, Text):
        return value.span
    if isinstance(value, Mapping):
        return _place(tuple(value.values()))
    if isinstance(value, tuple):
        return next((place for each in value if (place := _place(each)) is not None), None)
    found = getattr(value, "span", None)
    return found if isinstance(found, Span) else None


def told(value: Any) -> str | None:
    """A value as a person would write it on one line.

    >>> told((Text("a"), Text("b"))), told(spec.Duration(3, "month")), told(())
    ('a, b', '3 months', None)
    """
    if value is None or value == () or value == {}:
        return None
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {told(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(_part(each) for each in value)
    if is_dataclass(value) and not isinstance(value, spec.Duration | spec.Periods | spec.StartOf):
        parts = {f.name: told(getattr(value, f.name)) for f in fields(value) if f.name != "span"}
        return ", ".join(f"{key}: {each}" for key, each in parts.items() if each is not None)
    return str(value)


def _part(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 2:
        return " = ".join(str(told(each)) for each in value) if value[0] != value[1] else str(told(value[0]))
    return str(told(value))
