"""What a definition means, what depends on it, and what a change of a project changes."""

from typing import Protocol

from semantic.catalog import Catalog
from semantic.impact.comparing import compare
from semantic.impact.dependents import Dependents, dependents
from semantic.impact.difference import Cause, Change, Difference
from semantic.impact.graph import Graph
from semantic.impact.nodes import Node
from semantic.impact.words import Edit


class Linked(Protocol):
    """A project that is ready to be asked."""

    @property
    def catalog(self) -> Catalog: ...


def diff(old: Linked, new: Linked) -> Difference:
    """What is different between two layers: told by what definitions mean, not by how they read.

    >>> from semantic.layer import Layer
    >>> before, after = (Layer.from_text(semantic=f'''
    ... name: shop
    ... sources: {{orders: {{table: orders, columns: {{amount: decimal, status: text}}}}}}
    ... models: [{{name: orders, source: orders}}]
    ... metrics:
    ...   - {{name: sales, model: orders, sql: sum(amount), filter: "status = '{status}'"}}
    ...   - {{name: orders, model: orders, sql: "{count}"}}
    ... ''') for status, count in (("paid", "count(*)"), ("done", "COUNT( * )")))
    >>> [(change.node.name, change.verdict, change.breaking) for change in diff(before, after)]
    [('sales', 'changed', ('its numbers change',))]
    """
    return compare(old.catalog, new.catalog)


__all__ = [
    "Cause",
    "Change",
    "Dependents",
    "Difference",
    "Edit",
    "Graph",
    "Node",
    "compare",
    "dependents",
    "diff",
]
