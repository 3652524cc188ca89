"""One file while it is read: its lines, its faults, and where each character of a value stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.faults import Fault
from semantic.source import Span, Text
from semantic.spec.nodes import Branch, Node, Unreadable

MAX_FAULTS = 200
_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Page:
    """A file being read."""

    __slots__ = ("_lines", "faults", "file", "source")

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.source = source
        self.faults: list[Fault] = []
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines of the file as YAML counts them."""
        if self._lines is None:
            self._lines = self.source.splitlines()
        return self._lines

    def fault(self, fault: Fault) -> None:
        """Notes a fault; reading goes on, up to a limit."""
        self.faults.append(fault)
        if len(self.faults) > MAX_FAULTS:
            raise Unreadable(faults.too_many_faults(MAX_FAULTS, Span(self.file, 1, 1)))

    def span(self, node: Node) -> Span:
        """The place of the first character of a node."""
        mark: Any = node.start_mark
        return Span(self.file, mark.line + 1, mark.column + 1)

    def text(self, node: ScalarEvent) -> Text:
        """The value of a scalar, with the place of each of its characters."""
        value, style = node.value, node.style
        start: Any = node.start_mark
        end: Any = node.end_mark
        line, column = start.line + 1, start.column + 1
        if end.line == line - 1:
            if not style:
                return Text(value, self.file, ((line, column),))
            if end.column - column - 1 == len(value) and style in "'\"":
                return Text(value, self.file, ((line, column + 1),))
        if style == "|":
            return Text(value, self.file, _literal_starts(value, self.lines, line))
        return Text(value, self.file, *_scattered(value, self.lines, line - 1, column - 1, style or ""))


def is_null(node: ScalarEvent) -> bool:
    """Whether nothing stands there: an empty value, ``~`` or ``null`` without quotes."""
    return node.value in _NULLS and not node.style


def given(node: Node) -> str:
    """What stands there, in words."""
    if isinstance(node, Branch):
        return "a mapping" if node.mapping else "a list"
    return f"'{shortened(node.value)}'" if node.value else "empty"


def shortened(text: str) -> str:
    """A value as it fits into a message.

    >>> shortened("word " * 20)
    'word word word word word word word word …'
    """
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:40].rstrip() + " …"


def _literal_starts(value: str, lines: list[str], header: int) -> tuple[tuple[int, int], ...]:
    """A row of a literal block is the end of its line in the file, so the lengths tell the indent."""
    rows = value.split("\n")
    body = lines[header : header + len(rows)]
    starts = [
        (header + 1 + at, len(line) - len(row) + 1)
        for at, (row, line) in enumerate(zip(rows, body, strict=False))
    ]
    return tuple(starts) or ((header, 1),)


_Breaks = tuple[tuple[int, int, int], ...]


def _scattered(
    value: str, lines: list[str], line: int, column: int, style: str
) -> tuple[tuple[tuple[int, int], ...], _Breaks]:
    """Starts and breaks of a scalar that is folded or escaped."""
    if style == ">":
        line, column = line + 1, 0
    elif style:
        column += 1
    starts: list[tuple[int, int]] = []
    breaks: list[tuple[int, int, int]] = []
    expected, new_row = (line, column), True
    for offset, place in enumerate(_places(value, lines, line, column, style)):
        if new_row:
            starts.append((place[0] + 1, place[1] + 1))
        elif place != expected:
            breaks.append((offset, place[0] + 1, place[1] + 1))
        expected, new_row = (place[0], place[1] + 1), value[offset] == "\n"
    if new_row:
        starts.append((expected[0] + 1, expected[1] + 1))
    return tuple(starts), tuple(breaks)


def _places(value: str, lines: list[str], line: int, column: int, style: str) -> Iterator[tuple[int, int]]:
    """The (line, column) of each character of the value, found by walking value and file together.

    Apart from white space and escapes both hold the same characters in the same order.
    """
    for character in value:
        step = None
        while step is None:
            rest = lines[line][column : column + 2] if line < len(lines) else character
            step = _step(character, rest, style)
            if step is None and style == '"' and rest == "\\":  # an escaped end of line, and its indent
                line += 1
                column = len(lines[line]) - len(lines[line].lstrip()) if line < len(lines) else 0
            elif step is None:  # white space of the file that the value does not have
                line, column = (line, column + 1) if rest[0:1].isspace() else (line + 1, 0)
        yield line, column
        column += step


def _step(character: str, rest: str, style: str) -> int | None:
    """How far a character of the value takes us in the file, or ``None`` when it stands further on."""
    if style == '"' and rest[:1] == "\\":
        return _ESCAPE_LENGTHS.get(rest[1], 2) if rest[1:] else None
    if rest[:1] == character:
        return 2 if style == "'" and character == "'" else 1
    return 0 if character.isspace() else None
