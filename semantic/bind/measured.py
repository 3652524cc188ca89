"""What a question measures: metrics, and conditions on metrics, over the aggregates that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.collected import Collected
from semantic.bind.everywhere import everywhere, marked
from semantic.bind.leaf import Leaf, Metric
from semantic.bind.metric import Metrics
from semantic.bind.row import columns_of
from semantic.bind.sampled import unsampled, without
from semantic.faults import SemanticError
from semantic.query import Query
from semantic.source import Text

Leaves = dict[str, Leaf]


@dataclass(frozen=True)
class Measured:
    """Metrics and conditions on them, as expressions over ``leaves``."""

    metrics: tuple[Metric, ...]
    having: tuple[exp.Expr, ...]
    leaves: Leaves


def measured(metrics: Metrics, query: Query, found: Collected) -> Measured:
    """What a question measures, as it is defined."""
    given = found.each(query.metrics, lambda name: metrics.metric(str(name), name.span))
    having = found.each(query.having, partial(_having, metrics))
    leaves = _leaves(given)
    for _, used in having:
        leaves.update(used)
    return Measured(tuple(given), tuple(tree for tree, _ in having), leaves)


def _leaves(metrics: list[Metric]) -> Leaves:
    return {key: leaf for metric in metrics for key, leaf in metric.leaves.items()}


def _having(metrics: Metrics, text: Text) -> tuple[exp.Expr, Leaves]:
    """A condition on metrics, and the aggregates that it reads."""
    tree, kind, used = metrics.expression(text, None, comments=False)
    if kind not in ("boolean", None):
        raise SemanticError([faults.not_boolean(kind, text.span)])
    return tree, used


def as_seen(whole: Measured, asked: Asked) -> Measured:
    """The same in the periods of a question, which may see no samples, and may have every period itself."""
    axis, query = asked.along.axis, asked.query
    metrics = [unsampled(metric, axis, query) for metric in whole.metrics]
    told = [without(tree, whole.leaves, axis, query) for tree in whole.having]
    if axis is None or query.fill:
        metrics = [everywhere(metric, every=False) for metric in metrics]
        told = [marked(tree, used, every=False) for tree, used in told]
    leaves = _leaves(metrics)
    leaves |= {key: leaf for tree, used in told for key, leaf in used.items() if _uses(tree, key)}
    return Measured(tuple(metrics), tuple(tree for tree, _ in told), leaves)


def _uses(tree: exp.Expr, key: str) -> bool:
    """Whether an expression reads a leaf."""
    return any(node.table == "#" and node.name == key for node in columns_of(tree))
