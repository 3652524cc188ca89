"""Rewrites of a plan that keep its answer: a rule a file. Each may improve a plan, none repairs one."""

from semantic.rewrite.stepwise import stepwise

__all__ = ["stepwise"]
