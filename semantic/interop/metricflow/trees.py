"""YAML and JSON as plain values, so that one reader reads both.

JSON is what the `json` module makes of it. YAML becomes the same, with places: mappings and lists that know
where each of their values stands, and `Word` for every scalar, as it was written, with no type put on it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypeAlias

from semantic import faults
from semantic.faults import SemanticError
from semantic.source import Span

Tree: TypeAlias = Any  # None, str, int, float, bool, list or dict of these

_TRUE = frozenset(("true", "yes", "on"))
_FALSE = frozenset(("false", "no", "off"))
_WHOLE = re.compile(r"[-+]?\d[\d_]*")
_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?")


class Word(str):
    """A scalar of a YAML file; ``plain`` without quotes."""

    __slots__ = ("plain",)
    plain: bool

    def __new__(cls, text: str, plain: bool) -> Word:  # noqa: D102  # the class says it
        word = str.__new__(cls, text)
        word.plain = plain
        return word


class Mapped(dict[str, Tree]):
    """A mapping of a YAML file: ``at`` is its place, ``places`` those of its values."""

    __slots__ = ("at", "places")
    at: Span
    places: dict[str, Span]


class Listed(list[Tree]):
    """A list of a YAML file and the places of its items."""

    __slots__ = ("places",)
    places: list[Span]


def text_of(path: Path, name: str) -> str:
    """What stands in a file, which ``name`` names in messages."""
    start = Span(name, 1, 1)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it is not there"
        raise SemanticError([faults.unreadable_file(reason, start)]) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = Span(name, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise SemanticError([faults.not_utf8(line)]) from None


def json_tree(text: str, name: str) -> Tree:
    """A JSON text as values."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fault = faults.not_json(error.msg, Span(name, error.lineno, error.colno))
        raise SemanticError([fault]) from None
    except RecursionError:
        raise SemanticError([faults.json_too_deep(name)]) from None
    except ValueError:  # a number of more digits than Python converts
        raise SemanticError([faults.not_json("a number has too many digits", name)]) from None


def as_bool(tree: Tree) -> bool | None:
    """A truth value, or ``None`` if this is none.

    >>> as_bool(Word("Yes", True)), as_bool(False), as_bool("perhaps")
    (True, False, None)
    """
    if isinstance(tree, bool):
        return tree
    word = tree.lower() if isinstance(tree, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def as_int(tree: Tree) -> int | None:
    """A whole number, or ``None`` if this is none.

    >>> as_int(Word("-3", True)), as_int(7), as_int(True), as_int(1.5)
    (-3, 7, None, None)
    """
    if isinstance(tree, Word) and _WHOLE.fullmatch(tree) and len(tree) < 40:
        return int(tree)
    return tree if isinstance(tree, int) and not isinstance(tree, bool) else None


def as_float(tree: Tree) -> float | None:
    """A number, or ``None`` if this is none.

    >>> as_float(Word(".95", True)), as_float(1), as_float("x")
    (0.95, 1.0, None)
    """
    if isinstance(tree, Word) and _NUMBER.fullmatch(tree) and len(tree) < 40:
        return float(tree)
    return float(tree) if isinstance(tree, (int, float)) and not isinstance(tree, bool) else None


def as_data(tree: Tree) -> Any:
    """Values with the types that YAML gives to words without quotes.

    >>> as_data([Word("1", True), Word("1", False), Word("no", True)])
    [1, '1', False]
    """
    if isinstance(tree, dict):
        return {key: as_data(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [as_data(value) for value in tree]
    return _typed(tree) if isinstance(tree, Word) else tree


def _typed(word: Word) -> Any:
    if not word.plain:
        return str(word)
    for convert in (as_int, as_float, as_bool):
        value: Any = convert(word)
        if value is not None:
            return value
    return str(word)
