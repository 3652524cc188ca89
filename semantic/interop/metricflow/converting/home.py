"""A semantic model on its way: what its parts are called, and which of them are there."""

from __future__ import annotations

from semantic.interop.metricflow.converting.columns import Columns, is_plain
from semantic.interop.metricflow.converting.dropping import Dropped
from semantic.interop.metricflow.converting.expressions import Expressions
from semantic.interop.metricflow.converting.scope import Scope
from semantic.interop.metricflow.nodes import Entity, SemanticModel, Simple
from semantic.interop.yaml_text import Tree

#: Granularities that are finer than any grain of ours.
FINER = ("nanosecond", "microsecond", "millisecond")


class Home:
    """A semantic model on its way: its expressions, and which of its columns have another name."""

    def __init__(self, scope: Scope, model: SemanticModel) -> None:
        self.scope, self.model = scope, model
        self.name = scope.model_names[model.name]
        simple = [m.kind for m in scope.manifest.metrics if isinstance(m.kind, Simple)]
        self.columns = Columns(model, [kind for kind in simple if kind.model == model.name])
        self.expressions = Expressions(model, scope.options.dialect)
        self.dimensions: set[str] = set()  # the names of those that are there, keys included
        self.items: list[Tree] = []  # the dimensions as they are written

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

    def time_of(self, kind: Simple) -> str | None:
        """The dimension that is the time of a metric."""
        return kind.time or self.model.default_time

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
