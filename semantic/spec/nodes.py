"""YAML text to nodes: syntax, size, depth, aliases and documents are settled here, iteratively.

Scalars are PyYAML's own events (made in C); lists and mappings are `Branch`. Nothing is resolved, so
``NO`` and ``on`` stay text, and nothing recurses, so depth cannot exhaust a stack.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from semantic import faults
from semantic.faults import Fault
from semantic.source import Span

MAX_DEPTH = 40
MAX_ALIASED = 100_000  # nodes that the aliases of one file may add
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Branch:
    """A list (its items) or a mapping (key, value, key, value, …)."""

    __slots__ = ("items", "mapping", "start_mark")

    def __init__(self, mapping: bool, start_mark: Any) -> None:
        self.items: list[Any] = []
        self.mapping = mapping
        self.start_mark = start_mark


Node: TypeAlias = ScalarEvent | Branch


class Unreadable(Exception):
    """Ends the reading of one file; carries the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def compose(text: str, file: str) -> Node | None:
    """The one document of ``text``, or ``None`` when nothing stands in it."""
    try:
        return _Composer(file, _LOADER(text)).document()
    except yaml.YAMLError as error:
        raise Unreadable(_syntax(error, text, file)) from None
    except UnicodeEncodeError as error:  # text in memory may hold half a surrogate pair
        raise Unreadable(faults.not_utf8(place_in(text[: error.start], file))) from None


def compose_all(text: str, file: str) -> list[Node]:
    """The documents of ``text``, which ``---`` separates."""
    try:
        composer = _Composer(file, _LOADER(text), several=True)
        composer.document()
        return composer.stack[0].items
    except yaml.YAMLError as error:
        raise Unreadable(_syntax(error, text, file)) from None
    except UnicodeEncodeError as error:
        raise Unreadable(faults.not_utf8(place_in(text[: error.start], file))) from None


def place_in(before: str, file: str) -> Span:
    r"""The place just after ``before``, which starts a file.

    >>> place_in("a: 1\nb", "m.yml")
    Span(file='m.yml', line=2, column=2)
    """
    lines = f"{before}.".splitlines()
    return Span(file, len(lines), len(lines[-1]))


class _Composer:
    """Builds nodes from the parser's events; a stack of open branches takes the place of recursion."""

    def __init__(self, file: str, parser: Any, several: bool = False) -> None:
        self.file = file
        self.several = several
        self.next_event = parser.get_event
        self.stack = [Branch(False, None)]
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, tuple[int, int]] = {}
        self.aliased = 0

    def document(self) -> Node | None:
        stack, next_event = self.stack, self.next_event
        append = stack[0].items.append
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                append(event)
                if event.tag or event.anchor:
                    self.mark(event, event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                append(self.open(event, kind is MappingStartEvent))
                append = stack[-1].items.append
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                stack.pop()
                append = stack[-1].items.append
            elif kind is AliasEvent:
                append(self.alias(event))
            elif kind is StreamEndEvent:
                return stack[0].items[0] if stack[0].items else None
            elif kind is DocumentStartEvent and stack[0].items and not self.several:
                raise Unreadable(faults.second_document(self.span(event)))

    def open(self, event: Any, mapping: bool) -> Branch:
        branch = Branch(mapping, event.start_mark)
        self.stack.append(branch)
        if len(self.stack) > MAX_DEPTH:
            raise Unreadable(faults.too_deep(MAX_DEPTH, self.span(event)))
        if event.tag or event.anchor:
            self.mark(event, branch)
        return branch

    def mark(self, event: Any, node: Node) -> None:
        if event.tag and event.tag != "!":
            raise Unreadable(faults.tagged(event.tag, self.span(event)))
        if event.anchor:
            self.anchors[event.anchor] = node

    def alias(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise Unreadable(faults.unknown("anchor", event.anchor, list(self.anchors), self.span(event)))
        if any(node is each for each in self.stack):
            raise Unreadable(faults.endless_alias(event.anchor, self.span(event)))
        size, height = self.measure(node)
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise Unreadable(faults.too_many_aliased(MAX_ALIASED, self.span(event)))
        if len(self.stack) + height > MAX_DEPTH:
            raise Unreadable(faults.too_deep(MAX_DEPTH, self.span(event)))
        return node

    def measure(self, node: Node) -> tuple[int, int]:
        """How many nodes there are with aliases written out, and how deep (bounded by MAX_DEPTH)."""
        if type(node) is not Branch:
            return 1, 0
        known = self.sizes.get(id(node))
        if known is None:
            inner = [self.measure(item) for item in node.items]
            known = 1 + sum(size for size, _ in inner), 1 + max((height for _, height in inner), default=0)
            self.sizes[id(node)] = known
        return known

    def span(self, event: Any) -> Span:
        return Span(self.file, event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Fault:
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        place = place_in(text[: unprintable.start()], file)
        return faults.unprintable(ord(unprintable[0]), place)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return faults.not_yaml(str(error), "", Span(file, 1, 1))
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    span = Span(file, mark.line + 1, mark.column + 1)
    opened = _opened(error, file)
    return faults.not_yaml(str(getattr(error, "problem", "") or ""), line[mark.column :], span, opened)


def _opened(error: yaml.YAMLError, file: str) -> Span | None:
    """Where the bracket or quote opened that is not closed."""
    mark = getattr(error, "context_mark", None)
    context = getattr(error, "context", None) or ""
    if mark is None or not ("flow" in context or "quoted scalar" in context):
        return None
    return Span(file, mark.line + 1, mark.column + 1)
