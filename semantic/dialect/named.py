"""The names of the targets; what they answer is read by `loader`."""

from __future__ import annotations

from functools import cache

from semantic.rooms import room

FILE = "dialect.yaml"


@cache
def names() -> tuple[str, ...]:
    """The targets there are: the folders of ``dialects/``.

    >>> "duckdb" in names()
    True
    """
    return tuple(sorted(path.parent.name for path in room("dialects").glob(f"*/{FILE}")))
