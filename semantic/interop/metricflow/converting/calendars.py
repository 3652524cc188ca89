"""Time spines: those with periods of their own become calendars, all others are not needed."""

from __future__ import annotations

from semantic.interop.metricflow.converting.models import table_name
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Item, Scope
from semantic.interop.metricflow.nodes import TimeSpine


def calendars(scope: Scope) -> list[Item]:
    """The models of the time spines that have granularities of their own."""
    found = [_calendar(scope, spine) for spine in scope.manifest.spines]
    return [each for each in found if each]


def _calendar(scope: Scope, spine: TimeSpine) -> Item:
    name = spine.relation[-1]
    scope.report.met("time spine", name, spine.where)
    if not spine.custom:
        reason = "It is not read: periods between the first and the last are computed."
        scope.report.changed("time spine", name, reason)
        return {}
    if spine.granularity != "day":
        for custom, _ in spine.custom:
            reason = f"A calendar has a row a day, and '{name}' has a row a {spine.granularity}."
            scope.report.dropped("granularity", custom, reason)
        return {}
    item: Item = {"name": scope.model_names.another(name), "table": table_name(scope, spine.relation)}
    item |= {"primary_key": spine.column, "periods": [_period(scope, custom) for custom, _ in spine.custom]}
    dimensions = [
        {"name": _period(scope, custom), "sql": column}
        for custom, column in spine.custom
        if column != _period(scope, custom)
    ]
    return item | ({"dimensions": dimensions} if dimensions else {})


def _period(scope: Scope, custom: str) -> str:
    scope.report.met("granularity", custom)
    scope.renamed("granularity", custom, period_name(custom))
    return period_name(custom)
