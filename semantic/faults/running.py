"""Faults of warehouses, checks and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semantic.faults.base import Fault, either, shown, unknown
from semantic.source import Span


def no_target() -> Fault:
    """A run without anywhere to run."""
    hint = "Declare one under 'targets:' in semantic.yml, or give a URL."
    return Fault("target", "The project has no target.", hint, where="target")


def which_target(names: Sequence[str]) -> Fault:
    """A run that could go to several warehouses."""
    return Fault("target", "It is not said where to run.", f"Name one of {either(names)}.", where="target")


def unknown_target(name: str, names: Sequence[str]) -> Fault:
    """A target that the project does not have."""
    return replace(unknown("target", name, names, None), where="target")


def unknown_scheme(scheme: str, known: Sequence[str]) -> Fault:
    """A URL to a kind of warehouse that no dialect is written for."""
    return replace(unknown("kind of warehouse", scheme, known, None), where="target")


def bad_url(name: str, span: Span | None) -> Fault:
    """A URL that is none; it is not repeated, since it may hold a password."""
    forms = "'duckdb:///file.duckdb' or 'postgresql://user:password@host/db'"
    hint = f"Write it as {forms}; '@' in a password is %40."
    return Fault("target", f"The URL of {name} cannot be read.", hint, span, "target")


def missing_driver(dialect: str, name: str, span: Span | None) -> Fault:
    """A warehouse whose driver is not installed."""
    hint = f"Install it: pip install 'semantic-sql[{dialect}]'."
    return Fault("driver", f"No driver is installed for {name} ({dialect}).", hint, span, "target")


def no_database(path: str, span: Span | None) -> Fault:
    """A DuckDB file that is not there."""
    hint = "A path is relative to the folder of semantic.yml."
    return Fault("target", f"There is no database file '{path}'.", hint, span, "target")


def cannot_connect(name: str, reason: str, span: Span | None) -> Fault:
    """A warehouse that does not answer."""
    return Fault("connection", f"There is no connection to {name}: {reason}", "", span, "target")


def statement_refused(name: str, reason: str, span: Span | None) -> Fault:
    """A statement that the warehouse does not run."""
    hint = "'semantic sql' shows the statement."
    return Fault("warehouse", f"The statement fails on {name}: {reason}", hint, span, "target")


def other_dialect(dialect: str, name: str, own: str) -> Fault:
    """A question that asks for the SQL of one warehouse and the rows of another."""
    return Fault("target", f"The question is for {dialect}, and {name} is {own}.", "Leave out 'dialect'.")


def not_installed(what: str, packages: Sequence[str], extra: str) -> Fault:
    """A library that rows could be given to."""
    hint = f"Install one: pip install 'semantic-sql[{extra}]'."
    return Fault("driver", f"{what} needs {either(packages)}, which is not installed.", hint, where="python")


def cannot_write(path: str, reason: str) -> Fault:
    """A file that the operating system does not take."""
    return Fault("file", f"The file cannot be written: {reason}.", "", where=path)


def bad_format(text: str, span: Span | None) -> Fault:
    """A number format that cannot be read."""
    hint = "Write it as in a spreadsheet, '#,##0.00' or '0.0%'."
    return Fault("value", f"'{text}' is no number format.", hint, span)


def join_types(join: str, left: str, right: str, span: Span | None) -> Fault:
    """A join that compares what cannot be equal."""
    message = f"The join to '{join}' compares a value of type {left} with one of type {right}."
    return Fault("type", message, "Cast one side.", span)


def no_template(name: str, dialect: str, span: Span | None) -> Fault:
    """A function of a project that says nothing for a dialect that is compiled for."""
    hint = "Add one under 'templates:', or name the dialects to check."
    return Fault("unsupported", f"The function '{name}' has no template for {dialect}.", hint, span)


def in_the_way(path: str) -> Fault:
    """A file that a new project would overwrite."""
    hint = "Name another folder; nothing was written."
    return Fault("file", "The file exists already.", hint, where=path)


def nowhere(folder: str) -> Fault:
    """A folder that is in no project."""
    hint = "Go to one, name it with '--project', or make one with 'semantic init'."
    return Fault(
        "file", f"Neither '{folder}' nor a folder above it holds a 'semantic.yml'.", hint, where=folder
    )


def no_origin() -> Fault:
    """A statement that was made elsewhere, of which only its text is known."""
    hint = "Ask the layer that knows the project: 'layer.sql(…)'."
    return Fault("unsupported", "Only the text of this statement is known.", hint, where="python")


def other_engine(name: str, known: Sequence[str]) -> Fault:
    """A selectable that is sent to a database no dialect is written for."""
    return replace(
        unknown("database of SQLAlchemy that has a dialect here", name, known, None), where="python"
    )


def fixed_engine(dialect: str, name: str) -> Fault:
    """A selectable for one dialect that is sent to a database of another."""
    hint = "Leave out 'dialect', and the statement is written for whatever runs it."
    return Fault(
        "target", f"The statement is for {dialect}, and SQLAlchemy writes {name}.", hint, where="python"
    )


def too_many_rows(limit: int) -> Fault:
    """An answer that is longer than a program wants to hold."""
    hint = "Ask for less, raise 'limit_rows', or take the first rows with 'truncate'."
    return Fault("rows", f"There are more than {limit:,} rows.", hint, where="python")


def timed_out(name: str, seconds: float) -> Fault:
    """A statement that took longer than it may."""
    hint = "Ask for less, or raise 'timeout'."
    return Fault("timeout", f"The statement on {name} was stopped after {seconds:g} s.", hint, where="python")


def cancelled(name: str) -> Fault:
    """A statement that another thread stopped."""
    return Fault("cancelled", f"The statement on {name} was stopped.", "", where="python")


def too_costly(name: str, cost: float, unit: str, most: float) -> Fault:
    """A statement that would cost more than it may; it was not run."""
    message = f"The statement would cost {cost:,.0f} {unit} on {name}, and {most:,.0f} are allowed."
    return Fault("cost", message, "Ask for less, or raise 'max_cost'.", where="python")


def guarded(name: str, cost: float | None, unit: str, reason: str) -> Fault:
    """A statement that a program's guard refuses; it was not run."""
    told = "an unknown amount of" if cost is None else f"{cost:,.0f}"
    message = (
        f"The statement on {name}, estimated at {told} {unit}, was refused{': ' + reason if reason else ''}."
    )
    return Fault("cost", message, "Ask for less.", where="python")


def no_estimate(name: str, reason: str) -> Fault:
    """A warehouse that does not tell what a statement would cost."""
    message = f"What the statement would cost on {name} is not known: {reason}"
    return Fault("cost", message, "Ask without 'max_cost' and 'guard'.", where="python")


def not_whole(what: str, value: object) -> Fault:
    """A bound that is no positive number."""
    return Fault("value", f"{shown(value)} is no {what}.", "Give a number above 0.", where="python")


def arrow_type(name: str, reason: str) -> Fault:
    """Values that do not fit the type which the first ones had."""
    message = f"The values of '{name}' do not fit one Arrow type: {reason}"
    return Fault("type", message, "Take rows instead of batches.", where="python")
