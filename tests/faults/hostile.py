"""Texts and names that would be something else if they were pasted, and the places where they may stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from semantic import Layer
from semantic.faults import SemanticError
from tests.engines import Table

TEXTS = (
    "plain",
    "",
    " ",
    "  around  ",
    # quotes and backslashes
    "it's",
    "''",
    "'",
    "'; DROP TABLE notes; --",
    "' OR '1'='1",
    "\\",
    "\\\\",
    "\\'",
    "\\\\'",
    "\\' OR 1=1 --",
    "'\\''",
    "a\\nb",
    "\\x27",
    "\\047 OR 1=1",
    "\\u0027 OR 1=1",
    "\\U0001F600",
    "\\N",
    "\\\n",
    '"',
    '""',
    '"""',
    '"; DROP TABLE notes; --',
    "'''",
    "''' OR 1=1 --",
    "`",
    "`notes`",
    # comments and ends
    "--",
    "-- comment",
    "a -- b\nOR 1=1",
    "/* open",
    "close */ OR 1=1",
    "/* both */",
    "/*+ hint */",
    "# hash",
    "//",
    "// slashes\nOR 1=1",
    ";",
    "a; SELECT 1",
    # dollars, placeholders, templates
    "$$",
    "$$ OR $$",
    "$tag$x$tag$",
    "$1",
    "?",
    "%s",
    "%(wanted)s",
    "%",
    "%%",
    "_",
    ":name",
    "::date",
    ":semantic_param_wanted",
    ":semantic_zone",
    "@x",
    "@@time_zone",
    "&variable",
    "{x}",
    "{{ wanted }}",
    "{% raw %}",
    "{# gone #}",
    "{d '2024-01-01'}",
    # prefixes of literals
    "N'x'",
    "E'\\n'",
    "r'\\n'",
    "b'x'",
    "U&'\\0027'",
    # controls
    "line\nbreak",
    "return\rcarriage",
    "both\r\n",
    "\ttab",
    "feed\x0cform",
    "\x0bvertical",
    "\x01\x02\x1b\x7f",
    "next\x85line",
    "line\u2028separator",
    "paragraph\u2029separator",
    # what is not seen, or seen in another place
    "\u202eright to left",
    "\u2066isolated\u2069",
    "zero\u200bwidth",
    "join\u200der",
    "\ufeffmark",
    "soft\u00adhyphen",
    "עברית عربى",
    # more than two bytes, more than one way
    "𝕏 😀 🇰🇷",
    "\U0010fffd",
    "\ue000",
    "e\u0301",
    "\u00e9",
    "fullwidth ＇ quote",
    "ʼ modifier ’ quote",
    "Ⱥ ẞ ß İ ı",
    "x" * 20_000,
    "'" * 3_000,
)
#: What no warehouse takes.
NEVER = ("\x00", "a\x00b", "\ud800", "\udfff!")

PROJECT = """
name: shop
models:
  - name: notes
    source: notes
    primary_key: id
    dimensions: [id, body]
  - name: kept
    sql: "select id, body from notes where body = {{ wanted }}"
    columns: {id: integer, body: text}
    primary_key: id
parameters: [{name: wanted, type: text, default: plain}]
metrics:
  - {name: found, model: notes, sql: count(*), filter: "body = {{ wanted }}"}
  - {name: among, model: notes, sql: count(*), filter: "body in ('nothing like it', {{ wanted }})"}
  - {name: begun, model: notes, sql: count(*), filter: "starts_with(body, {{ wanted }})"}
  - {name: said, model: notes, sql: "max({{ wanted }})"}
  - {name: put, model: notes, sql: "min(replace('<x>', 'x', {{ wanted }}))"}
  - {name: kept, model: kept, sql: count(*)}
  - {name: rows, model: notes, sql: count(*)}
  - {name: last, model: notes, sql: max(body)}
"""
SOURCES = "sources: {notes: {table: notes, columns: {id: integer, body: text}}}"
NOTES = {"notes": Table((("id", "integer"), ("body", "text")), tuple(enumerate(TEXTS)))}


def layer(**more: str) -> Layer:
    """The project over the notes."""
    return Layer.from_text(semantic=PROJECT, sources=SOURCES, **more)


@dataclass(frozen=True)
class Way:
    """A place for a text in a question or a definition: the statement, and the rows that are right."""

    name: str
    write: Callable[[Layer, str, str], str]
    right: Callable[[str], list[tuple[Any, ...]]]

    def statement(self, project: Layer, text: str, dialect: str) -> str | None:
        """The statement, or nothing where it was refused."""
        try:
            return self.write(project, text, dialect)
        except SemanticError:
            return None


