"""Compares the views of a project with what stands on a target. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from semantic import faults
from semantic.deploy.changes import Change, Changes
from semantic.deploy.columns import with_columns
from semantic.deploy.comparing import compared
from semantic.deploy.depending import Depending
from semantic.deploy.objects import Name, Object, State
from semantic.deploy.reading import Reader
from semantic.deploy.steps import half
from semantic.deploy.templates import Templates
from semantic.dialect import Dialect
from semantic.faults import SemanticError
from semantic.source import Span
from semantic.views import Deployment, View, stored
from semantic.warehouse import Connection

_ATTEMPTS = 3


@dataclass(frozen=True)
class Wanted:
    """What a project wants on a target.

    ``views`` are all of its views there, ``names`` those that were named (none: all). ``project`` is its
    name, ``spans`` are the places of its views in files, ``aliases`` the names of their objects as they are
    written. ``dropped`` is whether orphans are to go.
    """

    deployment: Deployment
    project: str
    names: tuple[str, ...] = ()
    spans: Mapping[str, Span | None] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False


def planned(wanted: Wanted, connection: Connection, dialect: Dialect) -> Changes:
    """What becomes of every view; the SELECTs are not compared yet."""
    reader, views, state = _read(wanted, connection, Templates(dialect))
    keys = [reader.key(reader.name(view)) for view in views]
    changes = [_change(view, key, wanted, state, reader) for view, key in zip(views, keys, strict=True)]
    chosen = [with_columns(change, reader) for change in changes if _chosen(change, wanted)]
    if not wanted.names:
        chosen += _orphans(wanted, state, dict(zip(keys, views, strict=True)), reader)
    found = {change.object: change for change in changes} | {change.object: change for change in chosen}
    depending = Depending(found.values(), wanted.spans, dropped=wanted.dropped)
    followed = depending.followed([change.object for change in chosen])
    place = connection.place
    return Changes(place.name, place.dialect, tuple(followed), wanted.deployment.unavailable)


def _chosen(change: Change, wanted: Wanted) -> bool:
    return not wanted.names or change.name in wanted.names


def _read(wanted: Wanted, connection: Connection, templates: Templates) -> tuple[Reader, list[View], State]:
    """What stands there, as of one moment; where somebody drops something meanwhile, it is read again."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with connection.transaction():
                reader = Reader(connection, templates)
                views = [reader.located(view) for view in wanted.deployment.views]
                return reader, views, _state(views, reader)
        except SemanticError as error:
            if attempt == _ATTEMPTS or any(fault.code != "warehouse" for fault in error.faults):
                raise
    raise AssertionError


def _state(views: list[View], reader: Reader) -> State:
    names = [reader.name(view) for view in views]
    return reader.read([name[:2] for name in names], [name[2] for name in names])


def _change(view: View, key: Name, wanted: Wanted, state: State, reader: Reader) -> Change:
    """What becomes of one view."""
    name, span, found = reader.name(view), wanted.spans.get(view.name), state.objects.get(key)
    templates = reader.templates
    if found is not None:
        return compared(view, found.name, found, wanted.project, templates, span)
    change = compared(view, name, None, wanted.project, templates, span)
    if key[:2] in state.places:
        return change
    schema = ".".join(filter(None, name[:2])) if name[1] else ""
    return replace(change, status="blocked", faults=(faults.no_schema(view.name, schema, span),))


def _orphans(wanted: Wanted, state: State, views: dict[Name, View], reader: Reader) -> list[Change]:
    """Objects that the project made and does not have any more; views that wait for a source are none."""
    templates = reader.templates
    waiting = {templates.key(_stored(name, wanted, reader)) for name in wanted.deployment.unavailable}
    halves = {reader.key(reader.name(half(view, templates.dialect))) for view in views.values()}
    return [
        _orphan(found, leftover=key in halves)
        for key, found in sorted(state.objects.items())
        if key not in views and key[2] not in waiting
        if key in halves or (found.seal is not None and found.seal[1] == wanted.project)
    ]


def _orphan(found: Object, *, leftover: bool) -> Change:
    reasons = ("it was left by a deployment that was interrupted",) if leftover else ()
    return Change(
        found.name[2], "orphaned", found.name, found.kind, None, found, reasons,
        leftover=leftover, dependents=found.dependents,
    )  # fmt: skip


def _stored(name: str, wanted: Wanted, reader: Reader) -> str:
    return stored([wanted.aliases.get(name, name)], reader.templates.dialect)[0]
