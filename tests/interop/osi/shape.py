"""What a document of OSI may hold, written down from the specification (0.2.0.dev0 and 0.1.1)."""

from __future__ import annotations

import json
from typing import Any

DIALECTS = {"ANSI_SQL", "SNOWFLAKE", "MDX", "TABLEAU", "DATABRICKS", "MAQL", "BIGQUERY"}
TYPES = {
    "String",
    "Integer",
    "Decimal",
    "Float",
    "Boolean",
    "Date",
    "Time",
    "DateTime",
    "DateTimeTz",
    "Opaque",
}
VENDORS = {"COMMON", "SNOWFLAKE", "SALESFORCE", "DBT", "DATABRICKS", "GOODDATA"}  # of 0.1; any text since

_PART = {"name": str, "description": str, "ai_context": "context", "custom_extensions": ["extension"]}
SHAPES: dict[str, tuple[set[str], dict[str, Any]]] = {
    "model": (
        {"name", "datasets"},
        {**_PART, "datasets": ["dataset"], "relationships": ["relationship"], "metrics": ["metric"]},
    ),
    "dataset": (
        {"name", "source"},
        {**_PART, "source": str, "primary_key": [str], "unique_keys": [[str]], "fields": ["field"]},
    ),
    "field": (
        {"name", "expression"},
        {**_PART, "expression": "expression", "dimension": "dimension", "label": str, "datatype": TYPES},
    ),
    "metric": ({"name", "expression"}, {**_PART, "expression": "expression", "datatype": TYPES}),
    "relationship": (
        {"name", "from", "to", "from_columns", "to_columns"},
        {**_PART, "from": str, "to": str, "from_columns": [str], "to_columns": [str]},
    ),
    "expression": ({"dialects"}, {"dialects": ["spelling"]}),
    "spelling": ({"dialect", "expression"}, {"dialect": DIALECTS, "expression": str}),
    "dimension": (set(), {"is_time": bool}),
    "context": (set(), {"instructions": str, "synonyms": [str], "examples": [str]}),
    "extension": ({"vendor_name", "data"}, {"vendor_name": str, "data": str}),
}


def check(document: dict[str, Any]) -> None:
    """Fails where a document is not of the shape that its version wants."""
    if document["version"] == "0.2.0.dev0":
        _object({key: value for key, value in document.items() if key != "version"}, "model", "")
    else:
        assert set(document) == {"version", "semantic_model"}
        assert "datatype" not in json.dumps(document)
        for model in document["semantic_model"]:
            _object(model, "model", "")
            assert {each["vendor_name"] for each in model.get("custom_extensions", ())} <= VENDORS
    _names(document.get("semantic_model", [document])[0])


def _object(tree: Any, shape: str, path: str) -> None:
    required, keys = SHAPES[shape]
    assert isinstance(tree, dict), path
    assert required <= set(tree), (path, required - set(tree))
    assert set(tree) <= set(keys), (path, set(tree) - set(keys))
    for key, value in tree.items():
        _value(value, keys[key], f"{path}/{key}")


def _value(value: Any, wanted: Any, path: str) -> None:
    if isinstance(wanted, list):
        assert isinstance(value, list), path
        assert value, path
        for index, each in enumerate(value):
            _value(each, wanted[0], f"{path}/{index}")
    elif isinstance(wanted, set):
        assert value in wanted, (path, value)
    elif isinstance(wanted, str):
        _object(value, wanted, path)
    else:
        assert isinstance(value, wanted), path
        assert value != "", path


def _names(model: dict[str, Any]) -> None:
    """Names that tell parts apart, and ends of relationships that are there, on keys of the one side."""
    datasets = {each["name"]: each for each in model["datasets"]}
    for parts in (model["datasets"], model.get("metrics", []), model.get("relationships", []),
                  *(each.get("fields", []) for each in model["datasets"])):  # fmt: skip
        found = [each["name"].lower() for each in parts]
        assert len(found) == len(set(found))
    for each in model.get("relationships", []):
        assert each["from"] in datasets
        keys = [datasets[each["to"]].get("primary_key", []), *datasets[each["to"]].get("unique_keys", [])]
        assert any(key and set(key) <= set(each["to_columns"]) for key in keys)
        assert len(each["from_columns"]) == len(each["to_columns"])
