"""Colours, where a person looks on and wants them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Literal

Style = Literal["bold", "dim", "red", "green", "yellow", "blue", "magenta", "cyan"]
_CODES: Mapping[Style, int] = {
    "bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36,
}  # fmt: skip


def coloured(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream gets colours: a terminal does, unless ``NO_COLOR``; any does with ``FORCE_COLOR``.

    >>> import io
    >>> coloured(io.StringIO(), {}), coloured(io.StringIO(), {"FORCE_COLOR": "1"})
    (False, True)
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


class Painter:
    """Paints text, or leaves it alone.

    >>> Painter(False)("red", "text")
    'text'
    """

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: Style, text: str) -> str:
        """The text in a style."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and text else text
