"""``semantic_manifest.json``: as dbt writes it to ``target/``, raw or transformed by MetricFlow."""

from __future__ import annotations

from semantic import faults
from semantic.interop.metricflow import older, queries, spines
from semantic.interop.metricflow.drafts import Drafts
from semantic.interop.metricflow.records import Record
from semantic.interop.metricflow.trees import json_tree


def read(text: str, name: str, drafts: Drafts) -> None:
    """Adds everything that a manifest defines; ``name`` is the file, for messages."""
    tree = json_tree(text, name)
    if not isinstance(tree, dict) or not tree.keys() & {"semantic_models", "metrics"}:
        drafts.told.fault(faults.no_manifest(name))
        return
    record = Record(tree, f"{name}: $", "manifest", drafts.told)
    for each in record.records("semantic_models", "semantic model"):
        older.semantic_model(each, drafts, spines.node_relation)
    for each in record.records("metrics", "metric"):
        older.metric(each, drafts)
    for each in record.records("saved_queries", "saved query"):
        queries.saved_query(each, drafts)
    configuration = record.record("project_configuration", "project configuration")
    if configuration:
        spines.project_configuration(configuration, drafts)
    record.rest()
