"""Aggregates at home: each over the rows of the one model that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic import faults
from semantic.bind.aggregates import ancestors, has_values, is_aggregate
from semantic.bind.definitions import Definitions
from semantic.bind.expression import Expression, in_parts, value_of
from semantic.bind.leaf import Chosen, Leaf, Per
from semantic.bind.own_filter import filter_of
from semantic.bind.row import Row, columns_of, moved, substitute
from semantic.bind.sensible import check_entity, check_interval
from semantic.bind.texts import Reference, referring
from semantic.catalog import Walk
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.source import Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName

Rows = Mapping[str, Row]


@dataclass(frozen=True)
class _Aggregate:
    """An aggregate of a canonical tree, what its columns mean, and whether it is all that its metric is."""

    node: exp.Anonymous
    rows: Rows
    type: TypeName | None
    whole: bool

    @property
    def used(self) -> list[Row]:
        """What it reads."""
        return [self.rows[column.name] for column in columns_of(self.node)]

    def filled(self) -> exp.Expr:
        """It over what its columns mean."""
        tree: exp.Expr = self.node.copy()
        for column in [column for column in columns_of(tree) if column.name in self.rows]:
            tree = substitute(tree, column, self.rows[column.name].tree.copy())
        return tree

    def name(self, definition: spec.Metric) -> str:
        """The name of its metric, or for one that no metric names: ``sum_amount``."""
        if self.whole:
            return str(definition.name)
        return _spoken(self.node, self.used)


def over_leaves(
    definitions: Definitions,
    tree: exp.Expr,
    references: Sequence[Reference],
    text: Text,
    definition: spec.Metric | None,
    leaves: dict[str, Leaf],
    per: Per | None = None,
) -> Expression:
    """A canonical tree with every aggregate replaced by its leaf, which joins those ``leaves`` that its other
    columns mean; with ``per``, aggregates are over entities."""
    rows = {reference.node.name: reference.reached.row for reference in references}
    kinds = {name: row.type for name, row in rows.items()}
    for node in [node for node in tree.find_all(exp.Anonymous) if is_aggregate(node)]:
        if any(is_aggregate(up) for up in ancestors(node)):
            raise SemanticError([faults.nested_aggregate(text.span)])
        assert definition is not None  # aggregates elsewhere have no anchor
        found = _Aggregate(node, rows, infer(node, lambda column: kinds.get(column.name)), node is tree)
        leaf = _leaf(definitions, definition, found, per)
        parts = in_parts(leaf, framed=leaf.chosen is not None)
        for part in parts:
            leaves.setdefault(part.key, part)
            kinds[part.key] = part.type if len(parts) > 1 else found.type
        tree = substitute(tree, node, value_of(parts))
    kind = infer(tree, lambda column: kinds.get(column.name))
    for column in referring(tree, rows):
        tree = substitute(tree, column, rows[column.name].tree.copy())
    return Expression(tree, kind, leaves)


def _leaf(definitions: Definitions, definition: spec.Metric, found: _Aggregate, per: Per | None) -> Leaf:
    if per is None:
        return _over_rows(definitions, definition, found)
    return _over_entities(definitions, definition, found, per)


def _over_rows(definitions: Definitions, definition: spec.Metric, found: _Aggregate) -> Leaf:
    """An aggregate over the rows at the end of the longest path that all of its columns share, where
    duplicates would matter."""
    used = found.used
    anchor = used[0].model if used else str(definition.model)
    decides = REGISTRY[str(found.node.this)].duplicates_matter and has_values(found.node)
    walk = _common([row.at for row in used]) if decides else ()
    home = definitions.catalog.end(anchor, walk).name
    call = moved(found.filled(), lambda own: own[len(walk) :])
    assert isinstance(call, exp.Anonymous)
    own_time = definition.time if not walk and anchor == definition.model else None
    leaf = Leaf(found.name(definition), home, call, (), definitions.time(home, own_time), found.type)
    leaf = _of_period(definitions, definition, leaf)
    return replace(leaf, conditions=filter_of(definitions, definition, leaf, anchor, walk))


def _over_entities(definitions: Definitions, definition: spec.Metric, found: _Aggregate, per: Per) -> Leaf:
    """An aggregate over entities: its columns are the leaves of their metrics."""
    call = found.filled()
    assert isinstance(call, exp.Anonymous)
    home = next((leaf.home for leaf in per.leaves.values()), None)
    home = home or check_entity(definitions, per.entity)
    return Leaf(found.name(definition), home, call, (), None, found.type, per)


def _of_period(definitions: Definitions, definition: spec.Metric, leaf: Leaf) -> Leaf:
    """A leaf that takes some of the rows of a period only."""
    if definition.not_additive_over is not None:
        return _of_snapshots(definitions, definition.not_additive_over, leaf)
    if definition.at is None:
        return leaf
    check_interval(definitions, leaf.home, definition.name.span)
    valid = definitions.catalog.models[leaf.home].spec.valid
    assert valid is not None  # an interval was found
    return replace(leaf, at=definition.at, time=definitions.key_row(leaf.home, valid[0]))


def _of_snapshots(definitions: Definitions, snapshots: spec.Snapshots, leaf: Leaf) -> Leaf:
    of = definitions.time(leaf.home, snapshots.of) if snapshots.of is not None else None
    if leaf.time is None and of is None:
        raise SemanticError([faults.no_axis(leaf.home, snapshots.span)])
    rows = snapshots.time != "average" and str(leaf.call.this) in ("avg", "count_distinct")
    if not (leaf.merges or rows):
        raise SemanticError([faults.unlike_snapshots(leaf.name, str(leaf.call.this), snapshots.span)])
    per = tuple(definitions.key_row(leaf.home, each) for each in snapshots.per)
    return replace(leaf, chosen=Chosen(snapshots.time, per, of))


def _common(walks: Sequence[Walk]) -> Walk:
    """The longest walk that all of them begin with."""
    if not walks:
        return ()
    shortest = min(walks, key=len)
    for length in range(len(shortest), 0, -1):
        if all(walk[:length] == shortest[:length] for walk in walks):
            return shortest[:length]
    return ()


def _spoken(node: exp.Anonymous, used: Sequence[Row]) -> str:
    """A name for an aggregate by the first of what it reads."""
    if any(row.model == "#" for row in used):
        return str(node.this)
    columns = [walk[-1] for row in used[:1] for walk in row.walks if walk]
    columns += [column.name for row in used[:1] for column in columns_of(row.tree)[:1]]
    return "_".join([str(node.this), *columns])
