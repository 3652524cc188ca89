"""Metrics as others use them: with conditions of their own, or at another time. Each such use that is not the
metric itself becomes a hidden metric, which all that use it the same way share."""

from __future__ import annotations

import re

from semantic.interop.metricflow.converting.conditions import conditions
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.members import Members
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Input, Metric

_LENGTH = re.compile(r"\s*(?P<count>[+-]?\d+)\s+(?P<unit>[A-Za-z_]\w*)\s*\Z")
_UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


def length(text: str) -> str:
    """A window or an offset as our language writes it; raises `Dropped`.

    >>> length("7 day"), length("1 MONTHS"), length("2 retail_month")
    ('7 days', '1 month', '2 retail_months')
    """
    found = _LENGTH.match(text)
    if found is None:
        raise Dropped(f"'{text}' is no length of time.")
    count, unit = int(found["count"]), found["unit"].lower()
    single = unit.removesuffix("s")
    known = single if single in _UNITS else period_name(unit if unit in _custom_free(unit) else single)
    return f"{count} {known}{'' if abs(count) == 1 else 's'}"


def _custom_free(unit: str) -> tuple[str, ...]:
    return () if unit.endswith("s") else (unit,)


def used(metrics: Members, user: Metric, given: Input) -> str:
    """What a metric is called as another one uses it; raises `Dropped` where it is not there."""
    metrics.need(given.metric)
    name = metrics.scope.metric_names[given.metric]
    if filters := (*user.filter, *given.filter):
        name = filtered(metrics, user, given, filters)
    if given.offset_window:
        moved = length(given.offset_window)
        wish = f"{name}_{moved.replace(' ', '_')}_before"
        name = hidden(metrics, given.metric, wish, {"metric": name, "offset": moved})
    elif given.offset_to_grain:
        wish = f"{name}_at_start_of_{given.offset_to_grain}"
        moved = f"to start of {period_name(given.offset_to_grain)}"
        name = hidden(metrics, given.metric, wish, {"metric": name, "offset": moved})
    return name


def filtered(metrics: Members, user: Metric, given: Input, filters: tuple[str, ...]) -> str:
    """A metric over fewer rows."""
    wish = f"{metrics.scope.metric_names[user.name]}_{given.alias or given.metric}"
    times = sorted(set(metrics.times_of(given.metric)), key=str)
    written = {conditions(metrics.scope, filters, home, time) for home, time in times}
    name = metrics.scope.metric_names[given.metric]
    if len(written) == 1:
        return hidden(metrics, given.metric, wish, {"metric": name, "filter": written.pop()})
    return _apart(metrics, given, filters, wish)


def _apart(metrics: Members, given: Input, filters: tuple[str, ...], wish: str) -> str:
    """A metric over several models with fewer rows of each, for which conditions are written differently."""
    metric = metrics.scope.metrics[given.metric]
    key = ("apart", given.metric, filters)
    if key not in metrics.shared:
        name = metrics.scope.metric_names.another(wish)
        metrics.shared[key] = name
        inner = Metric(name=metric.name, kind=metric.kind, filter=(*filters, *metric.filter))
        metrics.add({"name": name} | metrics.meaning(inner) | {"hidden": True}, given.metric)
    metrics.scope.makes("metric", metrics.shared[key])
    return metrics.shared[key]


def hidden(metrics: Members, metric: str, wish: str, item: Item) -> str:
    """The name of a metric that only others use; one of the same meaning is made once."""
    key = repr(item)
    if key not in metrics.shared:
        metrics.shared[key] = metrics.scope.metric_names.another(wish)
        metrics.add({"name": metrics.shared[key]} | item | {"hidden": True}, metric)
    metrics.scope.makes("metric", metrics.shared[key])
    return metrics.shared[key]
