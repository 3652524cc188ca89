"""Faults of the tests that stand beside metrics, and of the rows that are given to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semantic.faults.base import Fault, meant, unknown
from semantic.source import Span


def unclosed_quote(span: Span | None) -> Fault:
    """A cell whose quote does not end on its line."""
    return Fault("table", "The quote that opens here is not closed.", "Double a quote inside quotes.", span)


def behind_quote(text: str, span: Span | None) -> Fault:
    """More text behind the quote that ends a cell."""
    hint = "Quote the whole cell, and double a quote inside quotes."
    return Fault("table", f"'{text}' stands behind a quoted value.", hint, span)


def no_header(what: str, span: Span | None) -> Fault:
    """Rows without names of columns."""
    hint = "Write the names of its columns on the first line."
    return Fault("table", f"{what} names no column.", hint, span)


def column_twice(name: str, span: Span | None) -> Fault:
    """A column that the header of some rows names twice."""
    return Fault("duplicate", f"The column '{name}' stands in the header twice.", "Remove one.", span)


def row_length(cells: int, columns: int, span: Span | None) -> Fault:
    """A row with more or fewer cells than there are columns."""
    hint = "Write NULL, or nothing between two commas, where there is no value; quote a value with a comma."
    message = f"The row has {_count(cells, 'cell')}, and the header names {_count(columns, 'column')}."
    return Fault("table", message, hint, span)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def wrong_cell(text: str, column: str, type: str, expected: str, span: Span | None) -> Fault:
    """A cell that is no value of its column's type."""
    message = f"'{text:.40}' is no value of '{column}', which is of type {type}."
    return Fault("value", message, f"Write {expected}.", span)


def quoted_cell(text: str, column: str, type: str, span: Span | None) -> Fault:
    """A number or truth value in quotes."""
    message = f"'{text:.40}' stands in quotes, and '{column}' is of type {type}."
    return Fault("value", message, "Remove the quotes.", span)


def no_source(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """Rows for something that is neither a source nor read by one."""
    hint = meant(name, known)
    message = f"'{name}' is neither a source nor a table that a source or model reads."
    return Fault("unknown", message, hint, span)


def untyped_columns(what: str, names: Sequence[str], span: Span | None) -> Fault:
    """Columns whose types nobody has said."""
    first = names[0]
    hint = f"Write them in the header: '{first}: decimal'."
    return Fault("type", f"The types of the columns of '{what}' are not declared.", hint, span)


def no_column(name: str, what: str, known: Sequence[str], span: Span | None) -> Fault:
    """A column that a source does not have."""
    return unknown(f"column of source '{what}'", name, known, span)


def typed_column(name: str, what: str, type: str, span: Span | None) -> Fault:
    """A type in the header for a column that has another one already."""
    message = f"The column '{name}' of source '{what}' is declared as {type}."
    return Fault("type", message, "Leave the type out.", span)


def no_type(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """A type in a header that there is not."""
    return unknown("type", name, known, span)


def no_fixture(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """A fixture that stands nowhere."""
    return unknown("fixture", name, known, span)


def no_answer_column(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """A column that is expected of an answer without it."""
    return unknown("column of the answer", name, known, span)


def reads_elsewhere(tables: Sequence[str], span: Span | None) -> Fault:
    """A question that would read what no test gave."""
    names = ", ".join(f"'{name}'" for name in tables)
    message = f"The question reads {names}, which is no source and was not given."
    return Fault("missing", message, "Give its rows under 'given', with types: 'amount: decimal'.", span)


def failed_to_run(fault: Fault, span: Span | None) -> Fault:
    """What a warehouse says against a test's statement, at the place of the test."""
    return replace(fault, hint="'semantic test --show-sql' shows the statement.", span=fault.span or span)


def no_such_test(words: Sequence[str]) -> Fault:
    """A choice that no test meets."""
    chosen = ", ".join(f"'{word}'" for word in words)
    hint = "A test is chosen by a part of its name; without any, all run."
    return Fault("unknown", f"No test is meant by {chosen}.", hint, where="test")


def schema_in_use(name: str, count: int, target: str) -> Fault:
    """A schema for scratch that somebody uses."""
    message = f"The schema '{name}' of {target} holds {_count(count, 'table')} already."
    return Fault("target", message, "Name one that is empty or does not exist, or none.", where="target")


def bad_schema(name: str) -> Fault:
    """A name of a schema that would have to be quoted."""
    hint = "Write letters, digits and underscores, a letter first."
    return Fault("name", f"'{name}' cannot name a scratch schema.", hint, where="target")


def lost_worker(reason: str) -> Fault:
    """A process that ended before its tests did."""
    return Fault("warehouse", f"A process that ran tests ended: {reason}.", "Try '--jobs 1'.", where="test")
