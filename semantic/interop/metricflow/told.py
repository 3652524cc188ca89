"""What is said of definitions held in memory, at the places where a person wrote them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.interop.losses import Entry, Losses
from semantic.interop.metricflow.importing import imported

Check = Callable[[Mapping[str, str]], Sequence[Fault]]


def refused(path: Path, options: Mapping[str, Any], losses: Losses, check: Check) -> tuple[Fault, ...]:
    """The definitions that are there, and refused when they are asked for; ``losses`` told of the others."""
    try:
        found = imported(path, check=check, **options)[1]
    except SemanticError as error:
        return error.faults
    known = {(each.kind, each.name) for each in losses.dropped}
    there = (each for each in found.dropped if (each.kind, each.name) not in known)
    return tuple(faults.refused_definition(each.kind, each.name, each.reason, each.where) for each in there)


def explained(found: Iterable[Fault], metrics: Iterable[str], losses: Losses) -> SemanticError:
    """The faults of a question; of a metric that is not there because it was dropped, with the reason."""
    dropped = {each.name: each for each in losses.dropped if each.kind == "metric"}
    asked = {name: dropped[name] for name in metrics if name in dropped}
    return SemanticError(_explained(found, asked))


def _explained(found: Iterable[Fault], asked: Mapping[str, Entry]) -> Iterator[Fault]:
    for fault in found:
        entry = next((each for name, each in asked.items() if faults.is_no_metric(fault, name)), None)
        yield fault if entry is None else faults.dropped_metric(entry.name, entry.reason, entry.where)
