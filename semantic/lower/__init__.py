"""Lowering: a plan becomes the sqlglot tree of one statement in a target's SQL."""

from semantic.lower.statement import arranged, lower, lower_projections, lower_rows

__all__ = ["arranged", "lower", "lower_projections", "lower_rows"]
