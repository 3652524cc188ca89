"""What is told of a failure: the least case that still fails, in the words of ``tests/cases``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.engines import Engine
from tests.reference.engines import Asked, Differs, Refused, Rows, compare
from tests.reference.made import remade
from tests.reference.terms import Question, Table, Unanswerable, World
from tests.reference.words import project, sheet
from tests.test_cases import OTHERS, Case

#: What the reference says of a world from which something is missing that the question speaks of.
_MISSING = (KeyError, IndexError, ValueError, StopIteration)


def told(failure: Differs) -> str:
    """How an engine differs, and the case, ready to be saved under ``tests/cases``."""
    failure = least(failure)
    head = f"{failure.engine.product}: {failure.kind}\n\nfound:\n{failure.found}\n"
    return "\n\n".join([head, *(case([each], "A random question") for each in failure.asked)])


# --- less -------------------------------------------------------------------------------------------


def least(failure: Differs) -> Differs:
    """The same failure in a world of which nothing can be left out."""
    while smaller := next(_failing(failure), None):
        failure = smaller
    return failure


def _failing(failure: Differs) -> Iterator[Differs]:
    if len(failure.asked) == 1:
        [each] = failure.asked
        for world in _smaller(each.world):
            found = _difference(each, world, failure.engine)
            if found is not None and found.kind == failure.kind:
                yield found


def _difference(asked: Asked, world: World, engine: Engine) -> Differs | None:
    try:
        compare(replace(asked, world=remade(world)), engine)
    except Differs as difference:
        return difference
    except (*_MISSING, Refused, Unanswerable):
        return None
    return None


def _smaller(world: World) -> Iterator[World]:
    for name in world.tables:
        yield replace(world, tables={n: t for n, t in world.tables.items() if n != name})
    for name, table in world.tables.items():
        for smaller in _tables(table) if table.source is None and not table.periods else ():
            yield replace(world, tables={**world.tables, name: smaller})


def _tables(table: Table) -> Iterator[Table]:
    """A table without a join, a row, a dimension or a column."""
    for role in table.joins:
        yield replace(table, joins={r: join for r, join in table.joins.items() if r != role})
    for at in range(len(table.rows)):
        yield replace(table, rows=[*table.rows[:at], *table.rows[at + 1 :]])
    for name in table.made:
        yield replace(table, made={n: path for n, path in table.made.items() if n != name})
    for name in table.columns:
        yield replace(table, columns={n: kind for n, kind in table.columns.items() if n != name})


# --- the case ---------------------------------------------------------------------------------------


def case(asked: Sequence[Asked], title: str) -> str:
    """Questions of one world as a case: project, tables, and for each its SQL and the reference's rows."""
    world, questions = asked[0].world, [each.question for each in asked]
    parts = [f"# {title}\n", "Found by the random questions of `tests/reference`.\n"]
    parts.append(_block("yaml", project(world, questions, asked[0].authoring, asked[0].halved)))
    told = {name: table for name, table in world.tables.items() if table.source is None}
    parts += [_block(f"table {name}", sheet(table)) for name, table in told.items()]
    for each in asked:
        parts += [_block("json", f"{each.json}\n"), _block("sql", "")]
        parts += [_block(f"diff {dialect}", "") for dialect in OTHERS]
        parts.append(_block("rows", _answer(each.question, each.expected)))
    return _with_sql("\n".join(parts))


def _block(kind: str, text: str) -> str:
    return f"```{kind}\n{text}```\n"


def _with_sql(text: str) -> str:
    """The case with every dialect's SQL, as far as there is any."""
    try:
        return Case(text).updated().text
    except Exception as error:
        return f"{text}\nNo SQL: {type(error).__name__}: {error}\n"


def _answer(question: Question, rows: Rows) -> str:
    head = [*(by.output for by in question.by), *(metric.name for metric in question.metrics)]
    return "".join(" | ".join(line) + "\n" for line in [head, *(list(map(_cell, row)) for row in rows)])


def _cell(value: Any) -> str:
    """A value of an answer, with no more digits than it needs."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").replace(".", ".0", value == int(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)
