"""A project's word against what stands in a warehouse: only read, and told with places."""

from __future__ import annotations

from semantic.inspect.data import Inspected
from semantic.inspect.inspecting import Report, inspect

__all__ = ["Inspected", "Report", "inspect"]
