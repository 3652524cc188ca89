"""YAML files as `trees`. Apart from them, so that a manifest in JSON is read without a YAML parser."""

from __future__ import annotations

from typing import Any

from semantic import faults
from semantic.faults import Fault, SemanticError
from semantic.interop.metricflow.trees import Listed, Mapped, Tree, Word
from semantic.source import Span
from semantic.spec.nodes import Branch, Node, Unreadable, compose_all

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


def yaml_trees(text: str, name: str) -> list[tuple[Tree, Span]]:
    """The documents of a YAML text and where each begins; empty ones are left out."""
    found: list[Fault] = []
    try:
        nodes = compose_all(text, name)
    except Unreadable as error:
        raise SemanticError([error.fault]) from None
    grown = [(_grown(node, name, found), _place(node, name)) for node in nodes]
    if found:
        raise SemanticError(found)
    return [(tree, place) for tree, place in grown if tree is not None]


def _place(node: Node, file: str) -> Span:
    mark: Any = node.start_mark
    return Span(file, mark.line + 1, mark.column + 1)


def _grown(node: Node, file: str, found: list[Fault]) -> Tree:
    if isinstance(node, Branch):
        return _mapped(node, file, found) if node.mapping else _listed(node, file, found)
    plain = node.style is None or node.style == ""
    return None if plain and node.value in _NULLS else Word(node.value, plain)


def _listed(node: Branch, file: str, found: list[Fault]) -> Listed:
    grown = Listed(_grown(item, file, found) for item in node.items)
    grown.places = [_place(item, file) for item in node.items]
    return grown


def _mapped(node: Branch, file: str, found: list[Fault]) -> Mapped:
    grown, keys = Mapped(), dict[str, Span]()
    grown.at, grown.places = _place(node, file), {}
    merged: list[tuple[Tree, Span]] = []
    for key, value in zip(node.items[::2], node.items[1::2], strict=True):
        if isinstance(key, Branch):
            found.append(faults.wrong_kind("A key", "a text", "a list or a mapping", _place(key, file)))
            continue
        tree, place = _grown(value, file, found), _place(value, file)
        if key.value == "<<":
            merged.append((tree, place))
        elif key.value in keys:
            found.append(faults.duplicate_key(key.value, keys[key.value], _place(key, file)))
        else:
            keys[key.value] = _place(key, file)
            grown[key.value], grown.places[key.value] = tree, place
    for tree, place in merged:
        _merge(grown, tree, place, found)
    return grown


def _merge(into: Mapped, tree: Tree, place: Span, found: list[Fault]) -> None:
    """YAML's ``<<``: keys of other mappings, where there are none of their own."""
    for each in tree if isinstance(tree, Listed) else [tree]:
        if not isinstance(each, Mapped):
            found.append(faults.wrong_kind("'<<'", "an alias of a mapping", "something else", place))
            continue
        for key in each.keys() - into.keys():
            into[key], into.places[key] = each[key], each.places[key]
