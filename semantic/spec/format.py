"""The file format as a table: every key that may stand in a file, its kind, and what it means.

The reader and the JSON Schema are both made from it.
"""

from __future__ import annotations

from typing import Any

from yaml.events import ScalarEvent

from semantic import faults
from semantic.spec.kinds import (
    COLUMN_NAME,
    FLAG,
    LABELS,
    MONTH,
    NAME,
    ON,
    SIGNATURE,
    TEXT,
    TYPE,
    VALUE,
    ZONE,
    choice,
    list_of,
    mapping_of,
    one_or_more,
    pair,
)
from semantic.spec.page import Page, given, is_null
from semantic.spec.shapes import Field, Shape, Values, listed, named
from semantic.spec.types import (
    Calendar,
    Column,
    Dimension,
    Function,
    Join,
    Macro,
    Metric,
    Model,
    Parameter,
    Source,
    Target,
    TypeName,
)
from semantic.spec.values import EXPECTED, parse_value


def _role(page: Page, values: Values) -> None:
    values.setdefault("role", values["to"])


def _split_signature(page: Page, values: Values) -> None:
    values["name"], values["arguments"] = values["name"]


def _untyped(page: Page, values: Values) -> None:
    _split_signature(page, values)
    values.setdefault("type", None)


def _typed(page: Page, values: Values) -> None:
    """Turns the default and the allowed values of a parameter into values of its type."""
    default = values.get("default")
    allowed = tuple(
        _value(page, each, values["type"], "An item of 'values'") for each in values.get("values", ())
    )
    if default is not None:
        values["default"] = _value(page, default, values["type"], "'default'")
        if allowed and values["default"] is not None and values["default"] not in allowed:
            page.fault(faults.not_among("The default", default.value, page.span(default)))
    values["values"] = allowed


def _value(page: Page, node: Any, type: TypeName, what: str) -> Any:
    if not isinstance(node, ScalarEvent):
        page.fault(faults.wrong_kind(what, EXPECTED[type], given(node), page.span(node)))
        return None
    if is_null(node):
        return None
    value = parse_value(node.value, type)
    if value is not None and isinstance(value, str):
        return page.text(node)
    if value is None or node.style:
        hint = "" if value is None else "Remove the quotes."
        page.fault(faults.wrong_kind(what, EXPECTED[type], given(node), page.span(node), hint))
        return None
    return value


_DESCRIBED = (
    Field("label", LABELS, "What people read, as one text or by language: {en: Sales, ko: 매출}."),
    Field("description", LABELS, "What it means, as one text or by language."),
)
_NAMED = Field("name", NAME, "The name that SQL and questions use.", required=True)
_SHOWN = (
    Field("unit", TEXT, "The unit of the values, such as KRW or days."),
    Field("format", TEXT, "How a value is shown, such as '#,##0.0'."),
)

