"""Metrics bound: aggregates at their own grain, and the expression that joins them.

The leaves of a metric are single aggregates, each over the rows of one model (its *home*). Columns of
the table ``#`` in a metric's tree stand for leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind.condition import Condition, conditions
from semantic.bind.conversion import converted, counting, told
from semantic.bind.definitions import Definitions
from semantic.bind.everywhere import everywhere
from semantic.bind.filtering import filtered
from semantic.bind.leaf import (
    Chosen,
    Leaf,
    Level,
    Metric,
    Offset,
    Per,
    Sampling,
    Through,
    leaf_column,
)
from semantic.bind.nesting import SIZES
from semantic.bind.paths import AXIS, checked, question_paths
from semantic.bind.row import Row, call, columns_of, moved, substitute
from semantic.bind.sensible import (
    check_along_time,
    check_default_period,
    check_entity,
    check_entity_value,
    check_interval,
    check_like,
    check_no_place,
    check_paths,
    check_samples,
)
from semantic.bind.texts import Reached, Reference, referring
from semantic.catalog import Branch, Walk
from semantic.expr import parse
from semantic.expr.canonical import PUBLIC
from semantic.expr.spelled import spelled
from semantic.expr.types import infer
from semantic.faults import SemanticError
from semantic.functions import REGISTRY
from semantic.query import TimeRange
from semantic.source import Span, Text
from semantic.spec import types as spec
from semantic.spec.types import TypeName


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
        self.catalog = definitions.catalog
        self.known = self.catalog.metrics if known is None else known
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
            found = self._bind(definition)
            check_default_period(self.definitions, definition, found.leaves.values())
            self._metrics[name] = everywhere(found) if definition.every_period else found
        finally:
            self._open.pop()
        return self._metrics[name]

    def has(self, name: str) -> bool:
        """Whether a metric of that name is known here."""
        return name in self.known or (self.outer is not None and self.outer.has(name))

    def _own(self, definition: spec.Metric) -> bool:
        """Whether a metric aggregates rows itself."""
        return next(_aggregates(self.definitions.parse(definition.sql)), None) is not None

    def _cycle(self, chain: list[str]) -> faults.Fault:
        """The fault of a cycle, told the same from wherever it was entered."""
        first = chain.index(min(chain))
        spelled = [*chain[first:], *chain[: first + 1]]
        return faults.cycle("metric", spelled, self.known[spelled[0]].name.span)

    def _conversion(self, definition: spec.Metric, conversion: spec.Conversion) -> Metric:
        """Base events that are followed by others, as aggregates over base events."""
        found = converted(self.definitions, conversion)
        tree, aggregates = told(conversion, found)
        home = str(conversion.start)
        time = self.definitions.time(home)
        known = tuple(Condition(home, tree) for tree in counting(self.definitions, conversion))
        leaves: list[Leaf] = []
        for each in aggregates:
            kind = infer(each, lambda column: self._kind_of(home, column, found.kind))
            name = str(definition.name) if len(aggregates) == 1 else f"{definition.name}_{len(leaves) + 1}"
            leaves.append(Leaf(name, home, each, known, time, kind))
        if isinstance(tree, exp.Column):
            return Metric(
                str(definition.name),
                definition,
                leaf_column(leaves[0].key),
                {leaves[0].key: leaves[0]},
                leaves[0].type,
            )
        for node in columns_of(tree):
            tree = substitute(tree, node, leaf_column(leaves[int(node.name)].key))
        whole: TypeName = "float" if conversion.value != "count" else "integer"
        return Metric(str(definition.name), definition, tree, {leaf.key: leaf for leaf in leaves}, whole)

    def _kind_of(self, home: str, column: exp.Column, moment: TypeName) -> TypeName | None:
        """The type of a column that a conversion is told by; times are of the type that both events have."""
        known = self.definitions.computed.get(home, {}).get(column.name)
        return known.type if known is not None and known.type == "integer" else moment

    def _retention(self, definition: spec.Metric, retention: spec.Retention) -> Metric:
        """Those of a cohort that are active again, over all of it."""
        home = str(retention.cohort)
        time = self.definitions.time(home)
        if time is None or self.definitions.time(str(retention.activity)) is None:
            missing = retention.cohort if time is None else retention.activity
            raise SemanticError([faults.no_axis(str(missing), missing.span)])
        check_like(self.definitions, (retention.cohort, retention.activity), (retention.by,))
        entity = self.definitions.key_row(str(retention.activity), retention.by[1]).tree
        name = str(definition.name)
        active = Leaf(
            f"{name}_active",
            home,
            call("count_distinct", entity.copy()),
            (),
            time,
            "integer",
            retained=retention,
        )
        size = Leaf(f"{name}_cohort", home, call("count_rows"), (), time, "integer", retained=retention)
        if retention.value == "count":
            return Metric(name, definition, leaf_column(active.key), {active.key: active}, "integer")
        tree = call("safe_divide", leaf_column(active.key), leaf_column(size.key))
        return Metric(name, definition, tree, {active.key: active, size.key: size}, "float")

    def _bind(self, definition: spec.Metric) -> Metric:
        if definition.conversion is not None:
            return self._conversion(definition, definition.conversion)
        if definition.retention is not None:
            return self._retention(definition, definition.retention)
        if definition.metric is not None:
            return self._of_other(definition)
        tree, kind, leaves = self.expression(definition.sql, definition)
        if definition.having is not None and not definition.per:
            raise SemanticError([faults.having_without_per(definition.name, definition.having.span)])
        for key in ("filter", "time", "not_additive_over", "at"):
            modifier = getattr(definition, key)
            if modifier is not None and leaves and (definition.per or not self._own(definition)):
                span = getattr(modifier, "span", definition.name.span)
                raise SemanticError([faults.unused_modifier(key, definition.name, span)])
        if not leaves:
            raise SemanticError([faults.no_aggregate(definition.name, definition.sql.span)])
        return Metric(str(definition.name), definition, tree, leaves, kind)

    def _of_other(self, definition: spec.Metric) -> Metric:
        """Another metric of some rows, through a window or an offset, at a level, or as a place."""
        tree, kind, leaves = self.expression(definition.sql, definition)
        if definition.filter is not None:
            tree, leaves = filtered(self.definitions, definition, tree, leaves)
        check_paths(self.definitions, definition, leaves.values())
        if definition.rank_over or definition.cumulative_share_over:
            return self._ranked(definition, tree, leaves)
        alone = not (definition.window or definition.to_date or definition.offset)
        levelled = definition.total_over or definition.share_over or definition.ignoring or definition.base
        if not alone or levelled:
            tree, leaves, kind = self._seen_as(definition, tree, leaves, kind)
        if definition.sampled is not None:
            return self._sampled(definition, definition.sampled, tree, leaves, kind)
        return Metric(str(definition.name), definition, tree, leaves, kind)

    def _ranked(self, definition: spec.Metric, tree: exp.Expr, leaves: dict[str, Leaf]) -> Metric:
        """A metric's place among others: its rank, or the share of all that are at least as large."""
        check_no_place(definition, tree)
        over = definition.rank_over or definition.cumulative_share_over
        others = _others(over)
        largest = exp.Ordered(this=tree.copy(), desc=True, nulls_first=False)
        kind: TypeName
        if definition.rank_over:
            order = exp.Order(expressions=[largest])
            ranked: exp.Expr = exp.Window(this=call("rank"), partition_by=[others], order=order)
            kind = "integer"
        else:
            order = exp.Order(expressions=[largest, exp.Ordered(this=_ties(), desc=False, nulls_first=False)])
            frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
            so_far = exp.Window(this=call("sum", tree.copy()), partition_by=[others], order=order, spec=frame)
            whole = exp.Window(this=call("sum", tree.copy()), partition_by=[others.copy()])
            ranked = call("safe_divide", so_far, whole)
            kind = "float"
        return Metric(str(definition.name), definition, ranked, leaves, kind)

    def _seen_as(
        self, definition: spec.Metric, tree: exp.Expr, leaves: dict[str, Leaf], kind: TypeName | None
    ) -> tuple[exp.Expr, dict[str, Leaf], TypeName | None]:
        """Another metric through a window or an offset, or at another level; a share is it over its total."""
        over: tuple[str, ...] = definition.total_over or definition.share_over
        base = self._base(definition, leaves)
        over = (AXIS,) if base is not None else over
        level = Level(tuple(map(str, over)), tuple(map(str, definition.ignoring)), base)
        if not level:
            return *self._seen(definition, tree, leaves), kind
        if over:
            check_no_place(definition, tree)
        levelled: dict[str, Leaf] = {}
        total = tree.copy()
        for node in columns_of(total):
            if node.table == "#":
                leaf = leaves[node.name]
                if leaf.level:
                    raise SemanticError([faults.level_of_level(definition.name, definition.name.span)])
                leaf = replace(leaf, level=level, name=f"{leaf.name}_{definition.name}")
                levelled[leaf.key] = leaf
                total = substitute(total, node, leaf_column(leaf.key))
        if not definition.share_over:
            return total, levelled, kind
        part = tree.copy() if isinstance(tree, exp.Column | exp.Anonymous) else exp.Paren(this=tree.copy())
        return call("safe_divide", part, total), leaves | levelled, "float"

    def _sampled(
        self,
        definition: spec.Metric,
        sampled: spec.Sampled,
        tree: exp.Expr,
        leaves: dict[str, Leaf],
        kind: TypeName | None,
    ) -> Metric:
        """A metric of which longer periods take the values of shorter ones."""
        check_samples(self.definitions, definition, sampled, tree, leaves)
        sampling = Sampling(str(sampled.each), sampled.take, tree, leaves, (tree, leaves))
        average = sampled.take == "average"
        taken = call("avg" if average else "max", tree.copy())  # of one value, unless it is their average
        first = next(iter(leaves.values()))
        name: str = str(definition.name)
        kind = "float" if average else kind
        leaf = Leaf(name, first.home, taken, (), first.time, kind, sampled=sampling, of=name)
        return Metric(name, definition, leaf_column(leaf.key), {leaf.key: leaf}, kind)

    def _base(self, definition: spec.Metric, leaves: Mapping[str, Leaf]) -> TimeRange | None:
        """The fixed range of time that a metric is taken in, which all of its aggregates need a time for."""
        if definition.base is None:
            return None
        for leaf in leaves.values():
            check_along_time(self.definitions, leaf, definition, Through(), definition.base.span)
            if leaf.sampled is not None:
                raise SemanticError([faults.window_of_window(definition.name, definition.base.span)])
        try:
            return TimeRange.parse(definition.base)
        except SemanticError as error:
            raise SemanticError([replace(f, span=definition.base.span) for f in error.faults]) from None

    def _seen(
        self, definition: spec.Metric, tree: exp.Expr, leaves: Mapping[str, Leaf]
    ) -> tuple[exp.Expr, dict[str, Leaf]]:
        """Another metric with each of its aggregates seen through a window or an offset."""
        through = Through(definition.window, definition.to_date, definition.offset)
        seen: dict[str, Leaf] = {}
        tree = tree.copy()
        for node in columns_of(tree):
            if node.table == "#":
                parts = [
                    self._seen_leaf(part, definition, through)
                    for part in _merging(leaves[node.name], framed=through.framed)
                ]
                seen |= {leaf.key: leaf for leaf in parts}
                columns = [leaf_column(leaf.key) for leaf in parts]
                value = columns[0] if len(parts) == 1 else call("safe_divide", *columns)
                tree = substitute(tree, node, value)
        return tree, seen

    def _seen_leaf(self, leaf: Leaf, definition: spec.Metric, through: Through) -> Leaf:
        span = definition.metric.span if definition.metric is not None else None
        if leaf.per is not None and any(inner.through for inner in leaf.per.leaves.values()):
            return self._seen_inside(leaf, leaf.per, definition)
        if leaf.sampled is not None:
            plain = self._seen(definition, *leaf.sampled.plain)
            leaf = replace(leaf, sampled=replace(leaf.sampled, plain=plain))
        check_along_time(self.definitions, leaf, definition, through, span)
        offset = _later(leaf.through.offset, through.offset)
        if offset is None and leaf.through.offset is not None and through.offset is not None:
            raise SemanticError([faults.unlike_offsets(str(leaf.through.offset), str(through.offset), span)])
        window, to_date = leaf.through.window or through.window, leaf.through.to_date or through.to_date
        name = f"{leaf.name}_{definition.name}" if leaf.name != definition.metric else str(definition.name)
        of = str(definition.name)
        return replace(leaf, name=name, of=of, through=Through(window, to_date, offset))

    def _seen_inside(self, leaf: Leaf, per: Per, definition: spec.Metric) -> Leaf:
        """Values of entities that are seen through windows or offsets themselves, each of them seen through
        another."""
        call, inner = self._seen(definition, leaf.call, per.leaves)
        having = None
        if per.having is not None:
            having, tested = self._seen(definition, per.having, per.leaves)
            inner |= tested
        assert isinstance(call, exp.Anonymous)
        name = str(definition.name) if leaf.name == definition.metric else f"{leaf.name}_{definition.name}"
        return replace(leaf, name=name, call=call, per=Per(per.entity, inner, having))

    def expression(
        self, text: Text, definition: spec.Metric | None, *, comments: bool = True
    ) -> tuple[exp.Expr, TypeName | None, dict[str, Leaf]]:
        """An expression over metrics and (inside a metric's own definition) aggregates."""
        parsed = self.definitions.parse(text, comments=comments)
        if definition is not None and definition.per:
            return self._per_entity(parsed, text, definition)
        anchors = {id(node): self._anchor(node, definition, text) for node in _aggregates(parsed)}
        leaves: dict[str, Leaf] = {}

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            anchor = next((anchors[id(up)] for up in _ancestors(node) if id(up) in anchors), None)
            if anchor is not None:
                return Reached(self.definitions.path(anchor, names, text, node))
            return Reached(self._metric_row(names, text, node, leaves, definition))

        tree, references = self.definitions.canonical(parsed, text, resolve)
        return self._leaves(tree, references, text, definition, leaves)

    def _per_entity(
        self, parsed: exp.Expr, text: Text, definition: spec.Metric
    ) -> tuple[exp.Expr, TypeName | None, dict[str, Leaf]]:
        """An expression whose aggregates run over entities: inside them stand metrics of each entity."""
        outside: dict[str, Leaf] = {}
        inside: dict[str, Leaf] = {}
        aggregates = {id(node) for node in _aggregates(parsed)}

        def resolve(names: tuple[str, ...], node: exp.Expr) -> Reached:
            own = any(id(up) in aggregates for up in _ancestors(node))
            if len(names) > 1 or not self.has(names[0]):
                span = self.definitions.place(text, node)
                raise SemanticError([faults.no_metric_of_entity(".".join(names), span)])
            if own:
                check_entity_value(self.metric(names[0]), self.definitions.place(text, node))
            return Reached(self._metric_row(names, text, node, inside if own else outside, definition))

        if not aggregates:
            raise SemanticError(
                [faults.no_aggregate_of_entities(definition.name, ", ".join(definition.per), text.span)]
            )
        tree, references = self.definitions.canonical(parsed, text, resolve)
        having = self._entity_condition(definition, inside)
        per = Per(definition.per, inside, having)
        return self._leaves(tree, references, text, definition, outside, per)

    def _entity_condition(self, definition: spec.Metric, leaves: dict[str, Leaf]) -> exp.Expr | None:
        """What an entity's metrics must meet for it to count."""
        if definition.having is None:
            return None
        for node in parse.columns(self.definitions.parse(definition.having)):
            names, span = parse.names(node), self.definitions.place(definition.having, node)
            if len(names) > 1 or not self.has(names[0]):
                raise SemanticError([faults.no_metric_of_entity(".".join(names), span)])
            check_entity_value(self.metric(names[0]), span)
        tree, kind, used = self.expression(definition.having, None)
        if kind not in ("boolean", None):
            raise SemanticError([faults.not_boolean(kind, definition.having.span)])
        leaves.update(used)
        return tree

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
        if len(names) > 1 or (not self.has(names[0]) and self._is_column(names[0], definition)):
            raise SemanticError([self._outside(".".join(names), node, definition, text)])
        other = self.metric(names[0], span)
        leaves.update(other.leaves)
        return Row("#", other.tree, other.type)

    def _outside(self, name: str, node: exp.Expr, definition: spec.Metric | None, text: Text) -> faults.Fault:
        """The fault for a column that no aggregate takes in, or for the misspelt aggregate around it."""
        if definition is None:
            wrong = faults.period_beside_metrics if name.startswith("time.") else faults.dimension_in_having
            return wrong(name, self.definitions.place(text, node))
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
        per: Per | None = None,
    ) -> tuple[exp.Expr, TypeName | None, dict[str, Leaf]]:
        """Replace every aggregate of a canonical tree by a reference to its leaf."""
        rows = {r.node.name: r.reached.row for r in references}
        kinds = {r.node.name: r.reached.row.type for r in references}
        for node in [n for n in tree.find_all(exp.Anonymous) if _is_aggregate(n)]:
            if any(_is_aggregate(up) for up in _ancestors(node)):
                raise SemanticError([faults.nested_aggregate(text.span)])
            assert definition is not None  # _anchor refused aggregates elsewhere
            kind = infer(node, lambda n: kinds.get(n.name))
            if per is not None:
                leaf = self._entity_leaf(node, rows, kind, definition, per, whole=node is tree)
            else:
                leaf = self._leaf(node, rows, kind, definition, whole=node is tree)
            parts = _merging(leaf, framed=leaf.chosen is not None)
            for part in parts:
                leaves.setdefault(part.key, part)
                kinds[part.key] = part.type if len(parts) > 1 else kind
            columns: list[exp.Expr] = [leaf_column(part.key) for part in parts]
            tree = substitute(tree, node, columns[0] if len(parts) == 1 else call("safe_divide", *columns))
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
        leaf = self._of_period(leaf, definition)
        return replace(leaf, conditions=self._filter(leaf, anchor, walk, definition))

    def _of_period(self, leaf: Leaf, definition: spec.Metric) -> Leaf:
        """A leaf that takes some of the rows of a period only."""
        snapshots = definition.not_additive_over
        if snapshots is not None:
            of = self.definitions.time(leaf.home, snapshots.of) if snapshots.of is not None else None
            if leaf.time is None and of is None:
                raise SemanticError([faults.no_axis(leaf.home, snapshots.span)])
            rows = snapshots.time != "average" and str(leaf.call.this) in ("avg", "count_distinct")
            if not (leaf.merges or rows):
                raise SemanticError([faults.unlike_snapshots(leaf.name, str(leaf.call.this), snapshots.span)])
            per = tuple(self.definitions.key_row(leaf.home, each) for each in snapshots.per)
            return replace(leaf, chosen=Chosen(snapshots.time, per, of))
        if definition.at is not None:
            check_interval(self.definitions, leaf.home, definition.name.span)
            valid = self.catalog.models[leaf.home].spec.valid
            assert valid is not None  # an interval was found
            return replace(leaf, at=definition.at, time=self.definitions.key_row(leaf.home, valid[0]))
        return leaf

    def _entity_leaf(
        self,
        node: exp.Anonymous,
        rows: dict[str, Row],
        kind: TypeName | None,
        definition: spec.Metric,
        per: Per,
        *,
        whole: bool,
    ) -> Leaf:
        """An aggregate over entities: its columns are the leaves of their metrics."""
        used = [rows[c.name] for c in columns_of(node)]
        filled: exp.Expr = node.copy()
        for column in [c for c in columns_of(filled) if c.name in rows]:
            filled = substitute(filled, column, rows[column.name].tree.copy())
        assert isinstance(filled, exp.Anonymous)
        home = next((leaf.home for leaf in per.leaves.values()), None)
        home = home or check_entity(self.definitions, per.entity)
        name = str(definition.name) if whole else _spoken(node, used)
        return Leaf(name, home, filled, (), None, kind, per)

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


