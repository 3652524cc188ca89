"""What all parts of the plan of a question share: what it is about, and the names that are taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from semantic.bind.bound import Axis, Bound, Key
from semantic.bind.definitions import Definitions
from semantic.plan import free_name
from semantic.planner.lookups import Lookups
from semantic.planner.names import leaf_names


@dataclass(frozen=True)
class Planning:
    """A question while it is planned; ``names`` are those of its leaves, ``taken`` those of steps, and
    ``bridges`` what no bridge to a many side may be called."""

    definitions: Definitions
    bound: Bound
    names: dict[str, str]
    taken: set[str]
    lookups: Lookups
    bridges: set[str]

    def free(self, wish: str) -> str:
        """A name for a step that no other one has."""
        return free_name(wish, self.taken)

    def by(self, keys: tuple[Key, ...], axis: Axis | None) -> Planning:
        """The same by other keys, beside it in one plan."""
        bound = replace(self.bound, keys=keys, axis=axis)
        return replace(self, bound=bound, bridges=_bridges(self.definitions))


def planning(definitions: Definitions, bound: Bound) -> Planning:
    """The plan of a question begun."""
    taken = {"aligned", "periods", "frame"}
    names, lookups = leaf_names(bound), Lookups(definitions)
    return Planning(definitions, bound, names, taken, lookups, _bridges(definitions))


def _bridges(definitions: Definitions) -> set[str]:
    """The names that mean something in the FROM of a step."""
    models = definitions.catalog.models
    roles = {role for model in models.values() for role in model.edges}
    return {name.lower() for name in (*models, *roles, *definitions.table_names)}
