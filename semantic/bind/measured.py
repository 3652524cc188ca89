"""What a question measures: metrics, and conditions on metrics, over the aggregates that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic.bind.asked import Asked
from semantic.bind.collected import Collected
from semantic.bind.everywhere import everywhere, marked
from semantic.bind.leaf import Leaf, Metric
from semantic.bind.metric import Metrics
from semantic.bind.periods import of_periods
from semantic.bind.row import columns_of
from semantic.bind.sampled import unsampled, without
from semantic.query import Query
from semantic.source import Text

Leaves = dict[str, Leaf]


@dataclass(frozen=True)
class Measured:
    """Metrics and conditions on them, as expressions over ``leaves``; conditions on periods as texts."""

    metrics: tuple[Metric, ...]
    having: tuple[exp.Expr, ...]
    leaves: Leaves
    of_time: tuple[Text, ...]


def measured(metrics: Metrics, query: Query, found: Collected) -> Measured:
    """What a question measures, as it is defined."""
    given = found.each(query.metrics, lambda name: metrics.metric(str(name), name.span))
    of_time = tuple(text for text in query.having if of_periods(metrics.definitions, text))
    of_metrics = [text for text in query.having if text not in of_time]
    having = found.each(of_metrics, lambda text: metrics.condition(text, comments=False))
    leaves = _leaves(given)
    for condition in having:
        leaves |= condition.leaves
    return Measured(tuple(given), tuple(condition.tree for condition in having), leaves, of_time)


def _leaves(metrics: list[Metric]) -> Leaves:
    return {key: leaf for metric in metrics for key, leaf in metric.leaves.items()}


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
    return Measured(tuple(metrics), tuple(tree for tree, _ in told), leaves, whole.of_time)


def _uses(tree: exp.Expr, key: str) -> bool:
    """Whether an expression reads a leaf."""
    return any(node.table == "#" and node.name == key for node in columns_of(tree))
