"""The file format as a JSON Schema, for editors; made from the table that the reader reads by."""

from __future__ import annotations

from typing import Any

from semantic.spec.format import FILE, SHAPES, UNDER_NAMES
from semantic.spec.shapes import Shape

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema (draft 2020-12) of every file of a project.

    >>> sorted(json_schema()["$defs"]["column"]["properties"])
    ['description', 'label', 'name', 'reference', 'required', 'type']
    """
    here = {f"{shape.name} under its name": _under_name(shape) for shape in UNDER_NAMES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a semantic project",
        **_members(FILE, type=["object", "null"]),
        "$defs": {shape.name: _object(shape) for shape in SHAPES} | here,
    }


def _object(shape: Shape) -> Schema:
    members = _members(shape)
    return {"anyOf": [members, _property(shape, shape.bare)]} if shape.bare else members


def _under_name(shape: Shape) -> Schema:
    """The same object without the name that it stands under."""
    members = _members(shape)
    members["properties"] = {key: each for key, each in members["properties"].items() if key != "name"}
    members["required"] = [key for key in members["required"] if key != "name"]
    return {"anyOf": [members, _property(shape, shape.bare_value)]} if shape.bare_value else members


def _members(shape: Shape, type: str | list[str] = "object") -> Schema:
    schema: Schema = {
        "type": type,
        "properties": {field.key: _property(shape, field.key) for field in shape.fields},
        "required": [key for key, _ in shape.required],
        "additionalProperties": False,
    }
    if shape.one_of:
        schema["oneOf"] = [{"required": [key]} for key in shape.one_of]
    return schema


def _property(shape: Shape, key: str) -> Schema:
    field = next(field for field in shape.fields if field.key == key)
    return {**field.kind.schema, "description": field.doc}
