"""What the rows of models mean: tables, SELECTs and questions, their columns, and the joins between them."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from semantic.bind.bound import Bound
from semantic.bind.definitions import Computed, Following
from semantic.bind.relations import PREFIX, named_model
from semantic.catalog import bare
from semantic.impact.bound_things import BoundThings
from semantic.impact.trees import nothing, plain, spaced
from semantic.spec import types as spec


class RowMeanings(BoundThings):
    """The meanings of rows, columns, dimensions and joins."""

    def rows(self, name: str) -> str:
        """The meaning of the rows of a model, whatever is read of them."""
        return self._once(("rows", name), lambda: self._rows(name))

    def _rows(self, name: str) -> Any:
        model = self.catalog.models[name]
        key = sorted(spaced(part).lower() for part in model.spec.primary_key)
        if model.spec.query is not None:
            asked = self.questions.bound(name, frozenset())
            return ("question", self._bound(asked))
        table = self.definitions.table(name)
        if table is not None:
            return ("table", tuple(plain(part, nothing) for part in table), key)
        relation = model.relation
        if relation.sql is None and relation.table is None:
            return ("unmapped", str(relation.name) if isinstance(relation, spec.Source) else name, key)
        return ("select", plain(self.definitions.statement(name), self._in_select), key)

    def _in_select(self, node: exp.Expr) -> Any:
        """What stands for more than itself in a SELECT: a model, a function, a parameter."""
        if isinstance(node, exp.Table) and named_model(node) and node.name in self.catalog.models:
            return (PREFIX, self._whole(node.name, node), str(node.alias).lower())
        return self._called(node, self._in_select)

    def _whole(self, name: str, node: exp.Expr) -> Any:
        """The rows of a model with those of its columns that a SELECT around it may name."""
        root = node.root()
        words = {each.name.lower() for each in root.find_all(exp.Identifier)}
        every = any(not isinstance(star.parent, exp.Count) for star in root.find_all(exp.Star))
        model = self.catalog.models[name]
        known = {*model.columns, *model.dimensions}
        read = sorted(each for each in known if every or each.lower() in words)
        found = []
        for each in read:
            dimension = model.dimension(each)
            value = (
                self.dimension(name, str(dimension.name))
                if dimension is not None
                else self.column(name, each)
            )
            found.append((each, value))
        return self.rows(name), tuple(found)

    def column(self, model: str, name: str) -> str:
        """The meaning of a column of a model's rows, one that a step adds to them included."""
        return self._once(("column", model, name), lambda: self._column(model, name))

    def _column(self, name: str, column: str) -> Any:
        computed = self.definitions.computed.get(name, {}).get(column)
        if computed is not None:
            return ("computed", self._computed(computed, name))
        model = self.catalog.models[name]
        if model.spec.query is not None:
            return ("asked", self._asked(name, column))
        declared = model.column(column)
        kind = self.definitions.stored_type(model, exp.column(column)) if declared else None
        absent = (declared.required,) if declared is not None else ()
        return ("column", self.rows(name), column, kind, absent, self._missing(model.relation, column))

    def _missing(self, relation: spec.Relation, column: str) -> bool:
        names = relation.missing if isinstance(relation, spec.Source) else ()
        return column.lower() in {bare(name).lower() for name in names}

    def _asked(self, model: str, column: str) -> Any:
        """A column of a model that is made from a question: a key, or a metric over the same rows."""
        bound = self.questions.bound(model, frozenset({column.lower()}))
        metric = next((m for m in bound.metrics if bare(m.name).lower() == column.lower()), None)
        if metric is not None:
            return self.rows(model), self._metric(metric), self._bound(bound)
        place = [bare(key.name).lower() for key in bound.keys].index(column.lower())
        found = []
        for fact in bound.facts:
            found.append(self._plain(fact.keys[place], fact.home) if place < len(fact.keys) else None)
        return self.rows(model), bound.keys[place].type, tuple(found), place if not found else None

    def _bound(self, bound: Bound) -> Any:
        leaves = {key: self._leaf(leaf) for key, leaf in bound.leaves.items()}
        having = sorted((self._tree(each, "", leaves) for each in bound.having), key=repr)
        derived = [(self._plain(key, ""), self._tree(tree, "", leaves)) for key, tree in bound.derived]
        metrics = [(metric.name, self._metric(metric)) for metric in bound.metrics]
        facts = [self._plain(fact, fact.home) for fact in bound.facts]
        return having, derived, metrics, facts, self._rest(bound, "", skip=("facts",)), self._limits(bound)

    def _limits(self, bound: Bound) -> Any:
        """What a question says beyond its facts."""
        asked = bound.query
        return asked.limit, str(asked.top), asked.fill, repr(asked.members), str(asked.time)

    def _computed(self, computed: Computed, model: str) -> Any:
        following = computed.following
        told = self._following(following, model) if following is not None else None
        return self.rows(model), self._tree(computed.tree, model), computed.type, told

    def _following(self, following: Following, model: str) -> Any:
        pairs = [(self._tree(a, model), self._tree(b, following.to)) for a, b in following.keys]
        here, there = following.times
        met = [
            self._tree(tree, side) if tree is not None else None
            for tree, side in zip(following.met, (model, following.to), strict=True)
        ]
        fits = following.counted.fits if following.counted is not None else None
        counted = (following.counted is not None, self._tree(fits, "") if fits is not None else None)
        flags = following.inclusive, following.once, following.last, met, counted
        times = self._tree(here, model), self._tree(there, following.to)
        return self.rows(following.to), sorted(pairs, key=repr), times, flags

    def dimension(self, model: str, name: str) -> str:
        """The meaning of a dimension."""
        return self._once(
            ("dimension", model, name), lambda: self._plain(self.definitions.dimension(model, name), model)
        )

    def join(self, model: str, role: str) -> str:
        """The meaning of a join."""
        return self._once(("join", model, role), lambda: self._edge(model, role))

    def _edge(self, model: str, role: str) -> Any:
        edge = self.catalog.models[model].edges[role]
        row = self.definitions.key_row
        pairs = [
            (self._plain(row(model, left), model), self._plain(row(edge.target, right), edge.target))
            for left, right in edge.on
        ]
        bounds = [self._plain(row(edge.target, bound), edge.target) for bound in edge.spec.valid or ()]
        fixed = edge.spec.at if not self.catalog.by_time(edge) else None
        at = self._plain(row(model, fixed), model) if fixed is not None else str(edge.spec.at)
        return self.rows(edge.target), sorted(pairs, key=repr), bounds, at, edge.required
