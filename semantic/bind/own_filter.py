"""The filter of a metric, seen from the rows of each of its aggregates."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.condition import Condition, conditions
from semantic.bind.definitions import Definitions
from semantic.bind.leaf import Leaf
from semantic.bind.nearby import unknown_path
from semantic.bind.paths import checked, question_paths
from semantic.bind.row import Row, moved
from semantic.bind.texts import Reached, Resolve
from semantic.catalog import Branch, Walk
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec import types as spec


def filter_of(
    definitions: Definitions, definition: spec.Metric, leaf: Leaf, anchor: str, walk: Walk
) -> tuple[Condition, ...]:
    """The metric's own filter over the rows of the leaf's home, which is a walk away from its anchor."""
    if definition.filter is None:
        return ()
    text = definition.filter
    if definition.model is None:
        resolve = question_paths(definitions, leaf.home, leaf.time, text)
    else:
        resolve = _paths(definitions, str(definition.model), leaf.home, anchor, walk, text)
    return conditions(definitions, leaf.home, text, resolve)


def _paths(definitions: Definitions, model: str, home: str, anchor: str, walk: Walk, text: Text) -> Resolve:
    """The paths of a filter over rows of a metric's ``model``, as the rows of a home see them."""
    elsewhere = question_paths(definitions, home, None, text, prefix=model, raw=True)
    if anchor != model:
        return elsewhere

    def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
        span = definitions.place(text, node)
        row = definitions.try_path(model, names, raw=True, span=span)
        if row is None and not walk and len(names) > 1:
            return elsewhere(names, node)
        if row is None:
            raise SemanticError([unknown_path(definitions.catalog, model, names, span)])
        if all(own[: len(walk)] == walk for own in row.walks) and row.at[: len(walk)] == walk:
            tree = moved(row.tree, lambda own: own[len(walk) :]) if walk else row.tree
            return Reached(Row(home, tree, row.type))
        return Reached(row, checked(definitions, Branch((), model, walk, row.at), span))

    return resolve
