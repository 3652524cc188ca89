"""A stand-in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from semantic.interop.metricflow.nodes import Manifest, SemanticModel


@dataclass(frozen=True, slots=True)
class Written:
    sql: str
    metrics: tuple[tuple[str, tuple[str, ...]], ...] = ()


def condition(template: str, home: SemanticModel, manifest: Manifest) -> Written:
    def path(found: re.Match[str]) -> str:
        entity, _, name = found[1].rpartition("__")
        own = {each.name for each in home.entities if each.kind != "foreign"}
        return name if entity in own else f"{entity.replace('__', '.')}.{name}"

    return Written(re.sub(r"\{\{\s*Dimension\('(\w+)'\)\s*\}\}", path, template))
