"""What parts of the planner need of the planner of a question."""

from __future__ import annotations

from typing import Protocol

from sqlglot import exp

from semantic.bind.bound import Bound, Fact, Key
from semantic.bind.definitions import Definitions
from semantic.plan import Aggregate
from semantic.planner.lookups import Lookups


class Planning(Protocol):
    """What windows need of the planner of a question."""

    definitions: Definitions
    bound: Bound
    names: dict[str, str]
    taken: set[str]
    lookups: Lookups

    def rows_grouped(
        self, fact: Fact, name: str, entity: tuple[Key, ...] = (), keys: tuple[Key, ...] | None = None
    ) -> Aggregate:
        """The rows of a fact grouped by some keys."""

    def in_group(self, tree: exp.Expr) -> exp.Expr:
        """A tree over leaves as one over the columns of groups."""
