"""Findings of a warehouse: where its tables are not what a project says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semantic.faults.base import Fault, meant, there_is
from semantic.source import Span


def no_table(what: str, target: str, reason: str, span: Span | None) -> Fault:
    """A table that is not there."""
    hint = "Check its name, its schema and its database."
    return Fault("missing", f"The table of {what} is not found on {target}: {reason}", hint, span)


def no_access(what: str, target: str, reason: str, span: Span | None) -> Fault:
    """Rows that the role of the target may not read."""
    hint = "Grant the role of the target to read it: SELECT on the table, USAGE on its schema."
    return Fault("permission", f"{what} may not be read on {target}: {reason}", hint, span)


def source_fails(what: str, target: str, reason: str, span: Span | None) -> Fault:
    """A SELECT, or a table, that gives no rows."""
    return Fault("refused", f"{what} cannot be read on {target}: {reason}", "", span)


def absent_column(
    column: str, what: str, known: Sequence[str], span: Span | None, *, optional: bool
) -> Fault:
    """A column that a table does not have."""
    hint = meant(column, known) or there_is(known)
    if optional:
        hint = f"{hint} If the table has none, list it under 'missing:' of its source."
    return Fault("missing", f"{what} has no column '{column}'.", hint, span)


def another_type(column: str, what: str, said: str, kind: str, span: Span | None) -> Fault:
    """A column that holds something else than is said."""
    message = f"'{column}' of {what} is {said} here and {kind} there."
    return Fault("type", message, "Say what it is, or cast it in the SQL of its source.", span)


def text_for_time(
    column: str, what: str, said: str, kind: str, read: int, of: int, odd: str | None, span: Span | None
) -> Fault:
    """A text where a time is said to be."""
    message = f"'{column}' of {what} is {said} here and {kind} there; "
    message += f"{read:,} of {of:,} texts can be read as one" if of else "it holds no text yet"
    message += f", '{odd}' cannot." if odd is not None else "."
    return Fault("type", message, "Cast it in the SQL of its source.", span)


def join_of_types(role: str, left: str, right: str, span: Span | None) -> Fault:
    """A join that compares what the warehouse does not compare."""
    message = f"The join to '{role}' compares {left} with {right}."
    return Fault("type", message, "Cast one side in the SQL of its source.", span)


def empty_keys(what: str, key: Sequence[str], count: int, seen: str, span: Span | None) -> Fault:
    """Rows without a key."""
    message = f"{count:,} {_rows(count)} of {what} {_have(count)} a NULL in the key {_key(key)}{seen}."
    hint = "Filter them out in the SQL of its source, or choose another key."
    return Fault("null", message, hint, span)


def repeated_keys(
    what: str, key: Sequence[str], count: int, example: str, seen: str, span: Span | None
) -> Fault:
    """A key that is none."""
    several = "several rows share" if count != 1 else "more than one row has"
    message = f"The key {_key(key)} of {what} repeats: {count:,} {_values(count)} that {several}{seen}"
    hint = "De-duplicate in the SQL of its source, or name all columns that tell rows apart."
    return Fault("duplicate", f"{message}, such as {example}.", hint, span)


def multiplies(
    role: str, what: str, key: Sequence[str], count: int, example: str, seen: str, span: Span | None
) -> Fault:
    """A join that is to more than one row."""
    message = f"The join to '{role}' multiplies rows: {count:,} {_values(count)} of {_key(key)} repeat "
    message = message.replace(" repeat ", " repeats ") if count == 1 else message
    hint = "Join on what is a key there, or de-duplicate in the SQL of its source."
    return Fault("multiplies", f"{message}in {what}{seen}, such as {example}.", hint, span)


def orphans(
    role: str, what: str, key: Sequence[str], count: int, example: str, seen: str, span: Span | None
) -> Fault:
    """Rows that a required join would lose."""
    message = f"{count:,} {_rows(count)} of {what} {_have(count)} no partner in the required join to '{role}'"
    hint = "Leave 'required: true' out, or add the missing rows; such rows are lost in every answer."
    return Fault("orphan", f"{message}{seen}, such as {_key(key)} = {example}.", hint, span)


def overlaps(
    what: str, key: Sequence[str], count: int, example: str, seen: str, span: Span | None, role: str | None
) -> Fault:
    """Intervals of which several hold at one time."""
    message = f"{count:,} {'intervals' if count != 1 else 'interval'} of {what} "
    message += f"{'end' if count != 1 else 'ends'} after the next one of the same {_key(key)} begins{seen}"
    effect = f"; the join to '{role}' multiplies rows there" if role is not None else ""
    hint = "An interval is half-open: let each end where the next one begins."
    return Fault("overlap", f"{message}, such as {example}{effect}.", hint, span)


def reversed_intervals(what: str, count: int, example: str, seen: str, span: Span | None) -> Fault:
    """Intervals that end before they begin."""
    message = (
        f"{count:,} {_rows(count)} of {what} {_have(count)} an interval that ends before it begins{seen}"
    )
    return Fault("overlap", f"{message}, such as {example}.", "Such a row holds at no time.", span)


def definition_fails(name: str, what: str, target: str, reason: str, span: Span | None) -> Fault:
    """An expression that the warehouse does not take for its own columns."""
    return Fault("refused", f"{name} of {what} fails on {target}: {reason}", "", span)


def not_checked(what: str, fault: Fault, span: Span | None) -> Fault:
    """What could not be looked at."""
    return replace(fault, message=f"{what} was not checked: {fault.message}", span=span)


def _key(names: Sequence[str]) -> str:
    return f"({', '.join(names)})"


def _rows(count: int) -> str:
    return "rows" if count != 1 else "row"


def _have(count: int) -> str:
    return "have" if count != 1 else "has"


def _values(count: int) -> str:
    return "values" if count != 1 else "value"
