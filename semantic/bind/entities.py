"""Facts whose rows are entities: customers by the values that metrics have for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import Entities, Fact, Key
from semantic.bind.fact import Entity, rows_of
from semantic.bind.inner import is_inner
from semantic.bind.leaf import Leaf, Per
from semantic.bind.sensible import check_entity
from semantic.faults import SemanticError
from semantic.query import By


def check_entities(asked: Asked, group: Sequence[Leaf], per: Per, around: Entity) -> None:
    """Raise for entities within entities, and for windows that no value of an entity is seen through."""
    first = group[0]
    if around:
        raise SemanticError([faults.nested_entities(", ".join(around), per.called, per.span)])
    if first.through and any(leaf.through for leaf in per.leaves.values()):
        raise SemanticError([faults.window_of_window(first.called, per.span)])
    if first.through:
        asked.along.check(first.through, first)


def bare_entities(asked: Asked, leaf: Leaf, per: Per) -> Fact:
    """Entities of which no metric is asked: those that have a row in the group."""
    home = check_entity(asked.definitions, per.entity)
    return rows_of(asked, home, asked.definitions.time(home), (), per.entity, leaf.through, leaf)


def of_entities(asked: Asked, group: Sequence[Leaf], per: Per, facts: Sequence[Fact]) -> Fact:
    """A fact over the values that other facts have of each entity."""
    first, number = group[0], len(per.entity)
    if len({fact.through.offset for fact in facts}) > 1:
        for fact in facts:
            asked.along.check_apart(fact.through, first)
    kinds = [reached.row.type for reached in facts[0].keys[-number:]]
    names = _names(per.entity, asked.query.by)
    keys = (Key(n, str(e), k, None, None) for n, e, k in zip(names, per.entity, kinds, strict=True))
    entities = Entities(tuple(keys), tuple(facts))
    return Fact(first.home, facts[0].keys[:-number], (), tuple(group), entities, first.through)


def _names(entity: Entity, by: Iterable[By]) -> Iterator[str]:
    """The columns of an entity beside the keys of the question."""
    taken = {each.output.lower() for each in by}
    for each in entity:
        name = each.split(".")[-1]
        while name.lower() in taken or is_inner(name):
            name += "_"
        taken.add(name.lower())
        yield name
