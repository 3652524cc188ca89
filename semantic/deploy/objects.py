"""What stands in a warehouse: objects as facts about them, a row each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from semantic.views import fingerprint_in, seal_in, words_in

#: Database, schema and name, as the warehouse keeps them.
Name = tuple[str, str, str]
_PRIVILEGE = re.compile(r"[A-Za-z_ /.]+\Z")


@dataclass(frozen=True)
class Here:
    """Where a session is: its database and schema, who is there, and the path that names are looked up on."""

    db: str
    place: str
    me: str
    path: str


@dataclass(frozen=True)
class Standing:
    """A column as it stands: its name, what the warehouse calls its type, and its comment."""

    name: str
    kind: str
    comment: str


@dataclass(frozen=True)
class Allowed:
    """A privilege that somebody has on an object, or on a column of it; an empty role is everybody."""

    to: str
    privilege: str
    column: str = ""
    grantable: bool = False

    def __post_init__(self) -> None:
        if not _PRIVILEGE.match(self.privilege):
            raise ValueError(f"no privilege: {self.privilege!r}")


@dataclass(frozen=True)
class Object:
    """An object of a warehouse, with all that is told of it.

    ``definition`` is its SELECT as the warehouse keeps it, with whatever else belongs to the object
    (triggers, indexes, settings), or empty where it keeps none. ``dependents`` are the objects that read it:
    a name, or a description of what has none (the first two parts empty).
    """

    name: Name
    kind: str
    comment: str = ""
    definition: str = ""
    owner: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    columns: tuple[Standing, ...] = ()
    dependents: tuple[Name, ...] = ()
    grants: tuple[Allowed, ...] = ()

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the view that it was made from, if it is one of ours."""
        return fingerprint_in(self.comment) or fingerprint_in(self.kept.get("mark"))

    @property
    def seal(self) -> tuple[str, str] | None:
        """The digest that it had when it was finished, and the project that it belongs to."""
        return seal_in(self.comment) or seal_in(self.kept.get("mark"))

    @property
    def digest(self) -> str:
        """Sixteen characters that change with whatever somebody does to the object, but for its grants.

        The columns of a view have the types of what it reads, which is nobody's doing here.
        """
        typed = self.kind != "view"
        columns = [(column.name, column.kind if typed else "", column.comment) for column in self.columns]
        told = repr((self.kind, self.definition, words_in(self.comment), columns))
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class State:
    """What was found: the schemas that are there, and objects by their names as they are compared."""

    here: Here
    places: frozenset[tuple[str, str]]
    objects: dict[Name, Object]


def assembled(rows: Iterable[tuple[Any, ...]]) -> tuple[set[tuple[str, str]], list[Object]]:
    """Schemas and objects, made of facts."""
    places: set[tuple[str, str]] = set()
    parts: dict[Name, _Parts] = {}
    for what, db, place, name, number, *texts in rows:
        if what == "place":
            places.add((db, place))
        else:
            a, b, c, d = (str(text) if text is not None else "" for text in texts)
            parts.setdefault((db, place, name), _Parts()).add(what, int(number), (a, b, c, d))
    return places, [each.object(name) for name, each in sorted(parts.items()) if each.told]


class _Parts:
    """The facts of one object, until all are there."""

    def __init__(self) -> None:
        self.told: tuple[str, ...] = ()
        self.kept: dict[str, str] = {}
        self.columns: list[tuple[int, Standing]] = []
        self.dependents: set[Name] = set()
        self.grants: set[Allowed] = set()

    def add(self, what: str, number: int, texts: tuple[str, str, str, str]) -> None:
        """Take one in."""
        a, b, c, d = texts
        match what:
            case "object":
                self.told = texts
            case "kept":
                with suppress(ValueError):
                    self.kept = dict(json.loads(a))
            case "column":
                self.columns.append((number, Standing(a, b, c)))
            case "dependent":
                self.dependents.add(("", a, b))
            case "grant":
                self.grants.add(Allowed(a, b, c, bool(d)))

    def object(self, name: Name) -> Object:
        """All of it."""
        kind, comment, definition, owner = self.told
        return Object(
            name, kind, comment, definition, owner,
            kept=self.kept,
            columns=tuple(column for _, column in sorted(self.columns, key=lambda pair: pair[0])),
            dependents=tuple(sorted((name[0], *n[1:]) if n[1] else n for n in self.dependents)),
            grants=tuple(sorted(self.grants, key=lambda g: (g.to, g.privilege, g.column, g.grantable))),
        )  # fmt: skip
