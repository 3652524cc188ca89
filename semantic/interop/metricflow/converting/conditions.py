"""Conditions of MetricFlow in our language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Scope
from semantic.interop.metricflow.filters import condition, customs

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
    whole = together([_in_periods(scope, each.sql.strip(), home, time) for each in found])
    return whole if time is None else _AXIS.sub(lambda found: _named(found[0], time), whole)


def _in_periods(scope: Scope, sql: str, home: str, time: str | None) -> str:
    """A condition whose periods of a calendar are looked up in it, by the day of each time."""
    names = customs(scope.manifest)
    if not names:
        return sql
    pattern = (
        rf"'(?:[^']|'')*'|(?<![\w.])(?P<path>\w+(?:\.\w+)*)\.(?P<period>{'|'.join(sorted(names))})(?!\w)"
    )

    def looked_up(found: re.Match[str]) -> str:
        if found["path"] is None:
            return found[0]
        path = time if found["path"] == "time" and time is not None else found["path"]
        if path == "time":
            return f"time.{period_name(found['period'])}"
        if "." in path:
            raise Dropped(f"Its condition is on a '{found['period']}' of a time behind a join.")
        return f"{scope.calendar_role(home, path, found['period'])}.{period_name(found['period'])}"

    return re.sub(pattern, looked_up, sql)


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
