"""Tests made ready: fixtures put in, rows typed, every name of a source or column looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from semantic import faults
from semantic.catalog import Catalog, bare
from semantic.faults import Fault
from semantic.policies import written
from semantic.source import Span, Text
from semantic.spec.types import Column, Fixture, Test, Tests, TypeName, Written
from semantic.testing.cells import Grid, Header, grid
from semantic.testing.raw import RawTables
from semantic.testing.values import given_value

_LISTS = ("metrics", "by", "where", "having", "order")
_SINGLE = ("time", "limit", "top")


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Rows for one source, or for a raw table that sources read; columns are named as they are declared."""

    name: str
    columns: tuple[tuple[str, TypeName], ...]
    rows: tuple[tuple[Any, ...], ...]
    raw: bool = False


@dataclass(frozen=True, eq=False)
class Case:
    """A test that can run, or the faults that keep it from running."""

    name: str
    span: Span
    asked: Span
    texts: tuple[Text, ...]  # the words of the question, which know where they stand
    metrics: tuple[str, ...]
    words: Mapping[str, Any]
    tables: Mapping[str, Table]
    kept: frozenset[str]  # sources that stay as they are mapped, over raw tables
    expect: Grid | None
    fault: str | None
    tolerance: Decimal | None
    ordered: bool
    faults: tuple[Fault, ...] = ()


def cases(catalog: Catalog, tests: Tests) -> list[Case]:
    """The cases of some tests over a project, in their order."""
    maker = _Maker(catalog, tests)
    return [maker.case(test) for test in tests.tests]


class _Maker:
    """Makes cases; a fixture's rows are read once."""

    def __init__(self, catalog: Catalog, tests: Tests) -> None:
        self.sources = {str(source.name): source for source in catalog.spec.sources}
        self.raw = RawTables(catalog)
        self.fixtures: dict[str, Fixture] = {str(each.name): each for each in tests.fixtures}
        self.made: dict[tuple[str, int], tuple[Table, tuple[Fault, ...]]] = {}

    def case(self, test: Test) -> Case:
        """One test with all that it names."""
        found: list[Fault] = []
        given = [self._table(name, written, found) for name, written in self._given(test, found)]
        tables = {table.name: table for table in given}
        raw = [name for name, table in tables.items() if table.raw]
        expect = None
        if test.expect is not None:
            expect = grid(test.expect, "'expect'", test.name.span, found)
        return Case(
            name=str(test.name),
            span=test.name.span or test.span,
            asked=test.ask.span,
            texts=tuple(_texts(test)),
            metrics=tuple(map(str, test.ask.metrics)),
            words=_words(test),
            tables=tables,
            kept=self.raw.readers(raw).difference(tables) if raw else frozenset(),
            expect=expect,
            fault=None if test.fault is None else str(test.fault),
            tolerance=test.tolerance,
            ordered=test.ordered,
            faults=tuple(found),
        )

    def _given(self, test: Test, found: list[Fault]) -> Iterator[tuple[Text, Written]]:
        """The rows of fixtures in their order, then the test's own, which take their place."""
        given: dict[str, tuple[Text, Written]] = {}
        for name in test.use:
            fixture = self.fixtures.get(name)
            if fixture is None:
                found.append(faults.no_fixture(name, list(self.fixtures), name.span))
            else:
                given |= {str(key): (key, written) for key, written in fixture.given.items()}
        given |= {str(key): (key, written) for key, written in test.given.items()}
        yield from given.values()

    def _table(self, name: Text, written: Written, found: list[Fault]) -> Table:
        key = (str(name), id(written))
        if key not in self.made:
            told: list[Fault] = []
            self.made[key] = (self._made(name, written, told), tuple(told))
        table, more = self.made[key]
        found += more
        return table

    def _made(self, name: Text, written: Written, found: list[Fault]) -> Table:
        empty = isinstance(written, tuple) and not written
        rows = Grid((), ()) if empty else grid(written, f"'{name}'", name.span, found)
        source = self.sources.get(name)
        if source is None and not self.raw.known(name):
            found.append(faults.no_source(name, [*self.sources, *self.raw.names], name.span))
            return Table(str(name), (), ())
        declared = source.columns if source else self.raw.columns(name)
        if declared:
            return _declared(name, declared, rows, found, raw=source is None)
        return _typed(name, rows, found, raw=source is None)


