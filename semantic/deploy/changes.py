"""What a deployment would change: a change for every view, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from semantic.deploy.objects import Name, Object
from semantic.deploy.rows import DataDifference
from semantic.faults import Fault
from semantic.views import View

Status = Literal["create", "replace", "unchanged", "drifted", "orphaned", "blocked"]
#: How a column differs.
How = Literal["added", "removed", "retyped"]


def called(name: Name) -> str:
    """A name as it is told: without its database.

    >>> called(("db", "bi", "sales"))
    'bi.sales'
    """
    return ".".join(part for part in name[1:] if part)


@dataclass(frozen=True)
class ColumnChange:
    """A column that is added, removed or of another type, with its types before and after, as far as they are
    known."""

    name: str
    how: How
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Change:
    """What becomes of one view: ``create``, ``replace`` or ``unchanged``; ``drifted`` where somebody changed
    it by hand; ``orphaned`` where the project does not have it any more; ``blocked`` where it cannot be made.

    ``object`` is its whole name, ``view`` what it is to be (none for an orphan), ``found`` what stands there
    now. ``reasons`` say why, ``faults`` what is in the way; ``again`` is whether it has to be dropped and
    made again, ``leftover`` whether an interrupted deployment left it; ``dependents`` are the objects that
    read it; ``before`` and ``after`` its SELECT, comparable line by line, and ``data`` how its rows differ,
    or why that cannot be told.
    """

    name: str
    status: Status
    object: Name
    kind: str
    view: View | None = None
    found: Object | None = None
    reasons: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    again: bool = False
    leftover: bool = False
    dependents: tuple[Name, ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    before: str | None = None
    after: str | None = None
    data: DataDifference | Fault | None = None

    @property
    def called(self) -> str:
        """The name in its schema, as the warehouse keeps it."""
        return called(self.object)


@dataclass(frozen=True)
class Changes:
    """What deploying would do on a target: views in the order in which they are made, orphans after them.

    ``unavailable`` are the views that wait for a source, with what they lack; what is there of them is left
    alone.
    """

    target: str
    dialect: str
    changes: tuple[Change, ...]
    unavailable: Mapping[str, tuple[Fault, ...]]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def of(self, *statuses: Status) -> tuple[Change, ...]:
        """The changes of some statuses.

        >>> Changes("the URL", "duckdb", (), {}).of("drifted")
        ()
        """
        return tuple(change for change in self.changes if change.status in statuses)

    @property
    def clean(self) -> bool:
        """Whether everything is as the project says."""
        return all(change.status == "unchanged" for change in self.changes)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why views cannot be made."""
        return tuple(fault for change in self.changes for fault in change.faults)
