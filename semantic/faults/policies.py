"""Faults of policies: what callers may not see, and what they did not say of themselves."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either, shown
from semantic.source import Span


def policy_of_nothing(name: str, span: Span | None) -> Fault:
    """A policy that neither filters nor hides."""
    hint = "Add 'rows', 'hide' or 'metrics'."
    return Fault("missing", f"The policy '{name}' keeps nothing from anybody.", hint, span)


def policy_without_model(name: str, key: str, span: Span | None) -> Fault:
    """Rows or columns of no model."""
    return Fault("missing", f"'{key}' of the policy '{name}' needs a model.", "Add 'model'.", span)


def policy_key_alone(name: str, key: str, needed: Sequence[str], span: Span | None) -> Fault:
    """A key that says nothing without another."""
    hint = f"Add {either(needed)}, or remove '{key}'."
    return Fault("missing", f"'{key}' of the policy '{name}' says nothing by itself.", hint, span)


def policy_of_other_rows(name: str, column: str, span: Span | None) -> Fault:
    """A condition that needs what other rows say before it is known which of them are seen."""
    hint = "Write the condition over columns of the row, or of the rows that it joins."
    return Fault(
        "unsupported",
        f"The policy '{name}' uses '{column}', which looks at other rows of its model.",
        hint,
        span,
    )


def policy_template(name: str, problem: str, span: Span | None) -> Fault:
    """An `except` that is no yes and no."""
    hint = "Write it as \"{{ user.role == 'admin' }}\"."
    return Fault("value", f"'except' of the policy '{name}' {problem}.", hint, span)


def attribute_missing(policy: str, name: str, span: Span | None) -> Fault:
    """A question without an attribute of its caller that a policy needs."""
    hint = f"Give it with the question: user={{'{name}': …}}, or --user {name}=…"
    return Fault(
        "attribute",
        f"The policy '{policy}' needs the attribute '{name}' of the caller, which is not given.",
        hint,
        span,
    )


def attribute_null(policy: str, name: str, span: Span | None) -> Fault:
    """An attribute that is given as nothing."""
    hint = "Give a value; an empty list matches nothing."
    return Fault(
        "attribute",
        f"The policy '{policy}' needs the attribute '{name}' of the caller, which is NULL.",
        hint,
        span,
    )


def attribute_list(policy: str, name: str, span: Span | None) -> Fault:
    """A list where one value is needed."""
    return Fault(
        "attribute",
        f"The attribute '{name}' is a list, and the policy '{policy}' compares it as one value.",
        f"Give one value, or write 'in {{{{ user.{name} }}}}' in the policy.",
        span,
    )


def attribute_printed(name: str, span: Span | None) -> Fault:
    """An attribute inside a quoted text or a name, where it would be read as a text of its own."""
    hint = "Write {{ user.… }} where a value stands, without quotes."
    return Fault("template", f"The attribute '{name}' stands inside a quoted text or a name.", hint, span)


def attribute_shape(name: str, value: object) -> Fault:
    """An attribute of the caller that is neither a value nor a list of some."""
    hint = "Give a text, a number, true, false, a date, or a list of these."
    return Fault("attribute", f"The attribute '{name}' of the caller is {shown(value)}.", hint)


def attribute_type(policy: str, name: str, given: str, needed: str, span: Span | None) -> Fault:
    """An attribute of another type than what it is compared with."""
    return Fault(
        "attribute",
        f"The attribute '{name}' is {given}, and the policy '{policy}' compares it with {needed}.",
        f"Give the attribute as {needed}.",
        span,
    )


def without_reason(fault: Fault) -> Fault:
    """What a warehouse said of a statement, without its words: they may quote rows that are hidden."""
    if fault.code != "warehouse":
        return fault
    hint = "Its words are left out, since the project has policies; 'semantic sql' prints the statement."
    return Fault(
        fault.code, fault.message.partition(": ")[0].rstrip(".") + ".", hint, fault.span, fault.where
    )


def other_user() -> Fault:
    """A question for one caller, asked of the layer of another."""
    hint = "Ask the layer of the caller, and leave 'user' out of the question."
    return Fault("attribute", "The question names another caller than the one it is asked for.", hint)


def hidden_column(policy: str, model: str, name: str, span: Span | None) -> Fault:
    """A question that reads a hidden column or dimension, however far away."""
    hint = "Ask for something that is not made from it."
    return Fault(
        "hidden", f"The question needs '{model}.{name}', which the policy '{policy}' hides.", hint, span
    )


def hidden_metric(policy: str, name: str, span: Span | None) -> Fault:
    """A question that needs a hidden metric, however far away."""
    hint = "Ask for something that is not made from it."
    return Fault(
        "hidden", f"The question needs the metric '{name}', which the policy '{policy}' hides.", hint, span
    )


def unpolicied_columns(model: str, policy: str, span: Span | None) -> Fault:
    """A SELECT over a model with a policy, whose columns nobody declared."""
    what = f"A SELECT reads '{model}', which the policy '{policy}' governs and which declares no columns."
    return Fault("missing", what, f"Declare the columns of '{model}'.", span)
