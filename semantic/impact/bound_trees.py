"""Bound trees, with the meaning of what they name in the place of the names."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlglot import exp

from semantic.bind.row import walk_of
from semantic.catalog import Walk
from semantic.impact.digests import PARAMETER, Digests
from semantic.impact.trees import Replace, digest, plain, spaced

_Trees = Mapping[str, Any]


class BoundTrees(Digests):
    """Writes trees down."""

    def _tree(self, tree: exp.Expr, model: str, others: _Trees | None = None) -> Any:
        """A bound tree over rows of a model; ``others`` is what columns of no rows stand for."""
        return plain(tree, partial(self._node, model, others or {}))

    def _node(self, model: str, others: _Trees, node: exp.Expr) -> Any:
        if not isinstance(node, exp.Column):
            return self._called(node, partial(self._node, model, others))
        if node.table in ("#", "?") and node.name in others:
            return others[node.name]
        if node.table == "!":
            return "others", sorted((self._path(path, "") for path in node.name.split("|")), key=repr)
        if not node.table.startswith("/") or not model:
            return "place", node.table, node.name
        walk = walk_of(node)
        end = self.catalog.end(model, walk).name
        name = node.name if node.this.quoted else node.name.lower()
        return "at", self._walk(model, walk), self.column(end, name)

    def _called(self, node: exp.Expr, replace: Replace) -> Any:
        """A function of the project's own, or the value of a parameter."""
        if node._meta and PARAMETER in node.meta:
            name = str(node.meta[PARAMETER])
            return PARAMETER, self.renamed.get(name, name), self.parameter(name)
        if isinstance(node, exp.Anonymous) and str(node.this) in self.catalog.functions:
            arguments = tuple(plain(each, replace) for each in node.expressions)
            return "function", self.function(str(node.this)), arguments
        return None

    def _walk(self, model: str, walk: Walk) -> Any:
        """The joins that a walk follows."""
        found = []
        for role in walk:
            edge = self.catalog.models[model].edges[role]
            found.append(self.join(model, role))
            model = edge.target
        return tuple(found)

    def function(self, name: str) -> str:
        """The meaning of a function of the project's own."""
        given = self.catalog.functions[name]
        arguments = tuple(map(str, given.arguments))
        return digest((given.type, arguments, sorted((k, spaced(t)) for k, t in given.templates.items())))

    def parameter(self, name: str) -> str:
        """The meaning of a parameter: what it may be, and what it is where nobody says."""
        given = self.catalog.parameters[name]
        return digest((given.type, repr(self.definitions.values[name]), repr(given.values)))

    @abstractmethod
    def _path(self, path: str, home: str) -> Any:
        """What a path of a question means, seen from a model or by its own name."""
