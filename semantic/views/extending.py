"""Views that extend others: each with all its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from semantic import faults
from semantic.catalog import ring
from semantic.faults import Fault, SemanticError
from semantic.spec.types import View

#: What a view does not have from the one that it extends.
_OWN = ("name", "alias", "span", "extends")
_KEYS = tuple(field.name for field in fields(View) if field.name not in _OWN)


def extended(views: tuple[View, ...]) -> dict[str, View]:
    """Every view by name, with the keys of the views that it extends; raises `SemanticError` where one
    extends itself or nothing."""
    given = {str(view.name): view for view in views}
    found: list[Fault] = []
    whole = {name: _whole(view, given, (), found) for name, view in given.items()}
    if found:
        raise SemanticError(found)
    return whole


def _whole(view: View, given: Mapping[str, View], above: tuple[str, ...], found: list[Fault]) -> View:
    name = str(view.name)
    if name in above:
        chain = ring([*above[above.index(name) :]])
        found.append(faults.cycle("view", [*chain, chain[0]], given[chain[0]].name.span))
        return view
    if view.extends is None:
        return view
    if view.extends not in given:
        found.append(faults.unknown("view", view.extends, list(given), view.extends.span))
        return view
    parent = _whole(given[view.extends], given, (*above, name), found)
    keys: dict[str, Any] = {key: _either(getattr(view, key), getattr(parent, key)) for key in _KEYS}
    return replace(view, **keys)


def _either(own: object, other: object) -> object:
    """What a view says itself, else what the other says."""
    return other if own is None or own == () or own == {} else own
