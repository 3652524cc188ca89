"""What a warehouse says of an error, in one line and without secrets."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_LONGEST = 300
_HIDDEN = "***"


def reason(error: BaseException, secrets: Iterable[str]) -> str:
    r"""The first line of an error's text, with every secret blotted out.

    >>> reason(ValueError("no entry for 'p@ss'\nLINE 1: …"), ["p@ss"])
    "no entry for '***'"
    """
    text = str(error).strip() or type(error).__name__
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, _HIDDEN)
    return text.splitlines()[0][:_LONGEST].rstrip()
