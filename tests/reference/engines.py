"""Questions of worlds, asked of engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from semantic.faults import SemanticError
from semantic.layer import Layer
from semantic.query import Query
from tests.engines import Engine, Table
from tests.reference.evaluate import answer
from tests.reference.terms import Question, World
from tests.reference.words import asked, project, sheet
from tests.shop import same, sources

Rows = list[tuple[Any, ...]]


class Refused(Exception):
    """A question that has no one answer: a condition that mixes many sides, or that means one thing for a
    part of a metric and another for the rest."""


_NO_ANSWER = {"fan-out", "unlike", "overlap"}


@dataclass(frozen=True)
class Asked:
    """A question of a world, written in a dialect; ``halved`` reads each table as two halves put together."""

    world: World
    question: Question
    authoring: str = "duckdb"
    halved: bool = False

    @cached_property
    def tables(self) -> dict[str, Table]:
        tables = self.world.tables.items()
        return {name: Table.parse(sheet(table)) for name, table in tables if table.source is None}

    @cached_property
    def project(self) -> str:
        return project(self.world, [self.question], self.authoring, self.halved)

    @cached_property
    def json(self) -> str:
        return asked(self.question, self.authoring)

    @cached_property
    def layer(self) -> Layer:
        return Layer.from_text(semantic=self.project, sources=sources(self.tables))

    @cached_property
    def expected(self) -> Rows:
        """The rows of the reference."""
        return answer(self.world, self.question)

    def sql(self, dialect: str) -> str:
        """The statement; raises Refused where the compiler says that there is none."""
        query, _ = Query.from_json(self.json)
        try:
            return self.layer.compile(query, dialect).text
        except SemanticError as error:
            if all(fault.code in _NO_ANSWER for fault in error.faults):
                raise Refused from error
            raise

    def rows(self, engine: Engine) -> Rows:
        """What an engine answers."""
        sql = self.sql(engine.dialect)
        engine.load(self.tables)
        return engine.rows(sql)


class Differs(Exception):
    """An engine does not answer as the reference does, or as the law wants; ``kind`` is how."""

    def __init__(self, asked: Sequence[Asked], engine: Engine, kind: str, found: str) -> None:
        self.asked, self.engine, self.kind, self.found = asked, engine, kind, found
        super().__init__(kind)


def compare(asked: Asked, engine: Engine) -> Rows:
    """What an engine answers; raises Differs unless that is what the reference does, and Refused."""
    expected = asked.expected
    try:
        found = asked.rows(engine)
    except Refused:
        raise
    except Exception as error:
        raise Differs([asked], engine, _kind(error), f"{type(error).__name__}: {error}") from error
    if not same(found, expected):
        raise Differs([asked], engine, "rows", "\n".join(map(str, found)))
    return found


def _kind(error: Exception) -> str:
    """What tells one failure from another."""
    codes = sorted({fault.code for fault in error.faults}) if isinstance(error, SemanticError) else []
    return " ".join([type(error).__name__, *codes])
