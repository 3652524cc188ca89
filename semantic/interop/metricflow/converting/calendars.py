"""Time spines: those with periods of their own become calendars, all others are not needed."""

from __future__ import annotations

from collections.abc import Iterator

from semantic.interop.metricflow.converting.models import table_name
from semantic.interop.metricflow.converting.naming import period_name
from semantic.interop.metricflow.converting.scope import Item, Scope
from semantic.interop.metricflow.nodes import TimeSpine
from semantic.interop.yaml_text import Tree

UNREAD = "It is not read: the periods between the first and the last are computed."


def calendars(scope: Scope) -> list[Item]:
    """The models of the time spines that have granularities of their own."""
    found = [_calendar(scope, spine) for spine in scope.manifest.spines]
    return [each for each in found if each]


def _calendar(scope: Scope, spine: TimeSpine) -> Item:
    name = spine.relation[-1]
    scope.report.met("time spine", name, spine.where)
    if not spine.custom:
        scope.report.changed("time spine", name, UNREAD)
        return {}
    if reason := _reason(scope, spine):
        scope.report.dropped("time spine", name, reason)
        return {}
    scope.current = ("time spine", name)
    ours = scope.model_names.another(name)
    scope.makes("model", ours)
    scope.calendars |= {custom: (ours, spine.column) for custom, _ in spine.custom}
    item: Item = {"name": ours, "table": table_name(scope, spine.relation), "primary_key": spine.column}
    item["periods"] = [_period(scope, spine, custom) for custom, _ in spine.custom]
    return item | {"dimensions": list(_dimensions(spine))}


def look_up(scope: Scope, models: dict[str, Item]) -> None:
    """Join the models to the calendars that conditions look their times up in."""
    for (home, time, calendar, day), role in scope.looked_up.items():
        join = {"to": calendar, "as": role, "on": {f"cast({time} as date)": day}}
        models[home].setdefault("joins", []).append(join)


def _reason(scope: Scope, spine: TimeSpine) -> str:
    """Why a spine is no calendar, if it is none."""
    if spine.granularity != "day":
        return f"A calendar has a row a day, and this has a row a {spine.granularity}."
    return scope.refused.get(("time spine", spine.relation[-1]), "")


def _dimensions(spine: TimeSpine) -> Iterator[Tree]:
    """The day, whichever type its column has, and periods that are called otherwise than their columns."""
    yield {"name": spine.column, "type": "date", "sql": f"cast({spine.column} as date)"}
    for custom, column in spine.custom:
        if column != period_name(custom):
            yield {"name": period_name(custom), "sql": column}


def _period(scope: Scope, spine: TimeSpine, custom: str) -> str:
    scope.report.met("granularity", custom, spine.where)
    scope.renamed("granularity", custom, period_name(custom))
    return period_name(custom)
