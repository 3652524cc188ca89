"""A bound question as a tree: every name an object, every fact with its keys, filters and leaves."""

from __future__ import annotations

from semantic.bind.metric import Leaf
from semantic.bind.question import Bound, Fact, Fill, Members
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
    keys = (f"{key.name} = {_reached(reached)}" for key, reached in zip(bound.keys, fact.keys, strict=True))
    return Tree.of(
        f"fact {fact.home}",
        group("keys", keys),
        group("where", map(condition, fact.where)),
        group("leaves", map(leaf_tree, fact.leaves)),
    )


def _reached(reached: Reached) -> str:
    text = scalar(reached.row.tree)
    if reached.branch is None:
        return text
    return f"{text}, once per value over {reached.branch.root} by {walk(reached.branch.back)}"


def leaf_tree(leaf: Leaf) -> Tree:
    """One aggregate: over which rows, which of them, at what time."""
    return Tree.of(
        f"{leaf.name}: {leaf.type or 'unknown'} = {scalar(leaf.call)}",
        *(f"filter {condition(each)}" for each in leaf.conditions),
        f"time {scalar(leaf.time.tree)} ({leaf.time.type})" if leaf.time is not None else None,
    )


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
