"""Entities, dimensions and what every definition carries, as all spellings but the newest write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from semantic import faults
from semantic.interop.metricflow.nodes import Dimension, Entity
from semantic.interop.metricflow.records import Record, Told
from semantic.interop.metricflow.trees import Tree
from semantic.interop.metricflow.windows import STANDARD

ENTITIES = ("primary", "unique", "foreign", "natural")


def said(
    record: Record, name: str, inherited: Mapping[str, Any] | None = None, *others: str
) -> dict[str, Any]:
    """What every definition may carry; a label that repeats the name says nothing.

    ``others`` are keys of its ``config:`` that somebody else reads.
    """
    label = record.text("label")
    config = record.record("config")
    meta = {**(inherited or {}), **record.data("meta")}
    if config is not None:
        meta |= config.data("meta")
        config.rest("enabled", *others)
    return {
        "name": name,
        "label": None if label == name else label,
        "description": record.text("description"),
        "meta": meta,
        "where": str(record.place),
    }


def filters(record: Record, key: str = "filter") -> tuple[str, ...]:
    """Conditions that all hold: one text, a list of them, or MetricFlow's ``where_filters``."""
    value = record.raw(key)
    return tuple(_conditions(record, key, value))


def _conditions(record: Record, key: str, value: Tree) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [str(value).strip()] if value.strip() else []
    if isinstance(value, list):
        return [text for each in value for text in _conditions(record, key, each)]
    if isinstance(value, dict) and value.keys() & {"where_filters", "where_sql_template"}:
        inner = value.get("where_filters", value.get("where_sql_template"))
        return _conditions(record, key, inner)
    record.wrong(key, "a condition or a list of conditions", value)
    return []


def enabled(record: Record, told: Told) -> bool:
    """Whether a definition is not switched off."""
    config = record.tree.get("config")
    switched = Record(config if isinstance(config, dict) else {}, record.at("config"), record.kind, told)
    if switched.flag("enabled", True):
        return True
    told.dropped(record.kind, record.name, record.place, "It is not enabled.")
    return False


def with_primary(record: Record, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The entities, and the primary one that no column is the key of: dimensions begin with its name.

    It may have the name of another entity of the model: of the natural one, which then stands for it, or of a
    foreign one, beside which it stands.
    """
    name = (record.text("primary_entity") or "").lower()
    if not name or any(each.name == name and each.kind in ("primary", "natural") for each in entities):
        return entities
    place = record.at("primary_entity")
    if any(each.kind == "primary" for each in entities):
        keys = ("primary_entity", "a primary entity")
        record.told.fault(faults.both_stand(str(record), keys, place))
    return (Entity(name=name, kind="primary", virtual=True, where=str(place)), *entities)


def entity(record: Record, inherited: Mapping[str, Any]) -> Entity:
    """A key of a model."""
    name = record.named().lower()
    kind = record.required("type", ENTITIES)
    expr = record.sql("expr")
    if record.text("role"):
        reason = "MetricFlow reads it and makes nothing of it."
        record.told.dropped("entity", f"{name}.role", record.at("role"), reason)
    told = said(record, name, inherited)
    record.rest("metadata")
    kinds = cast(Literal["primary", "unique", "foreign", "natural"], kind or "foreign")
    return Entity(**told, kind=kinds, expr=None if expr == name else expr)


def dimension(record: Record, inherited: Mapping[str, Any], types: Mapping[str, str]) -> Dimension:
    """Something to group by."""
    name = record.named().lower()
    expr = record.sql("expr")
    kind = record.required("type", ("categorical", "time"))
    params = record.record("type_params", "dimension")
    kind = kind or ("time" if params else "categorical")  # its absence is told already
    grain = time_grain(record, params) if kind == "time" else None
    validity = validity_of(params.record("validity_params")) if params else None
    made = Dimension(
        **said(record, name, inherited),
        kind="time" if kind == "time" else "categorical",
        expr=None if expr == name else expr,
        granularity=grain,
        partition=record.flag("is_partition"),
        validity=validity if kind == "time" else None,
        data_type=record.text("datatype") or types.get(expr or name),
    )
    if params:
        params.rest()
    record.rest("metadata")
    return made


def time_grain(record: Record, params: Record | None, key: str = "time_granularity") -> str:
    """The granularity of a time dimension; MetricFlow takes a day where none is said."""
    if params is not None and key in params:
        return params.choice(key, STANDARD) or "day"
    reason = "It says no granularity; MetricFlow takes 'day'."
    record.told.changed("dimension", record.name, record.place, reason)
    return "day"


def validity_of(record: Record | None) -> Literal["start", "end"] | None:
    """Whether a dimension starts or ends the time in which a row is valid."""
    if record is None:
        return None
    start, end = record.flag("is_start"), record.flag("is_end")
    record.rest()
    if start and end:
        record.told.fault(faults.both_stand(str(record), ("is_start", "is_end"), record.place))
    return "start" if start else "end" if end else None
