"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from __future__ import annotations

from semantic.bind.bound import Bound
from semantic.bind.definitions import Definitions
from semantic.plan import Projection, Result
from semantic.planner.answers import columns, named
from semantic.planner.beside import grouped
from semantic.planner.planning import planning
from semantic.planner.rows import rows_grouped


def planned(definitions: Definitions, bound: Bound) -> Result:
    """The plan of a bound question, over the rows of models as if all of them were tables."""
    begun = planning(definitions, bound)
    return Result(
        input=grouped(begun),
        columns=columns(begun),
        having=tuple(named(begun, tree) for tree in bound.having),
        order=bound.order,
        limit=bound.query.limit,
        models=tuple(sorted(begun.lookups.models)),
    )


def ungrouped(definitions: Definitions, bound: Bound) -> tuple[Projection, tuple[str, ...]]:
    """The rows of the one fact of a question without metrics, its keys as their columns; and the models that
    are read."""
    begun, [fact] = planning(definitions, bound), bound.facts
    whole = rows_grouped(begun, fact, fact.home)
    return Projection(whole.input, whole.keys), tuple(sorted(begun.lookups.models))