def _declared(name: Text, columns: tuple[Column, ...], rows: Grid, found: list[Fault], *, raw: bool) -> Table:
    """Rows in the declared columns; one that is not named is NULL."""
    known = [(str(column.name), column.type) for column in columns if column.type is not None]
    places: dict[int, int] = {}
    for index, header in enumerate(rows.headers):
        place = _place(header, [each for each, _ in known])
        if place is None:
            names = [bare(each) for each, _ in known]
            found.append(faults.no_column(header.name, name, names, header.span))
        elif header.type not in (None, known[place][1]):
            found.append(faults.typed_column(header.name, name, known[place][1], header.span))
        else:
            places[place] = index
    typed = tuple(
        tuple(
            given_value(row[places[at]], bare(column), type, found) if at in places else None
            for at, (column, type) in enumerate(known)
        )
        for row in rows.rows
    )
    return Table(str(name), tuple(known), typed, raw)


def _place(header: Header, columns: list[str]) -> int | None:
    """Which of some columns a header names: one of that spelling, else one that differs in case only."""
    names = [bare(column) for column in columns]
    for word in (header.name, header.name.lower()):
        if word in names:
            return names.index(word)
    return None


def _typed(name: Text, rows: Grid, found: list[Fault], *, raw: bool) -> Table:
    """Rows whose types the header says, since nothing else does."""
    untyped = [header for header in rows.headers if header.type is None]
    if untyped and not found:
        found.append(faults.untyped_columns(name, [each.name for each in untyped], untyped[0].span))
    if untyped:
        return Table(str(name), (), (), raw)
    columns = tuple((_spelled(header.name), header.type) for header in rows.headers if header.type)
    typed = tuple(
        tuple(
            given_value(cell, header.name, header.type, found)
            for cell, header in zip(row, rows.headers, strict=True)
            if header.type
        )
        for row in rows.rows
    )
    return Table(str(name), columns, typed, raw)


def _spelled(name: str) -> str:
    """A column's name as a project would declare it: in double quotes where it is no plain one."""
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


def _texts(test: Test) -> Iterator[Text]:
    """The words of a question that name something."""
    ask = test.ask
    for part in (
        *ask.metrics,
        *ask.by,
        *ask.order,
        ask.time,
        ask.top,
        ask.start,
        *test.parameters,
        *ask.parameters,
    ):
        if isinstance(part, Text):
            yield part
        elif part is not None:
            yield from part.values()


def _words(test: Test) -> dict[str, Any]:
    """The question in the words that every question is asked in."""
    ask = test.ask
    words: dict[str, Any] = {key: list(getattr(ask, key)) for key in _LISTS if getattr(ask, key)}
    words |= {key: getattr(ask, key) for key in _SINGLE if getattr(ask, key) is not None}
    words |= {"fill": True} if ask.fill else {}
    words |= {"from": ask.start} if ask.start is not None else {}
    words |= {"extremes": True} if ask.extremes else {}
    words |= {"members": ask.members if isinstance(ask.members, bool) else list(ask.members)}
    words |= {"paths": {str(word): list(paths) for word, paths in ask.paths.items()}} if ask.paths else {}
    parameters = {str(key): cell for key, cell in (*test.parameters.items(), *ask.parameters.items())}
    words |= {"user": {str(key): written(cells) for key, cells in ask.user.items()}} if ask.user else {}
    return words | {"parameters": {key: cell.text for key, cell in parameters.items()}}
