"""A question, bound, as a tree in a target's own terms, and what a person needs to know of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from semantic import faults
from semantic.compiled import OutputColumn
from semantic.faults import SemanticError

if TYPE_CHECKING:
    from sqlglot import exp

    from semantic.bind import Bound, Definitions
    from semantic.dialect import Dialect
    from semantic.query import Extract
    from semantic.spec.types import Described


def lowered(
    bound: Bound, definitions: Definitions, target: Dialect, rewrite: bool
) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
    """The tree of a question, and its columns."""
    from semantic.lower import lower
    from semantic.planner import plan
    from semantic.rewrite import rewritten

    result = plan(definitions, bound)
    if rewrite:
        result = rewritten(result, target.answers.grouping)
    return lower(result, definitions, target), output_columns(bound)


def lowered_rows(
    extract: Extract, definitions: Definitions, target: Dialect
) -> tuple[exp.Expr, tuple[OutputColumn, ...]]:
    """The tree of the rows of a model, and their columns."""
    from semantic.bind import draw
    from semantic.lower import lower_rows
    from semantic.planner import plan_rows

    drawn = draw(definitions, extract)
    tree = lower_rows(plan_rows(definitions, drawn.bound), definitions, target)
    pairs = zip(drawn.bound.keys, drawn.described, strict=True)
    return tree, tuple(_column(key.name, key.type, "dimension", told) for key, told in pairs)


def arranged_columns(columns: tuple[OutputColumn, ...], names: tuple[str, ...]) -> tuple[OutputColumn, ...]:
    """Columns with some of them first; `SemanticError` for names of none."""
    known = {column.name: column for column in columns}
    if wrong := [name for name in names if name not in known]:
        raise SemanticError(faults.unknown("column of the question", n, list(known), None) for n in wrong)
    return tuple(known[name] for name in (*names, *(name for name in known if name not in names)))


def output_columns(bound: Bound) -> tuple[OutputColumn, ...]:
    """What a person needs to know of each output column."""
    keys = [_column(key.name, key.type, "dimension", key.dimension) for key in bound.shown]
    metrics = [_column(metric.name, metric.type, "metric", metric.spec) for metric in bound.metrics]
    return (*keys, *metrics)


def _column(
    name: str, type: str | None, kind: Literal["dimension", "metric"], told: Described | None
) -> OutputColumn:
    """A column with the words of the dimension, metric or column that it shows."""
    label, description = (told.label, told.description) if told is not None else ({}, {})
    return OutputColumn(
        name=name,
        type=type,
        kind=kind,
        label=_worded(label, name),
        description=_worded(description, ""),
        unit=_plain(getattr(told, "unit", None)),
        format=_plain(getattr(told, "format", None)),
        labels=_spoken(label),
        descriptions=_spoken(description),
    )


def _worded(words: Mapping[str, str], otherwise: str) -> str:
    """The English wording, or any, or what stands in for one."""
    return str(words.get("en") or next(iter(words.values()), otherwise))


def _spoken(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({language: str(text) for language, text in words.items()})


def _plain(text: str | None) -> str | None:
    return None if text is None else str(text)
