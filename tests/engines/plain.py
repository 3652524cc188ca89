"""A statement as a tree in which every call keeps the name and the arguments that were written.

sqlglot turns functions that it knows into nodes of their own, with arguments of another order and number;
behind a mask, it knows none but those with a syntax of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp

from tests.engines.calls import BRACKETS, Group, called, nested
from tests.engines.documented import CASTS, documentation

MASK = "c__"
#: Functions with a grammar of their own.
UNMASKED = CASTS | {
    "EXTRACT",
    "UNNEST",
    "STRUCT",
    "ARRAY",
    "OFFSET",
    "ORDINAL",
    "SAFE_OFFSET",
    "SAFE_ORDINAL",
}


@lru_cache(maxsize=64)
def tree(sql: str, dialect: str) -> exp.Expr:
    """The statement as a tree.

    >>> tree("SELECT DATEADD(MONTH, 1, d) FROM t", "snowflake").sql()
    'SELECT C__DATEADD(MONTH, 1, d) FROM t'
    """
    found = sqlglot.parse_one(" ".join(_masked(nested(sql, dialect))), read=dialect)
    functions = documentation(dialect).functions
    for call in found.find_all(exp.Anonymous):
        for place in functions[name_of(call)].part if name_of(call) in functions else ():
            _without_column(call, place - 1)
    return found


def _without_column(call: exp.Anonymous, place: int) -> None:
    """A date part looks like a column, and is none."""
    if place < len(call.expressions) and isinstance(call.expressions[place], exp.Column):
        call.expressions[place].replace(exp.Var(this=call.expressions[place].name))


def name_of(call: exp.Anonymous) -> str:
    """The name of a call, as the documentation writes it."""
    return str(call.this).removeprefix(MASK).upper()


def _masked(group: Group) -> Iterator[str]:
    for place, item in enumerate(group):
        if isinstance(item, Group):
            yield item.bracket
            yield from _masked(item)
            yield BRACKETS[item.bracket]
        else:
            name = called(group, place + 1) if place + 1 < len(group) else ""
            yield f"{MASK}{item.text}" if name and name not in UNMASKED else item.text
