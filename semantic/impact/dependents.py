"""What one definition is made from, and what depends on it, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from semantic import faults
from semantic.catalog import bare
from semantic.faults import SemanticError
from semantic.impact.graph import Graph
from semantic.impact.nodes import KINDS, Node


@dataclass(frozen=True)
class Dependents:
    """A definition between what it ``reads`` and what reads it (``used_by``), at last; and the same
    ``directly``: pairs of a reader and what it reads, as far as they belong to these."""

    node: Node
    reads: Mapping[str, tuple[str, ...]]
    used_by: Mapping[str, tuple[str, ...]]
    directly: tuple[tuple[Node, Node], ...]

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        return {
            "kind": self.node.kind,
            "name": self.node.name,
            "reads": {kind: list(names) for kind, names in self.reads.items()},
            "used_by": {kind: list(names) for kind, names in self.used_by.items()},
            "directly": [{"reader": list(reader), "reads": list(read)} for reader, read in self.directly],
        }


def dependents(graph: Graph, kind: str, name: str) -> Dependents:
    """What a definition is made from and what depends on it; raises `SemanticError` for an unknown name."""
    node = _node(graph, kind, name)
    below = [each for each in graph.below(node) if each != node]
    above = [each for each in graph.above(node) if each != node]
    known = {node, *below, *above}
    pairs = ((a, b) for a in known for b in graph.reads.get(a, ()) if b in known)
    return Dependents(node, _grouped(below), _grouped(above), tuple(sorted(pairs)))


def _node(graph: Graph, kind: str, name: str) -> Node:
    """The definition of a name; ``orders.amount`` is a column where ``orders`` is a source."""
    if kind == "source" and Node("source", name) not in graph.reads and "." in name:
        source, _, column = name.partition(".")
        kind, name = "source column", f"{source}.{bare(column)}"
    known = [each.name for each in graph.reads if each.kind == kind]
    if name not in known:
        if kind not in KINDS:
            raise SemanticError([faults.unknown("kind of definition", kind, KINDS, None)])
        what = "column of a source" if kind == "source column" else kind
        raise SemanticError([faults.unknown(what, name, known, None)])
    return next(each for each in graph.reads if each == (kind, name))


def _grouped(nodes: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    found = {kind: tuple(sorted(each.name for each in nodes if each.kind == kind)) for kind in KINDS}
    return {kind: names for kind, names in found.items() if names and kind != "calendar"}
