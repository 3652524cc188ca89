"""Walks over the nodes of one page, and tells what does not fit, with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from yaml.events import ScalarEvent

from semantic import faults
from semantic.source import Span, Text
from semantic.spec.nodes import Branch, Node
from semantic.spec.page import Page, given, is_null

T = TypeVar("T")
#: The values of a mapping by key, each with the node of its key.
Nodes = dict[str, tuple[ScalarEvent, Node]]


class Walker:
    """Walks over the nodes of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unread: list[tuple[Text, str]] = []

    # --- nodes ----------------------------------------------------------------------------------

    def keys(self, node: Node | None, what: str, known: tuple[str, ...]) -> Nodes | None:
        """The values of a mapping by key; keys that nobody knows are noted, not refused."""
        if node is None or not isinstance(node, Branch) or not node.mapping:
            span = self.page.span(node) if node is not None else Span(self.page.file, 1, 1)
            self.page.fault(
                faults.wrong_kind(what, "a mapping", "empty" if node is None else given(node), span)
            )
            return None
        found: Nodes = {}
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            if not isinstance(key, ScalarEvent):
                self.page.fault(faults.wrong_kind("A key", "a text", given(key), self.page.span(key)))
            elif key.value in found:
                first = self.page.span(found[key.value][0])
                self.page.fault(faults.duplicate_key(key.value, first, self.page.span(key)))
            elif key.value not in known:
                self.unread.append((self.page.text(key), what))
            elif not (isinstance(value, ScalarEvent) and is_null(value)):
                found[key.value] = (key, value)
        return found

    def text(self, nodes: Nodes, key: str, what: str, at: Span | None = None) -> Text | None:
        """A text under a key; with ``at``, where it is missing is told."""
        if key not in nodes:
            if at is not None:
                self.missing(what, key, at)
            return None
        return self.scalar(nodes[key][1], f"'{key}' of {what}", required=at is not None)

    def missing(self, what: str, key: str, at: Span) -> None:
        """A key that has to be there."""
        self.page.fault(faults.missing_key(f"{what[:1].upper()}{what[1:]}", key, at))

    def scalar(self, node: Node, what: str, *, required: bool = True) -> Text | None:
        """A text that stands alone."""
        if not isinstance(node, ScalarEvent):
            self.page.fault(faults.wrong_kind(what, "a text", given(node), self.page.span(node)))
            return None
        if required and (is_null(node) or not node.value.strip()):
            self.page.fault(faults.no_value(what, self.page.span(node)))
            return None
        return self.page.text(node)

    def items(self, nodes: Nodes, key: str, what: str, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """What stands in a list under a key, each read by ``read``."""
        if key not in nodes:
            return ()
        node = nodes[key][1]
        if not isinstance(node, Branch) or node.mapping:
            wrong = faults.wrong_kind(f"'{key}' of {what}", "a list", given(node), self.page.span(node))
            self.page.fault(wrong)
            return ()
        return tuple(each for each in map(read, node.items) if each is not None)

    def texts(self, nodes: Nodes, key: str, what: str) -> tuple[Text, ...]:
        """The texts of a list; one text alone is a list of one."""
        said = f"'{key}' of {what}"
        if key in nodes and isinstance(nodes[key][1], ScalarEvent):
            one = self.scalar(nodes[key][1], said)
            return () if one is None else (one,)
        return self.items(nodes, key, what, lambda node: self.scalar(node, f"An item of {said}"))

    def unlike(self, parts: tuple[Any, ...], kind: str) -> None:
        """Names that two parts share; SQL does not tell them apart by case."""
        seen: dict[str, Text] = {}
        for part in parts:
            first = seen.setdefault(part.name.lower(), part.name)
            if first is not part.name:
                assert first.span is not None
                assert part.name.span is not None
                self.page.fault(faults.duplicate_name(kind, part.name, first.span, part.name.span))
