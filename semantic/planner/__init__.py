"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from semantic.planner.steps import plan, rows_of

__all__ = ["plan", "rows_of"]
