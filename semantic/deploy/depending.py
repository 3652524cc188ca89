"""What else changes when a view is dropped and made again: whatever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from semantic import faults
from semantic.deploy.changes import Change, called
from semantic.deploy.objects import Name
from semantic.source import Span


class Depending:
    """Follows who reads what; ``dropped`` is whether orphans go anyway."""

    def __init__(self, changes: Iterable[Change], spans: Mapping[str, Span | None], *, dropped: bool) -> None:
        self.changes = {change.object: change for change in changes}
        self.spans = spans
        self.dropped = dropped

    def followed(self, chosen: Sequence[Name]) -> list[Change]:
        """The chosen changes, with those that they bring along."""
        wanted = dict.fromkeys(chosen)
        waiting = [name for name in chosen if self.changes[name].again]
        waiting += [name for name in chosen if self._going(self.changes[name])]
        while waiting:
            name = waiting.pop()
            for reader in self._readers(self.changes[name]):
                wanted[reader] = None
                if self._made_again(reader, name):
                    waiting.append(reader)
        return [change for name, change in self.changes.items() if name in wanted]

    def _going(self, change: Change) -> bool:
        return change.status == "orphaned" and (self.dropped or change.leftover)

    def _readers(self, change: Change) -> list[Name]:
        """The readers that can be made again; where there are others, the change is blocked."""
        known = [name for name in change.dependents if self._ours(name)]
        foreign = [called(name) for name in change.dependents if name not in known]
        if foreign:
            why = "; ".join(change.reasons) or "no view of the project"
            span = self.spans.get(change.name)
            fault = faults.read_by_others(change.name, change.called, foreign, why, span)
            status = change.status if change.status == "orphaned" else "blocked"
            self.changes[change.object] = replace(change, status=status, faults=(*change.faults, fault))
        return known

    def _ours(self, name: Name) -> bool:
        change = self.changes.get(name)
        if change is None or change.status == "blocked":
            return False
        return change.view is not None or self.dropped

    def _made_again(self, name: Name, read: Name) -> bool:
        """Have a reader made again; tells whether that is news."""
        change = self.changes[name]
        if change.again:
            return False
        status = "replace" if change.status == "unchanged" else change.status
        reason = f"it reads {called(read)}, which is made again"
        reasons = (*change.reasons, reason) if change.view is not None else change.reasons
        self.changes[name] = replace(change, status=status, again=True, reasons=reasons)
        return True


def dropped_first(changes: Sequence[Change]) -> list[Change]:
    """Changes whose objects are dropped, each before what it reads."""
    by_name = {change.object: change for change in changes}
    done: dict[Name, Change] = {}

    def visit(name: Name) -> None:
        if name in by_name and name not in done:
            for reader in by_name[name].dependents:
                visit(reader)
            done[name] = by_name[name]

    for change in reversed(changes):
        visit(change.object)
    return list(done.values())
