"""What an import or an export kept, what it changed, and what it could not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

#: ``kept``: the same numbers. ``changed``: something differs or was made explicit, and ``reason`` says what.
#: ``dropped``: it is not there any more, and ``reason`` says why.
Verdict = Literal["kept", "changed", "dropped"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one definition, such as a metric or the filter of one.

    >>> print(Entry("dropped", "export", "daily.parquet", "orders.yml:7:3", "Only views are deployed."))
    dropped  export daily.parquet (orders.yml:7:3): Only views are deployed.
    """

    verdict: Verdict
    kind: str
    name: str
    where: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.verdict != "kept" and not self.reason:
            raise ValueError(f"{self.kind} {self.name} is {self.verdict} without a reason")

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.verdict:<8} {self.kind} {self.name}{place}{reason}"

    def as_dict(self) -> dict[str, str]:
        """The record that ``--format json`` prints."""
        fields = ("verdict", "kind", "name", "where", "reason")
        return {field: getattr(self, field) for field in fields}


@dataclass(frozen=True, slots=True)
class Losses:
    """The loss report of one import or export, in the order of the definitions."""

    entries: tuple[Entry, ...] = ()

    def __add__(self, other: Iterable[Entry]) -> Losses:
        return Losses((*self.entries, *other))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @property
    def dropped(self) -> tuple[Entry, ...]:
        """What is not there any more; with ``--strict`` any such entry is an error."""
        return tuple(entry for entry in self.entries if entry.verdict == "dropped")

    @property
    def counts(self) -> dict[str, int]:
        """How many definitions were kept, changed and dropped.

        >>> Losses((Entry("kept", "metric", "sales"),)).counts
        {'kept': 1, 'changed': 0, 'dropped': 0}
        """
        found = Counter(entry.verdict for entry in self.entries)
        return {"kept": found["kept"], "changed": found["changed"], "dropped": found["dropped"]}

    def as_dict(self) -> dict[str, object]:
        """The record that ``--format json`` prints."""
        return {"counts": self.counts, "entries": [entry.as_dict() for entry in self.entries]}
