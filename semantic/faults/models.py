"""Faults of names, joins, functions and targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from semantic.faults.base import Fault, meant
from semantic.source import Span


def same_role(role: str, model: str, span: Span | None) -> Fault:
    """Two joins under one role."""
    hint = "Give one of them another name with 'as:'."
    return Fault("duplicate", f"Model '{model}' has two joins in the role '{role}'.", hint, span)


def two_meanings(name: str, one: str, other: str, span: Span | None) -> Fault:
    """A name that stands for two kinds of things where both can be written."""
    return Fault("duplicate", f"'{name}' is both a {one} and a {other}.", "Rename one of them.", span)


def same_but_for_case(name: str, first: str, span: Span | None) -> Fault:
    """Two names that SQL takes for one."""
    return Fault("duplicate", f"'{name}' differs from '{first}' only in case.", "Rename one of them.", span)


def half_validity(to: str, span: Span | None) -> Fault:
    """A validity join without its moment, or a moment without its validity."""
    hint = "Write both: 'valid: [valid_from, valid_to], at: ordered_at'."
    return Fault("missing", f"The join to '{to}' has one of 'valid' and 'at'.", hint, span)


def join_multiplies(
    model: str, to: str, on: Sequence[str], keys: Sequence[Sequence[str]], span: Span | None
) -> Fault:
    """A join whose columns are no key of the other side."""
    joined = ", ".join(on)
    held = ") or (".join(", ".join(key) for key in keys)
    hint = (
        f"Join on ({held}), or declare ({joined}) under 'unique:' of '{to}'."
        if held
        else f"Declare the 'primary_key:' of '{to}'."
    )
    message = f"The join of '{model}' to '{to}' would multiply rows: ({joined}) is no key of '{to}'."
    return Fault("fan-out", message, hint, span)


def unsupported_function(name: str, dialect: str, reason: str) -> Fault:
    """A function that a target does not have."""
    return Fault("unsupported", f"'{name}' cannot be written for {dialect}: {reason}.", "", None)


def unanswered(what: str, name: str, span: Span) -> Fault:
    """A question that a target's file leaves open."""
    return Fault("missing", f"The {what} '{name}' is not answered.", "", span)


def not_asked(what: str, name: str, asked: Sequence[str], span: Span) -> Fault:
    """An answer to no question."""
    return Fault("unknown", f"'{name}' is no {what} that a dialect is asked.", meant(name, asked), span)


def no_answer(question: str, answer: str, choice: Sequence[str], span: Span) -> Fault:
    """An answer that the question does not offer."""
    hint = "There is " + ", ".join(f"'{one}'" for one in choice) + "."
    return Fault("value", f"'{answer}' is no answer to '{question}'.", hint, span)


def no_function_template(name: str, span: Span | None) -> Fault:
    """A declared function that is more than an expression over its arguments."""
    hint = "Write one expression, with each argument as ':name'."
    return Fault(
        "function", f"The template of '{name}' is no expression over its arguments alone.", hint, span
    )


def aggregate_template(name: str, span: Span | None) -> Fault:
    """A declared function that aggregates."""
    hint = "Declare a function of one row, and aggregate its results in the metric."
    return Fault("function", f"The template of '{name}' aggregates.", hint, span)


def wrong_holes(signature: str, found: Iterable[str], wanted: Iterable[str], span: Span | None) -> Fault:
    """A template whose holes are not the arguments of its function."""
    has, needs = (", ".join(f"':{name}'" for name in sorted(names)) or "none" for names in (found, wanted))
    message = f"The template of '{signature}' has the holes {has}, where {needs} are meant."
    return Fault("value", message, "", span)


def unknown_function(name: str, candidates: Sequence[str]) -> Fault:
    """A function that is not on the allow-list."""
    hint = meant(name, candidates) or "A project may declare its own under 'functions:'."
    return Fault("function", f"'{name}' is no function that every dialect has.", hint)


def wrong_arguments(signature: str, count: int) -> Fault:
    """A function with too few or too many arguments."""
    return Fault("function", f"'{signature}' is called with {count} arguments.")


def ambiguous_function(what: str, hint: str) -> Fault:
    """A function that means different things in different dialects."""
    return Fault("function", f"{what} does not mean the same in every dialect.", hint)


def unsupported_syntax(what: str, hint: str = "") -> Fault:
    """SQL that is right somewhere, but not part of the language."""
    return Fault("unsupported", f"{what} is not supported here.", hint)


def declared_before(name: str, span: Span | None) -> Fault:
    """A function of a project with the name of one that there is."""
    return Fault("duplicate", f"'{name}' is a function already.", "Rename it.", span)


def bad_cast(given: str, to: str) -> Fault:
    """A cast that no engine does."""
    return Fault("type", f"A value of type {given} cannot be cast to {to}.")


def bad_literal(text: str, kind: str) -> Fault:
    """A text that spells no value of its type, such as a date that the calendar does not have."""
    clock = "2024-01-31 10:00:00"
    forms = {"date": "2024-01-31", "timestamp": clock, "timestamptz": f"{clock}+09:00"}
    return Fault("value", f"'{text}' is no {kind}.", f"Write it as '{forms[kind]}'." if kind in forms else "")


def bad_digits() -> Fault:
    """A decimal type that is none."""
    hint = "Write DECIMAL(18, 2), with as many digits behind the point as in all at most."
    return Fault("value", "A decimal has 1 to 38 digits.", hint)


def huge_number() -> Fault:
    """A number that not every dialect can hold."""
    return Fault("value", "A number has at most 38 digits, before the point and behind it.")


def empty_list() -> Fault:
    """``IN ()``."""
    return Fault("syntax", "IN needs at least one value.", "Write FALSE for a condition that never holds.")


def unknown_type(what: str, purpose: str) -> Fault:
    """A type that is needed and not known."""
    hint = "Declare it under 'columns:' of its source or model, or write a CAST."
    return Fault("type", f"The type of '{what}' is not known, and {purpose} depends on it.", hint)


def wrong_type(what: str, given: str, wanted: str) -> Fault:
    """An expression of the wrong type."""
    return Fault("type", f"'{what}' is of type {given}, where {wanted} is needed.")


def unlike_kinds(kinds: Sequence[str]) -> Fault:
    """Values that cannot be compared, nor stand in one column."""
    hint = "Write a CAST, or a literal of the right kind."
    return Fault("type", f"Values of different kinds meet: {' and '.join(kinds)}.", hint)
