"""The library with its tests, and a world in which they run on any engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from semantic.catalog import link
from semantic.layer import Layer
from semantic.spec.files import library_files
from semantic.spec.reader import read_tests, read_text
from semantic.spec.types import Spec
from semantic.testing.cases import Case, cases
from semantic.testing.running import Runner
from semantic.testing.world import Compiler, World
from semantic.warehouse import Place
from tests.engines import Engine, Table

PROJECT = "name: crm\nlibraries: [crm]\n"


@cache
def spec() -> Spec:
    """A project that is the library and nothing else; no source is mapped."""
    return read_text({"semantic.yml": PROJECT})


@cache
def library() -> list[Case]:
    """The library's own tests."""
    return cases(link(spec()), read_tests(library_files("crm")))


def mapped() -> str:
    """A project that maps every source of the library to a table of its name."""
    lines = [f"  {source.name}: {{table: {source.name}}}" for source in spec().sources]
    return "\n".join([PROJECT + "sources:", *lines])


class _Session:
    """An engine as the session of a world."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.place = Place(engine.product, engine.dialect, "")

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a statement."""
        return self.engine.rows(sql)


#: No table of the suite's worlds is in a schema: what is bound for one engine is bound for all.
_COMPILERS: dict[frozenset[str], Compiler] = {}


class EngineWorld(World):
    """A world whose tables an engine of the suite holds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(spec(), Layer, _Session(engine), None)  # type: ignore[arg-type]
        self._compilers = _COMPILERS
        self.engine = engine

    def fill(self, case: Case) -> None:
        """Exactly the rows of a test, and every other source empty."""
        empty = {name: Table(columns, ()) for name, columns in self._declared.items()}
        given = {name: Table(table.columns, table.rows) for name, table in case.tables.items()}
        self.engine.load({**empty, **given})


@cache
def runner(engine: Engine) -> Runner:
    """What runs the library's tests on an engine."""
    return Runner(EngineWorld(engine))


def some(share: Sequence[Case]) -> list[Case]:
    """Tests that ask every metric which any of them asks, few of them: the one that asks most is next."""
    chosen: list[Case] = []
    wanted = {metric for case in share for metric in case.metrics}
    while wanted:
        best = max(share, key=lambda case: (len(wanted & set(case.metrics)), -len(case.metrics)))
        chosen.append(best)
        wanted -= set(best.metrics)
    return chosen


def choices() -> list[dict[str, object]]:
    """Other values for the parameters than their defaults: the first other one of each, then the second."""
    others = {
        str(each.name): [value for value in each.values if value != each.default]
        for each in spec().parameters
    }
    count = max(len(values) for values in others.values())
    return [{name: values[n] for name, values in others.items() if n < len(values)} for n in range(count)]
