"""Random questions over random rows: the compiler and the reference evaluator give the same rows.

``SEMANTIC_EXAMPLES`` is how many worlds are tried on DuckDB (a quarter of them on Postgres).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.engines import Engine
from tests.reference.evaluate import Question, World, answer
from tests.reference.worlds import asked, project, questions, sheet, worlds
from tests.shop import Shop, in_some_order, same

EXAMPLES = int(os.environ.get("SEMANTIC_EXAMPLES", "60"))


def tried(examples: int) -> settings:
    """Settings for so many worlds; the same ones every time, unless more were asked for."""
    return settings(
        max_examples=max(examples, 1),
        deadline=None,
        database=None,
        derandomize="SEMANTIC_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
    )


@tried(EXAMPLES)
@given(data=st.data())
def test_random_questions_on_duckdb(duck: Engine, data: st.DataObject) -> None:
    world = data.draw(worlds())
    check(duck, world, data.draw(questions(world)))


@tried(EXAMPLES // 4)
@given(data=st.data())
def test_random_questions_on_postgres(postgres: Engine, data: st.DataObject) -> None:
    world = data.draw(worlds())
    check(postgres, world, data.draw(questions(world)))


def check(engine: Engine, world: World, question: Question) -> None:
    """The rows of a question against those of the reference, in any order."""
    tables = {name: sheet(table) for name, table in world.items()}
    text, words = project(world, question), asked(question)
    names = [metric.name for metric in question.metrics]
    story = [text, *(f"{name}:\n{rows}" for name, rows in tables.items()), f"{names} {words}"]
    expected = in_some_order(answer(world, question))
    try:
        shop = Shop(engine, text, **tables)
        story.append(shop.sql(*names, **words))
        found = in_some_order(shop.ask(*names, **words))
    except Exception as error:
        raise AssertionError("\n\n".join([*story, str(error)])) from error
    story.append("\n".join(["found:", *map(str, found), "expected:", *map(str, expected)]))
    assert same(found, expected), "\n\n".join(story)
