"""Definitions of a file, asked for key by key; whatever nobody asks for is told in the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from semantic import faults
from semantic.faults import Fault
from semantic.faults.interop import Place
from semantic.interop.losses import Entry
from semantic.interop.metricflow.trees import Listed, Mapped, Tree, Word, as_bool, as_data, as_float, as_int
from semantic.source import Span

_UNKNOWN = "Nothing is known of this key; it was not read."
_REASONS = {"tags": "There are no tags here.", "group": "There are no groups here."}


class Told:
    """What is said while files are read: mistakes, and what could not be carried."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.entries: list[Entry] = []

    def fault(self, fault: Fault) -> None:
        """One more mistake; reading goes on, so that all of them are told at once."""
        self.faults.append(fault)

    def dropped(self, kind: str, name: str, where: Place, reason: str) -> None:
        """Something that was not carried."""
        self.entries.append(Entry("dropped", kind, name, str(where), reason))

    def changed(self, kind: str, name: str, where: Place, reason: str) -> None:
        """Something that was made explicit, or differs."""
        self.entries.append(Entry("changed", kind, name, str(where), reason))


class Record:
    """A mapping of a file, such as a metric: ``kind`` and ``name`` say what it is."""

    __slots__ = ("asked", "kind", "name", "place", "told", "tree")

    def __init__(self, tree: Mapping[str, Tree], place: Place, kind: str, told: Told, name: str = "") -> None:
        self.tree = tree
        self.place = place
        self.kind = kind
        self.told = told
        self.asked: set[str] = set()
        self.name = name

    def __contains__(self, key: str) -> bool:
        return self.tree.get(key) is not None

    def __str__(self) -> str:
        return f"The {self.kind} '{self.name}'" if self.name else f"The {self.kind}"

    def at(self, key: str) -> Place:
        """Where the value of a key stands; the record itself if there is none."""
        if isinstance(self.place, Span):
            return self.tree.places.get(key, self.place) if isinstance(self.tree, Mapped) else self.place
        return f"{self.place}.{key}"

    def of(self, key: str) -> str:
        """A key in words: ``'agg' of the metric 'sales'``."""
        named = str(self)
        return f"'{key}' of {named[0].lower()}{named[1:]}"

    def raw(self, key: str) -> Tree:
        """A value as it is."""
        self.asked.add(key)
        return self.tree.get(key)

    def wrong(self, key: str, expected: str, given: object, hint: str = "") -> None:
        """Tells that a value is of another kind."""
        self.told.fault(faults.must_be(self.of(key), expected, _plain(given), self.at(key), hint))

    def named(self, key: str = "name") -> str:
        """The name that this goes by from now on."""
        self.name = self.need(key)
        return self.name

    def text(self, key: str) -> str | None:
        """A text without the space around it; ``None`` for an empty one."""
        value = self.raw(key)
        if value is None or isinstance(value, str):
            return str(value).strip() or None if value else None
        self.wrong(key, "a text", value)
        return None

    def need(self, key: str, hint: str = "") -> str:
        """A text that has to be there; ``""`` once its absence is told."""
        before = len(self.told.faults)
        value = self.text(key)
        if value is None and len(self.told.faults) == before:
            self.told.fault(faults.lacks(str(self), key, self.place, hint))
        return value or ""

    def sql(self, key: str) -> str | None:
        """An expression: a text, a number or a truth value."""
        value = self.raw(key)
        if isinstance(value, bool) or value in ("True", "False"):
            return str(value).lower()
        if isinstance(value, (int, float)):
            return str(value)
        return self.text(key)

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str | None:
        """One of several words, in any case."""
        value = self.text(key)
        if value is None:
            return default
        if value.lower() in allowed:
            return value.lower()
        self.told.fault(faults.no_choice(self.of(key), value, allowed, self.at(key)))
        return default

    def required(self, key: str, allowed: Sequence[str]) -> str | None:
        """One of several words, which has to be there."""
        if key not in self:
            self.told.fault(faults.lacks(str(self), key, self.place))
        return self.choice(key, allowed)

    def flag(self, key: str, default: bool = False) -> bool:
        """A truth value."""
        value = self.raw(key)
        if value is None:
            return default
        truth = as_bool(value)
        if truth is None:
            self.wrong(key, "true or false", value)
        return default if truth is None else truth

    def whole(self, key: str) -> int | None:
        """A whole number."""
        value = self.raw(key)
        number = as_int(value)
        if value is not None and number is None:
            self.wrong(key, "a whole number", value)
        return number

    def number(self, key: str) -> float | None:
        """Any number."""
        value = self.raw(key)
        number = as_float(value)
        if value is not None and number is None:
            self.wrong(key, "a number", value)
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a text stands for a list of one."""
        return tuple(text for text, _ in self.placed(key))

    def placed(self, key: str) -> Iterator[tuple[str, Place]]:
        """The texts of a list, each with its place."""
        value = self.raw(key)
        if isinstance(value, str):
            value, places = [value], [self.at(key)]
        else:
            places = list(self.places(key, value))
        if value is not None and not isinstance(value, list):
            self.wrong(key, "a list of texts", value)
            return
        for item, place in zip(value or (), places, strict=True):
            if isinstance(item, str):
                yield str(item).strip(), place
            else:
                text = "each item a text"
                self.told.fault(faults.must_be(self.of(key), text, _plain(item), place))

    def places(self, key: str, value: Tree) -> Iterator[Place]:
        """Where the items of a list stand."""
        if isinstance(value, Listed):
            yield from value.places
        elif isinstance(value, list):
            at = self.at(key)
            yield from (f"{at}[{index}]" for index in range(len(value)))

    def records(self, key: str, kind: str) -> list[Record]:
        """The mappings of a list."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, "a list", value)
            return []
        found = []
        for item, place in zip(value, self.places(key, value), strict=True):
            if isinstance(item, dict):
                found.append(Record(item, place, kind, self.told))
            else:
                expected = "a list of mappings"
                self.told.fault(faults.must_be(self.of(key), expected, _plain(item), place))
        return found

    def record(self, key: str, kind: str = "") -> Record | None:
        """A mapping in this one, or ``None``."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, "a mapping", value)
            return None
        name = self.name if kind else f"{self.name}.{key}"
        return Record(value, self.at(key), kind or self.kind, self.told, name)

    def inner(self, key: str, kind: str = "") -> Record | None:
        """A mapping in this one that has to be there."""
        if key not in self:
            self.told.fault(faults.lacks(str(self), key, self.place))
        return self.record(key, kind)

    def data(self, key: str) -> dict[str, Any]:
        """A mapping of anything."""
        value = self.raw(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(key, "a mapping", value)
            return {}
        return dict(as_data(value))

    def rest(self, *silent: str) -> None:
        """Tells of the keys that nobody asked for; those of ``silent`` mean nothing for numbers."""
        for key, value in self.tree.items():
            if key in self.asked or key in silent or value in (None, [], {}, "", False):
                continue
            named = f"{self.name}.{key}" if self.name else key
            self.told.dropped(self.kind, named, self.at(key), _REASONS.get(key, _UNKNOWN))


def _plain(value: object) -> object:
    """A value as messages show it."""
    if isinstance(value, Word):
        return str(value)
    return as_data(value) if isinstance(value, (dict, list)) else value
