"""What became of every definition, gathered while it is converted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic.interop.losses import Entry, Losses

Key = tuple[str, str]


class Report:
    """One entry a definition, in the order in which they were met; what is said of one is told together.

    >>> report = Report()
    >>> report.met("metric", "sales", "shop.yml:3")
    >>> report.changed("metric", "sales", "It is exact.")
    >>> print(*report.losses(), sep="; ")
    changed  metric sales (shop.yml:3): It is exact.
    """

    def __init__(self) -> None:
        self._places: dict[Key, str] = {}
        self._changes: dict[Key, list[str]] = {}
        self._drops: dict[Key, str] = {}

    def met(self, kind: str, name: str, where: str = "") -> None:
        """There is such a definition; it is kept, if nothing else is said."""
        self._places.setdefault((kind, name), where)

    def changed(self, kind: str, name: str, reason: str) -> None:
        """Something of it differs, or was made explicit."""
        self.met(kind, name)
        known = self._changes.setdefault((kind, name), [])
        if reason not in known:
            known.append(reason)

    def dropped(self, kind: str, name: str, reason: str) -> None:
        """It is not there any more; the first reason counts."""
        self.met(kind, name)
        self._drops.setdefault((kind, name), reason)

    def is_dropped(self, kind: str, name: str) -> bool:
        """Whether such a definition was dropped already."""
        return (kind, name) in self._drops

    def losses(self, before: Iterable[Entry] = ()) -> Losses:
        """The report, after what the reader of the definitions said; one that both told of is told once."""
        alone = []
        for entry in before:
            if (entry.kind, entry.name) not in self._places:
                alone.append(entry)
            elif entry.verdict == "dropped":
                self.dropped(entry.kind, entry.name, entry.reason)
            elif entry.verdict == "changed":
                self._changes.setdefault((entry.kind, entry.name), []).insert(0, entry.reason)
        return Losses((*alone, *self._entries()))

    def _entries(self) -> Iterator[Entry]:
        for (kind, name), where in self._places.items():
            key = (kind, name)
            if key in self._drops:
                yield Entry("dropped", kind, name, where, self._drops[key])
            elif key in self._changes:
                yield Entry("changed", kind, name, where, " ".join(self._changes[key]))
            else:
                yield Entry("kept", kind, name, where)
