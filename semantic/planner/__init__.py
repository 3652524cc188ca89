"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from semantic.planner.steps import plan, plan_rows, rows_of, steps_for

__all__ = ["plan", "plan_rows", "rows_of", "steps_for"]
