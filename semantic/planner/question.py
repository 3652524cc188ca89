"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Axis, Bound, Entities, Every, Fact, Key, Samples, by_calendar, sides
from semantic.bind.bound import Members as BoundMembers
from semantic.bind.condition import Condition, Exists, Side, present, side_of
from semantic.bind.definitions import Definitions
from semantic.bind.inner import is_inner
from semantic.bind.leaf import Chosen, Leaf, Through, all_leaves, leaf_column
from semantic.bind.row import Row, call, columns_of, conjunction, substitute, walk_of
from semantic.bind.shortcut import shortened
from semantic.bind.texts import Reached
from semantic.catalog import Branch
from semantic.expr.spelled import spelled
from semantic.plan import (
    Aggregate,
    Align,
    Beside,
    Distinct,
    Everywhere,
    Fill,
    Filter,
    Grouped,
    Groups,
    Levelled,
    Match,
    Measure,
    Named,
    Part,
    Population,
    Projection,
    Result,
    Rows,
    Running,
    Snapshot,
    Spine,
    Spread,
    Test,
    beside_column,
    free_name,
    partial_column,
)
from semantic.planner import calendars, series
from semantic.planner.frames import expanded
from semantic.planner.lookups import Lookups
from semantic.planner.samples import sampled
from semantic.planner.triangle import triangle
from semantic.planner.windows import Windows

#: The step with the values of a dimension that lead by a metric.
LEADING = "@leading"


def planned(definitions: Definitions, bound: Bound) -> Result:
    """The plan of a bound question, over the rows of models as if all of them were tables."""
    planner = _Planner(definitions, bound)
    grouped = planner.grouped()
    return Result(
        input=grouped,
        columns=planner.columns(),
        having=tuple(planner.named(tree) for tree in bound.having),
        order=bound.order,
        limit=bound.query.limit,
        models=tuple(sorted(planner.lookups.models)),
    )


def ungrouped(definitions: Definitions, bound: Bound) -> tuple[Projection, tuple[str, ...]]:
    """The rows of the one fact of a question without metrics, its keys as their columns; and the models that
    are read."""
    planner = _Planner(definitions, bound)
    whole = planner.rows_grouped(bound.facts[0], bound.facts[0].home)
    return Projection(whole.input, whole.keys), tuple(sorted(planner.lookups.models))


@dataclass(frozen=True)
class _Spread:
    """A `Spread` to be: everything but the rows that it spreads."""

    bridge: Distinct
    on: tuple[tuple[exp.Expr, str], ...]
    keys: tuple[str, ...]
    required: bool
    stays: Test | None


