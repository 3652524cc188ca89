"""Text that would be something else if it were pasted: a statement means what was said, or there is none.

What a literal means is read back here by a lexer of a few lines and by sqlglot; the engines say it in
`test_hostile_engines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlglot
import yaml
from sqlglot import exp

from semantic import Layer
from semantic.faults import SemanticError
from tests.faults import hostile
from tests.faults.cases import DIALECTS
from tests.faults.hostile import TEXTS, WAYS, Way

#: Ways that lead to a statement with one text in it, which it compares with ``body``.
COMPARING = [
    way for way in WAYS if way.name in ("parameter", "condition", "definition", "parameter of a model")
]
_LITERAL = re.compile(r"(?:WHERE|WHEN)\s+\(?(?:notes\.)?body = ")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "b": "\b", "a": "\a", "0": "\0"}


@pytest.fixture(scope="module")
def project() -> Layer:
    return hostile.layer()


def statements(project: Layer, dialect: str) -> Iterator[tuple[Way, str, str]]:
    """Every text in every place, with the statement."""
    for way in WAYS:
        for text in TEXTS:
            sql = way.statement(project, text, dialect)
            if sql is not None:
                yield way, text, sql


def read_literal(sql: str, dialect: str) -> str:
    """The value of the literal that the statement compares with, as its dialect's manual reads it."""
    found = _LITERAL.search(sql)
    assert found
    at = found.end()
    escapes = dialect in ("bigquery", "snowflake") or sql[at] == "e"
    value, at = "", at + 2 if sql[at] == "e" else at + 1
    assert sql[at - 1] == "'"
    while True:
        if escapes and sql[at : at + 2] == "\\x":
            value, at = value + chr(int(sql[at + 2 : at + 4], 16)), at + 4
        elif escapes and sql[at] == "\\":
            value, at = value + _ESCAPED.get(sql[at + 1], sql[at + 1]), at + 2
        elif sql[at] != "'":
            value, at = value + sql[at], at + 1
        elif sql[at + 1 : at + 2] == "'" and dialect != "bigquery":
            value, at = value + "'", at + 2
        else:
            return value


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("way", COMPARING, ids=lambda way: way.name)
def test_the_statement_is_the_same_but_for_the_text(project: Layer, way: Way, dialect: str) -> None:
    plain = sqlglot.parse_one(way.write(project, "plain", dialect), read=dialect)
    changed = [
        text
        for text in TEXTS
        if (sql := way.statement(project, text, dialect)) and not _same(sql, text, plain, dialect)
    ]
    assert changed == []


def _same(sql: str, text: str, plain: exp.Expr, dialect: str) -> bool:
    trees = sqlglot.parse(sql, read=dialect)
    literals = [node for tree in trees if tree for node in tree.walk() if _is_text(node)]
    if len(trees) != 1 or [node.name for node in literals] != [text] or read_literal(sql, dialect) != text:
        return False
    literals[0].replace(exp.Literal.string("plain"))
    return trees[0] == plain


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.ByteString) or (isinstance(node, exp.Literal) and bool(node.is_string))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_breaks_out_of_the_header(project: Layer, dialect: str) -> None:
    for _, text, sql in statements(project, dialect):
        first, second, statement = sql.split("\n", 2)
        assert first.startswith("-- "), text
        assert re.fullmatch(r"-- semantic [0-9a-f]{12}", second), text
        assert f"{first}\n{second}".splitlines() == [first, second], text
        assert statement.startswith(("SELECT", "WITH")), text


def test_backslashes_are_said_where_a_setting_could_hide_them(project: Layer) -> None:
    """Under ``standard_conforming_strings = off``, Postgres takes ``'\\'`` for the beginning of a text."""
    for _, text, sql in statements(project, "postgres"):
        if "\\" in text:
            assert "\\" not in re.sub(r"e'(?:''|\\.|[^'\\])*'", "", sql.split("\n", 2)[2]), text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_person_reads_is_not_in_the_statement(dialect: str) -> None:
    plain = _described("plain", dialect)
    refused = set()
    for text in TEXTS:
        try:
            assert _described(text, dialect)[0] == plain[0], text
        except SemanticError:
            refused.add(text)
        else:
            assert _described(text, dialect)[1] == [text, text], text
    assert refused == {"", " ", "{{ wanted }}"}  # a unit may name a parameter, and that is none


def _described(text: str, dialect: str) -> tuple[str, list[str]]:
    """The statement of a project described with the text throughout, and the labels of its columns."""
    said = {"label": {"en": text, "ko": text}, "description": text}
    model = {"name": "m", "table": "t", "columns": {"x": "integer"}, "dimensions": [{"name": "x", **said}]}
    metric = {"name": "n", "model": "m", "sql": "count(*)", "unit": text, "format": ",.0f", **said}
    project = {"name": "x", "models": [{**model, **said}], "metrics": [metric]}
    layer = Layer.from_text(semantic=yaml.safe_dump(project))
    compiled = layer.sql("n", by="m.x", dialect=dialect)
    return compiled.text, [column.labelled("ko") for column in compiled.columns]
