"""The order in which views are made: those that others read come first, all else is by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from semantic import faults
from semantic.bind.relations import table_parts
from semantic.catalog import ring
from semantic.faults import SemanticError
from semantic.spec.types import View as Spec
from semantic.views.asking import asked
from semantic.views.view import View

_WORD = re.compile(r"\w+")


def ordered(layer: Any, views: Sequence[View], specs: Mapping[str, Spec]) -> tuple[View, ...]:
    """The views, each after those that its sources read; `SemanticError` where there is no such order."""
    readers = _readers(layer, views)
    if readers:
        views = [replace(view, after=_after(layer, view, readers, specs)) for view in views]
    return tuple(_sorted({view.name: view for view in views}, specs))


def _readers(layer: Any, views: Sequence[View]) -> dict[str, set[str]]:
    """The models whose rows may come from views of the project, with these views."""
    named: dict[str, list[View]] = {}
    for view in views:
        named.setdefault(view.alias.strip('"').lower(), []).append(view)
    found: dict[str, set[str]] = {}
    for model in layer.catalog.models.values():
        for name, parts in _read_by(model.relation):
            for view in named.get(name, ()):
                if _agree(parts, view):
                    found.setdefault(model.name, set()).add(view.name)
    return found


def _read_by(relation: Any) -> Iterator[tuple[str, list[str]]]:
    """The tables that a relation reads, by last name, with all parts where they are known; of a SELECT,
    all its words."""
    if relation.table is not None:
        parts = [part.name.lower() for part in table_parts(relation.table)]
        yield parts[-1], parts
    else:
        yield from ((word.lower(), []) for word in set(_WORD.findall(str(relation.sql or ""))))


def _agree(parts: list[str], view: View) -> bool:
    """Whether a table's name can be that of a view, as far as both are qualified."""
    own = [part.strip('"').lower() for part in view.parts]
    size = min(len(parts), len(own))
    return size == 0 or parts[-size:] == own[-size:]


def _after(
    layer: Any, view: View, readers: Mapping[str, set[str]], specs: Mapping[str, Spec]
) -> tuple[str, ...]:
    models = layer.models_of(asked(specs[view.name])[0])
    found = {name for model in models for name in readers.get(model, ())}
    # A table of the view's own name lies in another schema, where the view says its own.
    return tuple(sorted(found - ({view.name} if view.place else set())))


def _sorted(views: Mapping[str, View], specs: Mapping[str, Spec]) -> list[View]:
    done: dict[str, View] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            chain = ring([*above[above.index(name) :]])
            span = specs[chain[0]].name.span
            raise SemanticError([faults.cycle("view", [*chain, chain[0]], span)])
        if name not in done and name in views:
            for other in views[name].after:
                visit(other, (*above, name))
            done[name] = views[name]

    for name in sorted(views):
        visit(name, ())
    return list(done.values())
