"""Rows on a many side: as conditions on a fact, which choose its rows and never multiply them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from semantic.bind.condition import Condition, Exists
from semantic.bind.row import columns_of, conjunction, substitute, walk_of
from semantic.bind.shortcut import shortened
from semantic.catalog import Branch, Model
from semantic.plan import Filter, Match, Rows, Test
from semantic.planner.planning import Planning


def branch_rows(
    planning: Planning, branch: Branch, trees: Iterable[exp.Expr], exists: Sequence[Exists]
) -> Rows:
    """The rows of a many side, up to the last join before the shared model."""
    last = planning.definitions.catalog.edges(branch.root, branch.back)[-1]
    tests = [shortened(planning.definitions, branch.root, each.tree) for each in exists]
    ends = [left for left, _ in planning.lookups.pairs(last, branch.back)]
    rows = planning.lookups.rows(branch.root, [*trees, *tests, *ends])
    return Filter(rows, tuple(map(Test, tests))) if tests else rows


def branch_pairs(planning: Planning, branch: Branch) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
    """Pairs (inner, outer): the last join back, with its one side seen from the fact."""
    last = planning.definitions.catalog.edges(branch.root, branch.back)[-1]
    inner = [planning.lookups.at(last.origin, left, branch.back[:-1]) for left, _ in last.on]
    outer = [planning.lookups.at(last.target, right, branch.up) for _, right in last.on]
    return tuple(zip(inner, outer, strict=True))


def match(planning: Planning, branch: Branch, exists: Sequence[Exists] = ()) -> Match:
    """The rows of a many side that belong to a row of the fact: any, or those that meet some conditions."""
    return Match(branch_rows(planning, branch, [], exists), branch_pairs(planning, branch))


def marker(index: int) -> exp.Column:
    """The column that stands for the EXISTS over a test's match of that index."""
    return exp.Column(this=exp.Identifier(this=str(index)), table=exp.Identifier(this="?"))


def tested(planning: Planning, condition: Condition) -> Test:
    """A condition with each EXISTS as the rows it looks for; facts without any are judged apart."""
    tree = shortened(planning.definitions, condition.home, condition.tree)
    if not condition.exists:
        return Test(tree)
    tree, matches = tree.copy(), list[Match]()
    markers = {int(node.name): node for node in columns_of(tree) if node.table == "?"}
    for index, node in markers.items():
        value, found = _looked_for(planning, condition.exists[index], len(matches))
        matches += found
        tree = substitute(tree, node, value)
    return Test(tree, tuple(matches))


def _looked_for(planning: Planning, exists: Exists, number: int) -> tuple[exp.Expr, list[Match]]:
    """One EXISTS over matches from a number on, and these matches."""
    branch = exists.branch
    if _only_orphans(planning.definitions.catalog.models[branch.root], exists):
        any_row = [match(planning, branch)] if exists.orphan is not None else []
        return exp.Not(this=marker(number)), any_row
    found = [match(planning, branch, [exists])]
    if exists.orphan is None:
        return marker(number), found
    value = _or_orphan(marker(number), exists.orphan, marker(number + 1))
    return value, [*found, match(planning, branch)]


def _only_orphans(root: Model, exists: Exists) -> bool:
    """Whether a condition asks for a NULL key of the many side: then it means "no row there"."""
    tree = exists.tree
    if not isinstance(tree, exp.Is) or not isinstance(tree.expression, exp.Null):
        return False
    column = tree.this
    key = {str(part).lower() for part in root.spec.primary_key}
    return isinstance(column, exp.Column) and walk_of(column) == () and column.name.lower() in key


def _or_orphan(found: exp.Expr, orphan: exp.Expr, any_row: exp.Expr) -> exp.Expr:
    """``EXISTS (…) OR (orphan AND NOT EXISTS (any))``."""
    none = exp.Not(this=any_row)
    trivial = isinstance(orphan, exp.Boolean)
    alone = none if trivial else exp.Paren(this=conjunction([orphan.copy(), none]))
    return exp.Or(this=found, expression=alone)
