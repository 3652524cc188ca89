"""Conditions of MetricFlow in our language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Scope
from semantic.interop.metricflow.filters import Written, condition, customs

_OR = re.compile(r"\bor\b", re.IGNORECASE)
#: The axis of time in a condition, and texts in quotes, in which it is none.
_AXIS = re.compile(r"'(?:[^']|'')*'|(?<![\w.])time\.(?=\w)")


def conditions(scope: Scope, templates: Sequence[str], home: str, time: str | None = None) -> str:
    """Several conditions on rows of a semantic model as one; raises `SemanticError`.

    A definition of a metric says its own ``time`` by name.
    """
    found = [condition(each, scope.models[home], scope.manifest) for each in templates]
    for model, name in [end for each in found for end in each.ends]:
        _check_there(scope, model, name)
    for metric, entities in [pair for each in found for pair in each.metrics]:
        scope.ask_by_entity(metric, entities, home)
    whole = together([_in_periods(scope, each, home, time) for each in found])
    return whole if time is None else _AXIS.sub(lambda found: _named(found[0], time), whole)


def _check_there(scope: Scope, model: str, name: str) -> None:
    """Raise for a dimension that was dropped: a column of its name would hold something else."""
    if any(scope.report.is_dropped(kind, f"{model}.{name}") for kind in ("dimension", "entity")):
        raise Dropped(f"Its condition is on '{model}.{name}', which was dropped.")


def _in_periods(scope: Scope, written: Written, home: str, time: str | None) -> str:
    """A condition whose periods of a calendar are looked up in it, by the day of each time."""
    names, sql = customs(scope.manifest), written.sql.strip()
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
        way, _, name = path.rpartition(".")
        role = scope.calendar_role(_model(written, name) if way else home, name, found["period"])
        return ".".join((*((way,) if way else ()), role, period_name(found["period"])))

    return re.sub(pattern, looked_up, sql)


def _model(written: Written, time: str) -> str:
    """The semantic model behind a join that has a time of a condition."""
    models = {model for model, name in written.ends if name == time}
    if len(models) != 1:
        raise Dropped(f"Its condition is on periods of '{time}' of several models.")
    return models.pop()


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
