"""Lowering: a plan becomes the sqlglot tree of one statement in a target's SQL."""

from semantic.lower.statement import lower

__all__ = ["lower"]
