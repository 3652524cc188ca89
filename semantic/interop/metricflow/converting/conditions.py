"""Conditions of MetricFlow in our language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.scope import Scope
from semantic.interop.metricflow.filters import condition

_OR = re.compile(r"\bor\b", re.IGNORECASE)
#: The axis of time in a condition, and texts in quotes, in which it is none.
_AXIS = re.compile(r"'(?:[^']|'')*'|(?<![\w.])time\.(?=\w)")


def conditions(scope: Scope, templates: Sequence[str], home: str, time: str | None = None) -> str:
    """Several conditions on rows of a semantic model as one; raises `SemanticError`.

    A definition of a metric says its own ``time`` by name.
    """
    found = [condition(each, scope.models[home], scope.manifest) for each in templates]
    for metric, entities in [pair for each in found for pair in each.metrics]:
        scope.ask_by_entity(metric, entities, home)
    whole = together([each.sql.strip() for each in found])
    return whole if time is None else _AXIS.sub(lambda found: _named(found[0], time), whole)


def _named(found: str, time: str) -> str:
    return f"{time}." if found == "time." else found


def together(written: Sequence[str]) -> str:
    """Conditions that all hold.

    >>> together(["a = 1 or b", "c"])
    '(a = 1 or b) and c'
    """
    unique = list(dict.fromkeys(written))
    if len(unique) == 1:
        return unique[0]
    return " and ".join(f"({each})" if _OR.search(each) else each for each in unique)
