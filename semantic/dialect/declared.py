"""Functions that a project declares itself: a template is one expression over its arguments, no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from semantic import faults
from semantic.dialect.template import Builder, compile_template
from semantic.expr.parse import parse
from semantic.faults import Fault, SemanticError
from semantic.source import Text

_HOLE = re.compile(r"(?<!:):(?=([a-z_]\w*))")
#: Words that look like columns inside calls such as ``DATEADD(DAY, …)`` and ``DATE_TRUNC(…, WEEK(MONDAY))``.
_UNITS = frozenset(
    (
        *(
            "year",
            "quarter",
            "month",
            "week",
            "day",
            "hour",
            "minute",
            "second",
            "millisecond",
            "microsecond",
        ),
        *("isoyear", "isoweek", "dayofweek", "dayofyear", "monday", "sunday", "saturday"),
    )
)


def declared_builder(name: str, arguments: Sequence[str], text: str, dialect: str) -> Builder:
    """The builder of a declared function's template; raises faults at their places.

    >>> twice = declared_builder("twice", ["x"], "2 * :x", "duckdb")
    >>> twice([exp.column("amount")]).sql()
    '2 * amount'
    """
    source = text if isinstance(text, Text) else Text(text)
    plain = Text(_HOLE.sub("_", source), source.file, source.starts, source.breaks)
    tree = parse(plain, dialect, comments=False)  # every hole reads as a column, of the same length
    if wrong := list(_faults(name, arguments, source, tree)):
        raise SemanticError(wrong)
    return compile_template(text, arguments, dialect)


def _faults(name: str, arguments: Sequence[str], source: Text, tree: exp.Expr) -> Iterator[Fault]:
    found = set(_HOLE.findall(source))
    if found != set(arguments):
        signature = f"{name}({', '.join(arguments)})"
        yield faults.wrong_holes(signature, found, arguments, source.span)
    columns = {column.name.lower() for column in tree.find_all(exp.Column)}
    strange = columns - {f"_{hole}" for hole in found} - _UNITS
    if strange or tree.find(exp.Query, exp.Star, exp.Placeholder, exp.Parameter):
        yield faults.no_function_template(name, source.span)
    if tree.find(exp.AggFunc, exp.Window):
        yield faults.aggregate_template(name, source.span)
