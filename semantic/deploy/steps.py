"""Changes as statements in the order in which they are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from semantic.deploy.changes import Change
from semantic.deploy.depending import dropped_first
from semantic.deploy.reading import Reader
from semantic.deploy.templates import exact
from semantic.dialect import Dialect
from semantic.spec.types import Materialization
from semantic.views import View, create, drop

#: What the name of an object ends in while another one still has its place.
_HALF = "__semantic_new"


@dataclass(frozen=True)
class Step:
    """Statements that are run one after the other for a change; ``sealed`` where the object is finished then,
    ``alone`` where nothing was done to the object before."""

    change: Change
    statements: tuple[str, ...]
    sealed: bool = False
    alone: bool = True


def steps(changes: Sequence[Change], reader: Reader) -> list[Step]:
    """What is dropped first, then what is made, then what nobody reads any more.

    Where the target can take nothing back, an object of another kind is made beside the one that it replaces,
    so that a SELECT that fails does no harm.
    """
    whole = reader.templates.dialect.answers.transactional_ddl
    made = [change for change in changes if change.view is not None]
    again = [change for change in changes if change.again and change.found is not None]
    early = again if whole else [change for change in again if change.view is None]
    late = [change for change in changes if change.view is None and not change.again]
    found = [
        *(Step(change, (_drop(change, reader),)) for change in dropped_first(early)),
        *(_making(change, reader, whole=whole) for change in made),
        *(Step(change, (_drop(change, reader),)) for change in dropped_first(late)),
    ]
    return [replace(step, statements=tuple(filter(None, step.statements))) for step in found]


def half(view: View, dialect: Dialect) -> View:
    """The view under the name that it has until the other object is gone.

    >>> from semantic.dialect import load
    >>> view = View(
    ...     name="v", dialect="bigquery", place=("bi",), alias="v", kind="view", select="SELECT 1 AS a",
    ...     columns=(), label="", description="",
    ... )
    >>> half(view, load("bigquery")).parts
    ('bi', 'v__semantic_new')
    """
    exactly = view.alias.startswith('"')
    bare = view.alias[1:-1] if exactly else view.alias
    while len(f"{bare}{_HALF}".encode()) > dialect.answers.identifier_limit:
        bare = bare[:-1]
    return view.called(f'"{bare}{_HALF}"' if exactly else f"{bare}{_HALF}")


def _drop(change: Change, reader: Reader) -> str:
    assert change.found is not None
    kind: Materialization = change.found.kind  # type: ignore[assignment]
    dialect = reader.templates.dialect
    return drop(exact(reader.parts(change.found.name), dialect), kind, dialect)


def _making(change: Change, reader: Reader, *, whole: bool) -> Step:
    assert change.view is not None
    other = change.again and change.found is not None
    statements = _beside(change, change.view, reader) if other and not whole else _made(change, reader)
    return Step(change, tuple(statements), sealed=True, alone=not (other and whole))


def _made(change: Change, reader: Reader) -> Iterator[str]:
    """The statements that make a view, and give back what was there of rights."""
    assert change.view is not None
    yield from create(change.view, reader.templates.dialect)
    if change.again and change.found is not None:
        yield from _rights(change.view, change, reader)


def _beside(change: Change, view: View, reader: Reader) -> Iterator[str]:
    """The new object is whole before the old one goes; then it takes its name, or is made once more."""
    dialect, first = reader.templates.dialect, half(view, reader.templates.dialect)
    yield from create(first, dialect)
    yield _drop(change, reader)
    renaming = reader.templates.rename(first, view.parts)
    if renaming:
        yield renaming
        yield from _rights(view, change, reader)
        return
    yield from _made(change, reader)
    yield drop(first.parts, first.kind, dialect)


def _rights(view: View, change: Change, reader: Reader) -> Iterator[str]:
    """The grants and the owner that the object had before it was dropped."""
    assert change.found is not None
    templates, columns = reader.templates, {column.name for column in view.columns}
    for allowed in change.found.grants:
        if not allowed.column or allowed.column in columns:
            yield templates.grant(view, allowed)
    if change.found.owner and change.found.owner != reader.here.me:
        yield templates.owner(view, change.found.owner)
