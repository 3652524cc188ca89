"""Reserved words are good names for everything: quoted where they must be, they mean what they meant.

Every word that any of the dialects reserves names a table, its columns, a model, a dimension, a metric, an
alias, a step and a parameter at once, and the statements run.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import sqlglot

from semantic import Layer
from semantic.dialect import load
from semantic.faults import SemanticError
from tests.engines import DIALECTS, Engine, Table
from tests.faults.hostile import quoted

#: Reserved by one of the dialects; and words that are functions, parts or types in some place of a statement.
RESERVED = sorted({word for dialect in DIALECTS for word in load(dialect).answers.reserved_words})
MEANT = "count date day first hour key last level month name rank row_number sum value year"
WORDS = sorted({*RESERVED, *MEANT.split()})
#: What the emulator of Snowflake stumbles over: see `tests.promises.marks`.
APART = ("nextval",)
TOGETHER = [word for word in WORDS if word not in APART]
SIZE = 8


def batches(words: list[str]) -> list[list[str]]:
    """Some words at a time, none alone; those of `APART` among plain ones."""
    found = [words[start : start + SIZE] for start in range(0, len(words), SIZE)]
    found[-1] = [*found[-1], "plain", "simple"]
    return [*found, *(["plain", word, "simple"] for word in APART)]


#: The words that an engine's own dialect quotes, and those that mean something; others are plain names there.
OWN = {dialect: {*load(dialect).answers.reserved_words, *MEANT.split()} for dialect in DIALECTS}
ASKED = [
    pytest.param(dialect, words, id=f"{dialect}-{words[1]}")
    for dialect in DIALECTS
    for words in batches([word for word in TOGETHER if word in OWN[dialect]])
]
#: Parameters with these names cannot be written in a template.
UNSPOKEN = {"false", "not", "true"}


def chained(words: list[str]) -> tuple[Layer, dict[str, Table]]:
    """Tables of these names, each with a key of its name and the key of the next."""
    sources, models, tables = {}, [], {}
    for word, following in zip(words, [*words[1:], None], strict=True):
        names = [each for each in (word, following) if each is not None]
        columns: Any = tuple((each, "integer") for each in names)
        sources[word] = {"table": word, "columns": dict(columns)}
        joins = [{"to": following, "on": following}] if following else []
        dimensions = [{"name": word, "sql": quoted(word)}]
        models.append(
            {"name": word, "source": word, "primary_key": word, "dimensions": dimensions, "joins": joins}
        )
        tables[word] = Table(columns, tuple((n,) * len(names) for n in (1, 2)))
    metrics = [{"name": word, "model": word, "sql": f"sum({quoted(word)})"} for word in words]
    project = {"name": "reserved", "sources": sources, "models": models, "metrics": metrics}
    return Layer.from_text(semantic=json.dumps(project)), tables


def stepped(words: list[str]) -> tuple[Layer, dict[str, Table]]:
    """Models of these names that are statements, so steps have these names, and so has the time of each."""
    days: Any = (("id", "integer"), ("noted_on", "date"))
    models = [
        {
            "name": word,
            "sql": f"select id, noted_on as {quoted(word)} from days where id >= {{{{ {word}_p }}}}",
            "columns": {"id": "integer", quoted(word): "date"},
            "primary_key": "id",
            "time": quoted(word),
            "dimensions": [{"name": word, "sql": quoted(word)}],
        }
        for word in words
    ]
    metrics = [{"name": word, "model": word, "sql": "count(*)"} for word in words]
    parameters = [{"name": f"{word}_p", "type": "integer", "default": 1} for word in words]
    project = {"name": "reserved", "models": models, "metrics": metrics, "parameters": parameters}
    rows = ((1, date(2024, 1, 5)), (2, date(2024, 3, 5)))
    return Layer.from_text(semantic=json.dumps(project)), {"days": Table(days, rows)}


@pytest.mark.parametrize(("engine", "words"), ASKED, indirect=["engine"])
def test_words_name_tables_columns_dimensions_metrics_and_aliases(engine: Engine, words: list[str]) -> None:
    layer, tables = chained(words)
    engine.load(tables)
    first, *others = words
    compiled = layer.sql(
        first,
        by=[f"{word}.{word} as {word}" for word in others],
        where=[f"{quoted(word)}.{quoted(word)} >= 1" for word in words],
        having=f"{quoted(first)} > 0",
        order=f"-{others[-1]}",
        dialect=engine.dialect,
    )
    names, rows = engine.answer(compiled.text)
    assert rows == [(2,) * len(words), (1,) * len(words)]
    assert [name.lower() for name in names] == [*others, first]
    aligned = layer.sql(words, by=f"{words[-1]}.{words[-1]} as {words[-1]}_key", dialect=engine.dialect)
    assert engine.rows(aligned.text) == [(1,) * (len(words) + 1), (2,) * (len(words) + 1)]


@pytest.mark.parametrize(("engine", "words"), ASKED, indirect=["engine"])
def test_words_name_steps_and_times(engine: Engine, words: list[str]) -> None:
    layer, tables = stepped(words)
    engine.load(tables)
    compiled = layer.sql(words, by="time.month", fill=True, time="2024-01..2024-03", dialect=engine.dialect)
    ones, none = (1,) * len(words), (0,) * len(words)
    days = [date(2024, month, 1) for month in (1, 2, 3)]
    assert engine.rows(compiled.text) == [(days[0], *ones), (days[1], *none), (days[2], *ones)]
    compiled = layer.sql(words[0], by=f"{words[0]}.{words[0]}.month as {words[1]}", dialect=engine.dialect)
    assert engine.rows(compiled.text) == [(days[0], 1), (days[2], 1)]


PARAMETER = """
name: reserved
models: [{name: days, sql: "select 5 as n", columns: {n: integer}}]
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_words_name_parameters(dialect: str) -> None:
    refused = set()
    for word in WORDS:
        parameter = f"parameters: [{{name: '{word}', type: integer, default: 3}}]"
        metric = f"metrics: [{{name: found, model: days, sql: count(*), filter: 'n > {{{{ {word} }}}}'}}]"
        try:
            compiled = Layer.from_text(semantic=f"{PARAMETER}{parameter}\n{metric}").sql(
                "found", dialect=dialect
            )
        except SemanticError:
            refused.add(word)
        else:
            assert "n > 3" in compiled.text, word
    assert refused == UNSPOKEN


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_asked_is_what_is_parsed(dialect: str) -> None:
    for words in batches(TOGETHER):
        layer, _ = chained(words)
        by = [f"{word}.{word} as {word}" for word in words[1:]]
        compiled = layer.sql(words[0], by=by, dialect=dialect)
        tree = sqlglot.parse_one(compiled.text, read=dialect)
        expected = [*words[1:], words[0]]
        assert [column.name for column in compiled.columns] == expected
        assert [name.lower() for name in tree.named_selects] == expected
