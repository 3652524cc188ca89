"""Expressions of a simple kind, which need not be parsed to know that our compiler reads them."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\s*(?:
    '(?:[^'{}]|'')*' | \d+(?:\.\d+)?(?![\w.])
    | (?P<word>[A-Za-z_]\w*)(?P<call>\s*\()?(?![.\[])
    | (?P<open>\() | (?P<close>\)) | \|\| | <> | != | <= | >= | [-+*/,=<>](?![-*/])
    )""",
    re.VERBOSE | re.ASCII,
)
#: What these words begin is no simple expression, or depends on types.
_OTHERS = frozenset((
    "all", "any", "array", "as", "asc", "at", "between", "by", "cast", "collate", "current_date",
    "current_time", "current_timestamp", "date", "desc", "distinct", "exists", "extract", "filter",
    "from", "group", "having", "ilike", "interval", "limit", "localtime", "now", "order", "over",
    "partition", "row", "select", "similar", "some", "struct", "time", "timestamp", "today",
    "try_cast", "union", "values", "where", "window", "with", "within",
))  # fmt: skip
#: Functions that are ours by the same name, whatever their arguments are.
_CALLED = frozenset((
    "abs", "and", "case", "coalesce", "else", "greatest", "in", "least", "length", "lower", "not",
    "nullif", "or", "then", "trim", "upper", "when",
))  # fmt: skip


def harmless(sql: str) -> bool:
    """Whether an expression is made of columns, literals, operators and a few functions, and in one piece.

    >>> harmless("case when size > 3 and channel in ('a', 'b') then lower(city) end")
    True
    >>> harmless("date_trunc('day', seen_at)"), harmless("a) + (b"), harmless("a; b"), harmless("a.b")
    (False, False, False, False)
    """
    depth = at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        if found is None:
            return not sql[at:].strip() and depth == 0
        word = (found["word"] or "").lower()
        if word in _OTHERS or (found["call"] and word not in _CALLED):
            return False
        depth += bool(found["open"] or found["call"]) - bool(found["close"])
        if depth < 0:
            return False
        at = found.end()
    return depth == 0 and bool(sql.strip())
