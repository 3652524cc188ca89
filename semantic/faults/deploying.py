"""Faults of deploying: what is in the way of a view, and what is not done without being told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from semantic.faults.base import Fault, either
from semantic.source import Span


def not_ours(view: str, kind: str, called: str, span: Span | None) -> Fault:
    """An object of somebody else where a view is to stand."""
    what = kind.replace("_", " ")
    message = f"The {what} {called} stands where the view '{view}' is to be, and is not of a project."
    hint = "It is never replaced: drop or rename it by hand, or call the view otherwise with 'as'. "
    hint += "A view that somebody created again by hand has lost its comment, and so its project."
    return Fault("in_the_way", message, hint, span)


def of_another(view: str, called: str, project: str, span: Span | None) -> Fault:
    """A view of another project where one of this project is to stand."""
    message = f"{called}, where the view '{view}' is to be, belongs to the project '{project}'."
    hint = "Give the view another schema or another name with 'as'."
    return Fault("in_the_way", message, hint, span)


def no_schema(view: str, schema: str, span: Span | None) -> Fault:
    """A schema that is not there, or that nobody lets this user see."""
    message = f"There is no schema {schema} for the view '{view}'." if schema else (
        f"It is not said in which schema the view '{view}' is made."
    )  # fmt: skip
    hint = "Make it with CREATE SCHEMA, and grant the user of the target to use it and to create in it."
    return Fault("missing", message, hint, span)


def read_by_others(view: str, called: str, readers: Sequence[str], why: str, span: Span | None) -> Fault:
    """A view that has to be dropped while somebody else's objects read it."""
    names = ", ".join(readers[:8]) + (f" and {len(readers) - 8} more" if len(readers) > 8 else "")
    message = f"{called} ({why}) has to be dropped and made again, and is read by {names}."
    hint = "Drop these by hand and make them again afterwards, or only add columns at the end of the view."
    return Fault("dependents", message, hint, span)


def drifted(names: Sequence[str]) -> Fault:
    """Views that somebody changed by hand."""
    message = f"Changed by hand on the target: {either(names) if len(names) == 1 else _listed(names)}."
    hint = "'semantic plan' shows the changes; '--force-drifted' replaces them."
    return Fault("drifted", message, hint, where="target")


def moved_on(names: Sequence[str]) -> Fault:
    """Objects that became something else after they were looked at."""
    message = f"Changed on the target since the plan was made: {_listed(names)}."
    return Fault("conflict", message, "Somebody else deploys, too; look at the plan again.", where="target")


def busy(seconds: float) -> Fault:
    """Somebody else deploys at the same time."""
    message = f"Another 'semantic apply' is running there; nothing was changed after waiting {seconds:g} s."
    return Fault(
        "busy",
        message,
        "Run it again when that has ended, or wait longer with '--lock-timeout'.",
        where="target",
    )


def not_made(view: str, fault: Fault, done: str, span: Span | None) -> Fault:
    """A view that the target does not take."""
    return replace(fault, message=f"The view '{view}' was not deployed: {fault.message} {done}", span=span)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
