"""Runs tests in a world, one after the other: compile, fill, ask, compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.testing.cases import Case
from semantic.testing.cells import Header
from semantic.testing.compare import Difference, Line, compare
from semantic.testing.outcome import Outcome, Status
from semantic.testing.values import expected_value
from semantic.testing.world import Statement, World, moved

_REFUSED = ("refused",)
_QUOTED = re.compile("'([^']+)'")


class Runner:
    """Runs tests in one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def outcome(self, case: Case) -> Outcome:
        """What becomes of one test."""
        start = perf_counter()
        run = _Run(self.world, case)
        try:
            status, difference = run.result()
        except SemanticError as error:
            found = tuple(placed(fault, case) for fault in error.faults)
            return Outcome(
                case.name, case.span, "fault", perf_counter() - start, case.metrics, None, found, run.sql
            )
        seconds = perf_counter() - start
        return Outcome(case.name, case.span, status, seconds, case.metrics, difference, (), run.sql)


class _Run:
    """One test on its way."""

    def __init__(self, world: World, case: Case) -> None:
        self.world = world
        self.case = case
        self.sql: str | None = None

    def result(self) -> tuple[Status, Difference | None]:
        """Whether the answer is as expected, and how it differs; raises the faults of the test itself."""
        if self.case.faults:
            raise SemanticError(self.case.faults)
        difference = self._refusal() if self.case.fault is not None else self._answer()
        return ("failed" if difference else "passed"), difference

    def _statement(self) -> Statement:
        compiler = self.world.compiler(self.case.kept)
        layer, query = compiler.understood(self.case.words)
        statement = layer.compile(query, self.world.dialect.name)
        self.sql = statement.text
        return statement

    # --- a question that is to be refused -----------------------------------------------------------

    def _refusal(self) -> Difference | None:
        expected = Line("-", (str(self.case.fault),))
        try:
            self._statement()
        except SemanticError as error:
            if any(fault.code == self.case.fault for fault in error.faults):
                return None
            told = [Line("+", (f"{fault.code}: {fault.message}",)) for fault in error.faults]
            return Difference(_REFUSED, (expected, *told))
        return Difference(_REFUSED, (expected, Line("+", ("the question is answered",))))

    # --- a question that is to be answered ----------------------------------------------------------

    def _answer(self) -> Difference | None:
        statement = self._statement()
        places, rows = self._expected(statement)
        self.sql = self._moved(statement.text)
        try:
            self.world.fill(self.case)
            got = self.world.session.rows(self.sql)
        except SemanticError as error:
            span = self.case.span
            raise SemanticError(faults.failed_to_run(fault, span) for fault in error.faults) from None
        columns = [statement.columns[at] for at in places]
        return compare(
            [(column.name, column.type) for column in columns],
            rows,
            [tuple(row[at] for at in places) for row in got],
            keys=[i for i, column in enumerate(columns) if column.kind == "dimension"],
            ordered=self.case.ordered,
            tolerance=self.case.tolerance,
        )

    def _expected(self, statement: Statement) -> tuple[list[int], list[tuple[Any, ...]]]:
        """Which columns of the answer are compared, and the rows that they are to have."""
        assert self.case.expect is not None
        found: list[Fault] = []
        names = [column.name for column in statement.columns]
        places = [_place(header, names, found) for header in self.case.expect.headers]
        if found:
            raise SemanticError(found)
        columns = [statement.columns[at] for at in places]
        rows = [
            tuple(
                expected_value(cell, each.name, each.type, found)
                for cell, each in zip(row, columns, strict=True)
            )
            for row in self.case.expect.rows
        ]
        if found:
            raise SemanticError(found)
        return places, rows

    def _moved(self, text: str) -> str:
        """In a warehouse, which holds more tables than those of the test, none of the others is read."""
        if self.world.schema is None:
            return text
        raw = [name for name, table in self.case.tables.items() if table.raw]
        text, elsewhere = moved(text, self.world, raw)
        if elsewhere:
            raise SemanticError([faults.reads_elsewhere(sorted(set(elsewhere)), self.case.span)])
        return text


def _place(header: Header, names: Sequence[str], found: list[Fault]) -> int:
    """Which column of the answer a header names."""
    lower = [name.lower() for name in names]
    if header.name in names:
        return names.index(header.name)
    if header.name.lower() in lower and header.type is None:
        return lower.index(header.name.lower())
    found.append(faults.no_answer_column(header.name, names, header.span))
    return 0


def placed(fault: Fault, case: Case) -> Fault:
    """A fault of a question at the word that it is about, where that can be told."""
    if fault.span is not None:
        return fault
    if name := _QUOTED.match(fault.message):
        word = re.compile(rf"(?<!\w){re.escape(name[1])}(?!\w)")
        for text in case.texts:
            if (found := word.search(text)) and (span := text.at(found.start())) is not None:
                return replace(fault, span=span)
    return replace(fault, span=case.asked)