COLUMN = Shape(
    "column",
    Column,
    (
        Field(
            "name",
            COLUMN_NAME,
            "The column's name; in double quotes where it is no plain one.",
            required=True,
        ),
        Field("type", TYPE, "The type of the column.", required=True),
        *_DESCRIBED,
    ),
    bare_value="type",
)
_ROWS = (
    Field("table", TEXT, "The dotted name of a table or view."),
    Field("sql", TEXT, "A SELECT statement."),
    Field("columns", named(COLUMN), "The columns with their types: {amount: decimal}."),
)
SOURCE = Shape(
    "source",
    Source,
    (
        _NAMED,
        *_ROWS,
        Field("required", FLAG, "Whether a library needs it to be mapped."),
        *_DESCRIBED,
    ),
)
DIMENSION = Shape(
    "dimension",
    Dimension,
    (
        _NAMED,
        Field("type", TYPE, "The type of its values; inferred if left out."),
        Field(
            "sql",
            TEXT,
            "An expression over columns and other dimensions; the column of that name if left out.",
        ),
        *_SHOWN,
        *_DESCRIBED,
    ),
    bare="name",
)
JOIN = Shape(
    "join",
    Join,
    (
        Field("to", NAME, "The model of the other side.", required=True),
        Field(
            "as", NAME, "The role that paths name it by; the name of the model if left out.", attribute="role"
        ),
        Field(
            "on",
            ON,
            "A column of both sides, several, or {expression here: expression there}.",
            required=True,
        ),
        Field("valid", pair(TEXT), "[from, to] of the other side: rows match while valid, half-open."),
        Field("at", TEXT, "The time here that must lie in 'valid'."),
        Field("required", FLAG, "Whether every row has its partner."),
        *_DESCRIBED,
    ),
    finish=_role,
)
MODEL = Shape(
    "model",
    Model,
    (
        _NAMED,
        Field("source", NAME, "The source whose rows it has."),
        *_ROWS,
        Field("primary_key", one_or_more(TEXT), "The columns that tell one row from another."),
        Field("unique", list_of(one_or_more(TEXT)), "Other columns, or lists of them, that do so too."),
        Field("time", TEXT, "The dimension or column that is the time of its metrics."),
        Field("dimensions", listed(DIMENSION), "What to group and filter by."),
        Field("joins", listed(JOIN, "role"), "Many-to-one and one-to-one joins to other models."),
        *_DESCRIBED,
    ),
    one_of=("source", "table", "sql"),
)
METRIC = Shape(
    "metric",
    Metric,
    (
        _NAMED,
        Field("sql", TEXT, "An aggregate over columns, or an expression over metrics.", required=True),
        Field("model", NAME, "The model whose rows are aggregated."),
        Field("filter", TEXT, "A condition that the rows must meet."),
        Field("time", TEXT, "The time of this metric, if not the model's."),
        *_SHOWN,
        *_DESCRIBED,
    ),
)
PARAMETER = Shape(
    "parameter",
    Parameter,
    (
        _NAMED,
        Field("type", TYPE, "The type of its values.", required=True),
        Field("default", VALUE, "The value where a question gives none."),
        Field("values", list_of(VALUE), "The values that are allowed."),
        *_DESCRIBED,
    ),
    finish=_typed,
)
FUNCTION = Shape(
    "function",
    Function,
    (
        Field("name", SIGNATURE, "The name with its arguments: haversine(a, b).", required=True),
        Field("type", TYPE, "The type of its result."),
        Field(
            "templates",
            mapping_of(TEXT, "duckdb: …"),
            "A SQL template with :holes a dialect.",
            required=True,
        ),
        *_DESCRIBED,
    ),
    finish=_untyped,
)
MACRO = Shape(
    "macro",
    Macro,
    (
        Field("name", SIGNATURE, "The name with its arguments: net(x).", required=True),
        Field("sql", TEXT, "The SQL that a call stands for; {{ x }} is an argument.", required=True),
        *_DESCRIBED,
    ),
    finish=_split_signature,
)
TARGET = Shape(
    "target",
    Target,
    (
        _NAMED,
        Field("dialect", NAME, "The SQL dialect of the warehouse.", required=True),
        Field("url", TEXT, "The SQLAlchemy URL; may hold {{ env_var('NAME') }}.", required=True),
        Field("schema", TEXT, "Where views are made."),
        *_DESCRIBED,
    ),
)
CALENDAR = Shape(
    "calendar",
    Calendar,
    (
        Field("timezone", ZONE, "The zone whose days are counted, such as Asia/Seoul."),
        Field("week_start", choice("monday", "saturday", "sunday"), "The first day of a week."),
        Field("fiscal_year_start", MONTH, "The first month of a fiscal year: april or 4."),
    ),
    spanned=False,
)
FILE = Shape(
    "project file",
    dict,
    (
        Field("name", TEXT, "The name of the project."),
        Field(
            "authoring_dialect", NAME, "The SQL dialect that expressions are written in; duckdb if left out."
        ),
        Field("calendar", CALENDAR.kind, "How days, weeks and fiscal years run."),
        Field("libraries", list_of(TEXT), "Bundled metric libraries to use."),
        Field("sources", named(SOURCE), "Where the tables are."),
        Field("parameters", listed(PARAMETER), "Typed values that a question may override."),
        Field("functions", listed(FUNCTION), "Functions with a template a dialect."),
        Field("macros", listed(MACRO), "Pieces of SQL with arguments."),
        Field("targets", named(TARGET), "Warehouses to run on."),
        Field("models", listed(MODEL), "Rows with a known grain."),
        Field("metrics", listed(METRIC), "What is counted."),
    ),
    spanned=False,
)
#: Keys that stand once, in ``semantic.yml``; all others are lists that any file may add to.
SINGLE = ("name", "authoring_dialect", "calendar", "libraries")
#: Shapes that also stand in a mapping, under their names.
UNDER_NAMES = (SOURCE, COLUMN, TARGET)
#: Lists whose items are named across all files, with the word for one of them.
LISTS = {
    "sources": SOURCE,
    "parameters": PARAMETER,
    "functions": FUNCTION,
    "macros": MACRO,
    "targets": TARGET,
    "models": MODEL,
    "metrics": METRIC,
}
SHAPES = (*LISTS.values(), COLUMN, DIMENSION, JOIN, CALENDAR)
