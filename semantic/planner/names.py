"""Names of leaves in a plan, and trees over leaves as trees over the columns that hold them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from semantic.bind.bound import Bound, Entities, Fact
from semantic.bind.inner import is_inner
from semantic.bind.leaf import all_leaves
from semantic.bind.row import columns_of, substitute
from semantic.plan import free_name, partial_column


def leaf_names(bound: Bound) -> dict[str, str]:
    """An output name for every leaf: the metric's where it is one, else spoken; all distinct."""
    taken = {key.name for key in bound.keys}
    taken |= {key.name for fact in bound.facts if fact.entities is not None for key in fact.entities.entity}
    names: dict[str, str] = {}
    simple = {next(iter(metric.leaves)): metric.name for metric in bound.metrics if metric.simple}
    known = {leaf.key: leaf for leaf in all_leaves(bound.leaves.values())} | bound.leaves
    for key, leaf in sorted(known.items(), key=lambda item: item[0] not in simple):
        wish = simple.get(key, leaf.name)
        inner = bound.steps_within and is_inner(wish)
        names[key] = free_name(f"{wish}_value" if inner else wish, taken)
    return names


def in_group(names: Mapping[str, str], tree: exp.Expr) -> exp.Expr:
    """A tree over leaves as one over the columns of the groups that hold them."""
    copy = tree.copy()
    for node in [node for node in columns_of(copy) if node.table == "#"]:
        copy = substitute(copy, node, partial_column(names[node.name]))
    return copy


def title(bound: Bound, names: Mapping[str, str], fact: Fact) -> str:
    """What a step holds: the model by its keys; where a model is read twice, the measure."""
    parts = _key_names(bound)
    again = sum(other.home == fact.home for other in bound.facts) > 1
    alone = (again or bool(fact.through)) and len(fact.leaves) == 1
    what = names[fact.leaves[0].key] if alone else fact.home
    return f"{what}_by_{'_'.join(parts)}" if parts and len(parts) < 3 else f"{what}_totals"


def entity_title(bound: Bound, fact: Fact, entities: Entities) -> str:
    """What a step of entities holds: the model by its keys, if they are few, and by the entity."""
    parts = _key_names(bound)
    return "_".join([fact.home, "by", *(parts if len(parts) < 3 else []), entities.called])


def _key_names(bound: Bound) -> list[str]:
    return [key.path.split(".")[-1] for key in bound.keys]
