"""OSI documents made in a few words, and the projects that they become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from semantic.interop.losses import Entry, Losses
from semantic.interop.osi.importing import imported
from semantic.layer import Layer

Tree = dict[str, Any]


def spelled(sql: str | Tree) -> Tree:
    """An expression in ANSI_SQL, or in the dialects that are named."""
    by_dialect = {"ANSI_SQL": sql} if isinstance(sql, str) else sql
    return {"dialects": [{"dialect": name, "expression": text} for name, text in by_dialect.items()]}


def field(name: str, sql: str | Tree | None = None, kind: str = "", **more: Any) -> Tree:
    """A field; the column of its name if no SQL is given."""
    typed = {"datatype": kind} if kind else {}
    return {"name": name, "expression": spelled(sql or name), **typed, **more}


def dataset(name: str, *fields: Tree, key: str | list[str] | None = None, **more: Any) -> Tree:
    """A dataset of the table of its name."""
    keys = [key] if isinstance(key, str) else key
    return {
        "name": name,
        "source": name,
        **({"primary_key": keys} if keys else {}),
        "fields": list(fields),
        **more,
    }


def relationship(start: str, to: str, here: str, there: str, name: str = "", **more: Any) -> Tree:
    """A relationship on columns that stand side by side in both texts."""
    return {
        "name": name or f"{start}_to_{to}", "from": start, "to": to,
        "from_columns": here.split(), "to_columns": there.split(), **more,
    }  # fmt: skip


def metric(name: str, sql: str | Tree, **more: Any) -> Tree:
    """A metric in ANSI_SQL, or in the dialects that are named."""
    return {"name": name, "expression": spelled(sql), **more}


def model(*datasets: Tree, relationships: list[Tree] | None = None, metrics: list[Tree] | None = None,
          name: str = "shop", **more: Any) -> Tree:  # fmt: skip
    """A document of one semantic model."""
    return {
        "version": "0.2.0.dev0", "name": name, "datasets": list(datasets),
        "relationships": relationships or [], "metrics": metrics or [], **more,
    }  # fmt: skip


def wrapped(*models: Tree) -> Tree:
    """The same in the older form, a list of models under ``semantic_model``."""
    inner = [{key: value for key, value in each.items() if key != "version"} for each in models]
    return {"version": "0.1.1", "semantic_model": inner}


def saved(folder: Path, tree: Tree | str, name: str = "shop.yaml") -> Path:
    """A document in a file."""
    text = tree if isinstance(tree, str) else yaml.safe_dump(tree, sort_keys=False)
    if isinstance(tree, dict) and name.endswith(".json"):
        text = json.dumps(tree, indent="\t")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def brought(folder: Path, tree: Tree | str, name: str = "shop.yaml", **options: Any) -> tuple[Layer, Losses]:
    """The project that a document becomes, and the report."""
    files, losses = imported(saved(folder, tree, name), **options)
    return layer(files), losses


def layer(files: dict[str, str]) -> Layer:
    """A project in memory."""
    return Layer.from_text(**{name.removesuffix(".yml"): text for name, text in files.items()})


def entry(losses: Losses, kind: str, name: str) -> Entry:
    """What the report says of one part."""
    (found,) = [each for each in losses if (each.kind, each.name) == (kind, name)]
    return found
