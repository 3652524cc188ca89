"""Semantic models as models: their table, keys, time, dimensions and joins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.columns import Columns, is_plain
from semantic.interop.metricflow.converting.dimensions import FINER, dimensions
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.expressions import Expressions
from semantic.interop.metricflow.converting.joins import joins
from semantic.interop.metricflow.converting.scope import Item, Scope, described
from semantic.interop.metricflow.nodes import Entity, SemanticModel, Simple
from semantic.interop.yaml_text import Noted

_PART = re.compile(r"[A-Za-z_]\w*\Z|\"(?:[^\"]|\"\")+\"\Z|`[^`]+`\Z", re.ASCII)


class Home:
    """A semantic model on its way: its expressions, and which of its columns have another name."""

    def __init__(self, scope: Scope, model: SemanticModel) -> None:
        self.scope, self.model = scope, model
        self.name = scope.model_names[model.name]
        simple = [m.kind for m in scope.manifest.metrics if isinstance(m.kind, Simple)]
        self.columns = Columns(model, [kind for kind in simple if kind.model == model.name])
        self.expressions = Expressions(model, scope.options.dialect)
        self.dimensions: set[str] = set()  # the names of those that are there
        scope.report.met("semantic model", model.name, model.where)
        scope.renamed("semantic model", model.name, self.name)
        self.items = dimensions(self)

    @property
    def validity(self) -> tuple[str | None, str | None]:
        """The dimensions between which a row is valid."""
        found = {each.validity: each.name for each in self.model.dimensions if each.name in self.dimensions}
        return found.get("start"), found.get("end")

    @property
    def partitions(self) -> list[str]:
        """The dimensions that a table is parted by."""
        return [
            each.name for each in self.model.dimensions if each.partition and each.name in self.dimensions
        ]

    def key(self, entity: Entity) -> str:
        """What a key is called where models are joined: its column, or the dimension of its name."""
        expr = (entity.expr or entity.name).strip()
        return expr if is_plain(expr) and not self.columns.shadowed(expr) else entity.name

    def entity_key(self, name: str) -> str:
        """The key of an entity by its name."""
        entity = next((each for each in self.model.entities if each.name == name), None)
        if entity is None or entity.virtual or name not in self.dimensions:
            raise Dropped(f"Its entity '{name}' has no column in '{self.model.name}'.")
        return self.key(entity)

    def grain(self, time: str) -> str:
        """The finest grain of a time dimension, as our language has it."""
        found = self.scope.dimension(self.model.name, time)
        grain = (found.granularity if found is not None else None) or "day"
        return "second" if grain in FINER else grain

    def column(self, name: str) -> str:
        """What a dimension is called in a key: its column where it is one, else its name."""
        found = self.scope.dimension(self.model.name, name)
        expr = ((found.expr or found.name) if found is not None else name).strip()
        return expr if is_plain(expr) and not self.columns.shadowed(expr) else name


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
    extra = ", ".join(f"{column} as {new}" for column, new in home.columns.renamed.items())
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
    return ".".join(part if _PART.match(part) else '"' + part.replace('"', '""') + '"' for part in parts)


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
    if primary is not None and partitions:
        unique.insert(0, home.key(primary))
    if unique:
        item["unique"] = unique
    if start and end:
        item["valid"] = [home.column(start), home.column(end)]
    return item
