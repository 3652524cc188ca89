"""Joins: from every model to those that have one row for a value of a key that both know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from semantic.interop.metricflow.converting.scope import Item
from semantic.interop.metricflow.nodes import Entity, SemanticModel

if TYPE_CHECKING:
    from semantic.interop.metricflow.converting.models import Home


def joins(home: Home, homes: dict[str, Home]) -> list[Item]:
    """The joins of a model, in the order of its keys."""
    found: list[Item] = []
    for entity in home.model.entities:
        if entity.virtual or entity.name not in home.dimensions and entity.expr:
            continue
        targets = list(_targets(home, entity, homes))
        for other, there in targets:
            role = roles(home.model, entity.name, [each.model.name for each, _ in targets])[other.model.name]
            found.append(_join(home, entity, other, there, role))
    return [each for each in found if each]


def roles(model: SemanticModel, entity: str, targets: list[str]) -> dict[str, str]:
    """What the joins over a key are called: like the key, or, where several models answer, like both."""
    if len(targets) == 1 and entity not in (model.name, "time"):
        return {targets[0]: entity}
    return {name: f"{entity}__{name}" for name in targets}


def _targets(home: Home, entity: Entity, homes: dict[str, Home]) -> Iterator[tuple[Home, Entity]]:
    from semantic.interop.metricflow.converting.models import validity

    start, end = validity(home.model)
    for other in homes.values():
        there = next((each for each in other.model.entities if each.name == entity.name), None)
        if other is home or there is None or there.virtual or there.kind == "foreign":
            continue
        changing = all(validity(other.model))
        if there.kind == "natural" and (entity.kind == "natural" or not changing):
            continue
        if not (start and end and changing):
            yield other, there


def _join(home: Home, entity: Entity, other: Home, there: Entity, role: str) -> Item:
    from semantic.interop.metricflow.converting.models import validity

    scope = home.scope
    reason = scope.refused.get(("join", f"{home.name}.{role}"))
    if reason:
        scope.report.dropped("join", f"{home.model.name}.{role}", reason)
        return {}
    pairs = {home.key(entity): other.key(there), **_partitions(home, other)}
    same = all(left == right for left, right in pairs.items())
    keys = list(pairs)
    item: Item = {"to": other.name}
    if role != other.name:
        item["as"] = role
    item["on"] = (keys if len(keys) > 1 else keys[0]) if same else pairs
    start, end = validity(other.model)
    if start and end:
        item |= {"valid": [other.column(start), other.column(end)], "at": "time"}
    return item


def _partitions(home: Home, other: Home) -> dict[str, str]:
    """The columns of partitions that both have, which must be equal as well."""
    here = [each.name for each in home.model.dimensions if each.partition]
    there = {each.name for each in other.model.dimensions if each.partition}
    return {home.column(name): other.column(name) for name in here if name in there}
