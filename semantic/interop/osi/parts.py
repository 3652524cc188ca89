"""What every part of a document has: a name, what is said of it, extensions, expressions in dialects."""

from __future__ import annotations

import json
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.interop.osi.document import COMMON, VENDOR, Context, Spelling
from semantic.interop.osi.walking import Nodes, Walker
from semantic.source import Span, Text
from semantic.spec.nodes import Node


class PartReader(Walker):
    """Reads what parts have in common."""

    def expression(self, nodes: Nodes, what: str, at: Span) -> tuple[Spelling, ...]:
        """An expression in its dialects; a text alone is one of ANSI_SQL. Drafts had no ``dialects``."""
        if "expression" not in nodes:
            self.missing(what, "expression", at)
            return ()
        node = nodes["expression"][1]
        if isinstance(node, ScalarEvent):
            plain = self.scalar(node, f"'expression' of {what}")
            return () if plain is None else (Spelling(Text("ANSI_SQL"), plain),)
        if not node.mapping:
            return self._spellings(nodes, "expression", what)
        inner = self.keys(node, f"'expression' of {what}", ("dialects",))
        if inner is None:
            return ()
        if "dialects" not in inner:
            self.page.fault(faults.missing_key(f"'expression' of {what}", "dialects", self.page.span(node)))
        return self._spellings(inner, "dialects", what)

    def _spellings(self, nodes: Nodes, key: str, what: str) -> tuple[Spelling, ...]:
        """The texts of an expression, one for each dialect."""
        before = len(self.page.faults)
        found = self.items(nodes, key, f"'expression' of {what}", self._spelling)
        if key in nodes and not found and len(self.page.faults) == before:
            self.page.fault(faults.no_value(f"'{key}' of {what}", self.page.span(nodes[key][1])))
        return found

    def _spelling(self, node: Node) -> Spelling | None:
        nodes = self.keys(node, "An item of 'dialects'", ("dialect", "expression"))
        if nodes is None:
            return None
        dialect = self.text(nodes, "dialect", "an item of 'dialects'") or Text("ANSI_SQL")
        sql = self.text(nodes, "expression", "an item of 'dialects'", self.page.span(node))
        return None if sql is None else Spelling(dialect, sql)

    def part(self, nodes: Nodes, what: str, at: Span) -> dict[str, Any] | None:
        """What every part has; ``None`` where it has no name, which is a fault."""
        name = self.text(nodes, "name", what, at)
        described = self.text(nodes, "description", what)
        context = self.context(nodes, what)
        extensions = self.items(nodes, "custom_extensions", what, self._extension)
        if name is None:
            return None
        own = next((data for vendor, data in extensions if vendor == VENDOR), None)
        foreign = tuple(vendor for vendor, _ in extensions if vendor != VENDOR)
        return {"name": name, "description": described, "context": context, "own": own,
                "foreign": foreign, "span": at}  # fmt: skip

    def _extension(self, node: Node) -> tuple[Text, Any] | None:
        nodes = self.keys(node, "A custom extension", ("vendor_name", "data"))
        if nodes is None:
            return None
        at = self.page.span(node)
        vendor = self.text(nodes, "vendor_name", "a custom extension", at)
        if vendor == COMMON and "data" in nodes:
            return self._shared(vendor, nodes["data"][1])
        if vendor is None or vendor != VENDOR:
            return None if vendor is None else (vendor, None)
        data = self.text(nodes, "data", "a custom extension", at)
        return None if data is None else (vendor, self._json(data))

    def _shared(self, vendor: Text, node: Node) -> tuple[Text, Any]:
        """An extension of everybody, in which ours stands where a version names no other vendors."""
        try:
            found = json.loads(node.value) if isinstance(node, ScalarEvent) else None
        except (ValueError, RecursionError):
            found = None
        ours = isinstance(found, dict) and list(found) == [VENDOR.lower()]
        if ours and isinstance(found, dict) and isinstance(found[VENDOR.lower()], dict):
            return Text(VENDOR), found[VENDOR.lower()]
        return vendor, None

    def _json(self, data: Text) -> Any:
        """What this package wrote into an extension of its own."""
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.page.fault(faults.bad_extension(VENDOR, data.span))
            return None
        return found

    def context(self, nodes: Nodes, what: str) -> Context:
        """What is told to an AI. A plain text is an instruction."""
        if "ai_context" not in nodes:
            return Context()
        node = nodes["ai_context"][1]
        if isinstance(node, ScalarEvent):
            return Context(instructions=node.value.strip())
        known = ("synonyms", "instructions", "examples")
        inner = self.keys(node, f"'ai_context' of {what}", known) or {}
        said = self.text(inner, "instructions", "'ai_context'")
        words, examples = (self.texts(inner, key, "'ai_context'") for key in ("synonyms", "examples"))
        return Context(tuple(map(str, words)), str(said or "").strip(), tuple(map(str, examples)))
