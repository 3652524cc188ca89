"""Metrics bound: aggregates at their own grain, and the expression that joins them.

The leaves of a metric are single aggregates, each over the rows of one model (its *home*). Columns of
the table ``#`` in a metric's tree stand for leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from sqlglot import exp

from semantic import faults
from semantic.bind.condition import Condition, conditions
from semantic.bind.definitions import Definitions
from semantic.bind.paths import checked, question_paths
from semantic.bind.row import Row, columns_of, moved, substitute
from semantic.bind.texts import Reached, Reference, referring
from semantic.catalog import Branch, Walk
from semantic.expr import parse
from semantic.expr.canonical import PUBLIC
from semantic.expr.spelled import spelled
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.source import Span, Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName

Kind = Literal["aggregate", "ratio", "expression"]


@dataclass(frozen=True)
class Leaf:
    """One aggregate over the rows of ``home``, with its own filter and time axis."""

    name: str
    home: str
    call: exp.Anonymous
    conditions: tuple[Condition, ...]
    time: Row | None
    type: TypeName | None

    @cached_property
    def key(self) -> str:
        """Equal for equal aggregates."""
        time = self.time.key if self.time else ""
        return f"{self.home}|{spelled(self.call)}|{sorted(c.key for c in self.conditions)}|{time}"

    @property
    def counts(self) -> bool:
        """Whether it is 0, not NULL, over no rows."""
        return str(self.call.this) in (
            "count",
            "count_rows",
            "count_distinct",
            "count_distinct_tuple",
            "approx_count_distinct",
        )

    @property
    def additivity(self) -> str:
        """How results of parts make the result of the whole."""
        return str(REGISTRY[str(self.call.this)].additivity)


@dataclass(frozen=True)
class Metric:
    """A metric as an expression over leaves."""

    name: str
    spec: spec.Metric
    tree: exp.Expr
    leaves: dict[str, Leaf]
    type: TypeName | None

    @property
    def simple(self) -> bool:
        """Whether the metric is one aggregate and nothing else."""
        return isinstance(self.tree, exp.Column)

    @property
    def kind(self) -> Kind:
        """What the metric is, inferred from its SQL."""
        if self.simple:
            return "aggregate"
        calls = [str(c.this) for c in self.tree.find_all(exp.Anonymous)]
        return "ratio" if "safe_divide" in calls else "expression"

    @property
    def additivity(self) -> str:
        """``additive``, ``min_max`` or ``non_additive`` over every dimension."""
        if self.simple:
            return next(iter(self.leaves.values())).additivity
        linear = all(
            isinstance(node, exp.Add | exp.Sub | exp.Paren | exp.Neg | exp.Column | exp.Identifier)
            for node in self.tree.walk()
        )
        additive = all(leaf.additivity == "additive" for leaf in self.leaves.values())
        return "additive" if linear and additive else "non_additive"


def leaf_column(key: str) -> exp.Column:
    """The column that stands for a leaf in a metric's tree."""
    return exp.Column(this=exp.Identifier(this=key, quoted=True), table=exp.Identifier(this="#", quoted=True))


