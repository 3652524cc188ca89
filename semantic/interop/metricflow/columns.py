"""Columns of the newest YAML that are keys, or to group by, and what is derived from columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.nodes import Dimension, Entity
from semantic.interop.metricflow.parts import ENTITIES, said, validity_of
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.windows import STANDARD

OF_DBT = (
    "access",
    "constraints",
    "contract",
    "data_tests",
    "deprecation_date",
    "docs",
    "latest_version",
    "tests",
)
_OF_COLUMNS = (*OF_DBT, "data_type", "quote", "tags", "meta", "policy_tags", "expression", "config")


def columns(record: Record, inherited: Mapping[str, Any]) -> tuple[list[Entity], list[Dimension]]:
    """The columns that are keys, and those to group by."""
    entities, dimensions = [], []
    for column in record.records("columns", "column"):
        name = column.named()
        if "entity" in column:
            entities.append(column_entity(column, name, inherited))
        if "dimension" in column:
            dimensions.append(column_dimension(column, name, inherited))
        elif "granularity" in column:
            column.asked.add("granularity")  # of a time spine
        column.asked.add("description")
        column.rest(*_OF_COLUMNS)
    return entities, dimensions


def _part(column: Record, key: str) -> Record:
    """What a column says of itself as an entity or a dimension: a type, or a mapping with one."""
    value = column.raw(key)
    if isinstance(value, str):
        return Record({"type": value}, column.at(key), key, column.told, column.name)
    made = column.record(key, key)
    if made is None:  # which is told already
        kind = "time" if "granularity" in column else "categorical"
        tree = {"type": kind if key == "dimension" else "foreign"}
        return Record(tree, column.at(key), key, column.told, column.name)
    made.name = made.name.removesuffix(f".{key}")
    return made


def _said(part: Record, column: Record, name: str, inherited: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a part, and those of its column where it has none."""
    config = column.tree.get("config")
    outer = Record(config if isinstance(config, dict) else {}, column.place, column.kind, column.told)
    own = said(part, name, {**inherited, **column.data("meta"), **outer.data("meta")})
    own["description"] = own["description"] or column.text("description")
    return own


def column_entity(column: Record, name: str, inherited: Mapping[str, Any]) -> Entity:
    """A column that is a key."""
    part = _part(column, "entity")
    called = (part.text("name") or name).lower()
    kind = part.required("type", ENTITIES)
    told = _said(part, column, called, inherited)
    part.rest()
    kinds = cast(Literal["primary", "unique", "foreign", "natural"], kind or "foreign")
    return Entity(**told, kind=kinds, expr=None if called == name else name)


def column_dimension(column: Record, name: str, inherited: Mapping[str, Any]) -> Dimension:
    """A column to group by."""
    part = _part(column, "dimension")
    called = (part.text("name") or name).lower()
    kind = part.required("type", ("categorical", "time"))
    kind = kind or ("time" if "granularity" in column else "categorical")
    grain = _grain(column, kind, column.place)
    validity = validity_of(part.record("validity_params"))
    made = Dimension(
        **_said(part, column, called, inherited),
        kind="time" if kind == "time" else "categorical",
        expr=None if called == name else name,
        granularity=grain,
        partition=part.flag("is_partition"),
        validity=validity if kind == "time" else None,
        data_type=column.text("data_type"),
    )
    part.rest()
    return made


def _grain(record: Record, kind: str | None, place: Place) -> str | None:
    grain = record.choice("granularity", STANDARD)
    if kind == "time" and "granularity" not in record:
        record.told.fault(faults.lacks(str(record), "granularity", place, "A time dimension has one: 'day'."))
    return (grain or "day") if kind == "time" else None


def derived_dimension(record: Record, inherited: Mapping[str, Any]) -> Dimension:
    """A dimension that is an expression."""
    name = record.named().lower()
    kind = record.required("type", ("categorical", "time"))
    expr = record.sql("expr") or record.need("expr")
    grain = _grain(record, kind, record.place)
    made = Dimension(
        **said(record, name, inherited),
        kind="time" if kind == "time" else "categorical",
        expr=None if expr == name else expr,
        granularity=grain,
        partition=record.flag("is_partition"),
        validity=validity_of(record.record("validity_params")),
    )
    record.rest()
    return made
