"""Random questions over random rows: the compiler and the reference evaluator give the same rows.

A question whose condition mixes many sides in a way that has no one answer may be refused as ``fan-out``.
``SEMANTIC_EXAMPLES`` is how many are tried on DuckDB (a quarter of them on Postgres), ``SEMANTIC_SEED`` where
the seeds begin. A failure is shown as the smallest project, rows and question that still fail.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from semantic.faults import SemanticError
from tests.engines import Engine
from tests.reference.evaluate import Question, Unanswerable, World, answer
from tests.reference.smaller import smallest
from tests.reference.words import asked, project, sheet
from tests.reference.worlds import question, world
from tests.shop import Shop, same

EXAMPLES = int(os.environ.get("SEMANTIC_EXAMPLES", "120"))
START = int(os.environ.get("SEMANTIC_SEED", "0"))


@pytest.mark.parametrize(("name", "examples"), [("duck", EXAMPLES), ("postgres", EXAMPLES // 4)])
def test_random_questions(name: str, examples: int, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(name)
    for seed in range(START, START + examples):
        rnd = Random(seed)
        rows = world(rnd)
        asking = question(rnd, rows)
        if told(engine, rows, asking):
            case = smallest(rows, asking, lambda w, q: bool(told(engine, w, q)))
            pytest.fail(f"seed {seed}\n\n{told(engine, *case)}")


def told(engine: Engine, world: World, question: Question) -> str:
    """Nothing, or how an engine's rows differ from those of the reference."""
    try:
        expected = answer(world, question)
    except (KeyError, IndexError, Unanswerable):
        return ""  # a case made smaller than it can be
    tables = {name: sheet(table) for name, table in world.items()}
    text, words = project(world, question), asked(question)
    names = [metric.name for metric in question.metrics]
    story = [text, *(f"{name}:\n{rows}" for name, rows in tables.items()), f"{names} {words}"]
    try:
        shop = Shop(engine, text, **tables)
        story.append(shop.sql(*names, **words))
        found = shop.ask(*names, **words)
    except SemanticError as error:
        refused = all(fault.code == "fan-out" for fault in error.faults)
        return "" if refused else "\n\n".join([*story, str(error)])
    except Exception as error:
        return "\n\n".join([*story, f"{type(error).__name__}: {error}"])
    story.append("\n".join(["found:", *map(str, found), "expected:", *map(str, expected)]))
    return "" if same(found, expected) else "\n\n".join(story)
