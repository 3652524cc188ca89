"""Semantic models as models: their table, keys, time, dimensions and joins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.dimensions import dimensions
from semantic.interop.metricflow.converting.home import Home
from semantic.interop.metricflow.converting.joins import joins
from semantic.interop.metricflow.converting.scope import Item, Scope, described
from semantic.interop.metricflow.nodes import SemanticModel
from semantic.interop.yaml_text import Noted

_PART = re.compile(r"[A-Za-z_]\w*\Z|\"(?:[^\"]|\"\")+\"\Z|`[^`]+`\Z", re.ASCII)


def started(scope: Scope, given: SemanticModel) -> Home:
    """A semantic model with its dimensions, before any is joined."""
    home = Home(scope, given)
    scope.report.met("semantic model", given.name, given.where)
    scope.renamed("semantic model", given.name, home.name)
    home.items = dimensions(home)
    return home


def model(home: Home, homes: dict[str, Home]) -> Item:
    """A semantic model as an item of ``models:``."""
    given = home.model
    item: Item = described({"name": home.name}, given)
    names = [e.name for e in given.entities if e.kind != "foreign"]
    if names:
        item["entity"] = names[0] if len(names) == 1 else names
    item |= _relation(home)
    item |= _keys(home)
    if given.default_time in home.dimensions:
        item["time"] = given.default_time
    if home.items:
        item["dimensions"] = home.items
    if joined := joins(home, homes):
        item["joins"] = joined
    return item


def _relation(home: Home) -> Item:
    """The table; a SELECT from it where columns need another name."""
    table = table_name(home.scope, home.model.relation)
    if not home.columns.renamed:
        return {"table": table}
    extra = ", ".join(f"{_part(column)} as {_part(new)}" for column, new in home.columns.renamed.items())
    note = "The names of these columns are also those of dimensions that hold something else."
    home.scope.report.changed(
        "semantic model", home.model.name,
        f"Expressions read {_listed(home.columns.renamed)} by another name, since dimensions are called so.",
    )  # fmt: skip
    return {"sql": Noted(f"select *, {extra} from {table}", note)}


def _listed(names: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def table_name(scope: Scope, relation: Sequence[str]) -> str:
    """A dotted name, completed by what the options say, quotes where a part is no word."""
    parts = list(relation)
    if len(parts) == 1 and scope.options.schema:
        parts.insert(0, scope.options.schema)
    if len(parts) == 2 and scope.options.database:
        parts.insert(0, scope.options.database)
    return ".".join(map(_part, parts))


def _part(name: str) -> str:
    """A part of a name, in quotes where it is no word."""
    return name if _PART.match(name) else '"' + name.replace('"', '""') + '"'


def _keys(home: Home) -> Item:
    """``primary_key`` and ``unique``, and the interval in which rows hold."""
    item: Item = {}
    own = [each for each in home.model.entities if each.name in home.dimensions]
    primary = next((each for each in own if each.kind == "primary"), None)
    natural = next((each for each in own if each.kind == "natural"), None)
    start, end = home.validity
    partitions = home.partitions
    if primary is not None:
        key = [home.key(primary), *(home.column(name) for name in partitions)]
        item["primary_key"] = key if len(key) > 1 else key[0]
    elif natural is not None and start:
        item["primary_key"] = [home.key(natural), home.column(start)]
    unique = [home.key(each) for each in own if each.kind == "unique"]
    if unique:
        item["unique"] = unique
    if start and end:
        item["valid"] = [home.column(start), home.column(end)]
    return item
