"""Metrics as other metrics use them, and the windows and choices that go with them."""

from __future__ import annotations

from typing import Literal, cast

from semantic import faults
from semantic.faults.interop import Place
from semantic.interop.metricflow.nodes import Input
from semantic.interop.metricflow.parts import filters
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.windows import window


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None


def operand(record: Record, key: str) -> Record | None:
    """A metric or measure as another uses it: its name, or a mapping with its name."""
    value = record.raw(key)
    if isinstance(value, str):
        return Record({"name": value}, record.at(key), record.kind, record.told, f"{record.name}.{key}")
    return record.record(key)


def _named(record: Record, key: str) -> list[Record]:
    value = record.raw(key)
    if not isinstance(value, list):
        return record.records(key, record.kind)
    found = []
    for index, (each, place) in enumerate(zip(value, record.places(key, value), strict=True)):
        if isinstance(each, (str, dict)):
            tree = {"name": each} if isinstance(each, str) else each
            found.append(Record(tree, place, record.kind, record.told, f"{record.name}.{key}[{index}]"))
        else:
            record.wrong(key, "a list of metrics", each)
    return found


def named_inputs(record: Record, key: str, places: dict[str, Place]) -> tuple[Input, ...]:
    """The metrics that an expression is made of."""
    inputs = []
    for index, each in enumerate(_named(record, key)):
        places[str(index)] = each.place
        inputs.append(metric_input(each))
    if not inputs and key not in record:
        record.told.fault(faults.lacks(str(record), key, record.place))
    return tuple(inputs)


def needed_input(record: Record, key: str, field: str, places: dict[str, Place]) -> Input:
    """A metric that has to be there; ``field`` is what its place is kept under."""
    found = operand(record, key)
    if found is None:
        if key not in record:
            record.told.fault(faults.lacks(str(record), key, record.place))
        return Input(metric="")
    places[field] = found.place
    return metric_input(found)


def metric_input(record: Record) -> Input:
    """A metric as another one uses it."""
    name, alias = record.need("name"), record.text("alias")
    made = Input(
        metric=name,
        alias=None if alias == name else alias,
        filter=filters(record),
        offset_window=window_of(record, "offset_window"),
        offset_to_grain=_lower(record.text("offset_to_grain")),
    )
    record.rest()
    return made


def window_of(record: Record, key: str) -> str | None:
    """A number of periods: ``7 days``, or ``{count: 7, granularity: day}``."""
    value = record.raw(key)
    if isinstance(value, dict):
        own = Record(value, record.at(key), record.kind, record.told, f"{record.name}.{key}")
        count, unit = own.whole("count"), own.need("granularity")
        own.rest()
        value = f"{count} {unit}"
    elif value is not None and not isinstance(value, str):
        record.wrong(key, "a number and a granularity", value)
        return None
    found = window(value) if value else None
    if value and found is None:
        record.told.fault(faults.bad_window(record.of(key), value, record.at(key)))
    return found


def period_agg(record: Record) -> Literal["first", "last", "average"]:
    """Which value of a period stands for it."""
    found = record.choice("period_agg", ("first", "last", "average"), "first")
    return cast(Literal["first", "last", "average"], found)


def calculation(record: Record) -> Literal["conversion_rate", "conversions"]:
    """Whether conversions are counted or divided."""
    found = record.choice("calculation", ("conversion_rate", "conversions"), "conversion_rate")
    return cast(Literal["conversion_rate", "conversions"], found)


def constant(record: Record) -> tuple[tuple[str, str], ...]:
    """Properties that both events share."""
    found = []
    for each in record.records("constant_properties", "constant property"):
        found.append((each.need("base_property"), each.need("conversion_property")))
        each.rest()
    return tuple(found)
