"""The JSON Schema says of a project what the reader says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from semantic.faults import SemanticError
from semantic.spec.reader import read_text
from semantic.spec.schema import json_schema
from tests.spec.test_cache import PROJECT

SCHEMA = json_schema()
_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "integer": int,
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """The few words of JSON Schema that ours uses, as its specification defines them."""
    if "$ref" in schema:
        return fits(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    types = schema.get("type", list(_TYPES))
    types = [types] if isinstance(types, str) else types
    return (
        any(isinstance(value, _TYPES[t]) and (not isinstance(value, bool) or t == "boolean") for t in types)
        and value in schema.get("enum", [value])
        and ("anyOf" not in schema or any(fits(value, each) for each in schema["anyOf"]))
        and ("oneOf" not in schema or sum(fits(value, each) for each in schema["oneOf"]) == 1)
        and (not isinstance(value, str) or re.search(schema.get("pattern", ""), value) is not None)
        and (
            not isinstance(value, int)
            or schema.get("minimum", value) <= value <= schema.get("maximum", value)
        )
        and (not isinstance(value, list) or items_fit(value, schema))
        and (not isinstance(value, dict) or members_fit(value, schema))
    )


def items_fit(value: list[Any], schema: dict[str, Any]) -> bool:
    size = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    return size and all(fits(each, schema.get("items", {})) for each in value)


def members_fit(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    other = schema.get("additionalProperties", {})
    other = {"enum": []} if other is False else other
    return (
        all(key in value for key in schema.get("required", ()))
        and len(value) >= schema.get("minProperties", 0)
        and all(fits(key, schema.get("propertyNames", {})) for key in value)
        and all(fits(each, known.get(key, other)) for key, each in value.items())
    )


class Loader(yaml.SafeLoader):
    """YAML as editors read it: 'on' and 'yes' are text, as are dates."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in pairs if not tag.endswith(("bool", "timestamp"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])

WRONG = [
    "metrcs: []",
    "metrics: [{name: a}]",
    "metrics: [{name: 1a, sql: x}]",
    "metrics: [{name: a, sql: [x]}]",
    "metrics: {a: {sql: x}}",
    "models: [{name: a}]",
    "models: [{name: a, table: t, sql: s}]",
    "models: [{name: a, table: t, joins: [{to: b}]}]",
    "models: [{name: a, table: t, joins: [{to: b, on: x, required: yes}]}]",
    "models: [{name: a, table: t, joins: [{to: b, on: x, valid: [a]}]}]",
    "models: [{name: a, table: t, dimensions: [{sql: x}]}]",
    "models: [{name: a, query: {by: x}}]",
    "models: [{name: a, query: {from: b, by: x, window: {since: x}}}]",
    "models: [{name: a, query: {from: b, by: []}}]",
    "models: [{name: a, table: t, valid: x}]",
    "models: [{name: a, table: t, dimensions: [{name: b, bands: {sql: x}}]}]",
    "models: [{name: a, table: t, dimensions: [{name: b, rules: {by: [x], table: {a: {b: c}}}}]}]",
    "models: [{name: a, table: t, dimensions: [{name: b, rules: {by: [x, y], table: {a: {}}}}]}]",
    "metrics: [{name: a, sql: x, metric: b}]",
    "metrics: [{name: a, metric: b, window: 3}]",
    "metrics: [{name: a, metric: b, to_date: 3 months}]",
    "metrics: [{name: a, metric: b, share_over: []}]",
    "metrics: [{name: a, sql: x, at: noon}]",
    "metrics: [{name: a, sql: x, not_additive_over: last}]",
    "metrics: [{name: a, sql: x, not_additive_over: {per: b}}]",
    "metrics: [{name: a, conversion: {from: b, to: c}}]",
    "metrics: [{name: a, conversion: {from: b, to: c, by: d, each: first}}]",
    "metrics: [{name: a, retention: {cohort: b, activity: c, by: d, period: decade}}]",
    "sources: {a: {name: a, table: t}}",
    "calendar: {week_start: tuesday}",
    "calendar: {fiscal_year_start: 13}",
    "functions: [{name: f(a), templates: {}}]",
    "- a",
]


def test_a_right_project_fits() -> None:
    assert read_text({"semantic.yml": PROJECT}).name == "acme"
    assert fits(yaml.load(PROJECT, Loader), SCHEMA)


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_one_fits_neither_schema_nor_reader(text: str) -> None:
    assert not fits(yaml.load(text, Loader), SCHEMA)
    with pytest.raises(SemanticError):
        read_text({"semantic.yml": f"name: acme\n{text}"})


def references(value: Any) -> Iterator[str]:
    """Every shape that the schema refers to."""
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    for each in value if isinstance(value, list) else []:
        yield from references(each)


def test_every_shape_that_is_referred_to_is_there() -> None:
    assert {name.removeprefix("#/$defs/") for name in references(SCHEMA)} <= SCHEMA["$defs"].keys()
    assert {"retention", "choice of snapshots", "query", "banding"} <= SCHEMA["$defs"].keys()


def test_every_key_is_described() -> None:
    shapes = [each.get("anyOf", [each])[0] for each in SCHEMA["$defs"].values()]
    for shape in [SCHEMA, *shapes]:
        assert all(each["description"] for each in shape["properties"].values())
