"""Metrics that have a row for every period, whether anything happened in it or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Axis, Every
from semantic.bind.condition import conditions
from semantic.bind.definitions import Definitions
from semantic.bind.leaf import Leaf, Metric, leaf_column
from semantic.bind.paths import AXIS
from semantic.bind.periods import tells
from semantic.bind.row import Row, columns_of, substitute
from semantic.bind.texts import Reached
from semantic.expr import parse
from semantic.query import Query
from semantic.source import Text
from semantic.spec.types import TypeName

Leaves = Mapping[str, Leaf]


def everywhere(metric: Metric, *, every: bool = True) -> Metric:
    """A metric all of whose aggregates have a row for every period, or (without ``every``) none of them."""
    tree, leaves = marked(metric.tree, metric.leaves, every=every)
    return metric if leaves is metric.leaves else replace(metric, tree=tree, leaves=leaves)


def marked(tree: exp.Expr, leaves: dict[str, Leaf], *, every: bool) -> tuple[exp.Expr, dict[str, Leaf]]:
    """An expression over aggregates that have a row for every period, or do not."""
    if all(leaf.every is every for leaf in leaves.values()):
        return tree, leaves
    made = {key: replace(leaf, every=every) for key, leaf in leaves.items()}
    tree = tree.copy()
    for node in [node for node in columns_of(tree) if node.table == "#" and node.name in made]:
        tree = substitute(tree, node, leaf_column(made[node.name].key))
    return tree, {leaf.key: leaf for leaf in made.values()}


def every_period(
    definitions: Definitions, query: Query, axis: Axis | None, kind: TypeName | None, leaves: Iterable[Leaf]
) -> Every | None:
    """The periods that all appear, where an aggregate of a question wants them."""
    if axis is None or (kind is None and axis.calendar is None) or not any(leaf.every for leaf in leaves):
        return None
    texts = [text for text in query.where if _of_periods(definitions, text, axis)]
    tests = tuple(test for text in texts for test in _tests(definitions, text, axis, kind))
    return Every(axis, kind, tests)


def _of_periods(definitions: Definitions, text: Text, axis: Axis) -> bool:
    """Whether a condition is about the periods of a question and nothing else."""
    names = [parse.names(column) for column in parse.columns(definitions.parse(text, comments=False))]
    return bool(names) and all(len(each) == 2 and each[0] == AXIS and tells(axis, each[1]) for each in names)


def _tests(definitions: Definitions, text: Text, axis: Axis, kind: TypeName | None) -> list[exp.Expr]:
    """A condition over a period, in the table ``@``."""
    period = exp.Column(this=exp.Identifier(this="period"), table=exp.Identifier(this="@"))

    def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
        row = Row("", period, kind)
        own = axis.calendar is not None  # whose periods tell no others
        return Reached(row if own else grain.grained(row, names[-1], definitions.calendar))

    return [found.tree for found in conditions(definitions, "", text, resolve, comments=False)]
