"""Joins: from every model to those that have one row for a value of a key that both know."""

from __future__ import annotations

from collections.abc import Iterator

from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.filters import role
from semantic.interop.metricflow.nodes import Entity


def joins(home: Home, homes: dict[str, Home]) -> list[Item]:
    """The joins of a model, in the order of its keys."""
    found: list[Item] = []
    for entity in home.model.entities:
        if entity.name not in home.dimensions:
            continue
        for other, there in _targets(home, entity, homes):
            name = role(entity.name, other.model.name, home.scope.manifest)
            found.append(_join(home, entity, other, there, name))
    return [each for each in found if each]


def _targets(home: Home, entity: Entity, homes: dict[str, Home]) -> Iterator[tuple[Home, Entity]]:
    start, end = home.validity
    for other in homes.values():
        there = next((each for each in other.model.entities if each.name == entity.name), None)
        if other is home or there is None or there.virtual or there.kind == "foreign":
            continue
        if entity.name not in other.dimensions:
            continue
        changing = all(other.validity)
        if there.kind == "natural" and (entity.kind == "natural" or not changing):
            continue
        if not (start and end and changing):
            yield other, there


def _join(home: Home, entity: Entity, other: Home, there: Entity, name: str) -> Item:
    scope = home.scope
    reason = scope.refused.get(("join", f"{home.model.name}.{name}")) or _unnamable(home, name)
    if reason:
        scope.report.dropped("join", f"{home.model.name}.{name}", reason)
        return {}
    if reason := _multiplying(home, other):
        scope.report.dropped("join", f"{home.model.name}.{name}", reason)
        return {}
    pairs = {home.key(entity): other.key(there), **_partitions(home, other)}
    same = all(left == right for left, right in pairs.items())
    keys = list(pairs)
    item: Item = {"to": other.name}
    if name != other.name:
        item["as"] = name
    item["on"] = (keys if len(keys) > 1 else keys[0]) if same else pairs
    start, end = other.validity
    if start and end:
        item |= {"valid": [other.column(start), other.column(end)], "at": "time"}
    return item


def _unnamable(home: Home, name: str) -> str:
    """Why no path can lead over a join, if none can."""
    taken = name.lower() in (home.name.lower(), "time")
    return f"A path that begins with '{name}' means something else in '{home.model.name}'." if taken else ""


def _multiplying(home: Home, other: Home) -> str:
    """Why a join to a partitioned table would multiply rows, if it would."""
    lacking = [name for name in other.partitions if name not in home.partitions]
    if not lacking:
        return ""
    return f"'{other.model.name}' has a row for every '{lacking[0]}', of which '{home.model.name}' has none."


def _partitions(home: Home, other: Home) -> dict[str, str]:
    """The columns of partitions that both have, which must be equal as well."""
    shared = [name for name in home.partitions if name in other.partitions]
    return {home.column(name): other.column(name) for name in shared}
