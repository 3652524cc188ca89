"""Hostile texts and names on every engine: a statement finds just what was said, or there is none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from semantic import Layer
from semantic.faults import SemanticError
from tests.engines import DIALECTS, Engine
from tests.engines.checks import RefusedError
from tests.engines.googlesql import GoogleSqlError
from tests.faults import hostile
from tests.faults.hostile import NAMES, NEVER, TEXTS, WAYS, WORDS, Way


@pytest.fixture(scope="module")
def project() -> Layer:
    return hostile.layer()


@pytest.fixture
def notes(engine: Engine) -> Engine:
    """The engine with a row for each of the texts."""
    engine.load(hostile.NOTES)
    return engine


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_no_statement_changes_its_meaning(
    project: Layer, notes: Engine, way: Way, record_property: Any
) -> None:
    changed, tried, refused = [], 0, set()
    for text in TEXTS:
        sql = way.statement(project, text, notes.dialect)
        if sql is None:
            refused.add(text)
            continue
        tried += 1
        if notes.rows(sql) != way.right(text):
            changed.append(text)
    record_property("statements", tried)
    assert changed == []
    assert refused == hostile.REFUSED.get(way.name, set())
    assert tried + len(refused) == len(TEXTS)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_no_warehouse_takes_is_refused(project: Layer, way: Way, dialect: str) -> None:
    assert [way.statement(project, text, dialect) for text in NEVER] == [None] * len(NEVER)


def test_hostile_data_is_only_data(project: Layer, notes: Engine) -> None:
    rows = notes.rows(project.sql("rows", by="notes.body", dialect=notes.dialect).text)
    assert sorted(rows) == sorted((text, 1) for text in TEXTS)
    assert notes.rows("SELECT count(*) FROM notes") == [(len(TEXTS),)]


QUESTIONS: tuple[tuple[dict[str, Any], list[tuple[Any, ...]]], ...] = (
    ({"metrics": ["total", "things"], "by": "things.said"}, [("a", 2, 2), ("b", 3, 1)]),
    ({"metrics": "total", "where": "things.key < 3 and things.said = 'a'"}, [(2,)]),
    ({"metrics": "middle", "by": "time.month", "fill": True}, [(date(2024, 1, 1), 2)]),
    ({"metrics": "things", "by": "things.key", "order": "-things.key"}, [(3, 1), (2, 1), (1, 1)]),
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("place", ["table", "columns"])
def test_hostile_names_of(engine: Engine, place: str, name: str) -> None:
    text, tables = hostile.named(place, name)
    if name in hostile.impossible(place, engine.dialect):
        with pytest.raises(SemanticError):
            Layer.from_text(semantic=text).sql(**QUESTIONS[0][0], dialect=engine.dialect)
        return
    layer = Layer.from_text(semantic=text)
    engine.load(tables)
    if (engine.dialect, place, name) in hostile.STRANGE:
        with pytest.raises((GoogleSqlError, RefusedError)):
            engine.rows(layer.sql(**QUESTIONS[0][0], dialect=engine.dialect).text)
        return
    for question, rows in QUESTIONS:
        assert engine.rows(layer.sql(**question, dialect=engine.dialect).text) == rows


@pytest.mark.parametrize("word", WORDS, ids=ascii)
def test_words_that_may_name_anything(engine: Engine, word: str) -> None:
    """A model, a dimension, a metric and an alias of that name; each comes back as a column."""
    project, tables = hostile.word(word)
    layer = Layer.from_text(semantic=project)
    engine.load(tables)
    sql = layer.sql(word, by=f"{word}.{word} as {word}2", dialect=engine.dialect).text
    names, rows = engine.answer(sql)
    assert names == [kept(engine.dialect, f"{word}2"), kept(engine.dialect, word)]
    assert rows == [("a", 3), ("b", 3)]
    by = [f"{word}.{word} as said", "time.month"]
    filled = {"by": by, "fill": True, "where": f"{word}.{word} <> 'b'", "order": f"-{word}"}
    assert engine.rows(layer.sql(word, **filled, dialect=engine.dialect).text) == [
        ("a", date(2024, 1, 1), 3),
    ]


def kept(dialect: str, name: str) -> str:
    """A name as an engine keeps it: docs.snowflake.com/en/sql-reference/identifiers-syntax, in short."""
    plain = name.isascii() and dialect in ("postgres", "snowflake")
    return {"postgres": name.lower(), "snowflake": name.upper()}[dialect] if plain else name
