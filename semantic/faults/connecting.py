"""Faults of connections: why there is none, and why one is of no use."""

from __future__ import annotations

from collections.abc import Mapping

from semantic.faults.base import Fault
from semantic.source import Span

#: The code of a fault and its remedy, by the cause that a warehouse's error has.
_CAUSES: Mapping[str, tuple[str, str]] = {
    "login": ("connection", "Check the user and the password, the key or the token of the URL."),
    "database": ("connection", "Check the name of the database, the project or the warehouse in the URL."),
    "host": ("connection", "Check the host (or the account) and the port of the URL, and the network."),
    "lost": ("connection", "Nothing of a transaction that was not committed stays; run it again."),
    "permission": ("permission", "docs/connections.md lists the permissions that each command needs."),
    "read_only": ("permission", "The session, its role or the file only reads."),
    "timeout": ("timeout", "Allow more time, or ask for less."),
}


def no_connection(name: str, cause: str, reason: str, span: Span | None) -> Fault:
    """A warehouse that lets nobody in, or does not answer."""
    _, hint = _CAUSES.get("host" if cause in ("lost", "timeout") else cause, ("", ""))
    return Fault("connection", f"There is no connection to {name}: {reason}", hint, span, "target")


def statement_failed(name: str, cause: str, reason: str, span: Span | None) -> Fault:
    """A statement that a warehouse does not finish."""
    code, hint = _CAUSES.get(cause, ("warehouse", "'semantic sql' shows the statement."))
    if cause == "lost":
        message = f"The connection to {name} was lost while a statement ran: {reason}"
    else:
        message = f"The statement fails on {name}: {reason}"
    return Fault(code, message, hint, span, "target")


def stopped(name: str, seconds: float, span: Span | None) -> Fault:
    """A statement that ran longer than it may."""
    message = f"The statement was stopped on {name} after {seconds:g} s."
    return Fault("timeout", message, _CAUSES["timeout"][1], span, "target")
