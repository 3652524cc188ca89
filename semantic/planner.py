"""From the bound question to the plan: which scans, which lookups, what is grouped and aligned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.condition import Condition, Exists, Side, side_of
from semantic.bind.definitions import Definitions
from semantic.bind.metric import Leaf, leaf_column
from semantic.bind.question import Bound, Fact, sides
from semantic.bind.question import Members as BoundMembers
from semantic.bind.row import columns_of, conjunction, rerooted, substitute, walk_of
from semantic.bind.shortcut import shortened
from semantic.bind.texts import Reached
from semantic.catalog import Branch, Edge, Walk
from semantic.plan import (
    Aggregate,
    Align,
    Distinct,
    Fill,
    Filter,
    Grouped,
    Lookup,
    Match,
    Measure,
    Named,
    Result,
    Rows,
    Scan,
    Spine,
    Spread,
    Test,
    free_name,
)


def plan(definitions: Definitions, bound: Bound) -> Result:
    """The plan of a bound question."""
    planner = _Planner(definitions, bound)
    grouped = planner.grouped()
    return Result(
        input=grouped,
        columns=planner.columns(),
        having=tuple(planner.named(tree) for tree in bound.having),
        order=bound.order,
        limit=bound.query.limit,
        models=tuple(sorted(planner.models)),
    )


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
        self.models: set[str] = set()
        roles = {role for model in self.catalog.models.values() for role in model.edges}
        self.bridges = {name.lower() for name in (*self.catalog.models, *roles, *definitions.table_names)}

    # --- names ----------------------------------------------------------------------------------

    def _leaf_names(self) -> dict[str, str]:
        """An output name for every leaf: the metric's where it is one, else spoken; all distinct."""
        taken = {key.name for key in self.bound.keys}
        names: dict[str, str] = {}
        simple = {next(iter(m.leaves)): m.name for m in self.bound.metrics if m.simple}
        for key, leaf in sorted(self.bound.leaves.items(), key=lambda item: item[0] not in simple):
            names[key] = free_name(simple.get(key, leaf.name), taken)
        return names

    def named(self, tree: exp.Expr) -> exp.Expr:
        """A metric's tree with its leaves under their output names."""
        if isinstance(tree, exp.Column):
            return leaf_column(self.names[tree.name])
        copy = tree.copy()
        for node in columns_of(copy):
            if node.table == "#":
                node.this.set("this", self.names[node.name])
        return copy

    def columns(self) -> tuple[Named, ...]:
        """The keys and metrics of the answer, in the order of the question."""
        keys = [Named(k.name, exp.Column(this=exp.Identifier(this=k.name)), k.type) for k in self.bound.keys]
        metrics = [Named(m.name, self.named(m.tree), m.type) for m in self.bound.metrics]
        return (*keys, *metrics)

    # --- grouping -------------------------------------------------------------------------------

    def grouped(self) -> Grouped:
        """All facts aggregated, aligned, and filled where that was asked for."""
        taken = {"aligned", "periods", "frame"}
        aggregates = tuple(
            self._aggregate(fact, free_name(self._title(fact), taken)) for fact in self.bound.facts
        )
        joined: Aggregate | Align = aggregates[0] if len(aggregates) == 1 else Align(aggregates)
        if self.bound.fill is None and not self.bound.members:
            return joined
        return Fill(joined, self._spine(), tuple(self._members(m) for m in self.bound.members))

    def _title(self, fact: Fact) -> str:
        """What a step holds: the model by its keys; where a model is read twice, the measure."""
        parts = [key.path.split(".")[-1] for key in self.bound.keys]
        again = sum(other.home == fact.home for other in self.bound.facts) > 1
        what = self.names[fact.leaves[0].key] if again and len(fact.leaves) == 1 else fact.home
        return f"{what}_by_{'_'.join(parts)}" if parts and len(parts) < 3 else f"{what}_totals"

    def _spine(self) -> Spine | None:
        fill = self.bound.fill
        if fill is None:
            return None
        function = grain.spine_name(fill.grain)
        return Spine(fill.key, fill.grain, function, fill.type, fill.start, fill.end)

    def _members(self, members: BoundMembers) -> Distinct:
        trees = [row.tree for _, row in members.keys] + [c.tree for c in members.where]
        rows = self._looked_up(members.model, trees)
        if members.where:
            rows = Filter(rows, tuple(Test(c.tree) for c in members.where))
        columns = tuple(Named(name, row.tree, row.type) for name, row in members.keys)
        return Distinct(rows, columns, f"{members.model}_members")

    def _aggregate(self, fact: Fact, name: str) -> Aggregate:
        """A fact's rows with exactly the lookups that its keys, tests and measures need, grouped."""
        grouped = sides(fact)
        spreads = {
            side: self._spread(fact, side, positions, [c for c in fact.where if c.side == side])
            for side, positions in grouped.items()
        }
        common, own = _shared_filters(fact.leaves)
        outside = [c for c in fact.where if c.side not in grouped]
        keys = tuple(
            Named(key.name, self._key(reached, key.name, spreads), key.type)
            for key, reached in zip(self.bound.keys, fact.keys, strict=True)
        )
        measures = tuple(self._measure(leaf, own.get(leaf.key, ())) for leaf in fact.leaves)
        tests = [self._test(c) for c in (*outside, *common)] + self._any_leaf(own)
        tests += [spread.stays for spread in spreads.values() if spread.stays is not None]
        rows = self._fact_rows(fact.home, keys, measures, tests, spreads.values())
        return Aggregate(rows, name, keys, measures)

    def _fact_rows(
        self,
        home: str,
        keys: Sequence[Named],
        measures: Sequence[Measure],
        tests: Sequence[Test],
        spreads: Iterable[_Spread],
    ) -> Rows:
        trees = [k.tree for k in keys] + [m.call for m in measures] + [t.tree for t in tests]
        trees += [m.where for m in measures if m.where is not None]
        trees += [outer for t in tests for match in t.matches for _, outer in match.on]
        trees += [outer for spread in spreads for outer, _ in spread.on]
        rows = self._looked_up(home, trees)
        for spread in spreads:
            rows = Spread(rows, spread.bridge, spread.on, spread.keys, spread.required)
        return Filter(rows, tuple(tests)) if tests else rows

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
        sums = leaf.counts or str(leaf.call.this) in ("sum", "sum_distinct")
        call = self._short(leaf.home, leaf.call)
        assert isinstance(call, exp.Anonymous)
        return Measure(self.names[leaf.key], call, where, leaf.type, leaf.counts, sums)

    def _any_leaf(self, own: dict[str, tuple[Condition, ...]]) -> list[Test]:
        """Where every measure has a filter of its own, rows that none wants need not be read."""
        if not own or not all(own.values()):
            return []
        trees = [conjunction([self._short(c.home, c.tree).copy() for c in group]) for group in own.values()]
        return [Test(conjunction(list(dict.fromkeys(trees)), exp.Or))]

    # --- rows -----------------------------------------------------------------------------------

    def _looked_up(self, model: str, trees: Iterable[exp.Expr]) -> Rows:
        """A scan with the lookups that some trees need, nearest first."""
        self.models.add(model)
        needed: set[Walk] = set()
        for tree in trees:
            needed |= {walk_of(n) for n in columns_of(tree) if n.table.startswith("/")}
        rows: Rows = Scan(model)
        pending = sorted(
            {walk[:n] for walk in needed for n in range(1, len(walk) + 1)}, key=self._step(model)
        )
        for walk in pending:
            rows = self._lookup(rows, model, walk, rows.walks)
        return rows

    def _step(self, model: str):  # type: ignore[no-untyped-def]
        """Sort walks by length, then by the order in which the joins were declared."""

        def rank(walk: Walk) -> tuple[int, list[int]]:
            places, origin = [], model
            for edge in self.catalog.edges(model, walk):
                places.append(list(self.catalog.models[origin].edges).index(edge.role))
                origin = edge.target
            return len(walk), places

        return rank

    def _lookup(self, rows: Rows, model: str, walk: Walk, known: tuple[Walk, ...]) -> Rows:
        if walk in known:
            return rows
        edge = self.catalog.edges(model, walk)[-1]
        on, extra = self._on(edge, walk)
        for tree in (*(left for left, _ in on), *extra):
            for node in columns_of(tree):
                other = walk_of(node)
                for n in range(1, len(other) + 1):
                    if other[:n] not in rows.walks and other[:n] != walk and other[: len(walk)] != walk:
                        rows = self._lookup(rows, model, other[:n], rows.walks)
        self.models.add(edge.target)
        required = all(step.required for step in self.catalog.edges(model, walk))
        return Lookup(rows, edge, walk, on, extra, required)

    def _on(
        self, edge: Edge, walk: Walk
    ) -> tuple[tuple[tuple[exp.Expr, exp.Expr], ...], tuple[exp.Expr, ...]]:
        """The key equalities of a join, and the conditions of its validity interval."""
        pairs = tuple(
            (self._at(edge.origin, left, walk[:-1]), self._at(edge.target, right, walk))
            for left, right in edge.on
        )
        valid, at = edge.spec.valid, edge.spec.at
        if valid is None or at is None:
            return pairs, ()
        return pairs, self._valid(edge, walk)

    def _at(self, model: str, text: str, walk: Walk) -> exp.Expr:
        row = self.definitions.key_row(model, text)
        return rerooted(row, "", walk).tree

    def _valid(self, edge: Edge, walk: Walk) -> tuple[exp.Expr, ...]:
        """``from <= at AND (at < to OR to IS NULL)``, in the type of the interval."""
        assert edge.spec.valid is not None
        assert edge.spec.at is not None
        start = self.definitions.key_row(edge.target, edge.spec.valid[0])
        end = self.definitions.key_row(edge.target, edge.spec.valid[1])
        given = self.definitions.key_row(edge.origin, edge.spec.at)
        at, start, end = self.definitions.comparable(given, (start, end), edge.spec.at)
        moment = rerooted(at, "", walk[:-1]).tree
        first, last = rerooted(start, "", walk).tree, rerooted(end, "", walk).tree
        begun = exp.LTE(this=first.copy(), expression=moment.copy())
        open_end = exp.Is(this=last.copy(), expression=exp.Null())
        before = exp.LT(this=moment.copy(), expression=last.copy())
        return begun, exp.Paren(this=exp.Or(this=before, expression=open_end))

    # --- many sides -----------------------------------------------------------------------------

    def _spread(self, fact: Fact, side: Side, positions: list[int], inside: list[Condition]) -> _Spread:
        """The distinct keys of a many side, filtered there by what was said of it."""
        reached = [fact.keys[i] for i in positions]
        branch = reached[0].branch
        assert branch is not None
        exists = [e for c in inside for e in c.exists]
        keys = [
            Named(self.bound.keys[i].name, self._short(branch.root, r.row.tree), r.row.type)
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
        on, _ = self._on(last, branch.back)
        rows = self._looked_up(branch.root, [*trees, *(left for left, _ in on)])
        if exists:
            rows = Filter(rows, tuple(Test(self._short(branch.root, e.tree)) for e in exists))
        return rows

    def _pairs(self, branch: Branch) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
        """Pairs (inner, outer): the last join back, with its one side seen from the fact."""
        last = self.catalog.edges(branch.root, branch.back)[-1]
        return tuple(
            (self._at(last.origin, left, branch.back[:-1]), self._at(last.target, right, branch.up))
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
