"""What stands in the files, with its place; and a metric with all that was inferred of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from semantic.bind.metric import Metric
from semantic.catalog import Catalog
from semantic.show.bound import leaf_tree
from semantic.show.scalars import scalar
from semantic.show.trees import Tree, group
from semantic.source import Text
from semantic.spec import types as spec

_HIDDEN = ("span", "name")
_SECRET = "url"


def definitions(catalog: Catalog) -> dict[str, list[tuple[str, Any]]]:
    """Every named thing of a project by its name, each with its kind; a dimension as ``model.dimension``."""
    project = catalog.spec
    found: dict[str, list[tuple[str, Any]]] = {}
    kinds: dict[str, tuple[Any, ...]] = {
        "metric": project.metrics,
        "model": project.models,
        "source": project.sources,
        "parameter": project.parameters,
        "function": project.functions,
        "macro": project.macros,
        "target": project.targets,
    }
    for kind, items in kinds.items():
        for item in items:
            found.setdefault(str(item.name), []).append((kind, item))
    for model in project.models:
        for dimension in model.dimensions:
            found.setdefault(f"{model.name}.{dimension.name}", []).append(("dimension", dimension))
    return found


def definition_tree(kind: str, name: str, item: Any) -> Tree:
    """A definition as it was written, with its place."""
    return Tree.of(f"{kind} {name}  {item.span}", *_parts(item))


def _parts(item: Any) -> Iterator[Tree]:
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name not in _HIDDEN and value not in (None, (), {}, False):
            yield _part(field.name, "(hidden)" if field.name == _SECRET else value)


def _part(name: str, value: Any) -> Tree:
    if name in ("label", "description"):
        return Tree(f"{name}: {spoken(value)}")
    if isinstance(value, Mapping):
        return Tree.of(name, *(f"{key}: {text}" for key, text in value.items()))
    if isinstance(value, tuple) and any(is_dataclass(each) for each in value):
        return Tree.of(name, *map(_item, value))
    if isinstance(value, tuple):
        return Tree(f"{name}: {', '.join(_plain(each) for each in value)}")
    text = str(value).rstrip()
    return Tree.of(name, text) if "\n" in text else Tree(f"{name}: {text}")


def _item(item: Any) -> Tree:
    """One of several; where there is only a type besides its name, in one line."""
    tree = Tree.of(_title(item), *_parts(item))
    short = len(tree.parts) == 1 and tree.parts[0].text.startswith("type: ")
    return Tree(f"{tree.text}: {tree.parts[0].text.removeprefix('type: ')}") if short else tree


def _title(item: Any) -> str:
    return str(getattr(item, "name", "") or getattr(item, "role", "") or type(item).__name__.lower())


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        left, *rest = value
        return str(left) if all(left == each for each in rest) else " = ".join(map(str, value))
    return str(value)


def metric_tree(metric: Metric) -> Tree:
    """A metric with its kind, additivity, leaves and wordings."""
    given = metric.spec
    return Tree.of(
        f"metric {metric.name}  {given.span}",
        f"kind: {metric.kind}",
        f"additivity: {metric.additivity.replace('_', '-')}",
        f"type: {metric.type or 'unknown'}",
        f"unit: {given.unit}" if given.unit else None,
        f"format: {given.format}" if given.format else None,
        *_worded(given),
        _sql(given.sql),
        f"filter: {given.filter}" if given.filter else None,
        None if metric.simple else f"expression: {scalar(metric.tree, metric.leaves)}",
        group("leaves", (_leaf(leaf) for leaf in metric.leaves.values())),
    )


def _leaf(leaf: Any) -> Tree:
    tree = leaf_tree(leaf)
    return Tree(
        f"{tree.text} over {leaf.home} ({str(leaf.additivity).replace('_', '-')})",
        tree.parts,
    )


def _sql(text: Text) -> Tree:
    lines = str(text).strip()
    return Tree.of("sql", lines) if "\n" in lines else Tree(f"sql: {lines}")


def _worded(given: spec.Described) -> Iterator[Tree]:
    for name, wordings in (("label", given.label), ("description", given.description)):
        if wordings:
            yield Tree(f"{name}: {spoken(wordings)}")


def spoken(wordings: Mapping[str, str]) -> str:
    """Wordings of several languages in one line.

    >>> spoken({"en": "Sales", "ko": "매출"})
    'Sales (en) · 매출 (ko)'
    """
    if len(wordings) == 1:
        return str(next(iter(wordings.values())))
    return " · ".join(f"{text} ({language})" for language, text in wordings.items())
