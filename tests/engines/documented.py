"""What a warehouse's documentation knows: calls, types, date parts and clauses, from ``lists/*.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.engines.calls import Call, Group, calls, capitals, follow, nested
from tests.engines.words import NoWordError, Word, words

CASTS = frozenset(("CAST", "TRY_CAST", "SAFE_CAST"))
#: Clauses that some function has among its arguments.
INSIDE = ("AS", "FROM", "ORDER BY", "LIMIT", "IGNORE NULLS", "RESPECT NULLS", "HAVING", "AT TIME")
FRAMES = frozenset(("ROWS", "RANGE", "GROUPS"))
#: What may follow an ORDER BY.
ENDS = FRAMES | {"LIMIT", "OFFSET", "FETCH", "UNION", ";"}


@dataclass(frozen=True)
class Function:
    """A documented function; the fields are explained in ``lists/snowflake.yaml``."""

    args: str | int
    page: str = ""
    kind: str = "scalar"
    gives: str | int = ""
    takes: Mapping[Any, str] = field(default_factory=dict)
    refuses: tuple[str, ...] = ()
    part: Mapping[int, str] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    session: Mapping[str, Any] = field(default_factory=dict)
    over: bool = True
    order: str = ""
    frame: str = ""
    within: str = ""
    distinct: bool = False
    star: bool = False
    named: bool = False
    ignore: bool = False

    def accepts(self, count: int) -> bool:
        """Whether it is documented with so many arguments."""
        least, _, most = str(self.args).partition("..")
        return int(least) <= count and (count <= int(most or least) or str(self.args).endswith(".."))


@dataclass(frozen=True)
class Documentation:
    """The list of a warehouse."""

    root: str
    types: frozenset[str]
    session_words: frozenset[str]
    reserved: frozenset[str]
    interval: str
    nulls: str
    parts: Mapping[str, frozenset[str]]
    functions: Mapping[str, Function]

    def url(self, name: str) -> str:
        """The page on which a function is documented."""
        page = self.functions[name].page or f"functions/{name.lower()}"
        return f"{self.root}{page}" + ("" if page.startswith("functions/") else f"#{name.lower()}")


@cache
def documentation(dialect: str) -> Documentation:
    """What a warehouse documents."""
    text = (Path(__file__).parent / "lists" / f"{dialect}.yaml").read_text()
    raw = yaml.load(text, yaml.CSafeLoader)
    return Documentation(
        raw["root"],
        frozenset(raw["types"].split()),
        frozenset(raw["session_words"].split()),
        frozenset(raw["reserved"].split()),
        raw["interval"],
        raw["nulls"],
        {name: frozenset(parts.split()) for name, parts in raw["parts"].items()},
        {name: Function(**entry) for name, entry in raw["functions"].items()},
    )


@lru_cache(maxsize=50_000)
def undocumented(sql: str, dialect: str) -> tuple[str, ...]:
    """What a statement says that the dialect's documentation does not.

    >>> undocumented("SELECT LIST(a), SUM(b) FILTER (WHERE c), CAST(d AS UINTEGER) FROM t", "snowflake")
    ('LIST is no documented function', 'SUM has no FILTER', 'UINTEGER is no documented type')
    >>> undocumented("SELECT MAX_BY(a, b), CURRENT_DATE() FROM t", "bigquery")
    ('CURRENT_DATE with 0 arguments depends on the session: @@time_zone',)
    """
    known = documentation(dialect)
    try:
        found = [fault for call in calls(sql, dialect) for fault in _faults(call, known)]
        return (*found, *_loose(words(sql, dialect), known), *_sequences(nested(sql, dialect), known))
    except NoWordError as error:
        return (str(error),)


def _faults(call: Call, known: Documentation) -> Iterator[str]:
    function = known.functions.get(call.name)
    if function is None:
        yield f"{call.name} is no documented function"
        return
    if not function.accepts(len(call.arguments)):
        yield f"{call.name} has {function.args} arguments, not {len(call.arguments)}"
    yield from _session(call, function)
    yield from _arguments(call, function)
    yield from _parts(call, function, known)
    yield from _clauses(call, function)
    yield from _window(call, function)
    if known.nulls == "natural":
        yield from _nulls(call, function)
    if call.name in CASTS:
        yield from _type(call, known)


def _session(call: Call, function: Function) -> Iterator[str]:
    count = len(call.arguments)
    if function.session and function.session.get("at", count) == count:
        yield f"{call.name} with {count} arguments depends on the session: {function.session['why']}"


def _arguments(call: Call, function: Function) -> Iterator[str]:
    """DISTINCT, ``*``, ``=>`` and clauses among the arguments."""
    first = [*capitals(call.arguments[0])] if call.arguments else []
    if first[:1] == ["DISTINCT"] and not function.distinct:
        yield f"{call.name} has no DISTINCT"
    if first == ["*"] and not function.star:
        yield f"{call.name} has no *"
    if call.has("=>") and not function.named:
        yield f"{call.name} has no named arguments"
    if call.has("->"):
        yield f"{call.name} has no lambda"
    for clause in INSIDE:
        if clause not in function.inside and _inside(call, clause):
            yield f"{call.name} has no {clause}"


def _inside(call: Call, clause: str) -> bool:
    """Whether the clause follows a value in one of the arguments; ``DISTINCT FROM`` is a comparison."""
    for argument in call.arguments:
        said = ["(…)" if isinstance(item, Group) else item.upper for item in argument]
        said = [word for n, word in enumerate(said) if (said[n - 1] if n else "") != "DISTINCT"]
        if follow(said[1:], clause.split()):
            return True
    return False


def _parts(call: Call, function: Function, known: Documentation) -> Iterator[str]:
    for place, listed in function.part.items():
        if place <= len(call.arguments):
            part = _part(call, place)
            if part not in known.parts[listed]:
                yield f"{call.name} has no date part {part}"


def _part(call: Call, place: int) -> str:
    """The date part in an argument: alone, first of ``part FROM x``, last of ``INTERVAL n part``."""
    said = [*capitals(call.arguments[place - 1])]
    word = said[-1] if said[0] == "INTERVAL" else said[0]
    return word.strip("'").upper()


def _clauses(call: Call, function: Function) -> Iterator[str]:
    """What follows the parenthesis."""
    if "FILTER" in call.clauses:
        yield f"{call.name} has no FILTER"
    if "WITHIN" in call.clauses and not function.within:
        yield f"{call.name} has no WITHIN GROUP"
    if "WITHIN" not in call.clauses and function.within == "required":
        yield f"{call.name} needs WITHIN GROUP"
    if {"IGNORE", "RESPECT"} & call.clauses.keys() and not function.ignore:
        yield f"{call.name} has no IGNORE NULLS after it"


def _window(call: Call, function: Function) -> Iterator[str]:
    if "OVER" not in call.clauses:
        if function.kind == "window":
            yield f"{call.name} needs OVER"
        return
    if function.kind not in ("aggregate", "window") or not function.over:
        yield f"{call.name} has no OVER"
    is_ordered = "ORDER" in call.window
    if function.order == "required" and not is_ordered:
        yield f"{call.name} needs ORDER BY in OVER"
    if is_ordered and (function.order == "never" or call.has("DISTINCT")):
        yield f"{call.name} has no ORDER BY in OVER"
    if function.frame == "never" and FRAMES & {*call.window}:
        yield f"{call.name} has no frame"


def _nulls(call: Call, function: Function) -> Iterator[str]:
    """Whether NULLs are ordered against nature in an aggregate, or in a window whose frame is a RANGE."""
    is_range = "ROWS" not in call.window and function.frame != "never"
    orders = [call.window] if is_range else []
    for order in (*orders, *([*capitals(argument)] for argument in call.arguments)):
        for key in " ".join(order).split(" , "):
            if ("NULLS FIRST" if " DESC" in key else "NULLS LAST") in key:
                yield f"{call.name} orders {key} over a range or inside"


def _type(call: Call, known: Documentation) -> Iterator[str]:
    """The type after AS."""
    said = [*capitals(call.arguments[0])]
    kind = said[-1] if "AS" in said else ""
    if kind not in known.types:
        yield f"{kind or 'nothing'} is no documented type"


def _loose(found: Sequence[Word], known: Documentation) -> Iterator[str]:
    """What is wrong outside of calls."""
    for word, following in zip(found, (*found[1:], Word("end", "")), strict=True):
        if word.text == "//":
            yield "// begins a comment"
        if word.text == ";" and following.text:
            yield "more than one statement"
        if word.upper in known.session_words and word.kind == "word" and following.text != "(":
            yield f"{word.upper} depends on the session"
        if word.upper == "INTERVAL" and known.interval == "text" and following.kind != "text":
            yield "INTERVAL is not followed by a text"


def _sequences(group: Group, known: Documentation, *, within: bool = False) -> Iterator[str]:
    """What is wrong in the order of clauses and of rows, here and in every bracket."""
    if [*capitals(group)][:1] == ["FROM"]:
        yield "FROM stands before SELECT"
    if known.nulls == "session" and not within:
        yield from _unsaid(group)
    for place, item in enumerate(group):
        if isinstance(item, Group):
            yield from _sequences(
                item, known, within=[*capitals(group[place - 2 : place])] == ["WITHIN", "GROUP"]
            )


def _unsaid(group: Group) -> Iterator[str]:
    """The keys of an ORDER BY without NULLS FIRST or LAST."""
    keys: list[bool] = []
    before = ""
    for item in group:
        word = item.upper if isinstance(item, Word) else "(…)"
        if (before, word) == ("ORDER", "BY"):
            keys = [False]
        elif keys and word == ",":
            keys.append(False)
        elif keys and word == "NULLS":
            keys[-1] = True
        elif keys and word in ENDS:
            break
        before = word
    if not all(keys):
        yield "ORDER BY without NULLS FIRST or LAST depends on the session: DEFAULT_NULL_ORDERING"
