"""How the rows of a view differ before and after, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ValueDifference:
    """How the values of a column differ, in rows that are there before and after: in how many rows, by how
    much at most (of numbers), and the row where it is most."""

    name: str
    changed: int
    absolute: Any = None
    relative: float | None = None
    example: str | None = None


@dataclass(frozen=True)
class DataDifference:
    """How the rows of a view differ: how many there are, how many on one side only, with one of them, and the
    columns whose values changed.

    ``repeated`` are keys that several rows of a side share: their values are not compared. ``sample`` is how
    many keys were looked at where not all were. ``keys`` are the columns by which rows were matched, ``left``
    those whose values cannot be compared.
    """

    before: int
    after: int
    only_before: int
    only_after: int
    repeated: int
    example_before: str | None = None
    example_after: str | None = None
    keys: tuple[str, ...] = ()
    values: tuple[ValueDifference, ...] = ()
    left: tuple[str, ...] = ()
    sample: int | None = None

    @property
    def same(self) -> bool:
        """Whether no row that was looked at differs."""
        changed = any(value.changed for value in self.values)
        return not (self.only_before or self.only_after or self.repeated or changed)
