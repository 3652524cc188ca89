"""The columns of a view before and after, and whether the target replaces the one by the other in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from semantic.deploy.changes import Change, ColumnChange
from semantic.deploy.reading import Reader
from semantic.faults import SemanticError
from semantic.warehouse.connection import Shape


def with_columns(change: Change, reader: Reader) -> Change:
    """The change with those of its columns; the warehouse tells their types, in the same words for both
    sides."""
    if change.view is None or change.found is None or change.status not in ("replace", "drifted"):
        return change
    templates, view, found = reader.templates, change.view, change.found
    before = _shape(reader, templates.shape_of(reader.parts(found.name)))
    after = _shape(reader, templates.shape(view.select))
    again = _again(change, before, after, reader)
    old = before or [Shape(column.name, "") for column in found.columns]
    new = after or [Shape(column.name, "") for column in view.columns]
    return replace(change, columns=tuple(_differences(old, new)), again=again)


def _shape(reader: Reader, statement: str) -> list[Shape] | None:
    """The columns of a SELECT, or nothing where it fails now; it may read what is still to be made."""
    try:
        return reader.connection.shape(statement)
    except SemanticError as error:
        if any(fault.code == "connection" for fault in error.faults):
            raise
        return None


def _again(change: Change, before: list[Shape] | None, after: list[Shape] | None, reader: Reader) -> bool:
    """Whether the object has to be dropped, since the target does not replace it as it is."""
    assert change.view is not None
    assert change.found is not None
    answers = reader.templates.dialect.answers
    if change.found.kind != change.view.kind or change.view.kind not in answers.replaceable:
        return True
    if answers.replaced_columns == "any":
        return False
    return before is None or after is None or after[: len(before)] != before


def _differences(old: Sequence[Shape], new: Sequence[Shape]) -> Iterator[ColumnChange]:
    """What became of columns, in the order of the new ones; removed ones come last.

    >>> old, new = [Shape("a", "int"), Shape("b", "")], [Shape("c", ""), Shape("a", "text")]
    >>> [change.how for change in _differences(old, new)]
    ['added', 'retyped', 'removed']
    """
    before = {column.name: column.kind for column in old}
    for column in new:
        if column.name not in before:
            yield ColumnChange(column.name, "added", "", column.kind)
        elif before[column.name] != column.kind and before[column.name] and column.kind:
            yield ColumnChange(column.name, "retyped", before[column.name], column.kind)
    names = {column.name for column in new}
    yield from (ColumnChange(c.name, "removed", c.kind, "") for c in old if c.name not in names)
