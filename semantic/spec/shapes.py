"""Objects as data: a `Shape` is a table of fields, and reads a mapping into what it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.source import Span
from semantic.spec.kinds import Kind, entries, list_of
from semantic.spec.nodes import Branch, Node
from semantic.spec.page import Page, given, shortened

Values = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One key of an object: its kind, and the attribute it becomes (its own name unless said)."""

    key: str
    kind: Kind
    doc: str
    required: bool = False
    attribute: str = ""

    @cached_property
    def target(self) -> str:
        """The attribute that the value becomes."""
        return self.attribute or self.key


@dataclass(frozen=True)
class Shape:
    """One kind of object: what it is called, what it makes, its fields.

    ``one_of`` are keys of which exactly one must stand; ``bare`` is the key that a plain text stands
    for, ``bare_value`` the same under a name; ``finish`` settles what one field alone cannot.
    """

    name: str
    make: Callable[..., Any]
    fields: tuple[Field, ...]
    one_of: tuple[str, ...] = ()
    bare: str = ""
    bare_value: str = ""
    finish: Callable[[Page, Values, Node], None] | None = None
    spanned: bool = True
    by_key: Mapping[str, tuple[Callable[[Page, Any, str], Any], str, str]] = field(init=False)
    required: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        by_key = {f.key: (f.kind.read, f.target, f"'{f.key}'") for f in self.fields}
        object.__setattr__(self, "by_key", by_key)
        object.__setattr__(self, "required", tuple((f.key, f.target) for f in self.fields if f.required))

    @property
    def kind(self) -> Kind:
        """The shape as a kind of value."""
        return Kind(self.read, {"$ref": f"#/$defs/{self.name}"})

    def read(self, page: Page, node: Node, what: str, named_by: ScalarEvent | None = None) -> Any:
        """The object, or ``None`` after a fault; ``named_by`` is the key of a mapping that names it."""
        before = len(page.faults)
        values: Values = {}
        if named_by is not None:
            read, target, said = self.by_key["name"]
            values[target] = read(page, named_by, said)
        bare = self.bare_value if named_by else self.bare
        if type(node) is Branch and node.mapping:
            span = page.span(named_by or (node.items[0] if node.items else node))
            if self.read_fields(page, node, values, named_by):
                self._check(page, values, span)
        elif bare and type(node) is ScalarEvent:
            span = page.span(named_by or node)
            read, target, said = self.by_key[bare]
            values[target] = read(page, node, said)
        else:
            page.fault(faults.wrong_kind(what, "a mapping", given(node), page.span(node), self._example))
            return None
        if self.finish and len(page.faults) == before:
            self.finish(page, values, node)
        if len(page.faults) > before:
            return None
        return self.make(**values, span=span) if self.spanned else self.make(**values)

    def read_fields(
        self, page: Page, node: Branch, values: Values, named_by: ScalarEvent | None = None
    ) -> bool:
        """Reads each value by its key; whether every key was known."""
        by_key, known = self.by_key, True
        items = iter(node.items)
        for key, value in zip(items, items, strict=False):
            entry = by_key.get(key.value) if type(key) is ScalarEvent else None
            if entry is None:
                page.fault(self._unknown(page, key))
                known = False
                continue
            read, target, said = entry
            if target in values:
                first = named_by or next(k for k in node.items[::2] if getattr(k, "value", "") == key.value)
                page.fault(faults.duplicate_key(key.value, page.span(first), page.span(key)))
            values[target] = read(page, value, said)
        return known

    def _unknown(self, page: Page, key: Node) -> faults.Fault:
        span = page.span(key)
        if type(key) is not ScalarEvent:
            hint = "Quote text that starts with '{' or '['."
            return faults.wrong_kind("A key", "a text", given(key), span, hint)
        if key.value == "<<" and not key.style:
            return faults.merge_key(span)
        fault = faults.unknown(f"field of a {self.name}", shortened(key.value), list(self.by_key), span)
        return fault if fault.hint else replace(fault, hint="'semantic schema' prints all that there are.")

    def _check(self, page: Page, values: Values, span: Span) -> None:
        for key, target in self.required:
            if target not in values:
                page.fault(faults.missing_key(self._said(values), key, span))
        found = [key for key in self.one_of if self.by_key[key][1] in values]
        if self.one_of and len(found) != 1:
            page.fault(faults.needs_one_of(self._said(values), self.one_of, found, span))

    @property
    def _example(self) -> str:
        """How a mapping is written: its keys that must stand."""
        keys = [key for key, _ in self.required] or list(self.one_of[:1])
        return f"Write it as {{{', '.join(f'{key}: …' for key in keys)}}}." if keys else ""

    def _said(self, values: Values) -> str:
        name = values.get("name")
        name = name[0] if isinstance(name, tuple) else name  # a signature: name and arguments
        return f"The {self.name} '{name}'" if name else f"A {self.name}"


def named(shape: Shape) -> Kind:
    """Objects under their names, or a list of objects that hold their names."""
    items = listed(shape)

    def read(page: Page, node: Node, what: str) -> Any:
        if not (type(node) is Branch and node.mapping):
            return items.read(page, node, what)
        return tuple(shape.read(page, value, f"'{key.value}'", key) for key, value in entries(page, node))

    here = {"$ref": f"#/$defs/{shape.name} under its name"}
    names = next(field.kind.schema for field in shape.fields if field.key == "name")
    mapping = {"type": "object", "propertyNames": names, "additionalProperties": here}
    return Kind(read, {"anyOf": [items.schema, mapping]})


def listed(shape: Shape, attribute: str = "name") -> Kind:
    """A list of objects, of which no two share a name."""
    kind = list_of(shape.kind)

    def read(page: Page, node: Node, what: str) -> Any:
        return uniquely_named(page, kind.read(page, node, what), shape.name, attribute)

    return Kind(read, kind.schema)


def uniquely_named(page: Page, objects: tuple[Any, ...], kind: str, attribute: str = "name") -> Any:
    """The objects as they are; notes those that share a name."""
    seen: dict[str, Any] = {}
    for each in objects:
        if each is None:  # a fault was noted
            continue
        name = getattr(each, attribute)
        if seen.setdefault(name, each) is not each:
            page.fault(faults.duplicate_name(kind, name, seen[name].span, each.span))
    return objects
