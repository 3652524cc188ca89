"""Changes as statements in the order in which they are run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from semantic.deploy.changes import Change
from semantic.deploy.depending import dropped_first
from semantic.deploy.reading import Reader
from semantic.deploy.templates import exact
from semantic.views import View, create, drop


@dataclass(frozen=True)
class Step:
    """Statements that are run one after the other for a change; ``sealed`` where the object is finished then."""

    change: Change
    statements: tuple[str, ...]
    sealed: bool = False


def steps(changes: Sequence[Change], reader: Reader) -> list[Step]:
    """What is dropped first, then what is made, then what nobody reads any more."""
    made = [change for change in changes if change.view is not None]
    orphans = [change for change in changes if change.view is None]
    first = dropped_first([change for change in changes if change.again and change.found is not None])
    last = dropped_first([change for change in orphans if not change.again])
    return [
        *(Step(change, (_drop(change, reader),)) for change in first),
        *(Step(change, tuple(filter(None, _made(change, reader))), sealed=True) for change in made),
        *(Step(change, (_drop(change, reader),)) for change in last),
    ]


def _drop(change: Change, reader: Reader) -> str:
    assert change.found is not None
    dialect = reader.templates.dialect
    return drop(exact(reader.parts(change.found.name), dialect), change.found.kind, dialect)  # type: ignore[arg-type]


def _made(change: Change, reader: Reader) -> Iterator[str]:
    """The statements that make a view, and give back what was there of rights."""
    assert change.view is not None
    yield from create(change.view, reader.templates.dialect)
    if change.again and change.found is not None:
        yield from _rights(change.view, change, reader)


def _rights(view: View, change: Change, reader: Reader) -> Iterator[str]:
    """The grants and the owner that the object had before it was dropped."""
    assert change.found is not None
    templates, columns = reader.templates, {column.name for column in view.columns}
    for allowed in change.found.grants:
        if not allowed.column or allowed.column in columns:
            yield templates.grant(view, allowed)
    if change.found.owner and change.found.owner != reader.here.me:
        yield templates.owner(view, change.found.owner)
