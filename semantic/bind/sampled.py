"""Questions of metrics whose longer periods take the values of shorter ones."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.bound import Axis
from semantic.bind.grain import GRAINS
from semantic.bind.leaf import Leaf, Metric, Sampling
from semantic.bind.nesting import nests
from semantic.bind.paths import AXIS
from semantic.bind.row import columns_of, substitute
from semantic.faults import SemanticError
from semantic.query import By, Query
from semantic.source import Text

Leaves = dict[str, Leaf]


def unsampled(metric: Metric, axis: Axis | None, query: Query) -> Metric:
    """A metric without those samples that a question does not see."""
    tree, leaves = without(metric.tree, metric.leaves, axis, query)
    return metric if leaves is metric.leaves else replace(metric, tree=tree, leaves=leaves)


def without(tree: exp.Expr, leaves: Leaves, axis: Axis | None, query: Query) -> tuple[exp.Expr, Leaves]:
    """An expression over leaves, with what they are samples of in the place of those that are plain."""
    found = {key: leaf for key, leaf in leaves.items() if leaf.sampled and _plain(leaf, axis, query)}
    if not found:
        return tree, leaves
    kept: Leaves = {}
    tree = tree.copy()
    for node in [node for node in columns_of(tree) if node.table == "#"]:
        sampling = found[node.name].sampled if node.name in found else None
        if sampling is None:
            kept[node.name] = leaves[node.name]
            continue
        value, inner = sampling.plain
        kept |= inner
        whole = isinstance(value, exp.Column | exp.Anonymous) or node is tree
        tree = substitute(tree, node, value.copy() if whole else exp.Paren(this=value.copy()))
    return tree, kept


def _plain(leaf: Leaf, axis: Axis | None, query: Query) -> bool:
    """Whether the samples of an aggregate are its values in the periods of a question."""
    assert leaf.sampled is not None
    if leaf.level and any(each in ("all", AXIS) for each in leaf.level.over):
        return False
    if axis is not None:
        return axis.grain == leaf.sampled.each or _at_the_end(leaf.sampled, axis)
    axes = [by for by in query.by if by.parts[0] == AXIS]
    return not axes and (query.time is None or leaf.sampled.ends)


def _at_the_end(sampling: Sampling, axis: Axis) -> bool:
    """Whether the last sample of each period is what its window holds at its end: what a longer period has
    once, it has until it ends."""
    if axis.calendar is not None or axis.grain not in GRAINS or not nests_in(sampling.each, axis.grain):
        return False
    starts = [leaf.through.to_date for leaf in sampling.leaves.values()]
    known = all(start in GRAINS and nests(axis.grain, start) for start in starts if start is not None)
    to_date = sampling.take == "last" and all(starts) and known
    return sampling.ends or (to_date and not any(leaf.through.offset for leaf in sampling.leaves.values()))


def nests_in(each: str, longer: str) -> bool:
    """Whether the periods of one grain lie in those of another."""
    return each in GRAINS and longer in GRAINS and nests(each, longer)


def check_axis(leaf: Leaf, sampling: Sampling, axis: Axis | None, query: Query) -> Axis:
    """The periods that samples belong to; raises where a question has none, or others."""
    axes = [by.output for by in query.by if by.parts[0] == AXIS]
    if axis is None and axes:
        raise SemanticError([faults.two_axes(axes)])
    if axis is None:
        raise SemanticError([faults.sample_without_time(leaf.called, sampling.each, None)])
    fits = sampling.each == "day" if axis.calendar is not None else nests_in(sampling.each, axis.grain)
    if not fits:
        raise SemanticError([faults.sample_too_fine(leaf.called, sampling.each, axis.grain, None)])
    if sampling.every:
        raise SemanticError([faults.sample_of_every(leaf.called, sampling.each, None)])
    return axis


def finer(query: Query, axis: Axis, each: str) -> tuple[int, By]:
    """The place of the period among the keys of a question, and the finer one in its place."""
    place = next(n for n, by in enumerate(query.by) if by.output == axis.key)
    taken = {by.output.lower() for by in query.by}
    name = f"{AXIS}_{each}"
    while name.lower() in taken:
        name += "_"
    return place, By(Text(f"{AXIS}.{each}"), name)
