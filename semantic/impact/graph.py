"""What each definition of a project reads: from views and metrics down to columns of sources."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from semantic.catalog import Catalog
from semantic.impact.nodes import Node
from semantic.impact.reading import Reader


class Graph:
    """What every definition of a catalog reads, and what reads it."""

    #: What belongs to models beside the rows: columns that a question makes, keys, time.
    parts: Mapping[Node, tuple[Node, ...]]

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.reads: dict[Node, tuple[Node, ...]] = {}
        self._read_by: dict[Node, list[Node]] | None = None
        reader = Reader(catalog)
        self.views = reader.views
        self._branching: dict[Node, tuple[str, ...]] = {}
        for node, found in reader.all():
            self.reads[node] = tuple(dict.fromkeys(each for each in found if each != node))
            if reader.branching:
                self._branching[node] = tuple(reader.branching)
                reader.branching.clear()
        self.parts = {Node("model", name): tuple(reader.parts(each)) for name, each in catalog.models.items()}

    @property
    def read_by(self) -> Mapping[Node, list[Node]]:
        """What reads each definition itself."""
        if self._read_by is None:
            self._read_by = {}
            for node, found in self.reads.items():
                for each in found:
                    self._read_by.setdefault(each, []).append(node)
        return self._read_by

    def below(self, *nodes: Node) -> dict[Node, Node | None]:
        """All that some definitions read, at last, nearest first; each with what reads it on the way."""
        return _spread(nodes, lambda node: self.reads.get(node, ()))

    def above(self, *nodes: Node) -> dict[Node, Node | None]:
        """All that read some definitions, at last, nearest first; each with what it reads on the way."""
        return _spread(nodes, lambda node: self.read_by.get(node, ()))

    def way(self, node: Node, root: Node) -> tuple[Node, ...]:
        """The shortest way from a definition to something that it reads, both included; empty if none."""
        found = self.below(node)
        if root not in found:
            return ()
        steps: list[Node] = []
        here: Node | None = root
        while here is not None:
            steps.append(here)
            here = found[here]
        return tuple(reversed(steps))

    def branching(self, node: Node) -> str:
        """The texts that say one thing or another by the value of a parameter, of all that a definition
        reads; whatever is bound shows one of these alone."""
        texts = {text for each in self.below(node) for text in self._branching.get(each, ())}
        return f" {sorted(texts)}" if texts else ""


def _spread(nodes: Iterable[Node], near: Any) -> dict[Node, Node | None]:
    found: dict[Node, Node | None] = dict.fromkeys(nodes)
    waiting = deque(found)
    while waiting:
        node = waiting.popleft()
        for each in near(node):
            if each not in found:
                found[each] = node
                waiting.append(each)
    return found
