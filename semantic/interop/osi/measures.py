"""Bound metrics as aggregates over fields of datasets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from semantic.bind import Metric, Metrics
from semantic.bind.leaf import Leaf
from semantic.bind.row import columns_of, conjunction, walk_of
from semantic.interop.osi import reasons
from semantic.interop.osi.fields import TYPES, Fields, Untold, titled
from semantic.interop.osi.reasons import listed
from semantic.spec import types as spec

_WORDS = re.compile(r"\w+")


class Measures:
    """The metrics of a project on their way into a document."""

    def __init__(self, fields: Fields, metrics: Metrics) -> None:
        self.fields, self.metrics, self.catalog = fields, metrics, fields.catalog

    def metric(self, definition: spec.Metric) -> tuple[dict[str, Any], list[str]]:
        """A metric as one of a document, with notes on what is not as it was; raises `Untold`."""
        name = str(definition.name)
        if definition.hidden:
            raise Untold("OSI has no hidden metrics")
        metric: Metric = self.metrics.metric(name, definition.name.span)
        trees = {key: self._aggregate(leaf) for key, leaf in metric.leaves.items()}
        tree = _filled(metric.tree, {key: each for key, (each, _) in trees.items()})
        homes = list(dict.fromkeys(leaf.home for leaf in metric.leaves.values()))
        notes = [reasons.fan_out(homes)] if len(homes) > 1 else []
        notes += [reasons.frozen()] if self._asks_parameters(definition) else []
        notes += [reasons.own_axis(definition.time)] if definition.time is not None else []
        typed = {"datatype": TYPES[metric.type]} if metric.type else {}
        spelled = self.fields.spelled(tree, lambda column: column)
        return {"name": name, "expression": spelled, **typed, **titled(definition)}, notes

    def _asks_parameters(self, definition: spec.Metric, seen: tuple[str, ...] = ()) -> bool:
        """Whether a parameter stands in the texts of a metric, or of those that it names."""
        text = f"{definition.sql} {definition.filter} {definition.metric}"
        words = set(_WORDS.findall(text))
        if "{" in text and words & self.catalog.parameters.keys():
            return True
        others = [
            self.catalog.metrics[each] for each in words & self.catalog.metrics.keys() if each not in seen
        ]
        return any(self._asks_parameters(each, (*seen, str(definition.name))) for each in others)

    def _aggregate(self, leaf: Leaf) -> tuple[exp.Expr, str]:
        """A leaf as an aggregate over fields of datasets; raises `Untold`."""
        if why := _seen(leaf):
            raise Untold(why)
        if leaf.home not in self.fields.datasets:
            raise Untold(f"it counts rows of '{leaf.home}', which is no dataset")
        call = self._chosen(leaf)
        models = {self.fields.reached(leaf.home, walk_of(column)) for column in columns_of(call)}
        if not models:
            raise Untold(f"it aggregates rows of '{leaf.home}' and names none of its columns")
        if leaf.home not in models:
            raise Untold(f"it runs over rows of '{leaf.home}', and reads {listed(sorted(models))} only")
        holder = exp.Paren(this=call)
        for column in columns_of(holder):
            column.replace(self.fields.named(leaf.home, column))
        return holder.this, leaf.home

    def _chosen(self, leaf: Leaf) -> exp.Expr:
        """The aggregate over the rows that its conditions choose."""
        call = leaf.call.copy()
        if call.this == "count_rows":
            key = self.fields.datasets[leaf.home].get("primary_key")
            if not key:
                raise Untold(f"it counts rows of '{leaf.home}', which has no primary key to count")
            column = exp.Column(this=exp.to_identifier(key[0]), table=exp.to_identifier("/", quoted=True))
            call = exp.Anonymous(this="count", expressions=[column])
        if leaf.conditions:
            if any(condition.exists for condition in leaf.conditions):
                raise Untold("it has a condition on a many side")
            test = conjunction([condition.tree.copy() for condition in leaf.conditions])
            first = exp.Case(ifs=[exp.If(this=test, true=call.expressions[0].copy())])
            call = exp.Anonymous(this=call.this, expressions=[first, *call.expressions[1:]])
        return call


def _filled(tree: exp.Expr, leaves: Mapping[str, exp.Expr]) -> exp.Expr:
    """The tree of a metric with its aggregates in it."""
    holder = exp.Paren(this=tree.copy())
    for column in columns_of(holder):
        if column.table == "#":
            value = leaves[column.name].copy()
            bare = isinstance(value, (exp.Anonymous, exp.Column))
            column.replace(value if bare else exp.Paren(this=value))
    made: exp.Expr = holder.this
    return made


def _seen(leaf: Leaf) -> str:
    """How an aggregate is seen that OSI has no words for."""
    if leaf.retained is not None:
        return "OSI has no retention"
    if leaf.per is not None:
        return "OSI has no aggregates over entities"
    if leaf.through:
        return "OSI has no windows over time and no offsets"
    if leaf.chosen is not None or leaf.at is not None:
        return "OSI does not choose the rows of a moment"
    others = "OSI has no totals, shares, ranks, samples, fixed ranges and conditions on a whole metric"
    return others if leaf.told else ""
