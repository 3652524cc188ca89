"""Joins along the time of the metrics that look: they need one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from semantic import faults
from semantic.bind.bound import Fact
from semantic.bind.definitions import Definitions
from semantic.bind.row import Row, columns_of, walk_of
from semantic.catalog import Edge
from semantic.faults import SemanticError


def check_axis(definitions: Definitions, fact: Fact) -> None:
    """Raise where rows without a time would be joined by it."""
    if not definitions.catalog.along_time:
        return
    for home, time, trees in _read(definitions, fact):
        if time is None and (edge := timed_edge(definitions, home, trees)) is not None:
            assert edge.spec.at is not None
            raise SemanticError([faults.no_axis(home, edge.spec.at.span)])


def timed_edge(definitions: Definitions, home: str, trees: Iterable[exp.Expr]) -> Edge | None:
    """A join along time that some trees over rows of a model need."""
    catalog = definitions.catalog
    walks = {walk_of(node) for tree in trees for node in columns_of(tree) if node.table.startswith("/")}
    edges = (edge for walk in sorted(walks) for edge in catalog.edges(home, walk))
    return next((edge for edge in edges if catalog.by_time(edge)), None)


def _read(definitions: Definitions, fact: Fact) -> Iterator[tuple[str, Row | None, list[exp.Expr]]]:
    """The models whose rows a fact is told by, each with its time, and what is read of them."""
    met = [*fact.where, *(c for leaf in fact.leaves for c in leaf.conditions)]
    own = [key.row.tree for key in fact.keys if key.branch is None]
    own += [c.tree for c in met] + [leaf.call for leaf in fact.leaves if leaf.per is None]
    yield fact.home, fact.time, own
    sides = [(key.branch.root, key.row.tree) for key in fact.keys if key.branch is not None]
    sides += [(each.branch.root, each.tree) for c in met for each in c.exists]
    for root, tree in sides:
        yield root, definitions.time(root), [tree]