class _Planner:
    def __init__(self, definitions: Definitions, bound: Bound) -> None:
        self.definitions = definitions
        self.catalog = definitions.catalog
        self.bound = bound
        self.names = self._leaf_names()
        self.taken = {"aligned", "periods", "frame"}
        self.lookups = Lookups(definitions)
        roles = {role for model in self.catalog.models.values() for role in model.edges}
        self.bridges = {name.lower() for name in (*self.catalog.models, *roles, *definitions.table_names)}

    # --- names ----------------------------------------------------------------------------------

    def _leaf_names(self) -> dict[str, str]:
        """An output name for every leaf: the metric's where it is one, else spoken; all distinct."""
        taken = {key.name for key in self.bound.keys}
        taken |= {
            key.name for fact in self.bound.facts if fact.entities is not None for key in fact.entities.entity
        }
        names: dict[str, str] = {}
        simple = {next(iter(m.leaves)): m.name for m in self.bound.metrics if m.simple}
        inner = {leaf.key: leaf for leaf in all_leaves(self.bound.leaves.values())}
        steps_within = self.bound.steps_within
        for key, leaf in sorted((inner | self.bound.leaves).items(), key=lambda item: item[0] not in simple):
            wish = simple.get(key, leaf.name)
            inner_name = steps_within and is_inner(wish)
            names[key] = free_name(f"{wish}_value" if inner_name else wish, taken)
        return names

    def named(self, tree: exp.Expr) -> exp.Expr:
        """A metric's tree with its leaves under their output names, and its windows over the keys they
        mean."""
        if isinstance(tree, exp.Column):
            return leaf_column(self.names[tree.name])
        copy = tree.copy()
        for window in list(copy.find_all(exp.Window)):
            self._among(window)
        for node in columns_of(copy):
            if node.table == "#":
                node.this.set("this", self.names[node.name])
        return copy

    def _among(self, window: exp.Window) -> None:
        """A window over groups: within the keys beside some, ties settled by all of them."""
        [marker] = window.args["partition_by"]
        over = marker.name.split("|")
        rest = [
            key
            for key in self.bound.keys
            if "all" not in over and key.path not in over and key.path.rpartition(".")[0] not in over
        ]
        window.set("partition_by", [_key_column(key.name) for key in rest] or None)
        order = window.args.get("order")
        if order is None:
            return
        settled = [
            o for o in order.expressions if not (isinstance(o.this, exp.Column) and o.this.table == "!")
        ]
        if len(settled) < len(order.expressions):
            for key in self.bound.keys:
                settled.append(exp.Ordered(this=_key_column(key.name), desc=False, nulls_first=False))
        order.set("expressions", settled)

    def columns(self) -> tuple[Named, ...]:
        """The keys and metrics of the answer, in the order of the question."""
        derived = {key.name: tree for key, tree in self.bound.derived}
        keys = [Named(k.name, derived.get(k.name, _key_column(k.name)), k.type) for k in self.bound.shown]
        metrics = [Named(m.name, self.named(m.tree), m.type) for m in self.bound.metrics]
        return (*keys, *metrics)

    # --- grouping -------------------------------------------------------------------------------

    def grouped(self) -> Grouped:
        """All facts aggregated, aligned, and filled where that was asked for."""
        coarse = [fact for fact in self.bound.facts if fact.dropped]
        fine = [fact for fact in self.bound.facts if not fact.dropped]
        grouped = self._beside(fine)
        attached = tuple(self._coarser(fact) for fact in coarse)
        return Levelled(grouped, attached, free_name("levelled", self.taken)) if attached else grouped

    def _coarser(self, fact: Fact) -> Part:
        """A fact grouped by fewer keys than the question has."""
        kept = [index for index in range(len(self.bound.keys)) if index not in fact.dropped]
        keys = tuple(self.bound.keys[index] for index in kept)
        axis = (
            self.bound.axis if self.bound.axis and any(k.name == self.bound.axis.key for k in keys) else None
        )
        inner = _Planner(self.definitions, replace(self.bound, keys=keys, axis=axis))
        inner.names, inner.taken, inner.lookups = self.names, self.taken, self.lookups
        return inner._part(fact, free_name(inner._title(fact), self.taken))

    def _beside(self, facts: Sequence[Fact]) -> Grouped:
        taken = self.taken
        aggregates = tuple(self._part(fact, free_name(self._title(fact), taken)) for fact in facts)
        if self.bound.population is not None:
            whole = tuple(each for each in aggregates if isinstance(each, Aggregate))
            return self._population(self.bound.population, whole)
        joined: Part | Align | Everywhere = aggregates[0] if len(aggregates) == 1 else Align(aggregates)
        if self.bound.every is not None:
            joined = self._everywhere(joined, facts, self.bound.every)
        if self.bound.fill is None and not self.bound.members:
            return joined
        return Fill(joined, self._spine(), tuple(self._members(m) for m in self.bound.members))

    def _everywhere(
        self, joined: Part | Align | Everywhere, facts: Sequence[Fact], every: Every
    ) -> Part | Align | Everywhere:
        """Groups with every period of those facts that have one for each."""
        parts = tuple(n for n, fact in enumerate(facts) if any(leaf.every for leaf in fact.leaves))
        if not parts or isinstance(joined, Everywhere):
            return joined
        axis, own = every.axis, None
        if axis.calendar is not None:
            own = calendars.periods_of(self, axis.calendar, axis)
        function = grain.spine_name(axis.grain)
        spine = Spine(axis.key, axis.grain, function, every.type, axis.start, axis.end)
        return Everywhere(joined, parts, spine, every.tests, own)

    def _title(self, fact: Fact) -> str:
        """What a step holds: the model by its keys; where a model is read twice, the measure."""
        parts = [key.path.split(".")[-1] for key in self.bound.keys]
        again = sum(other.home == fact.home for other in self.bound.facts) > 1
        alone = (again or bool(fact.through)) and len(fact.leaves) == 1
        what = self.names[fact.leaves[0].key] if alone else fact.home
        return f"{what}_by_{'_'.join(parts)}" if parts and len(parts) < 3 else f"{what}_totals"

    def _spine(self) -> Spine | None:
        fill = self.bound.fill
        if fill is None:
            return None
        function = grain.spine_name(fill.grain)
        return Spine(fill.key, fill.grain, function, fill.type, fill.start, fill.end)

    def _members(self, members: BoundMembers) -> Distinct:
        trees = [row.tree for _, row in members.keys] + [c.tree for c in members.where]
        rows = self.lookups.rows(members.model, trees)
        if members.where:
            rows = Filter(rows, tuple(Test(c.tree) for c in members.where))
        columns = tuple(Named(name, row.tree, row.type) for name, row in members.keys)
        return Distinct(rows, columns, f"{members.model}_members")

    def _population(self, members: BoundMembers, aggregates: tuple[Aggregate, ...]) -> Population:
        """The rows of a population, each with what the facts say of it."""
        trees = [row.tree for _, row in members.keys] + [c.tree for c in members.where]
        rows = self.lookups.rows(members.model, trees)
        if members.where:
            rows = Filter(rows, tuple(Test(c.tree) for c in members.where))
        keys = tuple(Named(name, row.tree, row.type) for name, row in members.keys)
        return Population(rows, keys, aggregates, f"{members.model}_population")

    def _over_entities(self, fact: Fact, entities: Entities, name: str) -> Aggregate:
        """Entities as rows, grouped by the question's keys."""
        inputs = tuple(self._of_entity(each, entities, fact.through) for each in entities.facts)
        wish = f"{entities.called}_values"
        inner: Grouped = inputs[0] if len(inputs) == 1 else Align(inputs, free_name(wish, self.taken))
        conditions = {leaf.key: leaf.per.having for leaf in fact.leaves if leaf.per is not None}
        several = len({None if tree is None else spelled(tree) for tree in conditions.values()}) > 1
        # A window shows a period where it has rows, also when none of its entities counts.
        each = several or fact.through.framed
        common = None if each else next(iter(conditions.values()))
        tests = (self.in_group(common),) if common is not None else ()
        keys = tuple(Named(k.name, partial_column(k.name), k.type) for k in self.bound.keys)
        measures = tuple(
            self._of_entities(leaf, conditions[leaf.key] if each else None) for leaf in fact.leaves
        )
        return Aggregate(Groups(inner, tests), name, keys, measures)

    def _of_entity(self, fact: Fact, entities: Entities, outer: Through) -> Aggregate:
        """The values of each entity; those of a window or of an earlier period, where the question has
        periods."""
        name = free_name(self._entity_title(fact, entities), self.taken)
        axis = self.bound.axis
        if axis is not None and by_calendar(fact.through, axis):
            return calendars.expanded(self, fact, fact.through, axis, name, entities.entity)
        moved_as_a_whole = outer.offset is not None and not outer.framed
        if fact.through and axis is not None and not moved_as_a_whole:
            if fact.through.framed or not series.exact(fact.through.shift, axis):
                return expanded(self, fact, fact.through, axis, name, entities.entity)
            return series.later(self.rows_grouped(fact, name, entities.entity), fact.through.shift, axis)
        return self.rows_grouped(fact, name, entities.entity)

    def _of_entities(self, leaf: Leaf, having: exp.Expr | None) -> Measure:
        call = self.in_group(leaf.call)
        assert isinstance(call, exp.Anonymous)
        sums = leaf.counts or str(call.this) == "sum"
        where = None if having is None else self.in_group(having)
        return Measure(self.names[leaf.key], call, where, leaf.type, leaf.counts, sums)

    def _entity_title(self, fact: Fact, entities: Entities) -> str:
        parts = [key.path.split(".")[-1] for key in self.bound.keys]
        return "_".join([fact.home, "by", *(parts if len(parts) < 3 else []), entities.called])

    def in_group(self, tree: exp.Expr) -> exp.Expr:
        """A tree over leaves as one over the columns of the groups that hold them."""
        copy = tree.copy()
        for node in columns_of(copy):
            if node.table == "#":
                copy = substitute(copy, node, partial_column(self.names[node.name]))
        return copy

    def _part(self, fact: Fact, name: str) -> Part:
        """A fact grouped as the question wants it, seen through windows and offsets."""
        if fact.retained is not None:
            return triangle(self, fact, fact.retained, name)
        axis = self.bound.axis
        if fact.sampled is not None and axis is not None:
            return self._of_samples(fact, fact.sampled, axis, name)
        moment = bool(fact.leaves) and fact.leaves[0].at is not None
        if axis is not None and by_calendar(fact.through, axis):
            if fact.entities is not None:
                return self._over_entities(fact, fact.entities, name)
            return calendars.expanded(self, fact, fact.through, axis, name)
        if not (fact.through.framed or moment) or axis is None:
            part: Aggregate | Running = self._plain(fact, name)
        elif Windows(self, axis).sweeps(fact):
            part = Windows(self, axis).of(fact, name)
        elif fact.entities is not None:
            return self._over_entities(fact, fact.entities, name)
        else:
            return expanded(self, fact, fact.through, axis, name)
        if fact.through.offset is None or axis is None:
            return part
        title = free_name(f"{name}_later", self.taken)
        return series.shifted(part, fact, axis, title, self.definitions.calendar)

    def _of_samples(self, fact: Fact, samples: Samples, axis: Axis, name: str) -> Part:
        """A fact by shorter periods first; then those that count, as the periods of the question."""
        place, asked = samples.place, self.bound.keys
        keys = (*asked[:place], samples.fine, *asked[place + 1 :])
        inner = _Planner(self.definitions, replace(self.bound, keys=keys, axis=samples.axis))
        inner.names, inner.taken, inner.lookups = self.names, self.taken, self.lookups
        parts = tuple(inner._part(each, free_name(inner._title(each), self.taken)) for each in samples.facts)
        below = parts[0] if len(parts) == 1 else Align(parts, free_name(f"{name}_values", self.taken))
        rows = sampled(self, below, fact, samples, axis, asked[place], name)
        outer = tuple(
            Named(k.name, rows.period if k.name == axis.key else partial_column(k.name), k.type)
            for k in asked
        )
        measures = tuple(self._of_entities(leaf, None) for leaf in fact.leaves)
        whole = Aggregate(rows, name, outer, measures, alone=samples.take != "average")
        if not fact.through:
            return whole
        return series.shifted(
            whole, fact, axis, free_name(f"{name}_later", self.taken), self.definitions.calendar
        )

    def _plain(self, fact: Fact, name: str) -> Aggregate:
        if fact.entities is not None:
            return self._over_entities(fact, fact.entities, name)
        if fact.leaves and fact.leaves[0].chosen is not None:
            return self._of_snapshots(fact, fact.leaves[0].chosen, name)
        return self.rows_grouped(fact, name)

    def _of_snapshots(self, fact: Fact, chosen: Chosen, name: str) -> Aggregate:
        """The groups of each snapshot first; then those that count, put together by the keys of the
        question."""
        moment = chosen.of or fact.time
        assert moment is not None
        entity = [(f"entity_{n}" if n else "entity", row) for n, row in enumerate(chosen.per)]
        values = _distinct_values(fact)
        extra = [("snapshot", moment), *entity, *((called, row) for called, row in values.values())]
        keys = [*self.bound.keys, *(Key(key, key, row.type, None, None) for key, row in extra)]
        reached = [*fact.keys, *(Reached(row) for _, row in extra)]
        step = free_name(f"{fact.home}_snapshots", self.taken)
        leaves = tuple(leaf for leaf in fact.leaves if leaf.key not in values)
        own = () if leaves else tuple(c for c in fact.leaves[0].conditions if not c.exists)
        where = (*fact.where, present(fact.home, moment), *own)
        rows = replace(fact, keys=tuple(reached), where=where, leaves=leaves)
        parts = self.rows_grouped(rows, step, keys=tuple(keys))
        outer = tuple(Named(k.name, partial_column(k.name), k.type) for k in self.bound.keys)
        if chosen.pick == "average":
            return Aggregate(Groups(parts), name, outer, tuple(map(_averaged, parts.measures)))
        within = [*self._periods_of(fact, chosen), *(called for called, _ in entity)]
        counted = {key: self._distinct(leaf, values[key][0]) for key, leaf in _by_key(fact) if key in values}
        merged = iter(map(_merged, parts.measures))
        measures = tuple(counted.get(leaf.key) or next(merged) for leaf in fact.leaves)
        return Aggregate(
            Snapshot(parts, tuple(within), "snapshot", chosen.pick == "last"), name, outer, measures
        )

    def _periods_of(self, fact: Fact, chosen: Chosen) -> list[str]:
        """The keys that are periods of the time of snapshots: each has a first or last one."""
        moment = chosen.of or fact.time
        assert moment is not None
        found = []
        for key, reached in zip(self.bound.keys, fact.keys, strict=True):
            axis = key.path.startswith("time.") and chosen.of is None
            own = key.grain is not None and grain.fits(key.grain, moment.type)
            whole = grain.grained(moment, str(key.grain), self.definitions.calendar) if own else None
            if axis or (whole is not None and reached.row.tree == whole.tree):
                found.append(key.name)
        return found

    def _distinct(self, leaf: Leaf, value: str) -> Measure:
        """How many different values there are in the snapshots that count."""
        counted = call("count_distinct", partial_column(value))
        return Measure(self.names[leaf.key], counted, None, leaf.type, True, True)

    def rows_grouped(
        self, fact: Fact, name: str, entity: tuple[Key, ...] = (), keys: tuple[Key, ...] | None = None
    ) -> Aggregate:
        """A fact's rows with exactly the lookups that its keys, tests and measures need, grouped."""
        asked = (*self.bound.keys, *entity)
        key_list = asked if keys is None else keys
        grouped = sides(fact)
        spreads = {
            side: self._spread(fact, side, positions, [c for c in fact.where if c.side == side], key_list)
            for side, positions in grouped.items()
        }
        common, own = _shared_filters(fact.leaves)
        outside = [c for c in fact.where if c.side not in grouped]
        own_side = self._own_side(fact)
        trees = [self._key(r, k.name, spreads) for k, r in zip(key_list, fact.keys, strict=True)]
        named = tuple(
            Named(key.name, own_side.get(tree, tree), key.type)
            for key, tree in zip(key_list, trees, strict=True)
        )
        measures = tuple(self._measure(leaf, own.get(leaf.key, ())) for leaf in fact.leaves)
        tests = [self._test(c) for c in (*outside, *common)] + self._any_leaf(own)
        tests += [spread.stays for spread in spreads.values() if spread.stays is not None]
        rows = self._fact_rows(fact, named, measures, tests, spreads.values())
        return self._led(Aggregate(rows, name, named, measures, entities=bool(entity)))

    def _led(self, whole: Aggregate) -> Aggregate:
        """Rows grouped by the values that lead, and all others as one."""
        top = self.bound.top
        own = next((key.tree for key in whole.keys if top is not None and key.name == top.key), None)
        if top is None or own is None:
            return whole
        found = exp.Not(this=exp.Is(this=beside_column(top.key), expression=exp.Null()))
        tree = exp.Case(ifs=[exp.If(this=found, true=own.copy())], default=exp.Literal.string(top.others))
        keys = tuple(replace(key, tree=tree) if key.name == top.key else key for key in whole.keys)
        return replace(whole, input=Beside(whole.input, LEADING, own, top.key), keys=keys)

    def _fact_rows(
        self,
        fact: Fact,
        keys: Sequence[Named],
        measures: Sequence[Measure],
        tests: Sequence[Test],
        spreads: Iterable[_Spread],
    ) -> Rows:
        trees = [k.tree for k in keys] + [m.call for m in measures] + [t.tree for t in tests]
        trees += [m.where for m in measures if m.where is not None]
        trees += [outer for t in tests for match in t.matches for _, outer in match.on]
        trees += [outer for spread in spreads for outer, _ in spread.on]
        rows = self.lookups.rows(fact.home, trees, time=fact.time)
        for spread in spreads:
            rows = Spread(rows, spread.bridge, spread.on, spread.keys, spread.required)
        return Filter(rows, tuple(tests)) if tests else rows

    def _own_side(self, fact: Fact) -> dict[exp.Expr, exp.Expr]:
        """The columns of a fact that equal the key of a population, wherever that has the row."""
        if self.bound.population is None:
            return {}
        found: dict[exp.Expr, exp.Expr] = {}
        for reached in fact.keys:
            if reached.row.at and reached.branch is None:
                edge = self.catalog.edges(fact.home, reached.row.at)[-1]
                on = self.lookups.pairs(edge, reached.row.at)
                found |= {right: left for left, right in on}
        return found

    def _key(self, reached: Reached, name: str, spreads: Mapping[Side, _Spread]) -> exp.Expr:
        """A key over the rows of a fact: a scalar of its own, or a column of the step that spreads it."""
        if reached.branch is None:
            return self._short(reached.row.model, reached.row.tree)
        bridge = spreads[side_of(reached.branch)].bridge.name
        return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this=bridge))

    def _short(self, model: str, tree: exp.Expr) -> exp.Expr:
        return shortened(self.definitions, model, tree)

    def _measure(self, leaf: Leaf, own: tuple[Condition, ...]) -> Measure:
        where = conjunction([self._short(leaf.home, c.tree).copy() for c in own]) if own else None
        sums = replace(leaf, every=False).counts or str(leaf.call.this) in ("sum", "sum_distinct")
        call = self._short(leaf.home, leaf.call)
        assert isinstance(call, exp.Anonymous)
        return Measure(self.names[leaf.key], call, where, leaf.type, leaf.counts, sums)

    def _any_leaf(self, own: dict[str, tuple[Condition, ...]]) -> list[Test]:
        """Where every measure has a filter of its own, rows that none wants need not be read."""
        if not own or not all(own.values()):
            return []
        trees = [conjunction([self._short(c.home, c.tree).copy() for c in group]) for group in own.values()]
        return [Test(conjunction(list(dict.fromkeys(trees)), exp.Or))]

    # --- many sides -----------------------------------------------------------------------------

    def _spread(
        self,
        fact: Fact,
        side: Side,
        positions: list[int],
        inside: list[Condition],
        asked: Sequence[Key],
    ) -> _Spread:
        """The distinct keys of a many side, filtered there by what was said of it."""
        reached = [fact.keys[i] for i in positions]
        branch = reached[0].branch
        assert branch is not None
        exists = [e for c in inside for e in c.exists]
        keys = [
            Named(asked[i].name, self._short(branch.root, r.row.tree), r.row.type)
            for i, r in zip(positions, reached, strict=True)
        ]
        taken = {k.name for k in keys}
        links = [
            (outer, Named(free_name(_column_name(inner), taken), inner, None))
            for inner, outer in self._pairs(branch)
        ]
        columns = (*(named for _, named in links), *keys)
        rows = self._branch_rows(branch, [c.tree for c in columns], exists)
        bridge = Distinct(rows, columns, free_name(f"{side[1]}_keys", self.bridges))
        on = tuple((outer, named.name) for outer, named in links)
        orphans = [e.orphan for e in exists if e.orphan is not None]
        required = len(orphans) < len(exists)
        stays = self._stays(branch, bridge.name, on[0][1], orphans) if orphans and not required else None
        return _Spread(bridge, on, tuple(k.name for k in keys), required, stays)

    def _stays(self, branch: Branch, bridge: str, column: str, orphans: Sequence[exp.Expr]) -> Test:
        """Rows that matched stay; rows without any row on the many side must meet the condition as NULL."""
        matched = exp.Column(this=exp.Identifier(this=column), table=exp.Identifier(this=bridge))
        found = exp.Not(this=exp.Is(this=matched, expression=exp.Null()))
        orphan = conjunction([*(o.copy() for o in orphans), exp.Not(this=_marker(0))])
        match = Match(self._branch_rows(branch, [], []), self._pairs(branch))
        return Test(conjunction([found, exp.Paren(this=orphan)], exp.Or), (match,))

    def _branch_rows(self, branch: Branch, trees: list[exp.Expr], exists: list[Exists]) -> Rows:
        """The rows of a many side, up to the last join before the shared model."""
        last = self.catalog.edges(branch.root, branch.back)[-1]
        trees = [*trees, *(self._short(branch.root, e.tree) for e in exists)]
        on = self.lookups.pairs(last, branch.back)
        rows = self.lookups.rows(branch.root, [*trees, *(left for left, _ in on)])
        if exists:
            rows = Filter(rows, tuple(Test(self._short(branch.root, e.tree)) for e in exists))
        return rows

    def _pairs(self, branch: Branch) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
        """Pairs (inner, outer): the last join back, with its one side seen from the fact."""
        last = self.catalog.edges(branch.root, branch.back)[-1]
        return tuple(
            (
                self.lookups.at(last.origin, left, branch.back[:-1]),
                self.lookups.at(last.target, right, branch.up),
            )
            for left, right in last.on
        )

    def _only_orphans(self, exists: Exists) -> bool:
        """Whether a condition asks for a NULL key of the many side: then it means "no row there"."""
        tree, root = exists.tree, self.catalog.models[exists.branch.root]
        if not isinstance(tree, exp.Is) or not isinstance(tree.expression, exp.Null):
            return False
        column = tree.this
        key = {str(part).lower() for part in root.spec.primary_key}
        return isinstance(column, exp.Column) and walk_of(column) == () and column.name.lower() in key

    def _test(self, condition: Condition) -> Test:
        """A condition with each EXISTS as the rows it looks for; facts without any are judged apart."""
        tree = self._short(condition.home, condition.tree)
        if not condition.exists:
            return Test(tree)
        tree, matches = tree.copy(), list[Match]()
        markers = {int(n.name): n for n in columns_of(tree) if n.table == "?"}
        for index, node in markers.items():
            exists = condition.exists[index]
            value: exp.Expr = _marker(len(matches))
            if not self._only_orphans(exists):
                matches.append(
                    Match(self._branch_rows(exists.branch, [], [exists]), self._pairs(exists.branch))
                )
                if exists.orphan is not None:
                    value = _or_orphan(value, exists.orphan, _marker(len(matches)))
            else:
                value = exp.Not(this=value)
            if exists.orphan is not None:
                matches.append(Match(self._branch_rows(exists.branch, [], []), self._pairs(exists.branch)))
            tree = substitute(tree, node, value)
        return Test(tree, tuple(matches))


