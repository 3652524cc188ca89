"""What is different between two states of a project, by what definitions mean and not by how they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from semantic.impact.nodes import Node
from semantic.impact.words import Edit
from semantic.source import Span

Verdict = Literal["removed", "renamed", "changed", "reworded", "added"]
VERDICTS: tuple[Verdict, ...] = Verdict.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Cause:
    """A definition that was edited, and by which way that reaches what is told of: the last of the ``way`` is
    the definition itself."""

    node: Node
    edits: tuple[Edit, ...]
    way: tuple[Node, ...]

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        return {
            "kind": self.node.kind,
            "name": self.node.name,
            "edits": [edit.as_dict() for edit in self.edits],
            "way": [{"kind": node.kind, "name": node.name} for node in self.way],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one definition.

    ``was`` is its name before, where it was renamed. ``breaking`` says why whoever uses it has to know; it is
    empty where nobody has to. ``causes`` are the edits that changed its meaning, ``words`` the keys that say
    otherwise what means the same; ``metrics`` and ``views`` are what it reaches.
    """

    node: Node
    verdict: Verdict
    was: str | None = None
    breaking: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    words: tuple[Edit, ...] = ()
    metrics: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    place: Span | None = None

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        return {
            "kind": self.node.kind,
            "name": self.node.name,
            "verdict": self.verdict,
            "was": self.was,
            "breaking": list(self.breaking),
            "place": str(self.place) if self.place is not None else None,
            "causes": [cause.as_dict() for cause in self.causes],
            "words": [edit.as_dict() for edit in self.words],
            "metrics": list(self.metrics),
            "views": list(self.views),
        }


@dataclass(frozen=True)
class Difference:
    """All changes between two states of a project, by kind and name.

    >>> Difference(()).summary
    'no change'
    """

    changes: tuple[Change, ...]
    old: str = "old"
    new: str = "new"

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break what others build on the project."""
        return tuple(change for change in self.changes if change.breaking)

    def of(self, kind: str, *verdicts: str) -> tuple[str, ...]:
        """The names of one kind with some verdicts, or any."""
        found = [c for c in self.changes if c.node.kind == kind and (not verdicts or c.verdict in verdicts)]
        return tuple(change.node.name for change in found)

    @property
    def summary(self) -> str:
        """One line: how much breaks, and what became of how many definitions."""
        if not self.changes:
            return "no change"
        counts = [(v, sum(change.verdict == v for change in self.changes)) for v in VERDICTS]
        parts = [f"{count} {verdict}" for verdict, count in counts if count]
        return f"{len(self.breaking) or 'none'} breaking: {', '.join(parts)}"

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        return {
            "old": self.old,
            "new": self.new,
            "breaking": len(self.breaking),
            "summary": self.summary,
            "changes": [change.as_dict() for change in self.changes],
        }
