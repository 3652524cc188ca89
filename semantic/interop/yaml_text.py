"""YAML as a person writes it: short items on one line, long ones in blocks, quotes only where needed.

A tree is made of mappings, lists, texts, numbers, ``True``, ``False`` and ``None``. `Noted` puts a comment
at what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap
from typing import Any, TypeAlias

#: Mappings of texts to trees, lists of trees, scalars, and any of them `Noted`.
Tree: TypeAlias = Any

WIDTH = 110
_WORD = re.compile(r"[A-Za-z_][\w.]*(?: [A-Za-z_][\w.]*)*\Z", re.ASCII)
_UNPLAIN = re.compile(r"(?:null|true|false|yes|no|on|off|y|n)\Z", re.IGNORECASE)
_PRINTABLE = re.compile("[\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\U00010000-\U0010ffff]*\\Z")
_UNWRITABLE = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_ESCAPED = re.compile('[\\\\"\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]')


@dataclass(frozen=True, slots=True)
class Noted:
    """A tree with a comment, in one line or several."""

    value: Tree
    note: str


def written(tree: Mapping[str, Tree], width: int = WIDTH) -> str:
    """The text of a mapping, with a blank line between its lists.

    >>> print(written({"name": "shop", "models": [{"name": "orders", "dimensions": ["a", {"name": "b"}]}]}))
    name: shop
    <BLANKLINE>
    models:
      - name: orders
        dimensions:
          - a
          - {name: b}
    <BLANKLINE>
    """
    parts: list[str] = []
    for key, value in tree.items():
        lines = list(_entry(key, value, 0, width))
        if parts and (len(lines) > 1 or "\n\n" in parts[-1]):
            parts.append("")
        parts += lines
    return "".join(f"{line}\n" for line in parts)


def _entry(key: str, value: Tree, indent: int, width: int) -> Iterator[str]:
    """A key of a mapping with its value: on one line where that is short, else below it."""
    value, notes = _told(value)
    pad, name = " " * indent, _key(key, flow=False)
    short = None if _long_list(value, indent) else one_line(value)
    fits = short is not None and len(pad) + len(name) + 2 + len(short) <= width
    yield from _comment(notes, pad, width)
    if isinstance(value, str):
        yield from _text(f"{pad}{name}:", value, indent, width)
    elif fits:
        yield f"{pad}{name}: {short}"
    elif isinstance(value, Mapping):
        yield f"{pad}{name}:"
        for inner, each in value.items():
            yield from _entry(inner, each, indent + 2, width)
    else:
        yield f"{pad}{name}:"
        for each in value:
            yield from _item(each, indent + 2, width)


def _item(value: Tree, indent: int, width: int) -> Iterator[str]:
    """An item of a list: on one line, or as a block behind its dash."""
    value, notes = _told(value)
    pad = " " * indent
    short = None if _has_blocks(value) else one_line(value)
    if short is not None and len(pad) + 2 + len(short) <= width:
        yield from _noted(f"{pad}- {short}", notes, pad, width)
        return
    yield from _comment(notes, pad, width)
    if isinstance(value, Mapping):
        lines = (line for key, each in value.items() for line in _entry(key, each, indent + 2, width))
        yield from _dashed(lines, pad)
    elif isinstance(value, str):
        yield from _text(f"{pad}-", value, indent, width)
    else:
        yield f"{pad}-"
        for each in value:
            yield from _item(each, indent + 2, width)


def _dashed(lines: Iterator[str], pad: str) -> Iterator[str]:
    """The lines of a block with the dash before its first key, below the comments that stand above it."""
    dashed = False
    for line in lines:
        comment = line.lstrip().startswith("#")
        yield line if dashed or comment else f"{pad}- {line[len(pad) + 2 :]}"
        dashed = dashed or not comment


def _text(start: str, value: str, indent: int, width: int) -> Iterator[str]:
    """A text behind its key or dash: as it is, or below where it has lines or is long."""
    scalar = _scalar(value, flow=False)
    if "\n" in value and _literal(value):
        yield f"{start} |{'' if value.endswith(chr(10)) else '-'}"
        for line in value.removesuffix("\n").split("\n"):
            yield f"{' ' * (indent + 2)}{line}" if line else ""
    elif len(start) + 1 + len(scalar) > width and _foldable(value):
        yield f"{start} >-"
        yield from wrap(
            value, width, initial_indent=" " * (indent + 2), subsequent_indent=" " * (indent + 2),
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    else:
        yield f"{start} {scalar}"


def _literal(value: str) -> bool:
    """Whether lines can stand as they are: none looks like an end, an indent or something unprintable."""
    lines = value.removesuffix("\n").split("\n")
    return (
        bool(lines[0])
        and not lines[0][0].isspace()
        and lines[-1] != ""
        and all(_PRINTABLE.match(line) and not _strange(line) and line == line.rstrip() for line in lines)
    )


def _foldable(value: str) -> bool:
    """Whether a long text can be broken at its spaces and read back the same."""
    return bool(_PRINTABLE.match(value)) and not _strange(value) and value == " ".join(value.split())


def _strange(value: str) -> bool:
    return any(each in value for each in "\u2028\u2029\x85")


# --- one line -----------------------------------------------------------------------------------------


def one_line(tree: Tree) -> str | None:
    """A tree on one line, or ``None`` where a comment or a text of several lines is in it.

    >>> one_line({"name": "sales", "sql": "sum(a, b)", "per": ["x", 1, None, True]})
    '{name: sales, sql: "sum(a, b)", per: [x, 1, null, true]}'
    """
    if isinstance(tree, Noted) or (isinstance(tree, str) and "\n" in tree):
        return None
    if isinstance(tree, Mapping):
        pairs = [(key, one_line(value)) for key, value in tree.items()]
        if any(value is None for _, value in pairs):
            return None
        return "{" + ", ".join(f"{_key(key, flow=True)}: {value}" for key, value in pairs) + "}"
    if isinstance(tree, (list, tuple)):
        items = [one_line(each) for each in tree]
        return None if None in items else "[" + ", ".join(map(str, items)) + "]"
    return _scalar(tree, flow=True)


def _has_blocks(value: Tree) -> bool:
    """Whether a mapping holds a list of mappings, which reads better below it."""
    if not isinstance(value, Mapping):
        return False
    return any(_long_list(_told(each)[0], 4) for each in value.values())


def _long_list(value: Tree, indent: int) -> bool:
    """Whether a list's items stand below each other: those of a file do, and mappings do."""
    if not isinstance(value, (list, tuple)) or not value:
        return False
    return indent == 0 or any(isinstance(_told(each)[0], Mapping) for each in value)


