"""What a view looks like from outside: its object, its columns, what a row of it is, what its values mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from semantic.bind import Bound, bind, draw
from semantic.catalog import Catalog
from semantic.faults import SemanticError
from semantic.impact.meaning import Meanings
from semantic.impact.trees import digest
from semantic.query import Extract, Query
from semantic.spec.types import View
from semantic.views.asking import asked


@dataclass(frozen=True)
class Shape:
    """A view from outside. ``values`` is the meaning of each column, ``filtering`` what decides its rows."""

    meaning: str
    parts: tuple[str, ...]
    columns: tuple[tuple[str, str | None], ...] = ()
    keys: tuple[str, ...] = ()
    kind: str = "view"
    values: Mapping[str, str] = field(default_factory=dict)
    filtering: str = ""
    broken: bool = False


def shape(catalog: Catalog, view: View, meanings: Meanings) -> Shape:
    """A view of a project; one that cannot be made has no columns."""
    schema = str(view.schema).split(".") if view.schema is not None else []
    parts = (*schema, str(view.alias or view.name))
    try:
        question, first = asked(view)
        if question.parameters:
            given = {str(k): v for k, v in dict(question.parameters).items()}
            meanings = Meanings(catalog, meanings.renamed, given)
        found = _rows(meanings, question) if isinstance(question, Extract) else _answer(meanings, question)
    except SemanticError as error:
        return Shape(digest([(f.code, f.message) for f in error.faults]), parts, broken=True)
    columns, keys, told, filtering = found
    order = {name: place for place, name in enumerate(first)}
    columns = sorted(columns, key=lambda column: order.get(column[0], len(order)))
    meaning = digest((sorted(told.items()), columns, sorted(keys), filtering))
    return Shape(meaning, parts, tuple(columns), tuple(keys), _kind(view), told, filtering)


def _kind(view: View) -> str:
    return ", ".join(sorted({str(kind) for _, kind in view.materialized})) or "view"


def _answer(meanings: Meanings, query: Query) -> Any:
    """The columns of a question: its keys, then its metrics."""
    bound = bind(meanings.definitions, meanings.metrics, query)
    columns = [*((key.name, key.type) for key in bound.shown), *((m.name, m.type) for m in bound.metrics)]
    told = {metric.name: meanings.bound_metric(metric) for metric in bound.metrics}
    told |= _keys(meanings, bound)
    return columns, [key.name for key in bound.shown], told, meanings.filtering(bound)


def _rows(meanings: Meanings, extract: Extract) -> Any:
    """The columns of the rows of a model."""
    bound = draw(meanings.definitions, extract).bound
    columns = [(key.name, key.type) for key in bound.keys]
    keys = list(map(str, meanings.catalog.models[str(extract.model)].spec.primary_key))
    return columns, keys, _keys(meanings, bound), meanings.filtering(bound)


def _keys(meanings: Meanings, bound: Bound) -> dict[str, str]:
    """What the keys of a question mean, seen from each of its facts."""
    return {
        key.name: digest([meanings.reached(fact, place) for fact in bound.facts])
        for place, key in enumerate(bound.keys)
    }
