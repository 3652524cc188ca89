"""Expressions over the rows of a model: what our compiler makes of them, before they are written anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from semantic.faults import SemanticError
from semantic.interop.metricflow.converting.columns import is_plain, replaced
from semantic.interop.metricflow.converting.harmless import harmless
from semantic.interop.metricflow.nodes import SemanticModel

if TYPE_CHECKING:
    from semantic.bind import Definitions

_UNTYPED = re.compile(r"The type of '(\w+)' is not known")
_TEMPLATE = re.compile(r"\{[{%#]")
DIVIDES = (
    "Division is exact, and NULL where the divisor is 0, where some warehouses cut off fractions of integers."
)


def read_as_time(column: str) -> str:
    """What is told of a column that had to be cast."""
    return f"It reads '{column}' as a timestamp, since its type is not known."


@dataclass(frozen=True, slots=True)
class Read:
    """An expression as our language has it, its type as far as that is told, and the columns that had to be
    read as times. One that is refused has a ``reason`` instead."""

    sql: str
    type: str | None = None
    cast: tuple[str, ...] = ()
    reason: str = ""


class Expressions:
    """Reads the expressions of one model. Plain columns cost nothing."""

    def __init__(self, model: SemanticModel, dialect: str) -> None:
        self._model, self._dialect = model, dialect
        self._definitions: Definitions | None = None
        self._read = cache(self._reading)

    def read(self, sql: str, inside: str = "", *, typed: bool = False) -> Read:
        """What our compiler makes of SQL over one row; a dimension (``inside``) may look at other rows.

        Only where the type matters is everything ``typed`` that is no plain column.
        """
        if is_plain(sql) or (not typed and harmless(sql)):
            return Read(sql)
        return self._read(sql, inside)

    def _reading(self, sql: str, inside: str) -> Read:
        if _TEMPLATE.search(sql):
            return Read(sql, reason="There is a template in it, which was not rendered.")
        found = self._bound(sql, inside)
        cast: list[str] = []
        while (untyped := _UNTYPED.search(found.reason)) and untyped[1] not in cast:
            cast.append(untyped[1])
            sql = replaced(sql, {untyped[1].lower(): f"cast({untyped[1]} as timestamp)"})
            found = self._bound(sql, inside)
        return replace(found, cast=tuple(cast))

    def _bound(self, sql: str, inside: str) -> Read:
        from semantic.bind.row import columns_of
        from semantic.source import Text

        self._definitions = self._definitions or _definitions(self._model, self._dialect)
        try:
            row = self._definitions.row("model", Text(sql), inside=inside or None)
        except SemanticError as error:
            return Read(sql, reason=" ".join(fault.message for fault in error.faults))
        if any(len(column.parts) > 2 for column in columns_of(row.tree)):
            return Read(sql, reason="It reads a part of a column.")
        return Read(sql, row.type)


def _definitions(model: SemanticModel, dialect: str) -> Definitions:
    """Definitions of a model with the dimensions whose types are known."""
    from semantic.bind import Definitions, values
    from semantic.catalog import link
    from semantic.interop.yaml_text import written
    from semantic.spec.reader import read_text

    dimensions = [
        {"name": each.name, "type": each.data_type or "timestamp", "sql": each.expr or each.name}
        for each in model.dimensions
        if each.kind == "time" and is_plain(each.expr or each.name) and is_plain(each.name)
    ]
    files = {
        "semantic.yml": written({"name": "reading", "authoring_dialect": dialect}),
        "models.yml": written({"models": [{"name": "model", "table": "model", "dimensions": dimensions}]}),
    }
    catalog = link(read_text(files))
    return Definitions(catalog, values(catalog, {}))
