"""What dbt's own ``manifest.json`` says of tables: where they stand, and the data types of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from semantic.interop.metricflow.trees import Tree, json_tree, text_of

NODES = "manifest.json"


@dataclass(slots=True)
class Table:
    """What is known of a model, seed or snapshot of dbt."""

    config: dict[str, Any] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relation: tuple[str, ...] | None = None  # if a manifest says it
    version: str | None = None  # the latest, of a model with versions


def tables(folder: Path) -> Iterator[tuple[str, Table]]:
    """The tables of the ``manifest.json`` of a folder, if there is one; of versions the latest."""
    path = folder / NODES
    tree = json_tree(text_of(path, path.name), path.name) if path.is_file() else None
    nodes = tree.get("nodes") if isinstance(tree, dict) else None
    for node in nodes.values() if isinstance(nodes, dict) else ():
        kind = node.get("resource_type") if isinstance(node, dict) else None
        if kind in ("model", "seed", "snapshot") and node.get("version") == node.get("latest_version"):
            yield str(node.get("name")), _table(node)


def _table(node: dict[str, Tree]) -> Table:
    parts = node.get("database"), node.get("schema"), node.get("alias") or node.get("name")
    columns = node.get("columns")
    types = {
        name: str(column["data_type"])
        for name, column in (columns.items() if isinstance(columns, dict) else ())
        if isinstance(column, dict) and column.get("data_type")
    }
    version = node.get("version")
    relation = tuple(str(each) for each in parts if each)
    return Table(types=types, relation=relation, version=None if version is None else str(version))
