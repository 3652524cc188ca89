"""What goes wrong in a template, before it has its place."""

from __future__ import annotations

from collections.abc import Callable

from semantic import faults
from semantic.faults import Fault
from semantic.source import Span


class Trouble(Exception):
    """A fault that still lacks its place."""

    def __init__(self, at: Callable[[Span | None], Fault]) -> None:
        self.at = at
        super().__init__()


class Placed(Trouble):
    """A fault at a known offset of the text."""

    def __init__(self, offset: int, at: Callable[[Span | None], Fault]) -> None:
        self.offset = offset
        super().__init__(at)


def trouble(problem: str, hint: str = "") -> Trouble:
    """A template that does what templates must not."""
    return Trouble(lambda span: faults.bad_template(problem, span, hint))
