"""What a call over the columns of the table gives, row by row, computed in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.contracts.rows import Row


class Case(NamedTuple):
    """A call over columns of the table, and what it gives for a row."""

    text: str
    expected: Callable[[Row], Any]


Cases = dict[str, list[Case]]


def of(text: str, function: Callable[..., Any], *columns: str) -> Case:
    """A call that is NULL where any of its columns is."""

    def expected(row: Row) -> Any:
        arguments = [getattr(row, column) for column in columns]
        return None if None in arguments else function(*arguments)

    return Case(text, expected)


def fixed(text: str, value: Any) -> Case:
    """A call that gives the same for every row."""
    return Case(text, lambda row: value)


def one(name: str, arguments: str, function: Callable[..., Any], *columns: str) -> Cases:
    """A function with a single case."""
    return {name: [of(f"{name}({arguments})", function, *columns)]}
