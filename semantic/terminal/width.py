"""How much room text takes in a terminal, where a Korean or Chinese character takes two columns."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_NOTHING = ("Mn", "Me", "Cf")  # accents above another character, joiners
_HIDDEN = ("Cc", "Cs", "Zl", "Zp")  # what would move the cursor, or cannot be written
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def width(text: str) -> int:
    r"""The columns that a line of text takes.

    >>> width("sales"), width("매출"), width("é"), width("e\u0301")
    (5, 4, 1, 1)
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if east_asian_width(character) in "WF":
        return 2
    return 0 if category(character) in _NOTHING else 1


def printable(text: str) -> str:
    r"""The text with everything escaped that a terminal would obey instead of show.

    >>> printable("two\nlines \x1b[31m")
    'two\\nlines \\x1b[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(c) if category(c) in _HIDDEN or c in _DIRECTION else c for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def cut(text: str, room: int) -> str:
    """The text, or as much of it as there is room for, with an ellipsis.

    >>> cut("categories", 6), cut("매출액", 4), cut("one", 3)
    ('categ…', '매…', 'one')
    """
    if width(text) <= room:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns(character)
        if used > room - 1:
            break
        kept.append(character)
    return "".join(kept) + "…" if room else ""


def pad(text: str, room: int, *, right: bool = False) -> str:
    """The text with spaces behind it (or before it) up to a width.

    >>> pad("매출", 6) + "|", pad("7", 3, right=True)
    ('매출  |', '  7')
    """
    spaces = " " * (room - width(text))
    return spaces + text if right else text + spaces
