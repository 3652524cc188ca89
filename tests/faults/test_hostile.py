"""Text that would be something else if it were pasted: a statement means what was said, or there is none.

What a literal means is read back by a lexer of a few lines, by sqlglot, and by the engines that run here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
import sqlglot
import yaml
from sqlglot import exp

from semantic import Layer
from semantic.faults import SemanticError
from tests.engines import Engine
from tests.faults.cases import DIALECTS

PROJECT = """
name: shop
models:
  - name: notes
    table: notes
    columns: {id: integer, body: text}
    primary_key: id
    dimensions: [id, body]
parameters: [{name: wanted, type: text, default: plain}]
metrics:
  - {name: found, model: notes, sql: count(*), filter: "body = {{ wanted }}"}
  - {name: rows, model: notes, sql: count(*)}
"""
TEXTS = (
    "plain",
    "it's",
    "''",
    "'; DROP TABLE notes; --",
    "' OR '1'='1",
    "\\",
    "\\'",
    "\\\\'",
    "\\' OR 1=1 --",
    "a\\nb",
    "\\x27",
    "\\u0027 OR 1=1",
    '"',
    '"; DROP TABLE notes; --',
    "`notes`",
    "-- comment",
    "a -- b\nOR 1=1",
    "/* open",
    "close */ OR 1=1",
    "/* both */",
    "# hash",
    "//",
    ";",
    "$$",
    "$$ OR $$",
    "$tag$x$tag$",
    "$1 ? :x @x %s",
    ":semantic_param_wanted",
    ":semantic_zone",
    "{{ wanted }}",
    "{% raw %}",
    "{# gone #}",
    "line\nbreak",
    "return\rcarriage",
    "both\r\n",
    "\ttab",
    "feed\x0cform",
    "\x0bvertical",
    "next\x85line",
    "line\u2028separator",
    "paragraph\u2029separator",
    "\u202eright to left",
    "עברית عربى",
    "𝕏 😀 🇰🇷",
    "e\u0301",
    "\ufeffmark",
    "fullwidth ＇ quote",
    "ʼ modifier ’ quote",
    "%",
    "_",
    "N'x'",
    "E'\\n'",
    "x" * 5_000,
)
Way = Callable[[Layer, str, str], str]
_LITERAL = re.compile(r"(?:WHERE|WHEN)\s+\(?(?:notes\.)?body = ")


def parameter(layer: Layer, text: str, dialect: str) -> str:
    """The text as the value of a parameter."""
    return layer.sql("found", parameters={"wanted": text}, dialect=dialect).text


def condition(layer: Layer, text: str, dialect: str) -> str:
    """The text as a literal in a question."""
    literal = text.replace("'", "''")
    return layer.sql("rows", where=f"notes.body = '{literal}'", dialect=dialect).text


def definition(layer: Layer, text: str, dialect: str) -> str:
    """The text as a literal in a file."""
    literal = text.replace("'", "''")
    sql = yaml.safe_dump(f"count(case when body = '{literal}' then 1 end)", default_style='"', width=10**6)
    metric = f"metrics: [{{name: literal, model: notes, sql: {sql}}}]"
    return Layer.from_text(semantic=PROJECT, m=metric).sql("literal", dialect=dialect).text


WAYS = (parameter, condition, definition)


@pytest.fixture(scope="module")
def layer() -> Layer:
    return Layer.from_text(semantic=PROJECT)


def written(layer: Layer, way: Way, text: str, dialect: str) -> str | None:
    """The statement, or nothing where it was refused."""
    try:
        return way(layer, text, dialect)
    except SemanticError:
        return None


def pairs() -> Iterator[tuple[Way, str]]:
    """Every way with every text, but for Jinja's own comments in a file."""
    for way, text in product(WAYS, TEXTS):
        if not (way is definition and "{#" in text):
            yield way, text


def statements(layer: Layer, dialect: str) -> Iterator[tuple[str, str]]:
    """Every text with every statement that holds it."""
    for way, text in pairs():
        sql = written(layer, way, text, dialect)
        if sql is not None:
            yield text, sql


def read_literal(sql: str, dialect: str) -> str:
    """The value of the literal that the statement compares with, as its dialect reads it."""
    found = _LITERAL.search(sql)
    assert found
    assert sql[found.end()] == "'"
    escapes, value, at = dialect in ("bigquery", "snowflake"), "", found.end() + 1
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


