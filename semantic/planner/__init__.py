"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from semantic.planner.steps import plan

__all__ = ["plan"]
