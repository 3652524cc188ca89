"""Faults of questions without metrics: which rows tell the values that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either
from semantic.source import Span


def no_rows_of(paths: Sequence[str]) -> Fault:
    """Values of which no model has rows with all of them."""
    told = ", ".join(f"'{path}'" for path in paths)
    hint = "Ask for them apart, name a metric, or say with 'from' whose rows are meant."
    return Fault("unreachable", f"No model reaches {told} along its joins.", hint)


def several_rows_of(paths: Sequence[str], models: Sequence[str]) -> Fault:
    """Values that the rows of several models have, all of them as near."""
    told = ", ".join(f"'{path}'" for path in paths)
    hint = f"Say whose rows are meant: 'from: {models[0]}' ('--from {models[0]}'), or name a metric."
    return Fault("ambiguous", f"The rows of {either(models)} have {told}.", hint)


def part_of_metrics(part: str) -> Fault:
    """A part of a question that says something of metrics, where there are none."""
    hints = {
        "having": "Write a condition on rows as 'where'.",
        "top": "Use 'order' and 'limit'.",
        "members": "Values are those of all rows; leave it out.",
        "fill": "Leave it out, or name a metric.",
    }
    return Fault(
        "unsupported", f"'{part}' says something of metrics, and the question has none.", hints[part]
    )


def part_of_values(part: str, span: Span | None) -> Fault:
    """A part of a question without metrics, where there are some."""
    hints = {
        "from": "Each metric has its own rows; leave it out.",
        "extremes": "Leave out the metrics: it is the least and the greatest value of one dimension.",
    }
    return Fault("unsupported", f"'{part}' goes with a question without metrics.", hints[part], span)


def extremes_of_one(count: int) -> Fault:
    """The least and the greatest of several dimensions, or of none."""
    hint = "Ask for one path in 'by', and for the others apart."
    return Fault("value", f"'extremes' are of one dimension; the question has {count}.", hint)


def no_extremes(path: str, why: str, span: Span | None) -> Fault:
    """The least and the greatest of what has none."""
    hint = "Leave out 'extremes' to see all of its values."
    return Fault("unsupported", f"'{path}' has no least and no greatest value: {why}.", hint, span)
