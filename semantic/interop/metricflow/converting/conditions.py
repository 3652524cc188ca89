"""Conditions of MetricFlow in our language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semantic.interop.metricflow.converting.scope import Scope
from semantic.interop.metricflow.filters import condition

_OR = re.compile(r"\bor\b", re.IGNORECASE)


def conditions(scope: Scope, templates: Sequence[str], home: str) -> str:
    """Several conditions on rows of a semantic model as one; raises `SemanticError`."""
    written = [condition(each, scope.models[home], scope.manifest).sql.strip() for each in templates]
    return together(written)


def together(written: Sequence[str]) -> str:
    """Conditions that all hold.

    >>> together(["a = 1 or b", "c"])
    '(a = 1 or b) and c'
    """
    unique = list(dict.fromkeys(written))
    if len(unique) == 1:
        return unique[0]
    return " and ".join(f"({each})" if _OR.search(each) else each for each in unique)
