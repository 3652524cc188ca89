"""Checks beyond binding: what a target cannot hold."""

from __future__ import annotations

from semantic import faults
from semantic.bind import Bound
from semantic.dialect import Dialect
from semantic.faults import SemanticError


def fits(bound: Bound, dialect: Dialect) -> None:
    """Raise for names that the target would cut; a cut name could collide with another."""
    names = [key.name for key in bound.keys] + [metric.name for metric in bound.metrics]
    names += list({fact.home for fact in bound.facts})
    limit = dialect.answers.identifier_limit
    long = [n for n in names if len(n.encode()) > limit]
    if long:
        raise SemanticError(faults.identifier_too_long(n, limit, dialect.name) for n in long)
