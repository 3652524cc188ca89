"""What became of a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from semantic.faults import Fault
from semantic.source import Span
from semantic.testing.compare import Difference

Status = Literal["passed", "failed", "fault"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test that passed, that failed with a difference, or that could not be run because of faults."""

    name: str
    span: Span
    status: Status
    seconds: float
    metrics: tuple[str, ...] = ()
    difference: Difference | None = None
    faults: tuple[Fault, ...] = ()
    sql: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return self.status == "passed"

    def as_dict(self) -> dict[str, Any]:
        """The record that ``--format json`` prints."""
        return {
            "name": self.name,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "status": self.status,
            "seconds": round(self.seconds, 6),
            "metrics": list(self.metrics),
            "difference": None if self.difference is None else _record(self.difference),
            "faults": [fault.as_dict() for fault in self.faults],
            "sql": None if self.passed else self.sql,
        }


def _record(difference: Difference) -> dict[str, Any]:
    return {
        "columns": list(difference.columns),
        "rows": [{"mark": line.mark, "values": list(line.values)} for line in difference.lines],
    }


@dataclass(frozen=True, slots=True)
class Results:
    """The outcomes of a run, in the order of the tests, and how long it took."""

    outcomes: tuple[Outcome, ...]
    seconds: float

    def __iter__(self) -> Any:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def passed(self) -> bool:
        """Whether all tests passed."""
        return all(outcome.passed for outcome in self.outcomes)

    def count(self, status: Status) -> int:
        """How many tests ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, each once, sorted by place."""
        from semantic.faults import SemanticError

        return SemanticError(fault for outcome in self.outcomes for fault in outcome.faults).faults


def metrics_of(outcomes: Iterable[Outcome]) -> set[str]:
    """The metrics that some tests ask for."""
    return {name for outcome in outcomes for name in outcome.metrics}
