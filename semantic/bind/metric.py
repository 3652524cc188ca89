"""Metrics bound: aggregates at their own grain, and the expression that joins them.

The leaves of a metric are single aggregates, each over the rows of one model (its *home*). Columns of
the table ``#`` in a metric's tree stand for leaves.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from semantic import faults
from semantic.bind.aggregates import aggregates, ancestors
from semantic.bind.anchor import anchor_of, is_column, outside
from semantic.bind.definitions import Definitions
from semantic.bind.events import conversion_of, retention_of
from semantic.bind.everywhere import everywhere
from semantic.bind.expression import Expression
from semantic.bind.home import over_leaves
from semantic.bind.leaf import Leaf, Metric, Per
from semantic.bind.of_metric import of_metric
from semantic.bind.row import Row
from semantic.bind.sensible import check_default_period, check_entity_value
from semantic.bind.texts import Reached
from semantic.expr import parse
from semantic.faults import Fault, SemanticError
from semantic.source import Span, Text
from semantic.spec import types as spec


class Metrics:
    """Metrics by name, bound on demand: those of a catalog, or those of one question over an ``outer`` scope.

    Inside the definition of an inner metric its own name means the outer one.
    """

    def __init__(
        self,
        definitions: Definitions,
        known: Mapping[str, spec.Metric] | None = None,
        outer: Metrics | None = None,
    ) -> None:
        self.definitions = definitions
        self.known = definitions.catalog.metrics if known is None else known
        self.outer = outer
        self._metrics: dict[str, Metric] = {}
        self._open: list[str] = []

    def metric(self, name: str, span: Span | None = None) -> Metric:
        """A metric by name; unknown names and cycles are faults."""
        if name in self._metrics:
            return self._metrics[name]
        definition = self.known.get(name)
        if self.outer is not None and (definition is None or name in self._open):
            return self.outer.metric(name, span)
        if definition is None:
            raise SemanticError([faults.unknown("metric", name, list(self.known), span)])
        if self.outer is None and self.definitions.policies is not None:
            self.definitions.policies.check_metric(name)
        if name in self._open:
            raise SemanticError([self._cycle(self._open[self._open.index(name) :])])
        self._open.append(name)
        try:
            found = self._bind(definition).metric(definition)
            check_default_period(self.definitions, definition, found.leaves.values())
            self._metrics[name] = everywhere(found) if definition.every_period else found
        finally:
            self._open.pop()
        return self._metrics[name]

    def has(self, name: str) -> bool:
        """Whether a metric of that name is known here."""
        return name in self.known or (self.outer is not None and self.outer.has(name))

    def _cycle(self, chain: list[str]) -> Fault:
        """The fault of a cycle, told the same from wherever it was entered."""
        first = chain.index(min(chain))
        spelled = [*chain[first:], *chain[: first + 1]]
        return faults.cycle("metric", spelled, self.known[spelled[0]].name.span)

    def _bind(self, definition: spec.Metric) -> Expression:
        """What a metric is told by: its events, another metric, or aggregates of its own."""
        if definition.conversion is not None:
            return conversion_of(self.definitions, str(definition.name), definition.conversion)
        if definition.retention is not None:
            return retention_of(self.definitions, str(definition.name), definition.retention)
        found = self.expression(definition.sql, definition)
        if definition.metric is not None:
            return of_metric(self.definitions, definition, found)
        self._check_modifiers(definition, found)
        return found

    def _check_modifiers(self, definition: spec.Metric, found: Expression) -> None:
        """Raise for what a metric says of aggregates that it does not have."""
        if definition.having is not None and not definition.per:
            raise SemanticError([faults.having_without_per(definition.name, definition.having.span)])
        for key in ("filter", "time", "not_additive_over", "at"):
            modifier = getattr(definition, key)
            if modifier is not None and found.leaves and (definition.per or not self._own(definition)):
                span = getattr(modifier, "span", definition.name.span)
                raise SemanticError([faults.unused_modifier(key, definition.name, span)])
        if not found.leaves:
            raise SemanticError([faults.no_aggregate(definition.name, definition.sql.span)])

    def _own(self, definition: spec.Metric) -> bool:
        """Whether a metric aggregates rows itself."""
        return next(aggregates(self.definitions.parse(definition.sql)), None) is not None

    def expression(self, text: Text, definition: spec.Metric | None, *, comments: bool = True) -> Expression:
        """An expression over metrics and (inside a metric's own definition) aggregates."""
        parsed = self.definitions.parse(text, comments=comments)
        if definition is not None and definition.per:
            return self._per_entity(parsed, text, definition)
        anchors = {
            id(node): anchor_of(self.definitions, node, definition, text) for node in aggregates(parsed)
        }
        leaves: dict[str, Leaf] = {}

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            anchor = next((anchors[id(up)] for up in ancestors(node) if id(up) in anchors), None)
            if anchor is not None:
                return Reached(self.definitions.path(anchor, names, text, node))
            return Reached(self._metric_row(names, text, node, leaves, definition))

        tree, references = self.definitions.canonical(parsed, text, resolve)
        return over_leaves(self.definitions, tree, references, text, definition, leaves)

    def _per_entity(self, parsed: exp.Expr, text: Text, definition: spec.Metric) -> Expression:
        """An expression whose aggregates run over entities: inside them stand metrics of each entity."""
        beside: dict[str, Leaf] = {}
        inside: dict[str, Leaf] = {}
        found = {id(node) for node in aggregates(parsed)}

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            own = any(id(up) in found for up in ancestors(node))
            self._check_value(names, text, node, of_entity=own)
            return Reached(self._metric_row(names, text, node, inside if own else beside, definition))

        if not found:
            told = faults.no_aggregate_of_entities(definition.name, ", ".join(definition.per), text.span)
            raise SemanticError([told])
        tree, references = self.definitions.canonical(parsed, text, resolve)
        having = self._entity_condition(definition, inside)
        per = Per(definition.per, inside, having)
        return over_leaves(self.definitions, tree, references, text, definition, beside, per)

    def _check_value(
        self, names: tuple[str, ...], text: Text, node: exp.Expr, *, of_entity: bool = True
    ) -> None:
        """Raise for a name that is no metric, or for one that no entity has a value of."""
        span = self.definitions.place(text, node)
        if len(names) > 1 or not self.has(names[0]):
            raise SemanticError([faults.no_metric_of_entity(".".join(names), span)])
        if of_entity:
            check_entity_value(self.metric(names[0]), span)

    def _entity_condition(self, definition: spec.Metric, leaves: dict[str, Leaf]) -> exp.Expr | None:
        """What an entity's metrics must meet for it to count."""
        if definition.having is None:
            return None
        for node in parse.columns(self.definitions.parse(definition.having)):
            self._check_value(parse.names(node), definition.having, node)
        found = self.condition(definition.having)
        leaves.update(found.leaves)
        return found.tree

    def condition(self, text: Text, *, comments: bool = True) -> Expression:
        """A condition on metrics."""
        found = self.expression(text, None, comments=comments)
        if found.type not in ("boolean", None):
            raise SemanticError([faults.not_boolean(found.type, text.span)])
        return found

    def _metric_row(
        self,
        names: tuple[str, ...],
        text: Text,
        node: exp.Expr,
        leaves: dict[str, Leaf],
        definition: spec.Metric | None,
    ) -> Row:
        """Another metric, used by name outside any aggregate."""
        if len(names) > 1 or (not self.has(names[0]) and is_column(self.definitions, names[0], definition)):
            raise SemanticError([outside(self.definitions, ".".join(names), node, definition, text)])
        other = self.metric(names[0], self.definitions.place(text, node))
        leaves.update(other.leaves)
        return Row("#", other.tree, other.type)
