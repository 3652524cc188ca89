"""Rows spread over a many side that they are grouped by: its distinct keys, joined once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from semantic.bind.bound import Fact, Key
from semantic.bind.condition import Side
from semantic.bind.row import conjunction
from semantic.bind.shortcut import shortened
from semantic.catalog import Branch
from semantic.plan import Distinct, Named, Rows, Spread, Test, free_name
from semantic.planner.many_sides import branch_pairs, branch_rows, marker, match
from semantic.planner.planning import Planning


@dataclass(frozen=True)
class Spreading:
    """A `Spread` to be: everything but the rows that it spreads."""

    bridge: Distinct
    on: tuple[tuple[exp.Expr, str], ...]
    keys: tuple[str, ...]
    required: bool
    stays: Test | None

    def over(self, rows: Rows) -> Spread:
        """Some rows spread."""
        return Spread(rows, self.bridge, self.on, self.keys, self.required)

    def key(self, name: str) -> exp.Column:
        """A key over the rows that it spreads."""
        return _of_bridge(self.bridge, name)


def spreading(
    planning: Planning, fact: Fact, side: Side, positions: Sequence[int], asked: Sequence[Key]
) -> Spreading:
    """The distinct keys of a many side, filtered there by what was said of it."""
    branch = fact.keys[positions[0]].branch
    assert branch is not None
    exists = [each for condition in fact.where if condition.side == side for each in condition.exists]
    keys = [_key(planning, fact, branch, position, asked[position]) for position in positions]
    taken = {key.name for key in keys}
    links = [
        (outer, Named(free_name(_column_name(inner), taken), inner, None))
        for inner, outer in branch_pairs(planning, branch)
    ]
    columns = (*(named for _, named in links), *keys)
    rows = branch_rows(planning, branch, [column.tree for column in columns], exists)
    bridge = Distinct(rows, columns, free_name(f"{side[1]}_keys", planning.bridges))
    on = tuple((outer, named.name) for outer, named in links)
    orphans = [each.orphan for each in exists if each.orphan is not None]
    required = len(orphans) < len(exists)
    stays = (
        _stays(planning, branch, _of_bridge(bridge, on[0][1]), orphans) if orphans and not required else None
    )
    return Spreading(bridge, on, tuple(key.name for key in keys), required, stays)


def _key(planning: Planning, fact: Fact, branch: Branch, position: int, key: Key) -> Named:
    row = fact.keys[position].row
    return Named(key.name, shortened(planning.definitions, branch.root, row.tree), row.type)


def _of_bridge(bridge: Distinct, column: str) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=column), table=exp.Identifier(this=bridge.name))


def _stays(planning: Planning, branch: Branch, matched: exp.Column, orphans: Sequence[exp.Expr]) -> Test:
    """Rows that matched stay; rows without any row on the many side must meet the condition as NULL."""
    found = exp.Not(this=exp.Is(this=matched, expression=exp.Null()))
    orphan = conjunction([*(each.copy() for each in orphans), exp.Not(this=marker(0))])
    return Test(conjunction([found, exp.Paren(this=orphan)], exp.Or), (match(planning, branch),))


def _column_name(tree: exp.Expr) -> str:
    return tree.name if isinstance(tree, exp.Column) else "link"
