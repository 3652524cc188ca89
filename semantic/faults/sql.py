"""Faults of SQL texts and of templates in them."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault
from semantic.source import Span


def empty_sql(span: Span | None) -> Fault:
    """No SQL where some is needed."""
    return Fault("syntax", "The SQL is empty.", "", span)


def syntax(reason: str, span: Span | None, near: str = "") -> Fault:
    """SQL that does not parse."""
    at = f" near '{near}'" if near else ""
    return Fault("syntax", f"The SQL does not parse{at}: {reason}.", "", span)


def not_one_expression(span: Span | None) -> Fault:
    """A clause, a list or a statement where one expression is needed."""
    hint = "Write a single value or condition, without SELECT, FROM, commas or aliases around it."
    return Fault("syntax", "This is not one SQL expression.", hint, span)


def second_statement(span: Span | None) -> Fault:
    """A semicolon with something behind it."""
    return Fault("syntax", "There is more than one SQL statement here.", "Leave out the ';'.", span)


def comment(span: Span | None) -> Fault:
    """A comment inside a question's SQL."""
    return Fault("syntax", "This SQL may hold no comment.", "Leave out '--' and '/* … */'.", span)


def sql_too_large(span: Span | None) -> Fault:
    """SQL too long or too deeply nested to be meant."""
    return Fault("limit", "The SQL is longer or nested deeper than is allowed.", "", span)


def bad_template(problem: str, span: Span | None, hint: str = "") -> Fault:
    """A ``{{ … }}`` that cannot be read or rendered."""
    return Fault("template", problem, hint, span)


def quoted_template(span: Span | None) -> Fault:
    """A template in the middle of a text."""
    hint = "Write '{{ name }}' without quotes around it; a parameter knows its type."
    return Fault("template", "A template stands inside quotes, where it would be text.", hint, span)


def template_in_question(span: Span | None) -> Fault:
    """A template in a question that does more than name something."""
    hint = "Write '{{ name }}', and decide in the program that asks."
    return Fault("template", "A question's SQL may hold no '{%' and no '{#'.", hint, span)


def template_syntax(problem: str, span: Span | None) -> Fault:
    """Braces that are no template."""
    return Fault("template", f"The template cannot be parsed: {problem.rstrip('.')}.", "", span)


def not_in_templates(what: str, span: Span | None) -> Fault:
    """A feature of Jinja that has no place in an expression."""
    hint = "Parameters, macros, 'if', 'for', comparisons and whole numbers are."
    return Fault("template", f"'{what}' is no part of templates here.", hint, span)


def env_var_misplaced(span: Span | None) -> Fault:
    """A secret asked for in an expression."""
    hint = "Declare a parameter for a value that changes."
    return Fault("template", "'env_var' works in the 'url' of a target only.", hint, span)


def env_var_missing(name: str, span: Span | None) -> Fault:
    """An environment variable that is not set; no value of any is ever printed."""
    return Fault("environment", f"The environment variable '{name}' is not set.", "", span)


def macro_cycle(names: Sequence[str], span: Span | None) -> Fault:
    """Macros that call each other for ever."""
    return Fault("cycle", f"The macro '{names[-1]}' calls itself: {' → '.join(names)}.", "", span)


def template_too_large(limit: int, unit: str, span: Span | None) -> Fault:
    """A template that does not end, or might as well not."""
    return Fault("limit", f"The template makes more than {limit:,} {unit}.", "", span)


def unordered_window(name: str) -> Fault:
    """A window function that numbers or neighbours rows in no order."""
    hint = "Write ORDER BY in its OVER, with a key of the rows last."
    return Fault("order", f"'{name}' needs an order: without one its rows are up to chance.", hint, None)


def window_without_over(name: str) -> Fault:
    """A window function that is about a single row."""
    hint = "Write OVER (ORDER BY …) behind it, with a key of the rows last."
    return Fault("order", f"'{name}' looks at other rows, but has no OVER.", hint, None)


def nested_window(name: str) -> Fault:
    """A window function inside another, which no engine takes."""
    hint = "Give the inner one a dimension of its own, and name that here."
    return Fault("unsupported", f"A window function stands inside that of '{name}'.", hint, None)


def bad_tiles() -> Fault:
    """A number of tiles that is none, or that differs by row."""
    hint = "Write a whole number from 1, as in ntile(5)."
    return Fault("value", "The number of tiles is the same for all rows, and at least 1.", hint)
