"""Jinja in user expressions: parameters become placeholders, macros become SQL, nothing else runs.

A text without ``{{``, ``{%`` or ``{#`` passes untouched and Jinja is not imported. What is allowed is a
list of syntax nodes (`syntax`); so neither an attribute, nor a method, nor a text operation is ever reached.
The value of a parameter never becomes text: it prints as ``:semantic_param_<name>``, and its value is only
compared (`values`). Marks travel through the template with its text, and tell what of the result stands
where (`places`).
"""

from __future__ import annotations

from semantic.macros.rendering import Rendered, is_template, render, render_url
from semantic.macros.syntax import CALLER
from semantic.macros.values import ATTRIBUTE, PLACEHOLDER, Caller, Missing, Unknown

__all__ = [
    "ATTRIBUTE",
    "CALLER",
    "PLACEHOLDER",
    "Caller",
    "Missing",
    "Rendered",
    "Unknown",
    "is_template",
    "render",
    "render_url",
]
