"""SQL in colours, by its surface: comments, texts, numbers, keywords, functions."""

from __future__ import annotations

import re

from semantic.terminal.style import Painter, Style

_KEYWORDS = """
all and any as asc at between by case cast cross current_date date desc distinct else end except
exists extract false filter following for from full group having in inner intersect interval is join
last lateral left like limit materialized not null nulls first on or order outer over partition
preceding qualify range recursive right row rows select table then time timestamp true unbounded
union unnest using values when where window with within zone
"""
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*)"
    r"|(?P<text>'(?:[^'\\]|''|\\.)*')"
    r"|(?P<name>\"(?:[^\"]|\"\")*\"|`[^`]*`)"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)"
    rf"|(?P<keyword>\b(?:{'|'.join(_KEYWORDS.split())})\b)"
    r"|(?P<function>\b[A-Za-z_]\w*(?=\())",
    re.IGNORECASE,
)
_STYLES: dict[str, Style] = {
    "comment": "dim", "text": "green", "number": "magenta", "keyword": "blue", "function": "cyan",
}  # fmt: skip


def highlighted(sql: str, paint: Painter) -> str:
    r"""The statement painted; without colours it is left as it is.

    >>> highlighted("SELECT 1 -- one", Painter(True))
    '\x1b[34mSELECT\x1b[0m \x1b[35m1\x1b[0m \x1b[2m-- one\x1b[0m'
    """
    return _TOKEN.sub(lambda match: _painted(match, paint), sql) if paint.on else sql


def _painted(match: re.Match[str], paint: Painter) -> str:
    style = _STYLES.get(str(match.lastgroup))
    return paint(style, match[0]) if style else match[0]