_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "b": "\b", "a": "\a", "0": "\0"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_statement_changes_its_meaning(layer: Layer, dialect: str) -> None:
    plain = {way: sqlglot.parse_one(way(layer, "plain", dialect), read=dialect) for way in WAYS}
    changed = []
    for way, text in pairs():
        sql = written(layer, way, text, dialect)
        if sql is not None and not _same(sql, text, plain[way], dialect):
            changed.append((way.__name__, text))
    assert changed == []


def _same(sql: str, text: str, plain: exp.Expr, dialect: str) -> bool:
    trees = sqlglot.parse(sql, read=dialect)
    literals = [node for tree in trees if tree for node in tree.find_all(exp.Literal) if node.is_string]
    if len(trees) != 1 or [node.name for node in literals] != [text] or read_literal(sql, dialect) != text:
        return False
    literals[0].set("this", "plain")
    return trees[0] == plain


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_breaks_out_of_the_header(layer: Layer, dialect: str) -> None:
    for text, sql in statements(layer, dialect):
        first, second, statement = sql.split("\n", 2)
        assert first.startswith("-- "), text
        assert re.fullmatch(r"-- semantic [0-9a-f]{12}", second), text
        assert f"{first}\n{second}".splitlines() == [first, second], text
        assert statement.startswith("SELECT"), text


@pytest.mark.parametrize("way", WAYS)
def test_few_texts_are_refused(layer: Layer, way: Way) -> None:
    refused = {text for text in TEXTS if written(layer, way, text, "duckdb") is None}
    assert refused <= {"{{ wanted }}", "{% raw %}", "{# gone #}", ":semantic_param_wanted"}


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\udfff!"])
@pytest.mark.parametrize("way", [parameter, condition])
def test_what_no_warehouse_takes_is_refused(layer: Layer, way: Way, text: str) -> None:
    assert [written(layer, way, text, dialect) for dialect in DIALECTS] == [None] * 4


@pytest.fixture(params=["duck", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    found.run("DROP SCHEMA IF EXISTS hostile CASCADE")
    found.run("CREATE SCHEMA hostile")
    found.run("SET search_path = 'hostile'")
    found.run("CREATE TABLE notes (id INT, body TEXT)")
    for number, text in enumerate(TEXTS):
        found.connection.execute(f"INSERT INTO notes VALUES ({number}, {found.mark})", [text])
    return found


def test_engines_find_the_one_row(layer: Layer, engine: Engine) -> None:
    for text, sql in statements(layer, engine.dialect):
        assert engine.rows(sql) == [(1,)], text
    assert engine.rows("SELECT count(*) FROM notes") == [(len(TEXTS),)]


def test_hostile_data_is_only_data(layer: Layer, engine: Engine) -> None:
    rows = engine.rows(layer.sql("rows", by="notes.body", dialect=engine.dialect).text)
    assert sorted(rows) == sorted((text, 1) for text in TEXTS)


NAMES = ('a"b', "a; DROP TABLE notes", "a' b", "a -- b", "a /* b */", "a`b", "a\\b", "매출 😀", "a.b", "$$")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_names_of_tables(name: str, dialect: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    models = f"models: [{{name: m, table: {json.dumps(quoted, ensure_ascii=False)}}}]"
    layer = Layer.from_text(
        semantic="name: x", m=f"{models}\nmetrics: [{{name: n, model: m, sql: count(*)}}]"
    )
    (tree,) = sqlglot.parse(layer.sql("n", dialect=dialect).text, read=dialect)
    assert tree is not None
    (table,) = tree.find_all(exp.Table)
    parts = [part.name for part in table.parts]
    assert parts == (name.split(".") if dialect == "bigquery" else [name])  # it has no dots in names


def test_what_a_person_reads_is_not_in_the_statement() -> None:
    label, description = json.dumps({"en": "x'; --\n"}), json.dumps("*/ DROP")
    words = f"name: n, label: {label}, description: {description}, unit: {json.dumps(chr(39))}"
    project = f"name: x\nmodels: [{{name: m, table: t}}]\nmetrics: [{{{words}, model: m, sql: count(*)}}]"
    compiled = Layer.from_text(semantic=project).sql("n")
    assert compiled.text.split("\n", 2)[2] == "SELECT\n  COUNT(*) AS n\nFROM t AS m"
    assert compiled.columns[0].label == "x'; --\n"