def _others(over: tuple[Text, ...]) -> exp.Column:
    """Stands for the keys of a question beside some."""
    return exp.Column(this=exp.Identifier(this="|".join(over), quoted=True), table=exp.Identifier(this="!"))


def _ties() -> exp.Column:
    """Stands for all keys of a question, which settle ties."""
    return exp.Column(this=exp.Identifier(this="", quoted=True), table=exp.Identifier(this="!"))


def _later(one: Offset | None, other: Offset | None) -> Offset | None:
    """Two offsets one after the other; ``None`` where they have no common unit (or there are none)."""
    if one is None or other is None:
        return one or other
    if not (isinstance(one, spec.Duration) and isinstance(other, spec.Duration)):
        return None
    (unit, size), (same, factor) = SIZES[one.unit], SIZES[other.unit]
    return spec.Duration(one.count * size + other.count * factor, unit) if unit == same else None  # type: ignore[arg-type]


def _merging(leaf: Leaf, *, framed: bool) -> list[Leaf]:
    """The leaves whose parts add up over a window, or over snapshots: an average is a sum over a count."""
    if framed and str(leaf.call.this) == "avg":
        column = leaf.call.expressions[0]
        kind: TypeName | None = "float" if leaf.per is not None else None
        summed = replace(leaf, name=f"{leaf.name}_sum", call=call("sum", column.copy()), type=kind)
        counted = replace(leaf, name=f"{leaf.name}_count", call=call("count", column.copy()), type="integer")
        return [summed, counted]
    return [leaf]


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
    if any(r.model == "#" for r in used):
        return str(node.this)
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
