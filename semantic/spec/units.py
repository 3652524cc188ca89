"""Units that a project chooses: ``unit: "{{ currency }}"`` is the default of that parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from semantic import faults
from semantic.faults import Fault
from semantic.source import Text
from semantic.spec.types import Model, Parameter

_NAME = re.compile(r"\{\{\s*(\w+)\s*\}\}")
Measured = TypeVar("Measured", bound=Any)


def in_units(
    objects: Iterable[Measured], parameters: Iterable[Parameter], found: list[Fault]
) -> list[Measured]:
    """Metrics or dimensions with the values of parameters in their units."""
    known = {str(each.name): each.default for each in parameters}
    return [_in_unit(each, known, found) for each in objects]


def of_models(models: Iterable[Model], parameters: list[Parameter], found: list[Fault]) -> list[Model]:
    """Models whose dimensions have the values of parameters in their units."""
    return [
        replace(model, dimensions=tuple(in_units(model.dimensions, parameters, found)))
        if any(_chosen(dimension.unit) for dimension in model.dimensions)
        else model
        for model in models
    ]


def _chosen(unit: Text | None) -> bool:
    return unit is not None and "{{" in unit


def _in_unit(each: Measured, known: dict[str, Any], found: list[Fault]) -> Measured:
    if not _chosen(each.unit):
        return each
    named = _NAME.search(each.unit)
    if named is None or named.group(1) not in known:
        name = named.group(1) if named is not None else str(each.unit)
        found.append(faults.unknown("parameter", name, list(known), each.unit.span))
        return each
    unit = each.unit.replace(named.group(0), str(known[named.group(1)]))
    return replace(each, unit=Text(unit, each.unit.file, each.unit.starts))
