"""A bound question as a tree: every name an object, every fact with its keys, filters and leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from semantic.bind.bound import Bound, Cohorts, Entities, Fact, Fill, Members, Samples
from semantic.bind.leaf import Chosen, Leaf, Level, Per, Sampling
from semantic.bind.texts import Reached
from semantic.emit import described
from semantic.show.scalars import condition, scalar, walk
from semantic.show.trees import Tree, group


def bound_tree(bound: Bound) -> Tree:
    """The whole question."""
    return Tree.of(
        described(bound.query),
        group("keys", (f"{key.name}: {key.type or 'unknown'} = {key.path}" for key in bound.keys)),
        group(
            "metrics",
            (f"{m.name}: {m.type or 'unknown'} = {scalar(m.tree, bound.leaves)}" for m in bound.metrics),
        ),
        *(_fact(fact, bound) for fact in bound.facts),
        group("having", (scalar(tree, bound.leaves) for tree in bound.having)),
        group("order", (f"{name}{' descending' if down else ''}" for name, down in bound.order)),
        _fill(bound.fill) if bound.fill else None,
        *map(_members, bound.members),
        f"limit {bound.query.limit}" if bound.query.limit is not None else None,
    )


def _fact(fact: Fact, bound: Bound) -> Tree:
    kept = [key for index, key in enumerate(bound.keys) if index not in fact.dropped]
    keys = (f"{key.name} = {_reached(reached)}" for key, reached in zip(kept, fact.keys, strict=True))
    return Tree.of(
        f"fact {fact.home}",
        group("keys", keys),
        f"taken together over {_dropped(fact, bound)}" if fact.dropped else None,
        f"seen through {fact.through}" if fact.through else None,
        group("where", map(condition, fact.where)),
        _cohorts(fact.retained) if fact.retained is not None else None,
        _entities(fact.entities, bound) if fact.entities is not None else None,
        _samples(fact.sampled, bound) if fact.sampled is not None else None,
        group("leaves", map(leaf_tree, fact.leaves)),
    )


def _dropped(fact: Fact, bound: Bound) -> str:
    return ", ".join(bound.keys[index].name for index in fact.dropped)


def _cohorts(cohorts: Cohorts) -> str:
    active = f"active at {scalar(cohorts.active_at.tree)} of {cohorts.activity}"
    return f"{cohorts.since} = {cohorts.period}s from {scalar(cohorts.time.tree)} on, {active}"


def _entities(entities: Entities, bound: Bound) -> Tree:
    """The facts that tell each entity's values; their last key is the entity."""
    apart = replace(bound, keys=(*bound.keys, *entities.entity))
    facts = (_fact(fact, apart) for fact in entities.facts)
    return Tree.of(f"each {', '.join(key.path for key in entities.entity)}", *facts)


def _samples(samples: Samples, bound: Bound) -> Tree:
    """The facts of shorter periods that longer ones take values of."""
    keys = (*bound.keys[: samples.place], samples.fine, *bound.keys[samples.place + 1 :])
    facts = (_fact(fact, replace(bound, keys=keys)) for fact in samples.facts)
    return Tree.of(f"the {samples.take} of each {samples.fine.path}", *facts)


def _reached(reached: Reached) -> str:
    text = scalar(reached.row.tree)
    if reached.branch is None:
        return text
    return f"{text}, once per value over {reached.branch.root} by {walk(reached.branch.back)}"


def leaf_tree(leaf: Leaf) -> Tree:
    """One aggregate: over which rows, which of them, at what time."""
    over = leaf.per or leaf.sampled
    return Tree.of(
        f"{leaf.name}: {leaf.type or 'unknown'} = {scalar(leaf.call, over.leaves if over else None)}",
        *(f"filter {condition(each)}" for each in leaf.conditions),
        f"time {scalar(leaf.time.tree)} ({leaf.time.type})" if leaf.time is not None else None,
        f"at {leaf.at.replace('_', ' ')}" if leaf.at is not None else None,
        _chosen(leaf.chosen) if leaf.chosen is not None else None,
        f"seen through {leaf.through}" if leaf.through else None,
        *_level(leaf.level),
        _per(leaf.per) if leaf.per is not None else None,
        _sampling(leaf.sampled) if leaf.sampled is not None else None,
    )


def _chosen(chosen: Chosen) -> str:
    each = f" of each {', '.join(scalar(row.tree) for row in chosen.per)}" if chosen.per else ""
    each += f" by {scalar(chosen.of.tree)}" if chosen.of is not None else ""
    return f"snapshots: the {chosen.pick} one{each}"


def _level(level: Level) -> Iterator[str]:
    if level.over:
        yield f"taken together over {', '.join(level.over)}"
    if level.ignoring:
        yield f"ignoring conditions on {', '.join(level.ignoring)}"


def _sampling(sampling: Sampling) -> Tree:
    """What longer periods take, and the values of the shorter ones."""
    return Tree.of(f"sampled: {sampling}", *(leaf_tree(leaf) for leaf in sampling.leaves.values()))


def _per(per: Per) -> Tree:
    """The entities that an aggregate is over, with what is known of each."""
    having = f"having {scalar(per.having, per.leaves)}" if per.having is not None else None
    return Tree.of(f"each {per.called}", having, *map(leaf_tree, per.leaves.values()))


def _fill(fill: Fill) -> str:
    start = fill.start.isoformat(" ") if fill.start else "the first found"
    end = fill.end.isoformat(" ") if fill.end else "the last found"
    return f"fill {fill.key}: every {fill.grain} from {start} to {end}"


def _members(members: Members) -> Tree:
    return Tree.of(
        f"members of {members.model}",
        *(f"{name} = {scalar(row.tree)}" for name, row in members.keys),
        *(f"where {condition(each)}" for each in members.where),
    )
