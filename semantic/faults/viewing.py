"""Faults of views, and of what they are to be in a warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either, there_is, unknown
from semantic.source import Span


def rows_or_question(name: str, span: Span | None) -> Fault:
    """A view that is no question and no rows, or both."""
    hint = "Give 'metrics' for a question ('by' alone for values), or 'model' for the rows of a model."
    return Fault("missing", f"The view '{name}' needs exactly one of 'metrics' and 'model'.", hint, span)


def key_of_question(key: str, name: str, span: Span | None) -> Fault:
    """A key that only a view of a question can have."""
    message = f"'{key}' belongs to a question, and the view '{name}' has the rows of a model."
    return Fault("view", message, "Remove it, or give 'metrics' instead of 'model'.", span)


def key_of_rows(key: str, name: str, span: Span | None) -> Fault:
    """A key that only a view of rows can have."""
    message = f"'{key}' belongs to the rows of a 'model', and the view '{name}' is a question."
    return Fault("view", message, "Remove it; a question joins what its paths need.", span)


def order_of_view(name: str, span: Span | None) -> Fault:
    """Rows of a view that are to be in order."""
    hint = "Remove 'order', or add 'limit'; sort where the view is read."
    return Fault("view", f"The rows of the view '{name}' are in no order without a 'limit'.", hint, span)


def not_materialized(name: str, kind: str, dialect: str, known: Sequence[str], span: Span | None) -> Fault:
    """A kind of object that a target does not have."""
    hint = f"{there_is(known)} Write it by dialect: 'materialized: {{{dialect}: view, otherwise: {kind}}}'."
    return Fault("unsupported", f"The view '{name}' is a {kind}, which {dialect} does not have.", hint, span)


def option_needed(name: str, kind: str, option: str, dialect: str, span: Span | None) -> Fault:
    """A kind of object about which something has to be said."""
    example = {
        "refresh": "Write it as 'refresh: {every: 1 hour}'.",
        "warehouse": "Write it as 'refresh: {every: 1 hour, warehouse: NAME}'.",
    }.get(option, "")
    message = f"The view '{name}' is a {kind}, for which {dialect} needs '{option}'."
    return Fault("missing", message, example, span)


def useless_option(option: str, name: str, kinds: Sequence[str], span: Span | None) -> Fault:
    """An option that no target has for what the view is there."""
    hint = f"Remove it, or make the view {either(kinds)}." if kinds else "Remove it."
    return Fault("view", f"'{option}' says nothing of the view '{name}' in any dialect.", hint, span)


def long_refresh(name: str, every: str, span: Span | None) -> Fault:
    """Rows that are to be made again after months."""
    hint = "Write it in weeks or shorter units: '4 weeks'."
    return Fault("value", f"The view '{name}' cannot be made again every {every}.", hint, span)


def no_privilege(privilege: str, dialect: str, known: Sequence[str], span: Span | None) -> Fault:
    """A privilege that a target does not grant on views."""
    return unknown(f"privilege on a view of {dialect}", privilege, known, span)


def no_column_of_view(name: str, view: str, known: Sequence[str], span: Span | None) -> Fault:
    """A column that a view does not have."""
    return unknown(f"column of the view '{view}'", name, known, span)


def same_object(name: str, other: str, called: str, span: Span | None) -> Fault:
    """Two views that are one object."""
    message = f"The views '{other}' and '{name}' are both called {called}."
    return Fault("duplicate", message, "Give one of them another name with 'as'.", span)


def bad_object_name(text: str, span: Span | None) -> Fault:
    """A name that no object and no role can have."""
    return Fault("name", f"'{text:.80}' cannot be a name.", "Use characters that can be printed.", span)


def own_name(name: str, table: str, called: str, span: Span | None) -> Fault:
    """A view called like a table that it reads, where only the session says which of them is meant."""
    message = f"The view '{name}' is called {called} and reads the table {table}, which may be itself."
    return Fault("name", message, f"Write the schema of {table}, or call the view otherwise with 'as'.", span)


def many_side_of_rows(model: str, path: str, span: Span | None) -> Fault:
    """A column of rows that would multiply them."""
    message = f"'{path}' is on a many side of '{model}', so that its rows would stand there several times."
    return Fault("fan_out", message, "Take the rows of the other model, or ask a question instead.", span)


def column_twice_in_view(name: str, view: str, span: Span | None) -> Fault:
    """A column that stands twice in the order of a view's columns."""
    return Fault("duplicate", f"The view '{view}' names the column '{name}' twice.", "Remove one.", span)


def bad_partition(name: str, view: str, type: str | None, span: Span | None) -> Fault:
    """A column that is no time, by which rows cannot lie apart."""
    message = f"The view '{view}' cannot be partitioned by '{name}', which is of type {type or 'unknown'}."
    return Fault("type", message, "Name a date or a timestamp.", span)


def inside_project(folder: str) -> Fault:
    """YAML of another tool that would be read as the project's own."""
    message = "The folder lies in the project, whose every YAML file is read as its own."
    return Fault("file", message, "Name a folder outside of it, such as '../warehouse'.", where=folder)
