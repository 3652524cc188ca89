"""Conditions of a question that would mean one thing of one part of an answer, and another of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.condition import by_way_of
from semantic.bind.leaf import Leaf, Metric, all_leaves
from semantic.bind.meant import conditions_meant
from semantic.bind.paths import AXIS
from semantic.faults import Fault, SemanticError
from semantic.source import Text


def unlike_parts(asked: Asked, metric: Metric) -> Iterator[Fault]:
    """A condition of the question must not choose the rows of one part of a metric, and for another part
    only those who have such rows somewhere else: visits of customers who ever ordered on the web are no
    part of a ratio over what was ordered on the web."""
    homes = sorted({leaf.home for leaf in all_leaves(metric.leaves.values())})
    if len(homes) < 2 or metric.simple:
        return
    for text in asked.query.where:
        shared = {home: _shared(asked, home, text) for home in homes}
        known = {home: models for home, models in shared.items() if models is not None}
        if len(set(known.values())) > 1:
            there = next(home for home in known if known[home])
            here = next(home for home in known if known[home] != known[there])
            yield faults.unlike_parts(metric.name, str(text), here, there, text.span)


def _shared(asked: Asked, home: str, text: Text) -> frozenset[str] | None:
    """The models by way of which a condition reaches other rows than a model's own; ``None`` where it
    cannot be told."""
    try:
        found = conditions_meant(asked, home, asked.definitions.time(home), text)
    except SemanticError:
        return None
    return by_way_of(asked.catalog, found)


def time_of_rows(asked: Asked, metrics: Iterable[Metric]) -> Iterator[Fault]:
    """Rows that a condition on ``time`` takes away would be missing in windows that reach back to them,
    and a person means the periods of the answer."""
    beyond = next((m for m in metrics if any(map(_beyond, all_leaves(m.leaves.values())))), None)
    if beyond is None or AXIS in asked.catalog.models:
        return
    for text in asked.query.where:
        columns = asked.definitions.parse(text, comments=False).find_all(exp.Column)
        if any(each.parts[0].name == AXIS and not isinstance(each.parent, exp.Is) for each in columns):
            yield faults.time_of_rows(beyond.name, text.span)


def _beyond(leaf: Leaf) -> bool:
    """Whether an aggregate looks at rows of other periods than its own."""
    return bool(leaf.through or leaf.sampled)
