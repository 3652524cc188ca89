"""What an aggregate runs over, kept apart: each row (or base event) with its group and its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.reference import conversions
from tests.reference.aggregates import aggregate
from tests.reference.groups import aggregated, rows_of, time_of
from tests.reference.terms import Atom, By, Conversion, Key, Leaf, Path, Per, Question, Seen, World
from tests.reference.values import kept, valued


@dataclass(frozen=True)
class Entry:
    """One row of an aggregate; ``what`` is the row, with its entity and its leaf where there are entities."""

    key: Key
    time: Any
    what: Any


def pool(world: World, question: Question, atom: Atom) -> list[Entry]:
    """Everything that an aggregate runs over."""
    match atom:
        case Leaf():
            return [Entry(k, time_of(world, atom, row), row) for k, row in rows_of(world, question, atom)]
        case Per():
            return [
                each for inner in _inner(atom) for each in _of_entities(world, question, inner, atom.paths)
            ]
        case Conversion():
            base = Leaf(atom.base, "count")
            events = conversions.events(world, atom)
            rows = rows_of(world, question, base)
            somebody = [(k, row) for k, row in rows if row[atom.by[0][0]] is not None]
            return [Entry(k, time_of(world, base, row), events[id(row)]) for k, row in somebody]
    raise TypeError(atom)


def _inner(per: Per) -> list[Atom]:
    """What is aggregated for each entity."""
    return list(dict.fromkeys(atom for metric in per.inner() for atom in metric.atoms())) or [*per.leaves()]


def _of_entities(world: World, question: Question, atom: Atom, paths: tuple[Path, ...]) -> list[Entry]:
    by = tuple(By(path, f"entity_{n}") for n, path in enumerate(paths))
    if isinstance(atom, Conversion):
        found = pool(world, replace(question, by=(*question.by, *by)), atom)
        keyed = [(each.key, each.time, each.what) for each in found]
    else:
        assert isinstance(atom, Leaf)
        rows = rows_of(world, question, atom, paths)
        keyed = [(key, time_of(world, atom, row), row) for key, row in rows]
    number = len(paths)
    entries = [Entry(key[:-number], time, (key[-number:], atom, what)) for key, time, what in keyed]
    return [each for each in entries if None not in each.what[0]]


def value(world: World, atom: Atom, whats: Sequence[Any]) -> Any:
    """An aggregate over some of what it runs over."""
    match atom:
        case Leaf():
            return aggregated(world, atom, whats)
        case Per():
            counted = _counted(world, atom, whats)
            rows = [() if atom.value is None else (valued(atom.value, each),) for each in counted]
            return aggregate(atom.function, rows)
        case Conversion():
            return conversions.told(atom, whats)
    raise TypeError(atom)


def present(world: World, atom: Atom, whats: Sequence[Any]) -> bool:
    """Whether a group is there at all: one in which no entity counts has no row."""
    return not isinstance(atom, Per) or bool(_counted(world, atom, whats))


def _counted(world: World, per: Per, whats: Sequence[Any]) -> list[Mapping[Atom, Any]]:
    """The values of each entity that counts."""
    entities: dict[Any, dict[Atom, list[Any]]] = {}
    for entity, atom, each in whats:
        entities.setdefault(entity, {}).setdefault(atom, []).append(each)
    every = [{atom: value(world, atom, rows) for atom, rows in own.items()} for own in entities.values()]
    having = per.having
    return [each for each in every if having is None or kept(having, valued(having.metric, each))]


def bottom(atom: Atom) -> Leaf | Per | Conversion | Any:
    """The aggregate below all windows and levels."""
    return bottom(atom.atom) if isinstance(atom, Seen) else atom


def without_time(question: Question, at: int | None) -> Question:
    """The question without its range, and without a path of its own."""
    by = tuple(by for n, by in enumerate(question.by) if n != at)
    return replace(question, by=by, period=None)
