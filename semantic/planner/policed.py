"""The rows of a model that a caller may see, as a step below everything that reads the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions, PoliciesOf
from semantic.bind.row import columns_of, walk_of
from semantic.faults import SemanticError
from semantic.plan import WHOLE, Filter, Lookup, Named, Projection, Rows, Scan, Step, Test
from semantic.planner.lookups import Lookups
from semantic.policies import is_made


@dataclass(frozen=True)
class Visible:
    """The step's body, and the columns that it reads of the model itself."""

    body: Projection
    own: frozenset[str]


def visible(definitions: Definitions, model: str, columns: Sequence[Named]) -> Visible:
    """Some columns of the rows of a model that meet every condition of its policies."""
    policies = definitions.policies
    assert policies is not None  # as its caller saw to
    conditions = policies.conditions(model)
    trees = [condition.tree for condition in conditions]
    shown = tuple(columns) or (Named("seen", exp.Literal.number(1), "integer"),)
    rows = _OfAll(policies.whole, model).rows(model, trees, level=WHOLE)
    _check(policies, model, rows, conditions)
    body = Projection(Filter(rows, tuple(Test(tree) for tree in trees)), shown)
    read = [*trees, *(column.tree for column in shown), *_joined(rows)]
    own = frozenset(node.name for tree in read for node in columns_of(tree) if walk_of(node) == ())
    return Visible(body, own)


def looked_at(steps: Iterable[Step]) -> Iterator[str]:
    """The models that the policies in some steps look at."""
    for step in steps:
        if isinstance(step.body, Projection) and isinstance(step.body.input, Filter):
            yield from (node.edge.target for node in _chain(step.body.input.input))


class _OfAll(Lookups):
    """Chains that read whole tables: a condition is told by the truth. A model that is made from others is
    read as the caller sees it."""

    def __init__(self, definitions: Definitions, home: str) -> None:
        super().__init__(definitions)
        self.home = home

    def level(self, model: str) -> int | None:
        """Which step of a model is looked up."""
        made = model != self.home and is_made(self.catalog.models[model])
        return None if made else WHOLE


def _chain(rows: Rows) -> Iterator[Lookup]:
    while isinstance(rows, Lookup):
        yield rows
        rows = rows.input
    assert isinstance(rows, Scan)  # what `Lookups.rows` makes


def _joined(rows: Rows) -> Iterator[exp.Expr]:
    """The trees that lookups join on."""
    for node in _chain(rows):
        yield from (tree for pair in node.on for tree in pair)
        yield from node.validity


def _check(policies: PoliciesOf, model: str, rows: Rows, conditions: Sequence[Any]) -> None:
    """Raises `SemanticError` for what is known only of rows that were looked at together."""
    for condition in conditions:
        wrong = policies.looking(model, [condition.tree, *_joined(rows)])
        if wrong is not None:
            raise SemanticError([faults.policy_of_other_rows(condition.policy, wrong, condition.span)])