def _key(key: str, *, flow: bool) -> str:
    """A key; words stand as they are, ``on`` included, which some readers take for a boolean as a value."""
    plain = _WORD.match(key) and key.lower() not in ("null", "true", "false")
    return key if plain else _scalar(key, flow=flow)


@lru_cache(maxsize=20_000, typed=True)
def _scalar(value: Any, *, flow: bool) -> str:
    """A scalar, plain where YAML reads it back as the same."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return value if _is_plain(value, flow) else quoted(value)


def _is_plain(value: str, flow: bool) -> bool:
    if not value or _WORD.match(value):
        return bool(value) and not _UNPLAIN.match(value)
    from io import StringIO

    from yaml import ScalarNode
    from yaml.emitter import Emitter
    from yaml.resolver import Resolver

    found = Emitter(StringIO(), allow_unicode=True).analyze_scalar(value)
    if not (found.allow_flow_plain if flow else found.allow_block_plain) or found.multiline:
        return False
    if not _PRINTABLE.match(value) or value[0] == "=":
        return False
    tag = Resolver().resolve(ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag == "tag:yaml.org,2002:str")


def quoted(value: str) -> str:
    r"""A text in quotes: double ones, or single ones where it holds double ones and no others.

    >>> print(quoted("it's"), quoted('a "b" c'), quoted("tab\t"))
    "it's" 'a "b" c' "tab\t"
    """
    single = ('"' in value or "\\" in value) and "'" not in value
    if single and _PRINTABLE.match(value) and not _strange(value):
        return f"'{value}'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _ESCAPES.get(found[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


# --- comments -----------------------------------------------------------------------------------------


def _told(value: Tree) -> tuple[Tree, str]:
    """A tree and its comment."""
    notes: list[str] = []
    while isinstance(value, Noted):
        notes.append(value.note)
        value = value.value
    return value, "\n".join(notes)


def _noted(line: str, notes: str, pad: str, width: int) -> Iterator[str]:
    """A line with its comment behind it, or above it where that is too long."""
    plain = " ".join(_UNWRITABLE.sub(" ", notes).split())
    if plain and "\n" not in notes and len(line) + 4 + len(plain) <= width:
        yield f"{line}  # {plain}"
    else:
        yield from _comment(notes, pad, width)
        yield line


def _comment(notes: str, pad: str, width: int) -> Iterator[str]:
    for note in _lines_of(notes):
        for line in wrap(note, width - len(pad) - 2) or [""]:
            yield f"{pad}# {line}".rstrip()


def _lines_of(notes: str) -> list[str]:
    """The lines of a comment, without what YAML has no room for."""
    return [_UNWRITABLE.sub(" ", line) for line in notes.split("\n")] if notes else []
