"""Where the Snowflake emulator does other than Snowflake's documentation says, put right for the tests.

fakesnow rewrites a statement for DuckDB in a chain of transforms. Those below are wrong for statements like
ours; each amendment names the page that says what Snowflake does. `docs/PROOF.md` lists them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from fakesnow import transforms
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.variables import Variables
from sqlglot import exp
from sqlglot.dialects.snowflake import Snowflake

_REFERENCE = "docs.snowflake.com/en/sql-reference"
_DOCS = f"{_REFERENCE}/functions"
#: What is amended, in words, with the page that settles it.
AMENDMENTS = {
    "SUM and AVG turn their argument into a DOUBLE": f"{_DOCS}/sum",
    "TRIM, LTRIM and RTRIM forget their side and their characters": f"{_DOCS}/trim",
    "TRY_CAST to a timestamp fails like a CAST": f"{_DOCS}/try_cast",
    "Session variables are looked for inside of texts and names": f"{_REFERENCE}/session-variables",
    "TO_CHAR of a date or a timestamp forgets its format": f"{_DOCS}/to_char",
}

_to_timestamp = transforms.to_timestamp
_to_variant = transforms.to_variant
_transform = FakeSnowflakeCursor._transform

#: The first words of transforms of statements that are no queries; half of the time of the chain.
VERBS = ("alter", "create", "drop", "extract_comment", "list", "put", "set", "show", "update")
ELSEWHERE = tuple(f"{verb}_" for verb in VERBS)


def amend() -> None:
    """Put the emulator right, for this process."""
    transforms.numeric_agg_implicit_cast = _unchanged
    transforms.trim_cast_varchar = _unchanged
    transforms.to_timestamp = _keeping_try
    transforms.to_variant = _formatted
    Variables.inline_variables = lambda self, sql: sql
    FakeSnowflakeCursor._transform = _of_queries


def _unchanged(expression: Any) -> Any:
    return expression


def _keeping_try(expression: Any) -> Any:
    """sqlglot's TryCast is a Cast, which the emulator takes it for."""
    return expression if isinstance(expression, exp.TryCast) else _to_timestamp(expression)


def _formatted(expression: Any) -> Any:
    """The format in DuckDB's words (any transform of the chain would do as the place)."""
    if isinstance(expression, exp.ToChar) and expression.args.get("format"):
        form = Snowflake.format_time(expression.args["format"])
        return exp.TimeToStr(this=expression.this, format=form)
    return _to_variant(expression)


#: What an amendment leaves to the emulator's own transform.
_AMENDED = {_keeping_try: _to_timestamp, _formatted: _to_variant}


class _Chain:
    """A query on its way through the chain, past the transforms that could not change it.

    A transform begins by asking whether a node is of some kinds; it is shown the nodes of those kinds, and
    passed by where the query has none. `tests.engines.test_amended` holds this against the whole chain.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.kinds = {type(node) for node in nodes(tree)}

    def transform(self, change: Any, *, copy: bool, **options: Any) -> _Chain:
        """The chain after one more transform, which a lambda may stand for."""
        names = (change.__name__, *change.__code__.co_names)
        if change is _unchanged or any(name.startswith(ELSEWHERE) for name in names):
            return self
        known = (getattr(transforms, name, None) for name in names)
        meant = next(filter(inspect.isfunction, known), change)
        asked = _asked(meant) | (_asked(_AMENDED[meant]) if meant in _AMENDED else frozenset())
        wanted = {kind for kind in self.kinds if not asked or not asked.isdisjoint(kind.__mro__)}
        if wanted:
            self._changed(partial(change, **options) if options else change, asked)
        return self

    def _changed(self, change: Any, asked: frozenset[type]) -> None:
        """What `Expression.transform` does: a node that takes the place of another is not looked into."""
        stack, tree = [self.tree], self.tree
        while stack:
            node = stack.pop()
            self.kinds.add(type(node))
            if not asked or isinstance(node, tuple(asked)):
                parent, key, index = node.parent, node.arg_key, node.index
                made = change(node)
                if made is not node:
                    self.kinds.update(map(type, nodes(made)))
                    if node is tree:
                        self.tree = made
                    elif parent and key:
                        parent.set(key, made, index)
                    continue
            stack.extend(children(node))


def children(node: Any) -> list[Any]:
    """The nodes right below one, the last one first."""
    found: list[Any] = []
    for value in node.args.values():
        if isinstance(value, list):
            found.extend(each for each in value if isinstance(each, exp.Expr))
        elif isinstance(value, exp.Expr):
            found.append(value)
    found.reverse()
    return found


def nodes(tree: Any) -> Iterator[Any]:
    """All nodes of a tree."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


_ASKS = re.compile(r"isinstance\(\s*(\w+),\s*(\([^()]*\)|exp\.\w+)\s*\)")


@cache
def _asked(change: Any) -> frozenset[type]:
    """The kinds of nodes for which a transform asks of the node that it is shown."""
    code = change.__code__
    if code.co_argcount == 0:
        return frozenset()
    found = _ASKS.findall(inspect.getsource(change))
    kinds = [kinds for name, kinds in found if name == code.co_varnames[0]]
    return frozenset(getattr(exp, name) for each in kinds for name in re.findall(r"exp\.(\w+)", each))


def _of_queries(cursor: Any, expression: Any, parameters: Any) -> Any:
    if not isinstance(expression, exp.Query):
        return _transform(cursor, expression, parameters)
    return _transform(cursor, _Chain(expression), parameters).tree
