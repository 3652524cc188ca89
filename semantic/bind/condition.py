"""Conditions over one row of a fact: on its own columns, on the one side, on a many side.

A condition on a many side selects rows of the fact and never multiplies them: it becomes an `Exists`.
What it means is what a left join, a filter and a de-duplication on the fact's key would give, so a fact
without any row on the many side is judged as if those columns were NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.nulls import Truth, truth
from semantic.bind.row import Row, columns_of, conjunction, moved, substitute, walk_of
from semantic.bind.texts import Reached, Reference, Resolve, referring, type_of
from semantic.catalog import Branch, Catalog, Walk
from semantic.expr.spelled import spelled
from semantic.expr.structure import cast
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.source import Text

#: An OR over several many sides is multiplied out up to here.
_MOST_ALTERNATIVES = 64

#: Identifies a many side: two paths on the same one speak of the same row there.
Side = tuple[Walk, str, Walk]


@dataclass(frozen=True)
class Exists:
    """A row of the many side with ``tree`` true; ``orphan`` (over the fact) decides for facts without any."""

    branch: Branch
    tree: exp.Expr
    orphan: exp.Expr | None

    @cached_property
    def key(self) -> str:
        """Equal for equal conditions on one model."""
        return f"exists {side_of(self.branch)} {spelled(self.tree)}"


@dataclass(frozen=True)
class Condition:
    """One conjunct over a row of ``home``; columns of the table ``?`` stand for its ``exists``."""

    home: str
    tree: exp.Expr
    exists: tuple[Exists, ...] = ()

    @cached_property
    def key(self) -> str:
        """Equal for equal conditions on one model."""
        return f"{self.home}: {spelled(self.tree)} {[e.key for e in self.exists]}"

    @property
    def side(self) -> Side | None:
        """The many side, if the whole condition speaks of exactly one."""
        whole = isinstance(self.tree, exp.Column) and self.tree.table == "?"
        return side_of(self.exists[0].branch) if whole else None


def side_of(branch: Branch) -> Side:
    """What tells one many side from another."""
    return (branch.up, branch.root, branch.back)


def conditions(
    definitions: Definitions, home: str, text: Text, resolve: Resolve, *, comments: bool = True
) -> tuple[Condition, ...]:
    """The conjuncts of a boolean expression over rows of ``home``."""
    tree, references = definitions.expression(text, resolve, comments=comments)
    kind = infer(tree, type_of(references))
    if kind not in ("boolean", None):
        raise SemanticError([faults.not_boolean(kind, text.span)])
    binder = _Binder(definitions, home, {r.node.name: r for r in references})
    return tuple(binder.conjunct(part) for part in _conjuncts(tree))


def _conjuncts(tree: exp.Expr) -> Iterable[exp.Expr]:
    """The parts that must all hold, taken out of their tree."""
    if isinstance(tree, exp.Paren):
        yield from _conjuncts(tree.this.pop())
    elif isinstance(tree, exp.And):
        left, right = tree.this.pop(), tree.expression.pop()
        yield from _conjuncts(left)
        yield from _conjuncts(right)
    else:
        yield tree


@dataclass
class _Binder:
    definitions: Definitions
    home: str
    references: dict[str, Reference]

    def conjunct(self, tree: exp.Expr) -> Condition:
        """One conjunct placed: a plain condition, one EXISTS, or several joined by AND and OR."""
        sides = self._sides(tree)
        if not sides:
            return Condition(self.home, self._own(tree))
        if len(sides) == 1 and (not sides[0].up or not self._forward(tree)):
            exists = self._exists(tree, sides[0])
            return Condition(self.home, _marker(0), (exists,))
        if isinstance(tree, exp.Paren):
            return self.conjunct(tree.this.pop())
        if isinstance(tree, exp.Not) and isinstance(tree.this.unnest(), exp.And | exp.Or | exp.Not):
            return self.conjunct(_inward(tree.this.unnest().pop()))
        if isinstance(tree, exp.And | exp.Or):
            kind = type(tree)
            parts = [self.conjunct(tree.this.pop()), self.conjunct(tree.expression.pop())]
            return self._joined(parts, kind)
        span = next((self.references[n.name].place() for n, r in self._of(tree) if r.branch), None)
        raise SemanticError([faults.two_sides(sorted({s.root for s in sides}), span)])

    def _joined(self, parts: list[Condition], kind: type[exp.Connector]) -> Condition:
        trees: list[exp.Expr] = []
        exists: list[Exists] = []
        for part in parts:
            copy = part.tree.copy()
            for node in columns_of(copy):
                if node.table == "?":
                    node.this.set("this", str(int(node.name) + len(exists)))
            trees.append(copy)
            exists.extend(part.exists)
        return Condition(self.home, conjunction(trees, kind), tuple(exists))

    def _of(self, tree: exp.Expr) -> list[tuple[exp.Column, Reached]]:
        return [(n, self.references[n.name].reached) for n in referring(tree, self.references)]

    def _sides(self, tree: exp.Expr) -> list[Branch]:
        branches = [r.branch for _, r in self._of(tree) if r.branch is not None]
        return list({side_of(b): b for b in branches}.values())

    def _forward(self, tree: exp.Expr) -> bool:
        return any(r.branch is None for _, r in self._of(tree))

    def _own(self, tree: exp.Expr) -> exp.Expr:
        for node, reached in self._of(tree):
            tree = substitute(tree, node, reached.row.tree.copy())
        return tree

    def _exists(self, tree: exp.Expr, branch: Branch) -> Exists:
        """The condition seen from the many side; the fact's own columns are reached back from there."""
        orphan = self._orphan(tree.copy())
        for node, reached in self._of(tree):
            value = reached.row.tree.copy()
            if reached.branch is None:
                value = moved(value, lambda own: branch.back + own)
            tree = substitute(tree, node, value)
        return Exists(branch, tree, orphan)

    def _orphan(self, tree: exp.Expr) -> exp.Expr | None:
        """The condition over a fact without rows on the many side, or ``None`` where it cannot hold."""
        for node, reached in self._of(tree):
            value = reached.row.tree.copy() if reached.branch is None else self._missing(reached.row)
            tree = substitute(tree, node, value)
        answer = truth(tree, lambda node: False)
        if answer in (Truth.FALSE, Truth.NULL):
            return None
        return exp.Boolean(this=True) if answer is Truth.TRUE else _settled(tree)

    def _missing(self, row: Row) -> exp.Expr:
        """A scalar of the many side where it has no row: its columns are NULL, of their types."""
        tree = row.tree.copy()
        for node in columns_of(tree):
            model = self.definitions.catalog.end(row.model, walk_of(node))
            kind = self.definitions.stored_type(model, node)
            tree = substitute(tree, node, cast(exp.Null(), kind) if kind else exp.Null())
        return tree


