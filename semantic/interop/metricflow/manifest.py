"""``semantic_manifest.json``: as dbt writes it to ``target/``, raw or transformed by MetricFlow."""

from __future__ import annotations

from collections.abc import Mapping

from semantic import faults
from semantic.interop.metricflow import older, queries, spines
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.trees import json_tree

Types = Mapping[tuple[str, ...], Mapping[str, str]]


def read(text: str, name: str, drafts: Drafts, types: Types | None = None) -> None:
    """Adds everything that a manifest defines; ``name`` is the file, for messages.

    ``types`` are the data types of the columns of relations, which no such manifest knows.
    """
    tree = json_tree(text, name)
    if not isinstance(tree, dict) or not tree.keys() & {"semantic_models", "metrics"}:
        drafts.told.fault(faults.no_manifest(name))
        return
    record = Record(tree, f"{name}: $", "manifest", drafts.told)
    for each in record.records("semantic_models", "semantic model"):
        older.semantic_model(each, drafts, spines.node_relation, _types(each, types or {}))
    for each in record.records("metrics", "metric"):
        older.metric(each, drafts)
    for each in record.records("saved_queries", "saved query"):
        queries.saved_query(each, drafts)
    configuration = record.record("project_configuration", "project configuration")
    if configuration:
        spines.project_configuration(configuration, drafts)
    record.rest()


def _types(record: Record, types: Types) -> Mapping[str, str]:
    """The data types of the columns of a model, if they are known."""
    relation = record.tree.get("node_relation")
    if not types or not isinstance(relation, dict):
        return {}
    parts = (relation.get(key) for key in ("database", "schema_name", "alias"))
    return types.get(tuple(str(each) for each in parts if each), {})