class Metrics:
    """Every metric of a catalog, bound on demand."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.catalog = definitions.catalog
        self._metrics: dict[str, Metric] = {}
        self._open: list[str] = []

    def metric(self, name: str, span: Span | None = None) -> Metric:
        """A metric by name; unknown names and cycles are faults."""
        if name in self._metrics:
            return self._metrics[name]
        definition = self.catalog.metrics.get(name)
        if definition is None:
            raise SemanticError([faults.unknown("metric", name, list(self.catalog.metrics), span)])
        if name in self._open:
            raise SemanticError([self._cycle(self._open[self._open.index(name) :])])
        self._open.append(name)
        try:
            self._metrics[name] = self._bind(definition)
        finally:
            self._open.pop()
        return self._metrics[name]

    def _own(self, definition: spec.Metric) -> bool:
        """Whether a metric aggregates rows itself."""
        return next(_aggregates(self.definitions.parse(definition.sql)), None) is not None

    def _cycle(self, chain: list[str]) -> faults.Fault:
        """The fault of a cycle, told the same from wherever it was entered."""
        first = chain.index(min(chain))
        spelled = [*chain[first:], *chain[: first + 1]]
        return faults.cycle("metric", spelled, self.catalog.metrics[spelled[0]].name.span)

    def _bind(self, definition: spec.Metric) -> Metric:
        tree, kind, leaves = self.expression(definition.sql, definition)
        for key in ("filter", "time"):
            modifier = getattr(definition, key)
            if modifier is not None and leaves and not self._own(definition):
                raise SemanticError([faults.unused_modifier(key, definition.name, modifier.span)])
        if not leaves:
            raise SemanticError([faults.no_aggregate(definition.name, definition.sql.span)])
        return Metric(str(definition.name), definition, tree, leaves, kind)

    def expression(
        self, text: Text, definition: spec.Metric | None, *, comments: bool = True
    ) -> tuple[exp.Expr, TypeName | None, dict[str, Leaf]]:
        """An expression over metrics and (inside a metric's own definition) aggregates."""
        parsed = self.definitions.parse(text, comments=comments)
        anchors = {id(node): self._anchor(node, definition, text) for node in _aggregates(parsed)}
        leaves: dict[str, Leaf] = {}

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            anchor = next((anchors[id(up)] for up in _ancestors(node) if id(up) in anchors), None)
            if anchor is not None:
                return Reached(self.definitions.path(anchor, names, text, node))
            return Reached(self._metric_row(names, text, node, leaves, definition))

        tree, references = self.definitions.canonical(parsed, text, resolve)
        return self._leaves(tree, references, text, definition, leaves)

    def _metric_row(
        self,
        names: tuple[str, ...],
        text: Text,
        node: exp.Expr,
        leaves: dict[str, Leaf],
        definition: spec.Metric | None,
    ) -> Row:
        """Another metric, used by name outside any aggregate."""
        span = self.definitions.place(text, node)
        if len(names) > 1 or (names[0] not in self.catalog.metrics and self._is_column(names[0], definition)):
            raise SemanticError([self._outside(".".join(names), node, definition, text)])
        other = self.metric(names[0], span)
        leaves.update(other.leaves)
        return Row("#", other.tree, other.type)

    def _outside(self, name: str, node: exp.Expr, definition: spec.Metric | None, text: Text) -> faults.Fault:
        """The fault for a column that no aggregate takes in, or for the misspelt aggregate around it."""
        if definition is None:
            return faults.dimension_in_having(name, self.definitions.place(text, node))
        aggregates = [f.name for f in REGISTRY.values() if f.kind == "aggregate"]
        known = {*REGISTRY, *PUBLIC, *self.catalog.functions}
        for up in _ancestors(node):
            if isinstance(up, exp.Anonymous) and str(up.this).lower() not in known:
                span = self.definitions.place(text, up)
                return replace(faults.unknown_function(str(up.this), aggregates), span=span)
        return faults.outside_aggregate(name, self.definitions.place(text, node))

    def _is_column(self, name: str, definition: spec.Metric | None) -> bool:
        if definition is None or definition.model is None:
            return False
        model = self.catalog.models[definition.model]
        return bool(model.column(name) or model.dimension(name))

    def _anchor(self, node: exp.Expr, definition: spec.Metric | None, text: Text) -> str:
        """The model whose rows an aggregate sees first: the metric's, or the one its columns name."""
        span = self.definitions.place(text, node)
        if definition is None:
            raise SemanticError([faults.aggregate_in_question(spelled(node), span)])
        paths = [parse.names(c) for c in parse.columns(node)]
        if definition.model is not None and (all(self._fits(str(definition.model), p) for p in paths)):
            return str(definition.model)
        named = [m for m in dict.fromkeys(p[0] for p in paths if len(p) > 1) if m in self.catalog.models]
        anchors = [m for m in named if all(len(p) > 1 and self._fits(m, p) for p in paths)]
        if not anchors:
            if definition.model is not None:
                return str(definition.model)
            raise SemanticError(
                [faults.no_model(spelled(node), definition.name, [".".join(p) for p in paths], span)]
            )
        return anchors[0]

    def _fits(self, model: str, names: tuple[str, ...]) -> bool:
        return (
            len(names) == 1
            or bool(self.catalog.forward(model, names[:-1]))
            or (len(names) == 2 and self.definitions.try_path(model, names, raw=True) is not None)
        )

    def _leaves(
        self,
        tree: exp.Expr,
        references: list[Reference],
        text: Text,
        definition: spec.Metric | None,
        leaves: dict[str, Leaf],
    ) -> tuple[exp.Expr, TypeName | None, dict[str, Leaf]]:
        """Replace every aggregate of a canonical tree by a reference to its leaf."""
        rows = {r.node.name: r.reached.row for r in references}
        kinds = {r.node.name: r.reached.row.type for r in references}
        for node in [n for n in tree.find_all(exp.Anonymous) if _is_aggregate(n)]:
            if any(_is_aggregate(up) for up in _ancestors(node)):
                raise SemanticError([faults.nested_aggregate(text.span)])
            assert definition is not None  # _anchor refused aggregates elsewhere
            kind = infer(node, lambda n: kinds.get(n.name))
            leaf = self._leaf(node, rows, kind, definition, whole=node is tree)
            leaf = leaves.setdefault(leaf.key, leaf)
            kinds[leaf.key] = kind
            tree = substitute(tree, node, leaf_column(leaf.key))
        kind = infer(tree, lambda n: kinds.get(n.name))
        for column in referring(tree, rows):
            tree = substitute(tree, column, rows[column.name].tree.copy())
        return tree, kind, leaves

    def _leaf(
        self,
        node: exp.Anonymous,
        rows: dict[str, Row],
        kind: TypeName | None,
        definition: spec.Metric,
        *,
        whole: bool,
    ) -> Leaf:
        used = [rows[c.name] for c in columns_of(node)]
        anchor = used[0].model if used else str(definition.model)
        decides = REGISTRY[str(node.this)].duplicates_matter and _has_values(node)
        walk = _common([r.at for r in used]) if decides else ()
        home = self.catalog.end(anchor, walk).name
        filled: exp.Expr = node.copy()
        for column in [c for c in columns_of(filled) if c.name in rows]:
            filled = substitute(filled, column, rows[column.name].tree.copy())
        call = moved(filled, lambda own: own[len(walk) :])
        assert isinstance(call, exp.Anonymous)
        name = str(definition.name) if whole else _spoken(node, used)
        leaf = Leaf(name, home, call, (), self._time(home, anchor, walk, definition), kind)
        return replace(leaf, conditions=self._filter(leaf, anchor, walk, definition))

    def _time(self, home: str, anchor: str, walk: Walk, definition: spec.Metric) -> Row | None:
        chosen = definition.time if not walk and anchor == definition.model else None
        return self.definitions.time(home, chosen)

    def _filter(self, leaf: Leaf, anchor: str, walk: Walk, definition: spec.Metric) -> tuple[Condition, ...]:
        """The metric's own filter over the rows of the leaf's home."""
        if definition.filter is None:
            return ()
        text = definition.filter
        if definition.model is None:
            resolve = question_paths(self.definitions, leaf.home, leaf.time, text)
        else:
            resolve = self._filter_paths(leaf.home, anchor, walk, definition, text)
        return conditions(self.definitions, leaf.home, text, resolve)

    def _filter_paths(
        self, home: str, anchor: str, walk: Walk, definition: spec.Metric, text: Text
    ) -> Callable[[tuple[str, ...], exp.Expr], Reached]:
        model = str(definition.model)
        elsewhere = question_paths(self.definitions, home, None, text, prefix=model, raw=True)
        if anchor != model:
            return elsewhere

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            span = self.definitions.place(text, node)
            row = self.definitions.try_path(model, names, raw=True, span=span)
            if row is None and not walk and len(names) > 1:
                return elsewhere(names, node)
            if row is None:
                raise SemanticError([self.definitions.unknown_path(model, names, span)])
            if all(own[: len(walk)] == walk for own in row.walks) and row.at[: len(walk)] == walk:
                tree = moved(row.tree, lambda own: own[len(walk) :]) if walk else row.tree
                return Reached(Row(home, tree, row.type))
            return Reached(row, checked(self.definitions, Branch((), model, walk, row.at), span))

        return resolve


def _common(walks: list[Walk]) -> Walk:
    """The longest walk that all of them begin with."""
    if not walks:
        return ()
    shortest = min(walks, key=len)
    for length in range(len(shortest), 0, -1):
        if all(w[:length] == shortest[:length] for w in walks):
            return shortest[:length]
    return ()


def _has_values(node: exp.Anonymous) -> bool:
    """Whether an aggregate takes the value of any column: one that only a condition looks at chooses rows."""
    return any(not _in_condition(column, node) for column in columns_of(node))


def _in_condition(column: exp.Expr, top: exp.Expr) -> bool:
    while column is not top and column.parent is not None:
        if isinstance(column.parent, exp.If) and column.arg_key == "this":
            return True
        column = column.parent
    return False


def _spoken(node: exp.Anonymous, used: list[Row]) -> str:
    """A name for an aggregate that no metric names: ``sum_amount``."""
    columns = [walk[-1] for r in used[:1] for walk in r.walks if walk] + [
        c.name for r in used[:1] for c in columns_of(r.tree)[:1]
    ]
    return "_".join([str(node.this), *columns])


def _is_aggregate(node: exp.Expr) -> bool:
    """Whether a node is an aggregate, in a parsed tree or a canonical one."""
    if isinstance(node, exp.Anonymous):
        known = REGISTRY.get(str(node.this).lower())
        return known is not None and known.kind == "aggregate"
    return isinstance(node, exp.AggFunc)


def _aggregates(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost aggregates of a parsed tree, their FILTER and WITHIN GROUP included."""
    wrappers = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)

    def found(node: exp.Expr) -> bool:
        return _is_aggregate(node) or (isinstance(node, wrappers) and node.find(exp.AggFunc) is not None)

    for node in tree.walk(prune=found):
        if found(node):
            yield node


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    up: exp.Expr | None = node
    while up is not None:
        if up is not node:
            yield up
        up = up.parent
