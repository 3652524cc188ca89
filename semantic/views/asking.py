"""The question of a view, with the places of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.policies import Attributes, attributes, written
from semantic.query import By, Extract, Order, Query, TimeRange, Top
from semantic.source import Span, Text
from semantic.spec.types import View


def query_of(view: View) -> Query:
    """The question that a view is made from; raises `SemanticError` for words that cannot be read.

    Its rows are in no order, unless a limit keeps the first ones.
    """
    found: list[Fault] = []
    query = Query(
        metrics=view.metrics,
        by=tuple(paths(view.by)),
        where=view.where,
        having=view.having,
        time=_read(view.time, TimeRange.parse, found),
        order=_order(view, found),
        limit=view.limit,
        top=_read(view.top, Top.parse, found),
        fill=bool(view.fill),
        members=view.members if view.members is not None else False,
        parameters=parameters(view),
        user=user(view),
        paths=tuple(sorted((str(word), given) for word, given in view.paths)),
        start=view.start,
        extremes=bool(view.extremes),
    )
    if found:
        raise SemanticError(found)
    return query


#: What only a question has, and what only the rows of a model have.
_QUESTION = ("by", "having", "order", "limit", "top", "fill", "members", "paths", "start", "extremes")
_ROWS = ("joins",)


def asked(view: View) -> tuple[Query | Extract, tuple[str, ...]]:
    """What a view is made from, and the columns that come first; raises `SemanticError`."""
    if found := list(_misplaced(view)):
        raise SemanticError(found)
    if view.model is not None:
        return extract_of(view), ()
    return query_of(view), tuple(str(by.path) for by in paths(view.columns))


def extract_of(view: View) -> Extract:
    """The rows that a view has."""
    found: list[Fault] = []
    time = _read(view.time, TimeRange.parse, found)
    if found:
        raise SemanticError(found)
    assert view.model is not None
    return Extract(
        view.model, tuple(paths(view.columns)), view.joins, view.where, time, parameters(view), user(view)
    )


def _misplaced(view: View) -> Iterator[Fault]:
    """Keys that belong to the other kind of view."""
    keys, fault = (_ROWS, faults.key_of_rows) if view.model is None else (_QUESTION, faults.key_of_question)
    for key in keys:
        given = getattr(view, key)
        if given is not None and given != ():
            first = given[0] if isinstance(given, tuple) else given
            yield fault(
                "from" if key == "start" else key,
                str(view.name),
                getattr(first, "span", None) or view.name.span,
            )
    yield from _strange_columns(view) if view.model is None else ()


def _strange_columns(view: View) -> Iterator[Fault]:
    """Columns that are to come first and are none of the question, or twice."""
    known = [*(by.output for by in paths(view.by)), *map(str, view.metrics)]
    if view.extremes:
        known = [f"{name}_{end}" for name in known for end in ("min", "max")]
    names = [by.path if by.name is None else Text(by.output) for by in paths(view.columns)]
    for place, name in enumerate(names):
        if name not in known:
            yield faults.no_column_of_view(name, str(view.name), known, name.span)
        elif name in names[:place]:
            yield faults.column_twice_in_view(name, str(view.name), name.span)


def paths(written: Iterable[Text | Mapping[str, Text]]) -> Iterator[By]:
    """Paths with the names of their columns."""
    for each in written:
        if isinstance(each, Mapping):
            yield By(each["path"], str(each["as"]) if "as" in each else None)
        else:
            by = By.parse(each)
            yield By(Text(by.path, each.file, each.starts, each.breaks), by.name)


def parameters(view: View) -> tuple[tuple[str, Any], ...]:
    """The values that a view gives parameters."""
    return tuple(sorted((str(name), cell.text) for name, cell in view.parameters))


def user(view: View) -> Attributes:
    """The attributes of whoever reads a view; the same for all, as it has one statement."""
    return attributes({str(name): written(cells) for name, cells in view.user})


def placed(error: SemanticError, span: Span | None) -> list[Fault]:
    """The faults of an error; those without a place get one, those in a condition stand where it begins."""
    return [
        replace(each, span=span) if each.span is None or each.span.file == "question" else each
        for each in error.faults
    ]


def _read(text: Text | None, read: Callable[[str], Any], found: list[Fault]) -> Any:
    """A word as what it says, or ``None`` with its faults noted."""
    if text is None:
        return None
    try:
        return read(text)
    except SemanticError as error:
        found += placed(error, text.span)
        return None


def _order(view: View, found: list[Fault]) -> tuple[Order, ...] | None:
    """The order that says which rows a limit keeps; without a limit there is none."""
    if view.limit is None:
        if view.order:
            found.append(faults.order_of_view(str(view.name), view.order[0].span))
        return ()
    order = [_read(text, Order.parse, found) for text in view.order]
    return tuple(each for each in order if each is not None) or None
