"""Rewrites of a plan that keep its answer: a rule a file. Each may improve a plan, none repairs one."""

from semantic.rewrite.determined import determined
from semantic.rewrite.shared import shared
from semantic.rewrite.stepwise import stepwise

__all__ = ["determined", "shared", "stepwise"]
