"""Binding: a question in words becomes objects. All faults of a person end here."""

from semantic.bind.definitions import Definitions
from semantic.bind.metric import Metric, Metrics
from semantic.bind.parameters import values
from semantic.bind.question import Bound, bind

__all__ = ["Bound", "Definitions", "Metric", "Metrics", "bind", "values"]
