"""Where a thing stands in the files: spans, and text that remembers its place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file; line and column count from 1, as editors do.

    >>> str(Span("models.yml", 7, 5))
    'models.yml:7:5'
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Text(str):
    r"""A string from a file (or a question) that knows where each of its characters stands.

    ``starts`` holds, for every line of the value, the (line, column) of its first character in the
    file; it is empty for text that stands in no file, and then ``at`` answers ``None``. ``breaks``
    holds (offset, line, column) wherever a line of the value and the file part ways: a folded line,
    an escaped character.

    >>> Text("sum(amount)", "m.yml", ((3, 9),)).at(4)
    Span(file='m.yml', line=3, column=13)
    >>> Text("a\nb", "m.yml", ((3, 5), (4, 5))).at(2)
    Span(file='m.yml', line=4, column=5)
    >>> Text("sum(a) + sum(b)", "m.yml", ((3, 9),), ((7, 4, 5),)).at(9)
    Span(file='m.yml', line=4, column=7)
    """

    __slots__ = ("breaks", "file", "starts")
    file: str
    starts: tuple[tuple[int, int], ...]
    breaks: tuple[tuple[int, int, int], ...]

    def __new__(  # noqa: D102  # the class says it
        cls,
        value: str,
        file: str = "",
        starts: tuple[tuple[int, int], ...] = (),
        breaks: tuple[tuple[int, int, int], ...] = (),
    ) -> Text:
        text = str.__new__(cls, value)
        text.file = file
        text.starts = starts
        text.breaks = breaks
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return (Text, (str(self), self.file, self.starts, self.breaks))

    @property
    def span(self) -> Span | None:
        """The place of the first character."""
        return self.at(0)

    def at(self, offset: int) -> Span | None:
        """The place of the character at ``offset`` (counted from 0 in the value)."""
        if not self.starts:
            return None
        before = self[:offset]
        row = min(before.count("\n"), len(self.starts) - 1)
        first, (line, column) = before.rfind("\n") + 1, self.starts[row]
        nearest = bisect_right(self.breaks, offset, key=lambda each: each[0]) - 1
        if nearest >= 0 and self.breaks[nearest][0] >= first:
            first, line, column = self.breaks[nearest]
        return Span(self.file, line, column + len(before) - first)
