"""The format of views: a question or the rows of a model, and what they are in a warehouse."""

from __future__ import annotations

from typing import Any, get_args

from yaml.events import ScalarEvent

from semantic.source import Text
from semantic.spec.kinds import (
    FLAG,
    NAME,
    SOME_TIME,
    TEXT,
    Kind,
    choice,
    list_of,
    mapping_of,
    one_or_more,
)
from semantic.spec.nodes import Node
from semantic.spec.page import Page
from semantic.spec.shapes import Field, Shape
from semantic.spec.tables import ATTRIBUTES, MEMBERS, PATHS, VALUES, WHOLE, WORDS
from semantic.spec.types import Materialization, Refresh, View

#: What a view is in every dialect that ``materialized`` does not name.
OTHERWISE = "otherwise"
_KIND = choice(*get_args(Materialization))
_BY_DIALECT = mapping_of(_KIND, "snowflake: dynamic_table", placed=True)


def _pairs(kind: Kind) -> Kind:
    """A mapping as pairs."""
    return Kind(lambda page, node, what: tuple(kind.read(page, node, what).items()), kind.schema)


def _materialized(page: Page, node: Node, what: str) -> tuple[tuple[Any, Any], ...]:
    """One word for every dialect, or a word for each."""
    if type(node) is ScalarEvent:
        span = page.span(node)
        word = Text(OTHERWISE, page.file, ((span.line, span.column),))
        return ((word, _KIND.read(page, node, what)),)
    return tuple(_BY_DIALECT.read(page, node, what).items())


MATERIALIZED = Kind(_materialized, {"anyOf": [_KIND.schema, _BY_DIALECT.schema]})
GRANTS = _pairs(mapping_of(one_or_more(TEXT), "select: analysts", placed=True))
REFRESH = Shape(
    "refresh",
    Refresh,
    (
        Field("every", SOME_TIME, "How old the rows may be: 1 hour, 1 day.", required=True),
        Field("warehouse", TEXT, "What computes them, where a target asks for it (Snowflake)."),
    ),
)
_QUESTION = (
    Field("metrics", one_or_more(TEXT), "Names of metrics."),
    Field("by", PATHS, "What to group by: customers.region, time.month; 'path as name'."),
    Field("where", one_or_more(TEXT), "A condition that rows must meet."),
    Field("having", one_or_more(TEXT), "A condition that groups must meet, over metrics."),
    Field("time", TEXT, "A range of time: 2024-01..2024-06, 2024-Q3."),
    Field("order", one_or_more(TEXT), "Which rows a 'limit' keeps; -name is descending."),
    Field("limit", WHOLE, "At most that many rows."),
    Field("top", TEXT, "Values that lead, and all others as one: 5 products.name by sales."),
    Field("fill", FLAG, "Whether every period appears."),
    Field("members", MEMBERS, "Whether members without any fact appear; or of which paths."),
    Field("from", NAME, "Without metrics: whose rows tell the values of 'by'.", attribute="start"),
    Field("extremes", FLAG, "Without metrics: the least and the greatest value of 'by'."),
    Field("parameters", _pairs(VALUES), "Values of parameters; 'current_date' stays live."),
    Field("user", _pairs(ATTRIBUTES), "Attributes of whoever reads it, for policies."),
    Field(
        "paths",
        _pairs(WORDS),
        "Names for paths: {buyer_country: [orders.buyer.country, visits.visitor.country]}.",
    ),
)
_ROWS = (
    Field("model", NAME, "The model whose rows the view has, one by one, instead of 'metrics'."),
    Field("joins", list_of(TEXT), "Whose dimensions stand beside them; of all joined models if left out."),
    Field("columns", PATHS, "The columns in order; of a model's rows, the only ones: 'path as name'."),
)
_OBJECT = (
    Field("materialized", MATERIALIZED, "What it is: view, or by dialect {snowflake: dynamic_table}."),
    Field("schema", TEXT, "Where it is made, dotted; the target's schema if left out."),
    Field("as", TEXT, "What it is called there, if not by its name.", attribute="alias"),
    Field("language", TEXT, "The language of its comments: en, ko; en if left out."),
    Field("grants", GRANTS, "Who may do what with it: {select: [analysts, finance]}."),
    Field("cluster_by", one_or_more(TEXT), "Columns by which rows lie together, where a target can."),
    Field("partition_by", TEXT, "The column by which rows are partitioned, where a target can."),
    Field("indexes", list_of(one_or_more(TEXT)), "Columns, or lists of them, to index, where a target can."),
    Field("refresh", REFRESH.kind, "How often rows are made again: {every: 1 hour, warehouse: WH}."),
)


def view_shape(name: Field, described: tuple[Field, ...]) -> Shape:
    """The shape of a view, with the fields that all objects have."""
    extends = Field("extends", NAME, "The view whose keys it has, but for those that it gives itself.")
    return Shape("view", View, (name, extends, *_QUESTION, *_ROWS, *_OBJECT, *described))
