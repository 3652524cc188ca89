"""Leaves put together into facts: those that can share the same rows do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from semantic.bind.asked import Asked
from semantic.bind.bound import NO_LEVEL, NOTHING, Fact
from semantic.bind.cohorts import of_cohorts
from semantic.bind.collected import Collected
from semantic.bind.entities import bare_entities, check_entities, of_entities
from semantic.bind.fact import Entity, rows_of
from semantic.bind.leaf import Leaf, Per, Sampling, Through
from semantic.bind.levels import at_level, below, dropped
from semantic.bind.samples import asked_finer, of_samples

Leaves = dict[str, Leaf]
#: What leaves must have in common: a model, its time, and whatever else chooses or groups its rows.
_Shared = tuple[str, str, tuple[str, ...]]


def facts_of(asked: Asked, leaves: Leaves, found: Collected) -> tuple[tuple[Fact, ...], Leaves]:
    """One fact a model, time axis and many-sided filter; and the leaves, with those that only tell groups."""
    facts = _grouped(asked, leaves, found)
    if facts and all(fact.dropped for fact in facts):  # the groups are those of the metrics themselves
        plain = [replace(leaf, level=NO_LEVEL) for fact in facts for leaf in fact.leaves]
        telling = {leaf.key: leaf for leaf in plain}
        facts, leaves = facts + _grouped(asked, telling, found), leaves | telling
    if not leaves and asked.start is not None:
        facts = found.each([asked.start], lambda home: rows_of(asked, home, asked.definitions.time(home)))
    return tuple(sorted(facts, key=lambda fact: bool(fact.dropped))), leaves


def _grouped(
    asked: Asked,
    leaves: Mapping[str, Leaf],
    found: Collected,
    entity: Entity = (),
    through: Through = NOTHING,
) -> list[Fact]:
    """Leaves by what they can share, a fact each; within ``entity`` where they are values of one. Facts stand
    in the order of the catalog, whatever the order of the question."""
    groups: dict[_Shared, list[Leaf]] = {}
    for leaf in leaves.values():
        timed = leaf.time is not None and (asked.uses_time or asked.catalog.along_time)
        time = leaf.time.key if leaf.time is not None and timed else ""
        groups.setdefault((leaf.home, time, _rows_chosen(leaf)), []).append(leaf)
    homes = list(asked.catalog.models)
    ordered = [groups[key] for key in sorted(groups, key=lambda key: (homes.index(key[0]), *key[1:]))]
    return found.each(ordered, lambda group: _fact(asked, group, entity, through))


def _rows_chosen(leaf: Leaf) -> tuple[str, ...]:
    """What an aggregate shares its rows by, beside their model and time."""
    sided = tuple(sorted(c.key for c in leaf.conditions if c.exists))
    sided += (leaf.per.rows,) if leaf.per is not None else ()
    sided += (str(leaf.through),) if leaf.through else ()
    sided += (leaf.told,) if leaf.told else ()
    sided += tuple(sorted(c.key for c in leaf.conditions)) if leaf.chosen is not None else ()
    sided += (leaf.sampled.rows,) if leaf.sampled is not None else ()
    sided += tuple(c.key for c in leaf.conditions) if leaf.every else ()
    return sided + ((leaf.key,) if _alone(leaf) else ())


def _alone(leaf: Leaf) -> bool:
    """Whether an aggregate can share its rows with no other one."""
    counted = leaf.at is not None and str(leaf.call.this) == "count_distinct"
    return counted or (leaf.through.framed and not (leaf.merges or leaf.per))


def _fact(asked: Asked, group: list[Leaf], entity: Entity, through: Through) -> Fact:
    """A fact at its level: without some keys and conditions of the question."""
    level = group[0].level
    without = dropped(asked, level)
    if not (without or level):
        return _seen(asked.beside(group[0].where), group, entity, through)
    inner = at_level(asked, level, without)
    fact = _fact(inner, [below(inner, leaf) for leaf in group], entity, through)
    return replace(fact, leaves=tuple(group), dropped=without)


def _seen(asked: Asked, group: list[Leaf], entity: Entity, through: Through) -> Fact:
    """A fact of rows, of entities, of shorter periods, or of cohorts."""
    first = group[0]
    if first.per is not None:
        return _over_entities(asked, group, first.per, entity)
    if first.sampled is not None:
        return _over_samples(asked, group, first.sampled)
    if first.retained is not None:
        return of_cohorts(asked, group, first.retained)
    return rows_of(asked, first.home, first.time, group, entity, through or first.through)


def _over_entities(asked: Asked, group: list[Leaf], per: Per, entity: Entity) -> Fact:
    """A fact whose rows are entities: inside it, facts that are grouped by the entity, too."""
    check_entities(asked, group, per, entity)
    first, found = group[0], Collected()
    if per.leaves:
        facts = _grouped(asked, per.leaves, found, per.entity, first.through)
    else:
        facts = found.each([per], lambda bare: bare_entities(asked, first, bare))
    found.stop()
    return of_entities(asked, group, per, facts)


def _over_samples(asked: Asked, group: list[Leaf], sampling: Sampling) -> Fact:
    """A fact whose rows are shorter periods: inside it, facts that are grouped by these."""
    axis, place, shorter = asked_finer(asked, group[0], sampling)
    inner = {key: leaf for each in group if each.sampled for key, leaf in each.sampled.leaves.items()}
    found = Collected()
    facts = _grouped(shorter, inner, found)
    found.stop()
    return of_samples(shorter, axis, place, group, sampling, facts)
