"""What becomes of the parts of a semantic model while it is imported, by their names in the project."""

from __future__ import annotations

from dataclasses import dataclass, field

from semantic.interop.losses import Entry, Verdict
from semantic.interop.osi.document import Part

#: A kind of part, the model that it belongs to (if it does), and its name there.
Key = tuple[str, str, str]


@dataclass
class Told:
    """One part: what it is called in the document, and what is said of it."""

    kind: str
    name: str
    where: str
    changes: list[str] = field(default_factory=list)
    drop: str = ""

    @property
    def entry(self) -> Entry:
        """The record of the part."""
        verdict: Verdict = "dropped" if self.drop else "changed" if self.changes else "kept"
        return Entry(verdict, self.kind, self.name, self.where, self.drop or " ".join(self.changes))


class Book:
    """All parts in the order of the document."""

    def __init__(self) -> None:
        self._told: dict[Key, Told] = {}

    def open(self, key: Key, part: Part, of: str = "") -> None:
        """Note a part, which is kept until something else is said."""
        name = f"{of}.{part.name}" if of else str(part.name)
        self._told[key] = Told(key[0], name, str(part.name.span or part.span))

    def change(self, key: Key, reason: str) -> None:
        """Note that something of a part differs, or was made explicit."""
        if reason not in self._told[key].changes:
            self._told[key].changes.append(reason)

    def drop(self, key: Key, reason: str) -> None:
        """Note that a part is not there any more."""
        told = self._told.setdefault(key, Told(key[0], key[2], ""))
        told.drop = told.drop or reason

    def restore(self, key: Key) -> None:
        """Note that a part, and what belongs to it, comes back as it was in a project."""
        for (kind, of, name), told in self._told.items():
            if (kind, of, name) == key or (key[0] == "dataset" and of == key[2]):
                told.changes, told.drop = [], ""

    def dropped(self, key: Key) -> bool:
        """Whether a part is not there any more."""
        return key in self._told and bool(self._told[key].drop)

    def changes(self, key: Key) -> list[str]:
        """What differs in a part, or was made explicit."""
        return self._told[key].changes

    def entries(self) -> tuple[Entry, ...]:
        """What became of each part."""
        return tuple(each.entry for each in self._told.values())
