"""The keys of a question: one column each, whichever facts it is read from."""

from __future__ import annotations

from semantic import faults
from semantic.bind import grain
from semantic.bind.asked import Asked
from semantic.bind.bound import Fact, Key, Members
from semantic.bind.collected import Collected
from semantic.bind.paths import AXIS, SINCE
from semantic.query import By
from semantic.spec import types as spec
from semantic.spec.types import TypeName


def bound_key(
    asked: Asked, index: int, facts: tuple[Fact, ...], population: Members | None, found: Collected
) -> Key:
    """The key at a place of a question, over all facts that have it."""
    by = asked.query.by[index]
    seen = tuple(fact for fact in facts if not fact.dropped)
    kinds = [fact.keys[index].row.type for fact in seen]
    kinds += [population.keys[index][1].type] if population is not None else []
    kind = _common(by, kinds, found)
    if not seen:
        last = by.parts[-1] if grain.is_grain(by.parts[-1]) and by.parts[0] != SINCE else None
        return Key(by.output, str(by.path), kind, last, None)
    names = asked.worded.names(seen[0].home, seen[0].time, by.parts)
    whole = _dimension(asked, names, seen[0])
    grained = whole is None and grain.is_grain(names[-1]) and names[0] != SINCE
    named = whole or _dimension(asked, names[:-1], seen[0])
    return Key(by.output, str(by.path), kind, names[-1] if grained else None, named)


def bound_keys(
    asked: Asked, facts: tuple[Fact, ...], population: Members | None, found: Collected
) -> tuple[Key, ...]:
    """All keys of a question."""
    places = range(len(asked.query.by))
    return tuple(bound_key(asked, place, facts, population, found) for place in places)


def _common(by: By, kinds: list[TypeName | None], found: Collected) -> TypeName | None:
    """The type that all facts have of a key, if they have one."""
    if len({kind for kind in kinds if kind is not None}) > 1:
        found.add([faults.mixed_types(by.path, sorted({str(kind) for kind in kinds}))])
    return kinds[0] if len(set(kinds)) == 1 else None


def _dimension(asked: Asked, names: tuple[str, ...], fact: Fact) -> spec.Dimension | None:
    """The dimension that a path names, which may be called like a grain."""
    if not names or names[0] in (AXIS, SINCE):
        return None
    catalog = asked.catalog
    for root in (fact.home, *(model for model in catalog.models if model != fact.home)):
        walks = catalog.forward(root, names[:-1]) if len(names) > 1 else ()
        found = catalog.end(root, walks[0]).dimension(names[-1]) if walks else None
        if found is not None:
            return found
    return None
