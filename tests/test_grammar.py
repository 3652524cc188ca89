"""Every statement of the cases, the examples and the library: before an independent grammar of the dialects
that are emulated, and before every engine over tables without rows, for their names and types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from semantic.check import needed, samples
from semantic.layer import Layer
from semantic.query import Query
from tests.engines import Engine, Table
from tests.examples.questions import read
from tests.grammar import violations
from tests.test_cases import CASES, Case

ROOT = Path(__file__).parents[1]
EXAMPLES = ("complete_journey", "cdnow")
LIBRARIES = tuple(sorted(path.name for path in (ROOT / "metric_defs").iterdir() if path.is_dir()))

Project = Callable[[str], tuple[Layer, list[Query]]]

pytestmark = pytest.mark.slow


@cache
def example(name: str) -> tuple[Layer, list[Query]]:
    """A project on real data: the questions that have SQL by hand, and each metric alone."""
    layer = Layer.load(ROOT / "examples" / name)
    paths = sorted((ROOT / "tests" / "examples" / "truth" / name).glob("*.sql"))
    written = [layer.asked(read(path)[0]) for path in paths]
    return layer, [*written, *alone(layer)[::6]]


@cache
def library(name: str) -> tuple[Layer, list[Query]]:
    """A library: some of its metrics alone; its own tests run on every engine in `tests.crm`."""
    project = f"name: a\nlibraries: [{name}]\n"
    sources = Layer.from_text(semantic=project).catalog.spec.sources
    tables = "".join(f"  {source.name}: {{table: {source.name}}}\n" for source in sources)
    layer = Layer.from_text(semantic=f"{project}sources:\n{tables}")
    return layer, alone(layer)[::18]


def alone(layer: Layer) -> list[Query]:
    """Each metric by itself, with the period or the age that it needs to have a value."""
    return [layer.asked({"metrics": [name], **needs(layer, name)}) for name in layer.catalog.metrics]


def needs(layer: Layer, name: str) -> dict[str, Any]:
    """What a question has to ask by, and a range with an end where it is one along time."""
    _, metrics = layer.context(samples(layer.catalog))
    by = needed(metrics.metric(name))
    return (
        {"by": list(by), "time": "2024"} if any(path.startswith("time.") for path in by) else {"by": list(by)}
    )


PROJECTS = [*((example, name) for name in EXAMPLES), *((library, name) for name in LIBRARIES)]
IDS = [name for _, name in PROJECTS]


def of_cases(dialect: str) -> Iterator[str]:
    """The statement of every question of the cases."""
    for path in CASES:
        case = Case(path.read_text())
        layer = case.layer()
        for question, _ in case.questions():
            yield layer.compile(Query.from_json(question)[0], dialect).text


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_every_case_is_grammatical(dialect: str) -> None:
    found = sorted(set(of_cases(dialect)))
    assert len(found) > 25
    # This grammar is slow: each is asked about every fourth case.
    assert violations(found[dialect == "snowflake" :: 4], dialect) == []


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
@pytest.mark.parametrize(("made", "name"), PROJECTS, ids=IDS)
def test_every_statement_is_grammatical(dialect: str, made: Project, name: str) -> None:
    layer, queries = made(name)
    texts = sorted({layer.compile(query, dialect).text for query in queries})
    assert len(texts) > 3
    # This grammar is slow, and the examples ask for every form of statement several times.
    assert violations(texts[:: 2 if made is library else 24], dialect) == []


@pytest.mark.parametrize(("made", "name"), PROJECTS, ids=IDS)
def test_every_statement_is_understood(engine: Engine, made: Project, name: str) -> None:
    layer, queries = made(name)
    columns = {str(s.table): tuple((c.name, c.type) for c in s.columns) for s in layer.catalog.spec.sources}
    engine.load({table: Table(kinds, ()) for table, kinds in columns.items()})
    for query in queries:
        engine.rows(layer.compile(query, engine.dialect).text)
