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


def entity_twice(word: str, model: str, span: Span | None) -> Fault:
    """A word for the rows of a model that is said twice."""
    return Fault("duplicate", f"A row of '{model}' is a '{word}' already.", "Keep one of them.", span)


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


def query_without_by(span: Span | None) -> Fault:
    """A model made from a question that says no grain."""
    hint = "Say with 'by:' what one row is, or write 'of: model' for a row for each row of that model."
    return Fault("missing", "A query 'from' a model needs 'by'.", hint, span)


def population_grouped(model: str, span: Span | None) -> Fault:
    """A population that is grouped, too."""
    hint = f"Leave 'by' out, or write 'from' in place of 'of': there is one row for each row of '{model}'."
    return Fault("value", "A query 'of' a model takes no 'by'.", hint, span)


def population_without_key(model: str, span: Span | None) -> Fault:
    """A population whose rows cannot be told apart."""
    hint = f"Say under 'primary_key:' of '{model}' which columns tell its rows apart."
    return Fault("missing", f"Model '{model}' has no 'primary_key', so it is no population.", hint, span)


def window_bounds(span: Span | None) -> Fault:
    """A window of a query without both of its ends."""
    hint = "Write {last: 12 months, until: '{{ as_of }}'} or {from: 2024-01-01, until: 2024-12-31}."
    return Fault("value", "The window of a query has no two ends.", hint, span)


def window_length(length: str, span: Span | None) -> Fault:
    """A window of a query that is no number of days."""
    return Fault(
        "value", f"'{length}' is no length of a window in days.", "Write '28 days' or '3 months'.", span
    )


def band_labels(cuts: int, labels: int, span: Span | None) -> Fault:
    """Bands and labels that do not match."""
    hint = f"Each cut adds a band: write {cuts + 1} labels." if cuts else "Write at least one cut."
    return Fault("value", f"The number of cuts is {cuts}, and that of labels {labels}.", hint, span)


def no_tie_breaker(function: str, key: Sequence[str], span: Span | None) -> Fault:
    """A window function whose result is up to chance where its order has ties."""
    told = ", ".join(key)
    hint = (
        f"Add {told} to its ORDER BY."
        if key
        else "Declare the model's 'primary_key' and add it to its ORDER BY."
    )
    return Fault("order", f"The order of '{function}' leaves ties to chance.", hint, span)


def cuts_descend(cut: str, span: Span | None) -> Fault:
    """Cuts of bands in the wrong order."""
    return Fault("value", f"The cut {cut} is not above the one before it.", "Write the cuts ascending.", span)


def rule_axis(text: str, kind: str, span: Span | None) -> Fault:
    """An axis of a table of rules that is no text."""
    hint = "Give it bands first, or write a CASE with a text for each value."
    return Fault("type", f"'{text}' is of type {kind}; rules compare texts.", hint, span)


def columns_of_query(model: str, span: Span | None) -> Fault:
    """Columns of a model whose question says what they are."""
    hint = "Leave 'columns' out; they are what is grouped by, and the metrics."
    return Fault("value", f"Model '{model}' is made from a question, which tells its columns.", hint, span)


def window_backwards(first: str, last: str, span: Span | None) -> Fault:
    """A window of a query that ends before it starts."""
    return Fault("value", f"The window ends on {last}, before it starts on {first}.", "Swap them.", span)


def otherwise_twice(span: Span | None) -> Fault:
    """A label for what no rule fits, where a rule fits everything."""
    hint = "Remove one of them."
    return Fault("duplicate", "A rule for '*' and '*' leaves nothing for 'otherwise'.", hint, span)
