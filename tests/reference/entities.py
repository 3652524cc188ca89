"""Entities whose values are themselves seen through windows and offsets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.reference.aggregates import aggregate
from tests.reference.terms import Atom, By, Key, Per, Question, Seen, Test, World
from tests.reference.values import kept, valued

Cells = Mapping[Key, Any]


def of_each(question: Question, per: Per) -> Question:
    """The question for the inner metrics, by entity besides; rows of nobody make no period last."""
    by = (*question.by, *(By(path, f"entity_{n}") for n, path in enumerate(per.paths)))
    known = tuple(Test("not", (Test("null", path=path),)) for path in per.paths)
    return replace(question, by=by, where=(*question.where, *known), metrics=tuple(per.inner()), having=())


def looks_back(per: Per) -> bool:
    """Whether an inner metric is seen through time."""
    return any(isinstance(atom, Seen) for metric in per.inner() for atom in metric.atoms())


def cells(world: World, question: Question, per: Per, of: Callable[[World, Question, Atom], Cells]) -> Cells:
    """The inner metrics by entity besides, then those entities of each group that count."""
    each, inner = of_each(question, per), per.inner()
    found = {atom: of(world, each, atom) for metric in inner for atom in metric.atoms()}
    groups: dict[Key, list[Any]] = {} if question.by else {(): []}
    number = len(per.paths)
    every = dict.fromkeys(key for values in found.values() for key in values)
    for key in (key for key in every if None not in key[-number:]):
        values = {atom: of_atom[key] for atom, of_atom in found.items() if key in of_atom}
        if per.having is None or kept(per.having, valued(per.having.metric, values)):
            row = () if per.value is None else (valued(per.value, values),)
            groups.setdefault(key[:-number], []).append(row)
    return {key: aggregate(per.function, rows) for key, rows in groups.items()}
