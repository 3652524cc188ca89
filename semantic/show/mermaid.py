"""Texts in Mermaid's words."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text inside of the quotes of a label.

    >>> quoted('a "b"')
    'a #34;b#34;'
    """
    return "".join(f"#{ord(c)};" if c in '"#;<>&' or not c.isprintable() else c for c in text)
