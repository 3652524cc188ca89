"""Offsets that MetricFlow and this package apply to unlike things: days here, whole periods there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic import faults
from semantic.bind.leaf import Metric
from semantic.bind.lengths import shifts
from semantic.bind.nesting import SIZES, nests
from semantic.faults import Fault
from semantic.spec.types import Duration, Periods, StartOf


def apart(metrics: Iterable[Metric], grains: Iterable[str]) -> Iterator[Fault]:
    """A fault for every offset that does not lead from the periods of a question to others.

    MetricFlow moves each day, and adds up what falls into a period; here whole periods are compared.
    """
    known = [name for name in grains if name in SIZES]
    leaves = [leaf for metric in metrics for leaf in metric.leaves.values()]
    found = {
        (leaf.called, str(leaf.through), name): None
        for name in known
        for leaf in leaves
        if leaf.through.offset is not None and not _together(leaf.through.offset, name)
    }
    return (faults.moved_apart(*each) for each in found)


def _together(offset: Duration | StartOf | Periods, name: str) -> bool:
    """Whether an offset means the same by days and by periods.

    >>> _together(Duration(7, "day"), "week"), _together(Duration(7, "day"), "month")
    (True, False)
    >>> _together(Duration(1, "month"), "day"), _together(StartOf("month"), "quarter")
    (True, False)
    """
    if isinstance(offset, Periods):
        return True
    if isinstance(offset, StartOf):
        return offset.grain not in SIZES or nests(name, offset.grain)
    return shifts(offset, name) or nests(name, offset.unit)
