"""The rows below a grouping: FROM, joins and WHERE of one SELECT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.bind.row import columns_of, substitute
from semantic.dialect import Dialect
from semantic.lower.build import Build, every
from semantic.lower.scope import Scope
from semantic.lower.steps import Steps
from semantic.lower.sweeps import SweepBuilder
from semantic.plan import (
    BESIDE,
    Aggregate,
    Beside,
    Changes,
    Distinct,
    Expanded,
    Filter,
    Groups,
    Intervals,
    Lookup,
    Match,
    Measure,
    Named,
    Partial,
    Projection,
    Rows,
    Sampled,
    Scan,
    Snapshot,
    Spread,
    States,
    Test,
    free_name,
    partial_column,
)

#: Aggregates whose call takes FILTER as it stands.
_FILTERED = ("SUM", "COUNT", "MIN", "MAX")


class RowBuilder:
    """Builds the clauses of one SELECT from a chain of row nodes."""

    def __init__(
        self, dialect: Dialect, definitions: Definitions, steps: Steps, outer: Scope | None = None
    ) -> None:
        self.dialect = dialect
        self.definitions = definitions
        self.steps = steps
        self.build = Build(dialect)
        self.scope = Scope(dialect, outer)
        self.source: exp.Expr | None = None
        self.joins: list[exp.Join] = []
        self.where: list[exp.Expr] = []

    def beside(self) -> RowBuilder:
        """A builder for another SELECT of the same statement."""
        return RowBuilder(self.dialect, self.definitions, self.steps)

    def add(self, rows: Rows) -> RowBuilder:  # noqa: C901  # one case a kind
        """Take in a chain, innermost first."""
        if isinstance(rows, Lookup | Spread | Expanded | Beside | Filter):
            self.add(rows.input)
        match rows:
            case Scan():
                alias = self.scope.add(rows.walk, rows.model)
                self.source = self.steps.relation(rows.model, alias, rows.level)
            case Lookup():
                self._lookup(rows)
            case Spread():
                self._spread(rows)
            case Partial():
                self._partial(rows)
            case Groups():
                self._groups(rows)
            case Snapshot() | Intervals() | Changes() | States():
                step = SweepBuilder(self.dialect, self.steps, self.steps.base).step(rows)
                self.source = self.build.table(step, self.scope.add_partial("rows_of"))
            case Sampled():
                self._sampled(rows)
            case Expanded():
                self._expand(rows)
            case Beside():
                self._beside(rows)
            case Filter():
                self.where.extend(self._test(test) for test in _once(rows.tests))
        return self

    def _lookup(self, lookup: Lookup) -> None:
        edge = lookup.edge
        alias = self.scope.add(lookup.walk, edge.target if edge.role.startswith("@") else edge.role)
        relation = self.steps.relation(lookup.edge.target, alias, lookup.level)
        on = [exp.EQ(this=left.copy(), expression=right.copy()) for left, right in lookup.on]
        conditions = [self.scope.translate(c) for c in (*on, *(v.copy() for v in lookup.validity))]
        side = "INNER" if lookup.required else "LEFT"
        self._join(relation, every(conditions), side)
        self.joins[-1].meta["single"] = not lookup.required  # it neither multiplies nor drops rows

    def _spread(self, spread: Spread) -> None:
        alias = spread.bridge.name
        relation = self.build.table(self.steps.distinct(spread.bridge, self.beside().distinct), alias)
        self.scope.relations += 1
        self.scope.taken.add(alias.lower())
        on = [
            exp.EQ(this=self.scope.translate(outer.copy()), expression=self.build.column(inner, alias))
            for outer, inner in spread.on
        ]
        self._join(relation, every(on), "INNER" if spread.required else "LEFT")

    def _partial(self, partial: Partial) -> None:
        """A grouping of its own as a step, read in the place of the fact."""
        name = self.steps.add(partial.name, self.group(partial))
        self.source = self.build.table(name, self.scope.add_partial())

    def _expand(self, rows: Expanded) -> None:
        """Each row beside the periods whose window it lies in."""
        step = self.steps.frames(rows.frames)
        alias = self.scope.add_frames()
        fine = self.scope.translate(rows.fine.copy())
        on = exp.EQ(this=self.build.column("fine", alias), expression=fine)
        self._join(self.build.table(step, alias), on, "INNER")

    def _beside(self, rows: Beside) -> None:
        """Each row beside at most one of a step."""
        alias = self.scope.add(BESIDE, "top_values")
        key = self.scope.translate(rows.key.copy())
        on = exp.EQ(this=key, expression=self.build.column(rows.column, alias))
        self._join(self.steps.relation(rows.step, alias), on, "LEFT")

    def _sampled(self, samples: Sampled) -> None:
        """The shorter periods that count, read in the place of the fact; none is without a time."""
        self.source = self.build.table(self.steps.samples(samples), self.scope.add_partial("samples"))
        if samples.pick == "average":
            moment = self.scope.translate(partial_column(samples.moment))
            self.where.append(exp.Not(this=exp.Is(this=moment, expression=exp.Null())))

    def _groups(self, groups: Groups) -> None:
        """Groups of a step, read in the place of the fact."""
        whole = groups.input
        step = self.steps.base(whole) if isinstance(whole, Aggregate) else self.steps.grouped(whole)
        self.source = self.build.table(step, self.scope.add_partial("groups"))
        self.where.extend(self.scope.translate(test.copy()) for test in groups.tests)

    def group(self, node: Partial | Aggregate) -> exp.Select:
        """SELECT keys and measures of rows, grouped by the keys."""
        rows = self.beside().add(node.input)
        keys = [self.build.named(rows.scope.translate(k.tree.copy()), k.name) for k in node.keys]
        alone = isinstance(node, Aggregate) and node.alone
        trees = [rows.value(m) if alone else rows.measure(m) for m in node.measures]
        values = [self.build.named(tree, m.name) for tree, m in zip(trees, node.measures, strict=True)]
        rows.scope.simplify(hiding(node.keys))
        group = 0 if alone else len(keys)
        return self.build.select([*keys, *values], rows.source, rows.joins, rows.where, group=group)

    def project(self, projection: Projection) -> exp.Select:
        """SELECT some columns of each row."""
        self.add(projection.input)
        columns = [self.build.named(self.scope.translate(c.tree.copy()), c.name) for c in projection.columns]
        self.scope.simplify(hiding(projection.columns))
        return self.build.select(columns, self.source, self.joins, self.where)

    def value(self, measure: Measure) -> exp.Expr:
        """What a row that is alone in its group has of an aggregate put together from parts."""
        [part] = measure.call.expressions
        return self.scope.translate(part.copy())

    def measure(self, measure: Measure) -> exp.Expr:
        """An aggregate over the rows that count for it."""
        if measure.where is None:
            return self.scope.translate(measure.call.copy())
        if self.dialect.answers.filter_clause == "filter":
            call = self.scope.translate(measure.call.copy())
            if isinstance(call, exp.Anonymous) and str(call.this).upper() in _FILTERED:
                where = self.scope.translate(measure.where.copy())
                return exp.Filter(
                    this=call, expression=exp.Introducer(this=exp.Var(this="WHERE"), expression=where)
                )
        return self.scope.translate(counted_rows(measure))

    def _join(self, relation: exp.Expr, on: exp.Expr, side: str) -> None:
        kind = {"kind": "INNER"} if side == "INNER" else {"side": "LEFT"}
        self.joins.append(exp.Join(this=relation, on=on, **kind))

    def _test(self, test: Test) -> exp.Expr:
        found = {
            index: self._found(match, _stands_alone(test.tree, index))
            for index, match in enumerate(test.matches)
        }
        tree = self.scope.translate(test.tree.copy())
        for node in columns_of(tree) if found else ():
            if node.table == "?":
                value = found[int(node.name)].copy()
                if isinstance(value, exp.Is) and isinstance(node.parent, exp.Not):
                    missing = exp.Is(this=value.this, expression=exp.Null())
                    tree = substitute(tree, node.parent, missing)
                else:
                    tree = substitute(tree, node, value)
        return tree

    def _found(self, match: Match, alone: bool) -> exp.Expr:
        """Whether a many side has a row: EXISTS, or a join to its keys where EXISTS must stand by itself."""
        if alone or self.dialect.answers.correlated_exists == "anywhere":
            return exp.Exists(this=self._match(match))
        taken = set[str]()
        columns = tuple(Named(free_name(inner.name or "link", taken), inner, None) for inner, _ in match.on)
        keys = Distinct(match.rows, columns, f"matched_{_scanned(match.rows)}")
        step = self.steps.distinct(keys, self.beside().distinct)
        alias = self.scope.beside(step)
        on = [
            exp.EQ(this=self.build.column(column.name, alias), expression=self.scope.translate(outer.copy()))
            for column, (_, outer) in zip(columns, match.on, strict=True)
        ]
        self._join(self.build.table(step, alias), every(on), "LEFT")
        key = self.build.column(columns[0].name, alias)
        return exp.Is(this=key, expression=exp.Not(this=exp.Null()))

    def _match(self, match: Match) -> exp.Select:
        """``SELECT 1 FROM many side WHERE its key = the outer key AND …``."""
        inner = RowBuilder(self.dialect, self.definitions, self.steps, self.scope).add(match.rows)
        keys = [
            exp.EQ(this=inner.scope.translate(left.copy()), expression=self.scope.translate(right.copy()))
            for left, right in match.on
        ]
        return self.build.select([exp.Literal.number(1)], inner.source, inner.joins, [*keys, *inner.where])

    def distinct(self, distinct: Distinct) -> exp.Select:
        """SELECT DISTINCT of some columns."""
        self.add(distinct.input)
        columns = [self.build.named(self.scope.translate(c.tree.copy()), c.name) for c in distinct.columns]
        self.scope.simplify({c.name.lower() for c in distinct.columns if not isinstance(c.tree, exp.Column)})
        return self.build.select(columns, self.source, self.joins, self.where, distinct=True)


def _once(tests: Sequence[Test]) -> Iterable[Test]:
    """Conditions, each once; several parts of a definition may ask for the same."""
    return {(test.tree, id(test.matches) if test.matches else 0): test for test in tests}.values()


def _scanned(rows: Rows) -> str:
    """The model that a chain of rows begins with."""
    while isinstance(rows, Lookup | Spread | Filter):
        rows = rows.input
    assert isinstance(rows, Scan)  # a many side is read as it is
    return rows.model


def _stands_alone(tree: exp.Expr, index: int) -> bool:
    """Whether the marker of a match is the whole condition, or its negation, or a conjunct of it."""
    match tree:
        case exp.And():
            return any(_stands_alone(part, index) for part in (tree.this, tree.expression))
        case exp.Paren():
            return _stands_alone(tree.this, index)
        case exp.Not():
            return isinstance(tree.this, exp.Column) and _stands_alone(tree.this, index)
        case _:
            return isinstance(tree, exp.Column) and tree.table == "?" and tree.name == str(index)


def hiding(keys: Sequence[Named]) -> set[str]:
    """The names of outputs that are not the column of that name, which they hide from what follows."""
    unchanged = (isinstance(k.tree, exp.Column) and k.tree.name == k.name for k in keys)
    return {k.name.lower() for k, same in zip(keys, unchanged, strict=True) if not same}


def counted_rows(measure: Measure) -> exp.Anonymous:
    """The call of a measure with its arguments NULL where a row does not count."""
    call = measure.call.copy()
    assert isinstance(call, exp.Anonymous)
    if measure.where is None:
        return call
    if str(call.this) == "count_rows":
        return exp.Anonymous(this="count", expressions=[_case(measure.where, exp.Literal.number(1))])
    arguments = [_case(measure.where, a) if a.find(exp.Column) else a for a in call.expressions]
    return exp.Anonymous(this=call.this, expressions=arguments)


def _case(where: exp.Expr, value: exp.Expr) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=where.copy(), true=value.copy())])
