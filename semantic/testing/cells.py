"""Rows as they are written, taken apart into named columns and cells that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from semantic import faults
from semantic.faults import Fault
from semantic.source import Span, Text
from semantic.spec.kinds import ALIASES, TYPES
from semantic.spec.types import Cell, TypeName, Written

_NULLS = frozenset({"", "NULL", "null"})
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Header:
    """A column as a header names it, with the type if it says one."""

    name: str
    type: TypeName | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under a header; a row has a cell for each column."""

    headers: tuple[Header, ...]
    rows: tuple[tuple[Cell, ...], ...]


def grid(written: Written, what: str, span: Span | None, found: list[Fault]) -> Grid:
    r"""The rows that are written, as far as they can be read; what cannot is noted.

    >>> found: list[Fault] = []
    >>> rows = grid(Text("a, b: decimal\n1, 'x, y'\n, NULL"), "A", None, found)
    >>> [(header.name, header.type) for header in rows.headers]
    [('a', None), ('b', 'decimal')]
    >>> [[cell.text for cell in row] for row in rows.rows], found
    ([['1', 'x, y'], [None, None]], [])
    """
    if isinstance(written, Text):
        return _of_text(written, what, span, found)
    return _of_mappings(written, what, span, found)


# --- a text with a line a row -------------------------------------------------------------------------


def _of_text(text: Text, what: str, span: Span | None, found: list[Fault]) -> Grid:
    lines = [list(_cells(text, line, offset, found)) for line, offset in _lines(text)]
    if not lines:
        found.append(faults.no_header(what, text.span or span))
        return Grid((), ())
    headers = _headers([_Name(cell.text or "", cell.quoted, cell.span) for cell in lines[0]], what, found)
    rows = [tuple(row) for row in lines[1:]]
    for row in rows:
        if len(row) != len(headers):
            found.append(faults.row_length(len(row), len(headers), row[0].span))
    return Grid(headers, tuple(row for row in rows if len(row) == len(headers)))


def _lines(text: Text) -> Iterator[tuple[str, int]]:
    """Each line that says something, with the offset at which it starts."""
    offset = 0
    for line in text.split("\n"):
        said = line.strip()
        if said and not said.startswith("#"):
            yield line, offset
        offset += len(line) + 1


def _cells(text: Text, line: str, offset: int, found: list[Fault]) -> Iterator[Cell]:
    if '"' in line or "'" in line:
        yield from _quoted_cells(text, line, offset, found)
        return
    at = 0
    for part in line.split(","):
        word = part.strip()
        yield Cell(_null_or(word), False, text, offset + at + (part.index(word) if word else 0))
        at += len(part) + 1


def _null_or(word: str) -> str | None:
    return None if word in _NULLS else word


def _quoted_cells(text: Text, line: str, offset: int, found: list[Fault]) -> Iterator[Cell]:
    """The cells of a line, of which some start with a quote; only such a quote means anything."""
    at = 0
    while at <= len(line):
        start = at + len(line[at:]) - len(line[at:].lstrip())
        if start < len(line) and line[start] in _QUOTES:
            value, at = _quotation(text, line, start, offset, found)
            yield Cell(value, True, text, offset + start)
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            yield Cell(_null_or(line[at:end].strip()), False, text, offset + min(start, end))
            at = end
        at += 1


def _quotation(text: Text, line: str, start: int, offset: int, found: list[Fault]) -> tuple[str, int]:
    """What stands in quotes from ``start`` on, and where the cell ends."""
    quote = line[start]
    match = re.compile(f"{quote}((?:[^{quote}]|{quote}{quote})*){quote}").match(line, start)
    if match is None:
        found.append(faults.unclosed_quote(text.at(offset + start)))
        return line[start + 1 :], len(line)
    end = line.find(",", match.end())
    end = len(line) if end < 0 else end
    rest = line[match.end() : end].strip()
    value = match[1].replace(quote * 2, quote)
    if rest.startswith(":"):  # a quoted name with its type, in a header
        return f"{value}\0{rest[1:].strip()}", end
    if rest:
        found.append(faults.behind_quote(rest, text.at(offset + line.index(rest, match.end()))))
    return value, end


# --- a list of mappings -------------------------------------------------------------------------------


def _of_mappings(written: Written, what: str, span: Span | None, found: list[Fault]) -> Grid:
    assert not isinstance(written, Text)
    keys: dict[str, Text] = {}
    for row in written:
        for key in row:
            keys.setdefault(str(key), key)
    if not keys:
        found.append(faults.no_header(what, span))
        return Grid((), ())
    headers = _headers([_name(key) for key in keys.values()], what, found)
    rows = [tuple(row.get(key, Cell(None, False, key)) for key in keys.values()) for row in written]
    return Grid(headers, tuple(rows))


def _name(key: Text) -> _Name:
    """A key of a mapping; a name in double quotes is one of exactly that spelling."""
    match = re.match(r'"((?:[^"]|"")+)"\s*(?::(.*))?\Z', key)
    if match is None:
        return _Name(key, False, key.span)
    name = match[1].replace('""', '"')
    return _Name(name if match[2] is None else f"{name}\0{match[2].strip()}", True, key.span)


# --- headers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a header, perhaps with a type behind it."""

    text: str
    quoted: bool
    span: Span | None


def _headers(names: list[_Name], what: str, found: list[Fault]) -> tuple[Header, ...]:
    headers: list[Header] = []
    for each in names:
        name, _, kind = each.text.partition("\0" if each.quoted else ":")
        name = name if each.quoted else name.strip()
        if not name:
            found.append(faults.no_header(what, each.span))
        elif name in {header.name for header in headers}:
            found.append(faults.column_twice(name, each.span))
        headers.append(Header(name, _type(kind.strip(), each.span, found), each.span))
    return tuple(headers)


def _type(word: str, span: Span | None, found: list[Fault]) -> TypeName | None:
    if not word:
        return None
    known = ALIASES.get(word.lower())
    if known is None:
        found.append(faults.no_type(word, TYPES, span))
    return known  # type: ignore[return-value]  # the names of all types are the values of ALIASES
