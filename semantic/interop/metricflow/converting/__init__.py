"""Definitions of MetricFlow in our language, with the same numbers, and what became of each."""

from semantic.interop.metricflow.converting.options import Options
from semantic.interop.metricflow.converting.project import converted

__all__ = ["Options", "converted"]
