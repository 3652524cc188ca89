"""What stands in the files, with its place; and a metric with all that was inferred of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from semantic.bind.leaf import Metric
from semantic.catalog import Catalog
from semantic.show.bound import leaf_tree
from semantic.show.listing import needs
from semantic.show.meaning import meaning, pair
from semantic.show.scalars import scalar
from semantic.show.trees import Tree, group
from semantic.source import Text
from semantic.spec import types as spec

_HIDDEN = ("span", "name")
_SECRET = "url"
#: What a field is called in the files, where its own name is another.
_KEYS = {
    (spec.Question, "start"): "from",
    (spec.Conversion, "start"): "from",
    (spec.Until, "start"): "from",
    (spec.Join, "role"): "as",
    (spec.Policy, "exempt"): "except",
}
_FLAGS = {"inclusive": "start: inclusive", "once": "each: once"}


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
        "policy": project.policies,
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
        name, value = field.name, getattr(item, field.name)
        if name in _HIDDEN or value in (None, (), {}, False) or _stands_in(item, name):
            continue
        if name == "inherit" and value is True:
            continue
        if name == "by" and isinstance(item, spec.Conversion | spec.Retention):
            value = pair(value)
        yield _part(_KEYS.get((type(item), name), name), "(hidden)" if name == _SECRET else value)


def _stands_in(item: Any, name: str) -> bool:
    """Whether a field only repeats another: the SQL of a metric that is told by other keys."""
    given = isinstance(item, spec.Metric) and (item.metric or item.conversion or item.retention)
    return bool(given) and name == "sql"


def _part(name: str, value: Any) -> Tree:
    if name in ("label", "description"):
        return Tree(f"{name}: {spoken(value)}")
    if isinstance(value, spec.Rules):
        return _rules(name, value)
    if is_dataclass(value) and type(value).__str__ is object.__str__:  # others are told in words
        return Tree.of(name, *_parts(value))
    if value is True and name in _FLAGS:
        return Tree(_FLAGS[name])
    if isinstance(value, Mapping):
        return Tree.of(name, *(f"{key}: {text}" for key, text in value.items()))
    if isinstance(value, tuple) and any(is_dataclass(each) for each in value):
        return Tree.of(name, *map(_item, value))
    if isinstance(value, tuple):
        return Tree(f"{name}: {', '.join(_plain(each) for each in value)}")
    text = str(value).rstrip()
    return Tree.of(name, text) if "\n" in text else Tree(f"{name}: {text}")


def _rules(name: str, rules: spec.Rules) -> Tree:
    """A table of rules, a rule a line, in the order in which they are tried."""
    rows = (f"{rule.first}, {rule.second}: {rule.label}" for rule in rules.table)
    rest = f"otherwise: {rules.otherwise}" if rules.otherwise is not None else None
    return Tree.of(f"{name} by {' and '.join(rules.by)}", *rows, rest)


def _item(item: Any) -> Tree:
    """One of several; where there is only a type or SQL besides its name, in one line."""
    tree = Tree.of(_title(item), *_parts(item))
    key, colon, value = tree.parts[0].text.partition(": ") if len(tree.parts) == 1 else ("", "", "")
    return Tree(f"{tree.text}: {value}") if colon and key in ("type", "sql") else tree


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
        f"means: {meaning(given)}" if meaning(given) else None,
        f"needs: {_needs(needs(metric))}" if needs(metric) else None,
        f"additivity: {metric.additivity.replace('_', '-')}",
        f"type: {metric.type or 'unknown'}",
        f"unit: {given.unit}" if given.unit else None,
        f"format: {given.format}" if given.format else None,
        *_worded(given),
        None if _stands_in(given, "sql") else _sql(given.sql),
        f"filter: {given.filter}" if given.filter else None,
        None if metric.simple else f"expression: {scalar(metric.tree, metric.leaves)}",
        group("leaves", (_leaf(leaf) for leaf in metric.leaves.values())),
    )


def _needs(paths: tuple[str, ...]) -> str:
    """What a question has to say for a metric to have a value."""
    period = "a period of 'time' in 'by', or a range with an end"
    return " and ".join(period if path == "time" else f"'{path}' in 'by'" for path in paths)


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
