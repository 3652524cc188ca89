"""What a definition is made from and what depends on it: as text, and as a drawing in Mermaid's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from semantic.impact import Dependents, Node
from semantic.show.mermaid import quoted

_PLURALS = {"parameter": "parameters", "source column": "source columns"}


def lines(found: Dependents) -> Iterator[str]:
    """What it reads and what reads it, a line a kind."""
    yield str(found.node)
    yield from _side("reads", found.reads)
    yield from _side("used by", found.used_by)
    if not found.used_by:
        yield "  used by       nothing"


def _side(word: str, kinds: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for kind, names in kinds.items():
        yield f"  {word:<9} {_PLURALS.get(kind, f'{kind}s'):<16} {', '.join(names)}"
        word = ""


def mermaid(found: Dependents) -> Iterator[str]:
    """A flowchart from what is read to what reads it."""
    yield "flowchart LR"
    nodes: dict[Node, str] = {found.node: "n0"}
    pairs = [pair for pair in found.directly if all(node.kind != "calendar" for node in pair)]
    for pair in pairs:
        for node in pair:
            nodes.setdefault(node, f"n{len(nodes)}")
    for node, name in nodes.items():
        shape = ("([", "])") if node == found.node else ("[", "]")
        yield f'  {name}{shape[0]}"{quoted(f"{node.kind} {node.name}")}"{shape[1]}'
    yield from (f"  {nodes[read]} --> {nodes[reader]}" for reader, read in pairs)
