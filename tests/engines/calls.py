"""The calls in a statement, found between its parentheses; no parser but this one has a say.

What stands before a parenthesis is a call unless it is a keyword, a type or an alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tests.engines.words import Word, words

#: Keywords that may stand before a parenthesis.
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """ALL AND ANY AS BETWEEN BY CASE CUBE DISTINCT ELSE EXCEPT EXISTS FILTER FROM GROUP HAVING ILIKE IN
        INTERSECT INTERVAL IS JOIN LATERAL LIKE LIMIT MATERIALIZED NOT ON OR OVER QUALIFY ROLLUP SELECT SETS
        SOME TABLE THEN UNION USING VALUES WHEN WHERE WITH""",
    )
)
#: The clauses that may follow a call, each with the words that it begins with.
CLAUSES = (["OVER"], ["FILTER"], ["WITHIN", "GROUP"], ["IGNORE", "NULLS"], ["RESPECT", "NULLS"])
BRACKETS = {"(": ")", "[": "]", "{": "}"}


class Group(list["Word | Group"]):
    """What stands between two brackets."""

    def __init__(self, bracket: str = "(") -> None:
        super().__init__()
        self.bracket = bracket


Item = Word | Group


@dataclass(frozen=True)
class Call:
    """A name, its arguments, and what follows the closing parenthesis."""

    name: str
    arguments: tuple[tuple[Item, ...], ...]
    after: tuple[Item, ...]

    def has(self, *keywords: str) -> bool:
        """Whether the keywords stand one after another among the arguments."""
        return follow([word for argument in self.arguments for word in capitals(argument)], keywords)

    @property
    def window(self) -> list[str]:
        """The capitals of the specification after OVER."""
        return list(capitals(self.clauses.get("OVER", ())))

    @cached_property
    def clauses(self) -> dict[str, Sequence[Item]]:
        """Each clause after the call with what is in its parentheses: ``f(x) IGNORE NULLS OVER (…)``."""
        found: dict[str, Sequence[Item]] = {}
        rest = self.after
        while clause := next((c for c in CLAUSES if [*capitals(rest[: len(c)])] == c), None):
            rest = rest[len(clause) :]
            found[clause[0]] = rest[0] if rest and isinstance(rest[0], Group) else ()
            rest = rest[1:] if found[clause[0]] else rest
        return found


def capitals(items: Sequence[Item]) -> Iterator[str]:
    """The words of a sequence in capitals; what is in brackets is left out."""
    return (item.upper for item in items if isinstance(item, Word))


def follow(sequence: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether words stand one after another.

    >>> follow(["a", "b", "c"], ["b", "c"]), follow(["a", "b", "c"], ["a", "c"])
    (True, False)
    """
    starts = range(len(sequence) - len(wanted) + 1)
    return any(list(sequence[n : n + len(wanted)]) == list(wanted) for n in starts)


@lru_cache(maxsize=64)
def nested(sql: str, dialect: str) -> Group:
    """The tokens of a statement, with each pair of brackets as a group."""
    stack = [Group()]
    for word in words(sql, dialect):
        if word.kind == "sign" and word.text in BRACKETS:
            group = Group(word.text)
            stack[-1].append(group)
            stack.append(group)
        elif word.kind == "sign" and len(stack) > 1 and word.text == BRACKETS[stack[-1].bracket]:
            stack.pop()
        else:
            stack[-1].append(word)
    return stack[0]


def calls(sql: str, dialect: str) -> list[Call]:
    """Every call of a statement, also in sub-queries.

    >>> text = "WITH a (b) AS (SELECT f(1)) SELECT CAST(b AS CHAR(3)) FROM a WHERE b IN (1)"
    >>> [call.name for call in calls(text, "snowflake")]
    ['F', 'CAST']
    """
    return list(_calls(nested(sql, dialect)))


def _calls(items: Sequence[Item]) -> Iterator[Call]:
    for place, item in enumerate(items):
        if isinstance(item, Group):
            if name := called(items, place):
                yield Call(name, tuple(_arguments(item)), tuple(items[place + 1 :]))
            yield from _calls(item)


def called(items: Sequence[Item], place: int) -> str:
    """The name before a parenthesis at that place, or nothing where none is called there."""
    group, name = items[place], items[place - 1] if place else None
    if not isinstance(group, Group) or group.bracket != "(" or not isinstance(name, Word):
        return ""
    if name.kind not in ("word", "name") or name.upper in KEYWORDS or _is_with_columns(items, place):
        return ""
    before = items[place - 2] if place > 1 else None
    is_alias = isinstance(before, Word) and before.upper in ("AS", "::", "RECURSIVE")
    return "" if is_alias else name.upper


def _is_with_columns(items: Sequence[Item], place: int) -> bool:
    """Whether it is the list of columns of ``WITH name (a, b) AS (…)``."""
    after = items[place + 1 : place + 3]
    return len(after) == 2 and isinstance(after[1], Group) and [*capitals(after)] == ["AS"]


def _arguments(group: Group) -> Iterator[tuple[Item, ...]]:
    """What stands between the commas."""
    part: list[Item] = []
    for item in group:
        if isinstance(item, Word) and item.kind == "sign" and item.text == ",":
            yield tuple(part)
            part = []
        else:
            part.append(item)
    if part:
        yield tuple(part)
