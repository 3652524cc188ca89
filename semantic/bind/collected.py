"""Faults of several things, so that one run tells them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from semantic.faults import Fault, SemanticError

T = TypeVar("T")
U = TypeVar("U")


class Collected:
    """Faults that are told together."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, found: Iterable[Fault]) -> None:
        """Keep some faults for later."""
        self.found += found

    def each(self, items: Iterable[T], bind_one: Callable[[T], U]) -> list[U]:
        """Bind each item, keeping the faults of those that fail."""
        result: list[U] = []
        for item in items:
            try:
                result.append(bind_one(item))
            except SemanticError as error:
                self.add(error.faults)
        return result

    def stop(self) -> None:
        """Raise `SemanticError` with all that was found, if anything was."""
        if self.found:
            raise SemanticError(self.found)
