"""Compares the views of a project with what stands on a target. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from semantic import faults
from semantic.deploy.changes import Change, Changes
from semantic.deploy.columns import with_columns
from semantic.deploy.comparing import compared
from semantic.deploy.depending import Depending
from semantic.deploy.objects import Name, State
from semantic.deploy.reading import Reader
from semantic.deploy.templates import Templates
from semantic.dialect import Dialect
from semantic.source import Span
from semantic.views import Deployment, View, stored
from semantic.warehouse import Connection


@dataclass(frozen=True)
class Wanted:
    """What a project wants on a target.

    ``views`` are all of its views there, ``names`` those that were named (none: all). ``project`` is its name,
    ``spans`` are the places of its views in files, ``aliases`` the names of their objects as they are written.
    ``dropped`` is whether orphans are to go.
    """

    deployment: Deployment
    project: str
    names: tuple[str, ...] = ()
    spans: Mapping[str, Span | None] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False


def planned(wanted: Wanted, connection: Connection, dialect: Dialect) -> Changes:
    """What becomes of every view; the SELECTs are not compared yet."""
    with connection.transaction():  # one moment for all that is read
        reader = Reader(connection, Templates(dialect))
        views = [reader.located(view) for view in wanted.deployment.views]
        state = _state(views, reader)
    keys = [reader.key(reader.name(view)) for view in views]
    changes = [_change(view, key, wanted, state, reader) for view, key in zip(views, keys, strict=True)]
    chosen = [with_columns(change, reader) for change in changes if _chosen(change, wanted)]
    if not wanted.names:
        chosen += _orphans(wanted, state, set(keys), reader)
    found = {change.object: change for change in changes} | {change.object: change for change in chosen}
    depending = Depending(found.values(), wanted.spans, dropped=wanted.dropped)
    followed = depending.followed([change.object for change in chosen])
    place = connection.place
    return Changes(place.name, place.dialect, tuple(followed), wanted.deployment.unavailable)


def _chosen(change: Change, wanted: Wanted) -> bool:
    return not wanted.names or change.name in wanted.names


def _state(views: list[View], reader: Reader) -> State:
    names = [reader.name(view) for view in views]
    return reader.read([name[:2] for name in names], [name[2] for name in names])


def _change(view: View, key: Name, wanted: Wanted, state: State, reader: Reader) -> Change:
    """What becomes of one view."""
    name, span, found = reader.name(view), wanted.spans.get(view.name), state.objects.get(key)
    dialect = reader.templates.dialect
    if found is not None:
        return compared(view, found.name, found, wanted.project, dialect, span)
    change = compared(view, name, None, wanted.project, dialect, span)
    if key[:2] in state.places:
        return change
    schema = ".".join(filter(None, name[:2])) if name[1] else ""
    return replace(change, status="blocked", faults=(faults.no_schema(view.name, schema, span),))


def _orphans(wanted: Wanted, state: State, taken: set[Name], reader: Reader) -> list[Change]:
    """Objects that the project made and does not have any more; views that wait for a source are none."""
    waiting = {reader.templates.key(_stored(name, wanted, reader)) for name in wanted.deployment.unavailable}
    return [
        Change(found.name[2], "orphaned", found.name, found.kind, None, found, dependents=found.dependents)
        for key, found in sorted(state.objects.items())
        if key not in taken and key[2] not in waiting
        if found.seal is not None and found.seal[1] == wanted.project
    ]


def _stored(name: str, wanted: Wanted, reader: Reader) -> str:
    return stored([wanted.aliases.get(name, name)], reader.templates.dialect)[0]
