"""Why a warehouse refuses: its SQLSTATE where it gives one, else what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Cause = Literal["login", "database", "host", "lost", "permission", "read_only", "timeout", "missing", "other"]

#: The beginning of a SQLSTATE, longest first.
_STATES: tuple[tuple[str, Cause], ...] = (
    ("28", "login"),
    ("3D000", "database"),
    ("25006", "read_only"),
    ("42501", "permission"),
    ("57014", "timeout"),
    ("55P03", "timeout"),
    ("57P", "lost"),
    ("HYT", "timeout"),
    ("08", "lost"),
    ("42P01", "missing"),
    ("42703", "missing"),
    ("3F000", "missing"),
    ("02000", "missing"),
    ("42S02", "missing"),
)  # fmt: skip
#: What warehouses, their drivers and the network say, most telling first.
_WORDS: tuple[tuple[str, Cause], ...] = (
    (
        r"password authentication failed|no password supplied|incorrect username or password|jwt token"
        r"|authentication failed|invalid_grant|could not automatically determine credentials"
        r"|default credentials were not found|authentication token|role .* does not exist|pg_hba"
        r"|private key|bad decrypt|could not deserialize key|failed to authenticate|invalid oauth",
        "login",
    ),
    (r"database \"[^\"]*\" does not exist|project .* (not found|does not exist)", "database"),
    (
        r"could not translate host|failed to resolve|name or service not known|getaddrinfo|nodename nor"
        r"|connection refused|no route to host|network is unreachable|failed to establish a new connection"
        r"|max retries exceeded|name resolution|login-request|certificate verify|no such file or directory",
        "host",
    ),
    (r"terminating connection|server closed the connection|connection (is )?(lost|closed|reset|aborted)"
     r"|broken pipe|remote end closed|ssl connection has been closed|consuming input failed", "lost"),
    (r"read[- ]only", "read_only"),
    (r"permission denied|access denied|insufficient privileges|not authorized|403 ", "permission"),
    (r"timeout|timed out|canceling statement|reached its statement|deadline", "timeout"),
    (r"does not exist|not found|no such", "missing"),
)  # fmt: skip


def cause(error: BaseException) -> Cause:
    """Why, as far as it can be told; drivers wrap what they got from others.

    >>> cause(OSError("[Errno -2] Name or service not known"))
    'host'
    """
    errors = list(_chain(error))
    states = [str(state) for each in errors if (state := getattr(each, "sqlstate", None))]
    text = "\n".join(map(str, errors)).lower()
    said: Cause = next((found for pattern, found in _WORDS if re.search(pattern, text)), "other")
    if not states or (states[0].startswith("08") and said != "other"):
        return said
    return next((found for start, found in _STATES if states[0].startswith(start)), "other")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was raised from."""
    for _ in range(8):
        if error is None:
            return
        yield error
        error = getattr(error, "orig", None) or error.__cause__
