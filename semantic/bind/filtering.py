"""Metrics of the rows that meet a condition, as a question's ``where`` would choose them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.condition import Condition, by_way_of, conditions
from semantic.bind.definitions import Definitions
from semantic.bind.expression import changed, named_by
from semantic.bind.leaf import Leaf, Where, facts_of
from semantic.bind.paths import AXIS, question_paths
from semantic.bind.row import Row
from semantic.bind.texts import Reached
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec import types as spec

Leaves = Mapping[str, Leaf]


def filtered(
    definitions: Definitions, definition: spec.Metric, tree: exp.Expr, leaves: Leaves
) -> tuple[exp.Expr, dict[str, Leaf]]:
    """A metric of the rows that meet the ``filter`` of another one that is seen through it."""
    assert definition.filter is not None
    reading = _Reading(definitions, definition.filter)
    tree, found = changed(tree, leaves, lambda leaf: [reading.leaf(leaf, definition)])
    reading.check(str(definition.name), one=isinstance(tree, exp.Column))
    return tree, found


@dataclass
class _Reading:
    """A condition, read from each of the models whose rows a metric is made of."""

    definitions: Definitions
    text: Text
    found: dict[str, tuple[str, tuple[Condition, ...]]] = field(default_factory=dict)
    #: The models at the ends of its paths, by path and by the model that they are seen from.
    ends: dict[str, dict[str, str]] = field(default_factory=dict)

    def leaf(self, leaf: Leaf, definition: spec.Metric) -> Leaf:
        """An aggregate of the rows that meet the condition."""
        met = {
            Where.place(home, time): self._met(home, time) for home, time in facts_of(self.definitions, leaf)
        }
        name = named_by(definition, leaf)
        if leaf.per is None and leaf.retained is None and not leaf.level:
            [own] = met.values()
            return replace(leaf, name=name, conditions=(*leaf.conditions, *own))
        return replace(leaf, name=name, where=(*leaf.where, Where(self.text, met, bool(leaf.level))))

    def _met(self, home: str, time: Row | None) -> tuple[Condition, ...]:
        place = Where.place(home, time)
        if place not in self.found:
            made = conditions(self.definitions, home, self.text, self._paths(home, time))
            self.found[place] = (home, made)
        return self.found[place][1]

    def _paths(self, home: str, time: Row | None) -> Callable[[tuple[str, ...], exp.Expr], Reached]:
        """The paths of the condition from a model, which may be left out where they begin with it."""
        inner = question_paths(self.definitions, home, time, self.text, prefix=home, raw=True)
        catalog = self.definitions.catalog

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            reached = inner(names, node)
            if names[0] != AXIS:
                root = reached.branch.root if reached.branch is not None else home
                end = catalog.end(root, reached.row.at).name
                self.ends.setdefault(".".join(names), {})[home] = end
            return reached

        return resolve

    def check(self, name: str, *, one: bool) -> None:
        """Raise where the condition says one thing of one part of the metric, and another of another; of
        entities it may choose some by what they share."""
        catalog = self.definitions.catalog
        ways: dict[str, Any] = {home: by_way_of(catalog, made) for home, made in self.found.values()}
        different: list[Mapping[str, Any]] = [*self.ends.values(), *([] if one else [ways])]
        for told in different:
            here = next(iter(told), "")
            there = next((home for home in told if told[home] != told[here]), None)
            if there is not None:
                raise SemanticError([faults.unlike_parts(name, str(self.text), here, there, self.text.span)])
