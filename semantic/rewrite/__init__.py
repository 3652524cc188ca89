"""Rewrites of a plan that keep its answer: a rule a file. Each may improve a plan, none repairs one."""

from __future__ import annotations

from typing import Literal

from semantic.plan import Result
from semantic.rewrite.determined import determined
from semantic.rewrite.shared import shared
from semantic.rewrite.stepwise import stepwise

__all__ = ["rewritten"]


def rewritten(result: Result, grouping: Literal["stepwise", "direct"]) -> Result:
    """A plan after every rule; ``grouping`` is the target's answer."""
    result = determined(shared(result))
    return stepwise(result) if grouping == "stepwise" else result
