"""Questions without metrics bound: the rows of one model, which tell what values there are."""

from __future__ import annotations

from dataclasses import replace

from semantic.bind.asked import Asked
from semantic.bind.bound import Bound
from semantic.bind.collected import Collected
from semantic.bind.distinct import extremes, home_of
from semantic.bind.fact import rows_of
from semantic.bind.keys import bound_keys
from semantic.bind.outputs import misnamed, ordered


def values_asked(asked: Asked, found: Collected) -> Bound:
    """The values of dimensions, or the least and the greatest one of one dimension."""
    query = asked.query
    found.add(misnamed(query))
    order, unordered = ordered(query)
    found.add(unordered)
    found.stop()
    home = home_of(asked.definitions, query, asked.worded)
    fact = rows_of(asked, home, asked.definitions.time(home))
    keys = bound_keys(asked, (fact,), None, found)
    found.stop()
    if not query.extremes:
        return Bound(query, keys, (), (fact,), {}, (), order, None, ())
    [by], [key] = query.by, keys
    metrics = extremes(home, fact.time, by, fact.keys[0], key.dimension)
    leaves = {key: leaf for metric in metrics for key, leaf in metric.leaves.items()}
    facts = (replace(fact, keys=(), leaves=tuple(leaves.values())),)
    return Bound(query, (), tuple(metrics), facts, leaves, (), order, None, ())
