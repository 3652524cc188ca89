"""The cases under ``tests/cases``: a readable file each, with a project, rows, questions, SQL and answers.

``python -m tests.test_cases --update`` writes the SQL sections anew; it never touches rows. A case's blocks:

* ``yaml``: the project, without ``sources``; these are made from the tables;
* ``table NAME``: the rows of a table, as in `tests.shop`;
* then, once or more: ``json``, the question; ``sql``, DuckDB's statement; ``diff DIALECT``, what another
  dialect says instead; ``rows``, the answer, made by hand.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from semantic.layer import Layer
from semantic.query import Query
from tests.engines import Engine, Table
from tests.sessions import HOME, ZONES
from tests.shop import Shop, sources

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
OTHERS = ("postgres", "bigquery", "snowflake")
#: The kinds of blocks that are written anew.
WRITTEN = ("sql", "diff")
_BLOCK = re.compile(r"^```(\w+) ?(\w*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced part of a case."""

    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"```{self.kind}{' ' + self.name if self.name else ''}\n{self.text}```"


@dataclass(frozen=True)
class Case:
    """A file: prose with blocks in it."""

    text: str

    @property
    def blocks(self) -> list[Block]:
        return [Block(*match.groups()) for match in _BLOCK.finditer(self.text)]

    @property
    def project(self) -> str:
        return next(block.text for block in self.blocks if block.kind == "yaml")

    @property
    def tables(self) -> dict[str, str]:
        return {block.name: block.text for block in self.blocks if block.kind == "table"}

    def layer(self) -> Layer:
        """The project with its tables as sources."""
        tables = {name: Table.parse(text) for name, text in self.tables.items()}
        used = {name: t for name, t in tables.items() if f"source: {name}" in self.project}
        return Layer.from_text(semantic=self.project, sources=sources(used))

    def questions(self) -> Iterator[tuple[str, list[Block]]]:
        """Each question with the blocks that follow it."""
        blocks = [b for b in self.blocks if b.kind not in ("yaml", "table")]
        starts = [n for n, block in enumerate(blocks) if block.kind == "json"]
        for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
            yield blocks[start].text, blocks[start + 1 : end]

    def updated(self) -> Case:
        """The same case with the SQL that the compiler writes now."""
        layer, question = self.layer(), ""

        def rewritten(match: re.Match[str]) -> str:
            nonlocal question
            block = Block(*match.groups())
            if block.kind == "json":
                question = block.text
            if block.kind == "sql":
                block = replace(block, text=statement(layer, question, "duckdb"))
            if block.kind == "diff":
                block = replace(block, text=difference(layer, question, block.name))
            return str(block)

        return Case(_BLOCK.sub(rewritten, self.text))


def statement(layer: Layer, question: str, dialect: str) -> str:
    """The SQL for a question, without its header."""
    query, _ = Query.from_json(question)
    _, _, text = layer.compile(query, dialect).text.split("\n", 2)
    return text + "\n"


def difference(layer: Layer, question: str, dialect: str) -> str:
    """The lines in which a dialect's statement is not DuckDB's."""
    first, second = (statement(layer, question, d).splitlines() for d in ("duckdb", dialect))
    lines = list(difflib.unified_diff(first, second, n=0, lineterm=""))[2:]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_sql_is_the_one_that_was_read(path: Path) -> None:
    case = Case(path.read_text())
    assert case.updated().text == case.text, "python -m tests.test_cases --update"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_rows_are_right(path: Path, engine: Engine, request: pytest.FixtureRequest) -> None:
    case = Case(path.read_text())
    request.addfinalizer(lambda: engine.session(HOME[engine.dialect], 1))
    shop = Shop(engine, case.project, zones=ZONES, **case.tables)
    for question, blocks in case.questions():
        query, _ = Query.from_json(question)
        found = shop.rows(shop.layer.compile(query, engine.dialect).text)
        [expected] = [block.text for block in blocks if block.kind == "rows"]
        assert said(found, expected) == rows(expected), question


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_writing_sql_anew_touches_no_row(path: Path) -> None:
    case = Case(path.read_text())
    spoilt = Case(_BLOCK.sub(spoil, case.text))
    updated = spoilt.updated()
    assert [b for b in updated.blocks if b.kind in WRITTEN] == [b for b in case.blocks if b.kind in WRITTEN]
    assert [b for b in updated.blocks if b.kind == "rows"] == [b for b in spoilt.blocks if b.kind == "rows"]
    assert _BLOCK.sub("", updated.text) == _BLOCK.sub("", case.text)


def spoil(match: re.Match[str]) -> str:
    """Other SQL, and other rows, in the place of those of a block."""
    block = Block(*match.groups())
    return str(replace(block, text="spoilt\n") if block.kind in (*WRITTEN, "rows") else block)


def test_every_case_is_whole() -> None:
    assert len(CASES) >= 24
    for path in CASES:
        for _, blocks in Case(path.read_text()).questions():
            assert [b.name or b.kind for b in blocks] == ["sql", *OTHERS, "rows"], path


def rows(text: str) -> list[list[str]]:
    """The cells of a written answer, without its head."""
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()[1:]]


def said(found: list[tuple[Any, ...]], expected: str) -> list[list[str]]:
    """Rows as they are written in a case; numbers with as many digits as stand there."""
    written = rows(expected)
    return [
        [_cell(value, _digits(written, r, c)) for c, value in enumerate(row)] for r, row in enumerate(found)
    ]


def _digits(written: list[list[str]], row: int, column: int) -> int:
    cell = written[row][column] if row < len(written) and column < len(written[row]) else ""
    return len(cell.partition(".")[2])


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return f"{value:.{digits}f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    assert sys.argv[1:] == ["--update"], __doc__
    for each in CASES:
        each.write_text(Case(each.read_text()).updated().text)
