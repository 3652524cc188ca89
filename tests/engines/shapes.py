"""Shapes of statements that a warehouse's documentation rules out though the emulator takes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlglot import exp

from tests.engines.scopes import Resolver, outside_queries

#: cloud.google.com/bigquery/docs/schemas#column_names
RESERVED = ("_TABLE_", "_FILE_", "_PARTITION", "_ROW_TIMESTAMP", "__ROOT__", "_COLIDENTIFIER", "_CHANGE_")
COLUMN_NAME = re.compile(r"[^!\"$()*,./;?@\[\\\]^`{}~\n\r]{1,300}")
#: What DuckDB has beyond them, and a choice of rows by chance.
FOREIGN = (exp.Glob, exp.SimilarTo, exp.TableSample)
_OPERATORS = (exp.Exists, exp.In, exp.Any, exp.All)


def shapes(nodes: Sequence[exp.Expr], resolver: Resolver, dialect: str) -> Iterator[str]:
    """What is wrong with the sub-queries and joins of a statement whose names are resolved."""
    for node in nodes:
        if isinstance(node, exp.Select):
            correlated = resolver.correlated.get(id(node), [])
            yield from _in_where(node, correlated) if dialect == "snowflake" else _joinable(node, correlated)
        elif isinstance(node, exp.Join):
            if node.kind not in ("", "INNER", "OUTER", "CROSS") or node.method not in ("", "NATURAL"):
                yield f"a {node.method or node.kind} join"
            yield from _join(node, resolver) if dialect == "bigquery" else ()
        elif isinstance(node, FOREIGN) or (isinstance(node, exp.Limit) and node.args.get("limit_options")):
            yield f"{node.key.upper()} is not documented"


# --- Snowflake: docs.snowflake.com/en/sql-reference/operators-subquery, …/user-guide/querying-subqueries ---


def _in_where(query: exp.Select, correlated: list[exp.Column]) -> Iterator[str]:
    """A correlated EXISTS, and any IN, ANY or ALL, is a condition of WHERE, and no part of an OR.

    A correlated value stands somewhere in WHERE, and can be told to be one.
    """
    operator = _operator(query)
    if operator is None and correlated and _is_scalar(query):
        if not isinstance(query.find_ancestor(exp.Where, exp.Select), exp.Where) or not _is_one_row(query):
            yield "a correlated value outside of WHERE, or of more than one row"
    elif operator is not None and (correlated or not isinstance(operator, exp.Exists)):
        place = operator.parent
        while isinstance(place, exp.Paren | exp.And | exp.Not):
            place = place.parent
        if not isinstance(place, exp.Where):
            yield f"a sub-query of {operator.key.upper()} inside of {type(place).__name__.upper()}"


def _operator(query: exp.Select) -> exp.Expr | None:
    """EXISTS, IN, ANY or ALL, if it is their query."""
    place = query.parent
    while isinstance(place, exp.Subquery | exp.Paren | exp.SetOperation):
        place = place.parent
    return place if isinstance(place, _OPERATORS) else None


def _is_scalar(query: exp.Select) -> bool:
    place = query.parent
    return isinstance(place, exp.Subquery) and not isinstance(place.parent, exp.From | exp.Join | exp.Lateral)


def _is_one_row(query: exp.Select) -> bool:
    """Whether it can be told to have one row: an aggregate without GROUP BY."""
    calls = query.expressions[0].find_all(exp.Anonymous)
    return not query.args.get("group") and any(call.this.endswith(_AGGREGATES) for call in calls)


_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "ANY_VALUE", "MEDIAN", "LISTAGG", "ARRAY_AGG")

# --- BigQuery ------------------------------------------------------------------------------------------


def _joinable(query: exp.Select, correlated: list[exp.Column]) -> Iterator[str]:
    """A correlated sub-query has to be made a join, on an equality: github.com/jOOQ/jOOQ/issues/11842"""
    if not correlated:
        return
    outer = {id(column) for column in correlated}
    if query.args.get("limit") or not any(_sides(p, outer) for p in _conjuncts(query.args.get("where"))):
        yield "a correlated sub-query that is no join on an equality"


def _join(join: exp.Join, resolver: Resolver) -> Iterator[str]:
    """An outer join needs "a condition that is an equality of fields from both sides of the join"."""
    condition = join.args.get("on")
    if condition is not None and any(isinstance(part, exp.Query) for part in outside_queries(condition)):
        yield "a sub-query in the condition of a join"
    if not join.side or join.args.get("using"):
        return
    alias = resolver.fold(exp.to_identifier(join.this.alias_or_name))
    right = {id(c) for c in join.find_all(exp.Column) if resolver.homes.get(id(c)) == alias}
    if not any(_sides(part, right) for part in _conjuncts(condition)):
        yield f"a {join.side} join without an equality of both sides"


def _conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """What AND joins."""
    waiting = [condition] if condition is not None else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, exp.Where | exp.Paren):
            waiting.append(part.this)
        elif isinstance(part, exp.And):
            waiting.extend((part.this, part.expression))
        else:
            yield part


def _sides(part: exp.Expr, chosen: set[int]) -> bool:
    """Whether it is an equality of the chosen columns on one side with others on the other side."""
    if not isinstance(part, exp.EQ):
        return False
    sides = [{id(column) for column in side.find_all(exp.Column)} for side in (part.this, part.expression)]
    return all(sides) and any(a <= chosen and not b & chosen for a, b in (sides, sides[::-1]))


def output(statement: exp.Query) -> Iterator[str]:
    """What is wrong with the names of the answer's columns: they are those of a table or view to be."""
    named = [item for item in statement.selects if isinstance(item, exp.Alias | exp.Column)]
    names = Counter(item.alias_or_name.upper() for item in named if not item.is_star)
    for name, times in names.items():
        if name.startswith(RESERVED):
            yield f"the name {name} has a reserved prefix"
        if not COLUMN_NAME.fullmatch(name):
            yield f"the name {name!r} is not allowed"
        if times > 1:
            yield f"{times} columns are called {name}"
