"""A definition by its kind and its name."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "metric", "dimension", "column", "model", "join", "source", "source column", "parameter", "macro",
    "function", "calendar", "policy", "view",
]  # fmt: skip
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]


class Node(NamedTuple):
    """A definition by its kind and its name; what belongs to a model or a source has both names.

    >>> str(Node("dimension", "orders.channel"))
    "dimension 'orders.channel'"
    """

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"