def _settled(tree: exp.Expr) -> exp.Expr:
    """A condition with NULL in the place of each part that is surely NULL."""
    if truth(tree, lambda node: False) is Truth.NULL:
        return exp.Null()
    if isinstance(tree, exp.And | exp.Or | exp.Not | exp.Paren):
        for part in list(tree.iter_expressions()):
            part.replace(_settled(part))
    return tree


def _inward(inner: exp.Expr) -> exp.Expr:
    """The negation of an AND, OR or NOT with the NOT moved inside (De Morgan, exact with NULLs too)."""
    if isinstance(inner, exp.Not):
        negated: exp.Expr = inner.this.pop()
        return negated
    kind = exp.Or if isinstance(inner, exp.And) else exp.And
    left, right = inner.this.pop(), inner.expression.pop()
    return kind(this=exp.Not(this=left), expression=exp.Not(this=right))


def merged(found: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions of a fact with everything said of one many side said of one row there.

    Where an OR joins several many sides, the conditions that share a side with it are multiplied out first,
    so that each alternative speaks of one row a side.
    """
    unique = list({(c.tree, *((side_of(e.branch), e.tree) for e in c.exists)): c for c in found}.values())
    mixed = [c for c in unique if c.exists and c.side is None]
    touched = {side_of(e.branch) for c in mixed for e in c.exists}
    entangled = [c for c in unique if c in mixed or c.side in touched]
    rest = [c for c in unique if c not in entangled]
    plain = [c for c in rest if not c.exists]
    sides: dict[Side, list[Exists]] = {}
    for c in rest:
        for exists in c.exists:
            sides.setdefault(side_of(exists.branch), []).append(exists)
    single = [Condition(rest[0].home, _marker(0), (_one_row(group),)) for group in sides.values()]
    return (*plain, *single, *([_multiplied(entangled)] if entangled else []))


def _one_row(group: Sequence[Exists]) -> Exists:
    """One EXISTS for several conditions on the same row of a many side."""
    if len(group) == 1:
        return group[0]
    tree = conjunction([e.tree.copy() for e in group])
    orphans = [e.orphan.copy() for e in group if e.orphan is not None]
    return Exists(group[0].branch, tree, conjunction(orphans) if len(orphans) == len(group) else None)


def _multiplied(entangled: Sequence[Condition]) -> Condition:
    """The AND of conditions as an OR of alternatives, each with at most one EXISTS a side."""
    alternatives: list[list[exp.Expr | Exists]] = [[]]
    for condition in entangled:
        parts = _alternatives(condition.tree, condition.exists)
        alternatives = [[*one, *other] for one in alternatives for other in parts]
        if len(alternatives) > _MOST_ALTERNATIVES:
            raise SemanticError([faults.too_entangled(sorted({e.branch.root for e in condition.exists}))])
    exists: list[Exists] = []
    trees = [_alternative(one, exists) for one in alternatives]
    return Condition(entangled[0].home, conjunction(trees, exp.Or), tuple(exists))


def _alternatives(tree: exp.Expr, exists: Sequence[Exists]) -> list[list[exp.Expr | Exists]]:
    """Disjunctive normal form over the EXISTS of a condition; what has none is one piece."""
    if not any(node.table == "?" for node in columns_of(tree)):
        return [[tree]]
    if isinstance(tree, exp.Column):
        return [[exists[int(tree.name)]]]
    if isinstance(tree, exp.Paren):
        return _alternatives(tree.this, exists)
    assert isinstance(tree, exp.And | exp.Or)  # what `_Binder` makes
    left, right = _alternatives(tree.this, exists), _alternatives(tree.expression, exists)
    return left + right if isinstance(tree, exp.Or) else [[*a, *b] for a in left for b in right]


def _alternative(parts: Sequence[exp.Expr | Exists], exists: list[Exists]) -> exp.Expr:
    sides: dict[Side, list[Exists]] = {}
    trees: list[exp.Expr] = []
    for part in parts:
        if isinstance(part, Exists):
            sides.setdefault(side_of(part.branch), []).append(part)
        else:
            trees.append(part.copy())
    for group in sides.values():
        trees.append(_marker(len(exists)))
        exists.append(_one_row(group))
    return conjunction(trees)


def _marker(index: int) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=str(index)), table=exp.Identifier(this="?"))


def present(home: str, row: Row) -> Condition:
    """Rows that have a scalar at all."""
    return Condition(home, exp.Not(this=exp.Is(this=row.tree.copy(), expression=exp.Null())))


def by_way_of(catalog: Catalog, found: Iterable[Condition]) -> frozenset[str]:
    """The models by way of which conditions reach other rows than a model's own."""
    ups = [(c.home, each.branch.up) for c in found for each in c.exists if each.branch.up]
    return frozenset(catalog.edges(home, up)[-1].target for home, up in ups)
