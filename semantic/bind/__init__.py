"""Binding: a question in words becomes objects. All faults of a person end here."""

from semantic.bind.bound import Bound
from semantic.bind.definitions import Definitions
from semantic.bind.derived import Questions
from semantic.bind.extract import draw
from semantic.bind.governed import definitions_for
from semantic.bind.leaf import Metric
from semantic.bind.metric import Metrics
from semantic.bind.parameters import values
from semantic.bind.question import bind

__all__ = [
    "Bound",
    "Definitions",
    "Metric",
    "Metrics",
    "Questions",
    "bind",
    "definitions_for",
    "draw",
    "values",
]
