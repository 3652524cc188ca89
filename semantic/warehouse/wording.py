"""What a warehouse says of an error, in one line and without secrets."""

from __future__ import annotations

from collections.abc import Iterable

from semantic.warehouse.secret import blotted

_LONGEST = 300


def reason(error: BaseException, secrets: Iterable[str]) -> str:
    r"""The first line of an error's text, with every secret blotted out.

    >>> reason(ValueError("no entry for 'p@ss'\nLINE 1: …"), ["p@ss"])
    "no entry for '***'"
    """
    text = str(error).strip() or type(error).__name__
    return blotted(text, secrets).splitlines()[0][:_LONGEST].rstrip()
