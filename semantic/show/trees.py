"""Indented trees of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Tree:
    """A line of text with what belongs to it."""

    text: str
    parts: list[Tree] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, *parts: Tree | str | None) -> Tree:
        """A tree; parts that are ``None`` are left out."""
        return cls(text, [cls(part) if isinstance(part, str) else part for part in parts if part is not None])


def group(text: str, items: Iterable[Tree | str]) -> Tree | None:
    """A tree over some items, or nothing where there are none."""
    parts = list(items)
    return Tree.of(text, *parts) if parts else None


def drawn(tree: Tree) -> list[str]:
    r"""The lines of a tree.

    >>> print("\n".join(drawn(Tree.of("a", Tree.of("b", "c"), "d"))))
    a
    ├─ b
    │  └─ c
    └─ d
    """
    return [tree.text, *_below(tree, "")]


def _below(tree: Tree, indent: str) -> Iterator[str]:
    for number, part in enumerate(tree.parts, 1):
        last = number == len(tree.parts)
        first, *others = part.text.splitlines() or [""]
        yield f"{indent}{'└─' if last else '├─'} {first}"
        deeper = indent + ("   " if last else "│  ")
        yield from (f"{deeper}{'│  ' if part.parts else '   '}{line}" for line in others)
        yield from _below(part, deeper)
