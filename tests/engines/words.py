"""The words of a statement, cut as the vendor documents it; sqlglot and the emulators have no part in this.

Snowflake: docs.snowflake.com/en/sql-reference/identifiers-syntax and …/data-types-text#string-constants.
BigQuery: cloud.google.com/bigquery/docs/reference/standard-sql/lexical.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple


class Word(NamedTuple):
    """A token: a ``word`` without quotes, a quoted ``name``, a ``text``, a ``number`` or a ``sign``."""

    kind: str
    text: str

    @property
    def upper(self) -> str:
        """In capitals, if it is a keyword or a name that case does not matter to."""
        return self.text.upper() if self.kind == "word" else self.text


class NoWordError(ValueError):
    """A character that begins no token of the dialect."""


_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TRIPLE = r'(?:[rRbB]{1,2})?(?:"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\')'
_SINGLE = r'(?:[rRbB]{1,2})?(?:"(?:\\.|[^\\"\n])*"|\'(?:\\.|[^\\\'\n])*\')'
_SIGNS = r"<=|>=|<>|!=|\|\||<<|>>|=>|[-+*/%=<>(),.;\[\]{}"

#: A pattern for each kind of token; the first that fits is taken.
PATTERNS = {
    "snowflake": {
        "space": r"\s+|--[^\n]*|/\*.*?\*/",
        "text": r"'(?:\\.|''|[^\\'])*'|\$\$.*?\$\$",
        "name": r'"(?:""|[^"])*"',
        "number": _NUMBER,
        "word": r"[A-Za-z_][A-Za-z0-9_$]*",
        "sign": rf"::|->|//|{_SIGNS}:]",
    },
    "bigquery": {
        "space": r"\s+|--[^\n]*|#[^\n]*|/\*.*?\*/",
        "text": f"{_TRIPLE}|{_SINGLE}",
        "name": r"`(?:\\.|[^\\`\n])+`",
        "number": rf"0[xX][0-9a-fA-F]+|{_NUMBER}",
        "word": r"@{0,2}[A-Za-z_][A-Za-z0-9_]*",
        "sign": rf"->|{_SIGNS}&|^~@?:]",
    },
}


@cache
def _pattern(dialect: str) -> re.Pattern[str]:
    kinds = (f"(?P<{kind}>{pattern})" for kind, pattern in PATTERNS[dialect].items())
    return re.compile("|".join(kinds), re.S)


@lru_cache(maxsize=64)
def words(sql: str, dialect: str) -> tuple[Word, ...]:
    r"""The tokens of a statement, comments left out.

    >>> [word.text for word in words("SELECT \"a b\", 'x\\'y' -- end", "snowflake")]
    ['SELECT', '"a b"', ',', "'x\\'y'"]

    Raises NoWordError where no token begins: at a letter that only a quoted name may have, for example.
    """
    found, place = [], 0
    for match in _pattern(dialect).finditer(sql):
        if match.start() != place:
            break
        place = match.end()
        if match.lastgroup != "space":
            found.append(Word(str(match.lastgroup), match.group()))
    if place != len(sql):
        raise NoWordError(f"no {dialect} token begins at {sql[place : place + 20]!r}")
    return tuple(found)


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_ESCAPED = re.compile(r"\'\'|\\([0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)


def snowflake_value(text: str) -> str:
    r"""The value of a text as Snowflake reads it; a backslash before any other letter says nothing.

    >>> snowflake_value("'it''s\\d \\\\d\\n'") == "it's" + "d \\d" + chr(10)
    True
    """
    if text.startswith("$$"):
        return text[2:-2]
    return _ESCAPED.sub(lambda match: _escaped(match[1]) if match[1] else "'", text[1:-1])


def _escaped(letters: str) -> str:
    if letters[0] in "xu" and len(letters) > 1:
        return chr(int(letters[1:], 16))
    return chr(int(letters, 8)) if len(letters) == 3 else _ESCAPES.get(letters, letters)
