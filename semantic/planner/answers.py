"""The columns of an answer: keys and metrics over the columns of its groups."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.bound import Key
from semantic.bind.leaf import leaf_column
from semantic.bind.row import columns_of
from semantic.plan import Named
from semantic.planner.planning import Planning


def columns(planning: Planning) -> tuple[Named, ...]:
    """The keys and metrics of the answer, in the order of the question."""
    bound = planning.bound
    derived = {key.name: tree for key, tree in bound.derived}
    keys = [Named(k.name, derived.get(k.name, _key_column(k.name)), k.type) for k in bound.shown]
    metrics = [Named(m.name, named(planning, m.tree), m.type) for m in bound.metrics]
    return (*keys, *metrics)


def named(planning: Planning, tree: exp.Expr) -> exp.Expr:
    """A metric's tree with its leaves under their output names, and its windows over the keys they mean."""
    if isinstance(tree, exp.Column):
        return leaf_column(planning.names[tree.name])
    copy = tree.copy()
    for window in list(copy.find_all(exp.Window)):
        _among(planning.bound.keys, window)
    for node in columns_of(copy):
        if node.table == "#":
            node.this.set("this", planning.names[node.name])
    return copy


def _among(keys: tuple[Key, ...], window: exp.Window) -> None:
    """A window over groups: within the keys beside some, ties settled by all of them."""
    [marker] = window.args["partition_by"]
    over = marker.name.split("|")
    rest = [
        key for key in keys if "all" not in over and not {key.path, key.path.rpartition(".")[0]} & {*over}
    ]
    window.set("partition_by", [_key_column(key.name) for key in rest] or None)
    order = window.args.get("order")
    if order is not None:
        order.set("expressions", _settled(keys, order.expressions))


def _settled(keys: tuple[Key, ...], order: list[exp.Expr]) -> list[exp.Expr]:
    """An order, with all keys in the place of what stands for them."""
    settled = [each for each in order if not (isinstance(each.this, exp.Column) and each.this.table == "!")]
    if len(settled) == len(order):
        return settled
    return settled + [exp.Ordered(this=_key_column(k.name), desc=False, nulls_first=False) for k in keys]


def _key_column(name: str) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=name))