def _key_column(name: str) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=name))


def _merged(measure: Measure) -> Measure:
    """A measure put together from parts; a count of no part is 0."""
    merged = series.whole(measure)
    if not measure.zero:
        return merged
    return replace(merged, call=call("coalesce", merged.call, exp.Literal.number(0)))


def _by_key(fact: Fact) -> Iterable[tuple[str, Leaf]]:
    return ((leaf.key, leaf) for leaf in fact.leaves)


def _distinct_values(fact: Fact) -> dict[str, tuple[str, Row]]:
    """What is counted once in the snapshots of a fact, as further keys of their groups."""
    counted = [leaf for leaf in fact.leaves if leaf.call.this == "count_distinct"]
    rows = [Row(fact.home, leaf.call.expressions[0], None) for leaf in counted]
    return {
        leaf.key: (f"value_{n}" if n else "value", row)
        for n, (leaf, row) in enumerate(zip(counted, rows, strict=True))
    }


def _averaged(measure: Measure) -> Measure:
    return replace(
        measure,
        call=call("avg", partial_column(measure.name)),
        where=None,
        type="float",
        zero=False,
        sums=False,
    )


def _or_orphan(found: exp.Expr, orphan: exp.Expr, any_row: exp.Expr) -> exp.Expr:
    """``EXISTS (…) OR (orphan AND NOT EXISTS (any))``."""
    none = exp.Not(this=any_row)
    trivial = isinstance(orphan, exp.Boolean)
    alone = none if trivial else exp.Paren(this=conjunction([orphan.copy(), none]))
    return exp.Or(this=found, expression=alone)


def _marker(index: int) -> exp.Column:
    """The column that stands for the EXISTS over a test's match of that index."""
    return exp.Column(this=exp.Identifier(this=str(index)), table=exp.Identifier(this="?"))


def _shared_filters(leaves: Sequence[Leaf]) -> tuple[list[Condition], dict[str, tuple[Condition, ...]]]:
    """The filters that every leaf has (they go to WHERE), and for each leaf those of its own."""
    if not leaves:
        return [], {}
    plain = [{c.key: c for c in leaf.conditions if not c.exists} for leaf in leaves]
    common = [c for key, c in plain[0].items() if all(key in other for other in plain)]
    keys = {c.key for c in common}
    own = {
        leaf.key: tuple(c for key, c in mine.items() if key not in keys)
        for leaf, mine in zip(leaves, plain, strict=True)
    }
    return common, own


def _column_name(tree: exp.Expr) -> str:
    return tree.name if isinstance(tree, exp.Column) else "link"
