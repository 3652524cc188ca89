"""Policies bound for one caller: the conditions on rows, what is hidden, and why a question is refused.

Conditions are bound in definitions of their own, under the defaults of all parameters: whoever asks chooses
neither what a policy says nor what its names mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.attributed import attributed
from semantic.bind.definitions import Definitions
from semantic.bind.derived import Questions
from semantic.bind.metric import Metrics
from semantic.bind.parameters import values
from semantic.bind.row import Row, columns_of, rerooted, walk_of
from semantic.catalog import Catalog, Walk, bare
from semantic.faults import SemanticError
from semantic.macros import render
from semantic.policies import Governing, User, governing, is_made, relaxed
from semantic.source import Span, Text
from semantic.spec.types import Policy


def definitions_for(catalog: Catalog, given: Mapping[str, Any], user: Mapping[str, Any]) -> Definitions:
    """The definitions of a catalog as one caller may use them."""
    if not catalog.policies:
        return Definitions(catalog, given)
    definitions = Definitions(relaxed(catalog), given)
    definitions.policies = Policies(catalog, user)
    return definitions


@dataclass(frozen=True)
class Condition:
    """What must hold for a row of a model to be seen, over columns at walks, and the policy that says so."""

    policy: str
    tree: exp.Expr
    span: Span | None


class Policies:
    """The policies of one catalog, for one caller."""

    def __init__(self, catalog: Catalog, user: Mapping[str, Any]) -> None:
        self.catalog = catalog
        self.user = user
        self._applying: dict[str, bool] = {}
        self._conditions: dict[str, tuple[Condition, ...]] = {}
        self._own: dict[str, Row] = {}

    @cached_property
    def whole(self) -> Whole:
        """Definitions that no policy narrows, for the conditions of policies."""
        definitions = Whole(self.catalog)
        Questions(definitions, Metrics(definitions))
        return definitions

    def conditions(self, model: str) -> tuple[Condition, ...]:
        """What must hold for rows of a model to be seen; raises `SemanticError` where an attribute is
        missing."""
        if model not in self._conditions:
            found = (self._condition(model, each) for each in governing(self.catalog, model))
            self._conditions[model] = tuple(each for each in found if each is not None)
        return self._conditions[model]

    def looking(self, model: str, trees: Iterable[exp.Expr]) -> str | None:
        """The first column of some trees that a step above the rows of its model would add."""
        for tree in trees:
            for node in columns_of(tree):
                end = self.catalog.end(model, walk_of(node)).name
                if node.name in self.whole.computed.get(end, {}):
                    return f"{end}.{node.name}"
        return None

    def _condition(self, model: str, each: Governing) -> Condition | None:
        """A policy over the rows of a model at the end of a walk, as a condition on rows of this one."""
        policy, walk = each.policy, each.walk
        if policy.rows is None or not self.applies(policy):
            return None
        name, about = str(policy.name), str(policy.model)
        span = policy.rows.span
        if walk and is_made(self.catalog.models[about]):  # seen as it is made: its own rows are those seen
            return Condition(name, self._partner(model, walk), span)
        row = self.row(policy)
        if isinstance(row.tree, exp.Boolean):
            return None if row.tree.this else Condition(name, row.tree.copy(), span)
        return Condition(name, self._seen_from(model, walk, row), span)

    def _seen_from(self, model: str, walk: Walk, row: Row) -> exp.Expr:
        """A condition on the row at the end of a walk; without such a row it does not hold."""
        found = self.whole.of_partner(model, walk, row) if walk else row
        return rerooted(found, model, walk).tree

    def _partner(self, model: str, walk: Walk) -> exp.Expr:
        """Whether the row at the end of a walk is there."""
        edge = self.catalog.edges(model, walk)[-1]
        key = rerooted(self.whole.key_row(edge.target, edge.on[0][1]), model, walk).tree
        return exp.Not(this=exp.Is(this=key, expression=exp.Null()))

    def row(self, policy: Policy) -> Row:
        """The condition of a policy over one row of its own model."""
        name = str(policy.name)
        if name not in self._own:
            self._own[name] = self.whole.condition(policy, User(name, self.user))
        return self._own[name]

    def applies(self, policy: Policy) -> bool:
        """Whether a policy is meant for the caller: whoever is not exempt."""
        name = str(policy.name)
        if name not in self._applying:
            self._applying[name] = not self.exempts(policy)
        return self._applying[name]

    def exempts(self, policy: Policy) -> bool:
        """Whether a policy says that the caller is exempt."""
        if policy.exempt is None:
            return False
        name, span = str(policy.name), policy.exempt.span
        text = render(policy.exempt, {}, self.whole.macros, User(name, self.user)).text.strip().lower()
        if "{" not in policy.exempt or text not in ("true", "false"):
            raise SemanticError([faults.policy_template(name, "is neither true nor false", span)])
        return text == "true"

    # --- hidden names ---------------------------------------------------------------------------

    @cached_property
    def _hiding(self) -> dict[str, list[tuple[str, Policy, Text]]]:
        """The hidden names of each model, in lower case: SQL may know a column by several spellings."""
        found: dict[str, list[tuple[str, Policy, Text]]] = {}
        for policy in self.catalog.policies.values():
            for name in policy.hide:
                found.setdefault(str(policy.model), []).append((bare(name).lower(), policy, name))
        return found

    def governed(self, model: str) -> str | None:
        """A policy over the rows or the columns of a model that applies to the caller, if there is one."""
        rows = [condition.policy for condition in self.conditions(model)]
        hidden = [str(p.name) for _, p, _ in self._hiding.get(model, ()) if self.applies(p)]
        return next(iter((*rows, *hidden)), None)

    def hides(self, model: str) -> bool:
        """Whether a column of a model is hidden from the caller."""
        return any(self.applies(policy) for _, policy, _ in self._hiding.get(model, ()))

    def check_name(self, model: str, name: str) -> None:
        """Raises `SemanticError` where a column or dimension is hidden from the caller."""
        found = [
            faults.hidden_column(str(policy.name), model, str(known), known.span)
            for word, policy, known in self._hiding.get(model, ())
            if word == name.lower() and self.applies(policy)
        ]
        if found:
            raise SemanticError(found)

    def check_read(self, reads: Mapping[str, Iterable[str]]) -> None:
        """Raises `SemanticError` where any of the columns that a plan reads is hidden."""
        for model in self._hiding.keys() & reads.keys():
            for name in sorted(reads[model]):
                self.check_name(model, name)

    def check_metric(self, name: str) -> None:
        """Raises `SemanticError` where a metric is hidden from the caller."""
        for policy in self._of_metrics.get(name, ()):
            if self.applies(policy):
                span = next(each.span for each in policy.metrics if each == name)
                raise SemanticError([faults.hidden_metric(str(policy.name), name, span)])

    @cached_property
    def _of_metrics(self) -> dict[str, list[Policy]]:
        found: dict[str, list[Policy]] = {}
        for policy in self.catalog.policies.values():
            for name in policy.metrics:
                found.setdefault(str(name), []).append(policy)
        return found


class Whole(Definitions):
    """Definitions in which attributes of a caller can stand in the conditions of policies."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog, values(catalog, {}))
        self._asking: tuple[Text, User] | None = None

    def condition(self, policy: Policy, user: User) -> Row:
        """A policy's condition over one row of its model."""
        assert policy.rows is not None
        self._asking = (policy.rows, user)
        try:
            row = self.row(str(policy.model), policy.rows)
        finally:
            self._asking = None
        if row.type not in ("boolean", None):
            raise SemanticError([faults.not_boolean(row.type, policy.rows.span)])
        return row

    def parse(self, text: Text, *, comments: bool = True) -> exp.Expr:
        """The tree of an expression; attributes of the caller are literals in it."""
        tree = super().parse(text, comments=comments)
        if self._asking is None or text is not self._asking[0]:
            return tree
        return attributed(tree, self._asking[1], text.span)

    def _rendered(self, text: Text) -> Text:
        """The condition of a policy knows the caller, and no parameter of the question."""
        if self._asking is None or text is not self._asking[0]:
            return super()._rendered(text)
        return render(text, {}, self.macros, self._asking[1]).text if "{" in text else text
