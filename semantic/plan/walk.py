"""A plan from above to below: its nodes, and the same plan with some of them changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from semantic.plan import answer, chain, changing, grouped, running

#: The fields of every kind of node; whatever is none of them has no nodes below.
_FIELDS: dict[Any, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for module in (chain, changing, running, grouped, answer)
    for kind in vars(module).values()
    if is_dataclass(kind) and kind.__module__ == module.__name__
}
Node = TypeVar("Node")


def each(value: Any) -> list[Any]:
    """Every node of a plan, as often as it is read; those below before what reads them."""
    found: list[Any] = []

    def visit(value: Any) -> None:
        if isinstance(value, tuple):
            for part in value:
                visit(part)
            return
        names = _FIELDS.get(type(value))
        if names is not None:
            for name in names:
                visit(getattr(value, name))
            found.append(value)

    visit(value)
    return found


def changed(node: Node, change: Callable[[Any], Any]) -> Node:
    """The plan with every node as ``change`` makes it, after those below; the rest stays what it is."""

    def visit(value: Any) -> Any:
        if isinstance(value, tuple):
            parts = tuple(visit(part) for part in value)
            return parts if any(a is not b for a, b in zip(parts, value, strict=True)) else value
        names = _FIELDS.get(type(value))
        if names is None:
            return value
        below = ((name, getattr(value, name)) for name in names)
        news = {name: made for name, part in below if (made := visit(part)) is not part}
        return change(replace(value, **news) if news else value)

    return visit(node)  # type: ignore[no-any-return]