def literal(text: str) -> str:
    """The text as it is written in the language."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def parameter(metric: str) -> Callable[[Layer, str, str], str]:
    """The text as the value of a parameter that a metric has."""

    def write(project: Layer, text: str, dialect: str) -> str:
        return project.sql(metric, parameters={"wanted": text}, dialect=dialect).text

    return write


def _condition(project: Layer, text: str, dialect: str) -> str:
    return project.sql("rows", where=f"notes.body = {literal(text)}", dialect=dialect).text


def _after(project: Layer, text: str, dialect: str) -> str:
    having = f"last = {literal(text)}"
    return project.sql("last", by="notes.id", having=having, dialect=dialect).text


def _definition(_: Layer, text: str, dialect: str) -> str:
    sql = f"count(case when body = {literal(text)} then 1 end)"
    dumped = yaml.safe_dump(sql, default_style='"', width=10**6)
    return (
        layer(more=f"metrics: [{{name: told, model: notes, sql: {dumped}}}]")
        .sql("told", dialect=dialect)
        .text
    )


def _one(text: str) -> list[tuple[Any, ...]]:
    return [(1,)]


def _begun(text: str) -> list[tuple[Any, ...]]:
    return [(sum(each.startswith(text) for each in TEXTS),)]


WAYS = (
    Way("parameter", parameter("found"), _one),
    Way("parameter in a list", parameter("among"), _one),
    Way("parameter in a call", parameter("begun"), _begun),
    Way("parameter that is given back", parameter("said"), lambda text: [(text,)]),
    Way("parameter in a call that is given back", parameter("put"), lambda text: [(f"<{text}>",)]),
    Way("parameter of a model", parameter("kept"), _one),
    Way("condition", _condition, _one),
    Way("condition after grouping", _after, lambda text: [(TEXTS.index(text), text)]),
    Way("definition", _definition, _one),
)
#: What a text of the language may not hold, for it means something there; a parameter's value may.
LANGUAGE = {"{{ wanted }}", "{% raw %}", "{# gone #}", ":semantic_param_wanted"}
REFUSED = {"condition": LANGUAGE, "condition after grouping": LANGUAGE, "definition": LANGUAGE}

#: Names of tables and columns as a warehouse may have them.
NAMES = (
    'a"b',
    '"',
    "a'b",
    "a`b",
    "a\\b",
    "a\\",
    "a b",
    " a",
    "a; DROP TABLE notes",
    "a -- b",
    "a /* b */",
    "a # b",
    "a.b",
    "a?b",
    "a:b",
    "%s",
    "$$",
    "$1",
    "{{ wanted }}",
    "{% raw %}",
    "@x",
    "*",
    "1",
    "1e3",
    "",
    "null",
    "NULL",
    "Mixed",
    "매출 😀",
    "עברית",
    "\u202eright",
    "zero\u200bwidth",
    "é",
    "e\u0301",
    "İ",
    "x" * 60,
    "x" * 400,
    "line\nbreak",
    "tab\t",
    "a\x00b",
    "\ud800",
)
#: Names that are refused: no warehouse has one of nothing, or with a NUL; what is not seen is no name either.
_NOWHERE = {"", "a\x00b", "\ud800", "line\nbreak", "tab\t"}
_PLACES = {"table": {'"', "\u202eright", "zero\u200bwidth"}, "columns": {"{{ wanted }}", "{% raw %}"}}
_LONG = {"x" * 400}
_IMPOSSIBLE = {
    "duckdb": set(),
    "postgres": _LONG,
    "bigquery": _LONG | {name for name in NAMES if set(name) & set("`\\")},
    "snowflake": _LONG,
}


#: What a warehouse refuses by itself: a quoted path is a dataset's table; names with $ are GoogleSQL's own.
STRANGE = {("bigquery", "table", "a.b"), ("bigquery", "columns", "$$"), ("bigquery", "columns", "$1")}


def impossible(place: str, dialect: str) -> set[str]:
    """The names that are refused there."""
    return _NOWHERE | _PLACES[place] | _IMPOSSIBLE[dialect]


#: Words that may name anything in the language.
WORDS = (
    "매출",
    "名前",
    "Größe",
    "straße",
    "ſ",
    "İstanbul",
    "ı",
    "ǅ",
    "é",
    "שלום",
    "عربى",
    "𝕏",
    "a١",
    "_",
    "__",
    "Mixed_Case",
    "UPPER",
    "x" * 60,
    "매" * 20,
)


DAY = date(2024, 1, 31)


def word(name: str) -> tuple[str, dict[str, Table]]:
    """A project in which everything has that name."""
    columns: Any = ((quoted(name), "text"), ("n", "integer"), ("day", "date"))
    things = Table(columns, (("a", 1, DAY), ("a", 2, DAY), ("b", 3, DAY)))
    project = {
        "name": name,
        "sources": {name: {"table": quoted(name), "columns": dict(columns)}},
        "models": [
            {"name": name, "source": name, "primary_key": "n", "time": "day", "dimensions": [dimension(name)]}
        ],
        "metrics": [{"name": name, "model": name, "sql": "sum(n)"}],
    }
    return json.dumps(project, ensure_ascii=False), {quoted(name): things}


def dimension(name: str) -> dict[str, str]:
    """A dimension that is the column of its name."""
    return {"name": name, "sql": quoted(name)}


def quoted(name: str) -> str:
    """A name in double quotes, as it is written in the language."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def named(place: str, name: str) -> tuple[str, dict[str, Table]]:
    """A project in which a table, or each of its columns, has that name, and the table."""
    table = quoted(name) if place == "table" else "plain"
    key, word = (quoted(name), quoted(name + "2")) if place == "columns" else ("id", "word")
    model = {"name": "things", "source": "things", "primary_key": key, "time": "day"}
    project = {
        "name": "named",
        "sources": {"things": {"table": table, "columns": {key: "integer", word: "text", "day": "date"}}},
        "models": [{**model, "dimensions": [{"name": "said", "sql": word}, {"name": "key", "sql": key}]}],
        "metrics": [
            {"name": "total", "model": "things", "sql": f"sum({key})", "filter": f"{key} > 1"},
            {"name": "middle", "model": "things", "sql": f"median({key})"},
            {"name": "things", "model": "things", "sql": "count(*)"},
        ],
    }
    columns: Any = ((key, "integer"), (word, "text"), ("day", "date"))
    rows = ((1, "a", DAY), (2, "a", DAY), (3, "b", DAY))
    return json.dumps(project, ensure_ascii=False), {table: Table(columns, rows)}
