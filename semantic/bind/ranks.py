"""A metric's place among others: its rank, or the share of all that are at least as large."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.expression import Expression
from semantic.bind.row import call
from semantic.source import Text
from semantic.spec import types as spec


def placed(definition: spec.Metric, whole: Expression) -> Expression:
    """The place of an expression among its values for the other groups of a question."""
    if definition.rank_over:
        return _rank(definition.rank_over, whole)
    return _cumulative_share(definition.cumulative_share_over, whole)


def _rank(over: tuple[Text, ...], whole: Expression) -> Expression:
    order = exp.Order(expressions=[_largest_first(whole.tree)])
    ranked = exp.Window(this=call("rank"), partition_by=[_others(over)], order=order)
    return Expression(ranked, "integer", whole.leaves)


def _cumulative_share(over: tuple[Text, ...], whole: Expression) -> Expression:
    tied = exp.Ordered(this=_keys_beside(""), desc=False, nulls_first=False)
    order = exp.Order(expressions=[_largest_first(whole.tree), tied])
    frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    summed = call("sum", whole.tree.copy())
    so_far = exp.Window(this=summed, partition_by=[_others(over)], order=order, spec=frame)
    all_of_it = exp.Window(this=summed.copy(), partition_by=[_others(over)])
    return Expression(call("safe_divide", so_far, all_of_it), "float", whole.leaves)


def _largest_first(tree: exp.Expr) -> exp.Ordered:
    return exp.Ordered(this=tree.copy(), desc=True, nulls_first=False)


def _others(over: tuple[Text, ...]) -> exp.Column:
    """Stands for the keys of a question beside some."""
    return _keys_beside("|".join(over))


def _keys_beside(names: str) -> exp.Column:
    """Stands for keys of a question; without names for all of them, which settle ties."""
    return exp.Column(this=exp.Identifier(this=names, quoted=True), table=exp.Identifier(this="!"))
