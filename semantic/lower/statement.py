"""The statement: what makes each grouping, and the answer on top."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.row import columns_of, substitute
from semantic.dialect import Dialect
from semantic.faults import SemanticError
from semantic.lower.build import every
from semantic.lower.everywhere import EverywhereBuilder
from semantic.lower.filling import Filling
from semantic.lower.levelling import Levelling
from semantic.lower.matching import MatchingBuilder
from semantic.lower.rows import RowBuilder, hiding
from semantic.lower.steps import Steps
from semantic.lower.triangle import TriangleBuilder
from semantic.plan import (
    Aggregate,
    Align,
    Everywhere,
    Extraction,
    Fill,
    Grouped,
    Levelled,
    Matching,
    Measure,
    Population,
    Projection,
    Result,
    Running,
    Sampled,
    Selected,
    Shifted,
    Step,
    Triangle,
    free_name,
)


def lower(result: Result, definitions: Definitions, dialect: Dialect) -> exp.Expr:
    """The tree of the one statement that answers a plan."""
    _check_names(result, dialect)
    steps = Steps(dialect, definitions, result.models)
    for step in result.steps:
        steps.add_level(step, _body(step, definitions, dialect, steps))
    statement = _Lowering(definitions, dialect, steps).result(result)
    if steps.steps:
        statement.set("with_", exp.With(expressions=steps.steps))
    return statement


def lower_rows(extraction: Extraction, definitions: Definitions, dialect: Dialect) -> exp.Expr:
    """The tree of the one statement that gives rows as they are."""
    _check_names(extraction.projection, dialect)
    steps = Steps(dialect, definitions, extraction.models)
    for step in extraction.steps:
        steps.add_level(step, _body(step, definitions, dialect, steps))
    statement = RowBuilder(dialect, definitions, steps).project(extraction.projection)
    if steps.steps:
        statement.set("with_", exp.With(expressions=steps.steps))
    return statement


def arranged(statement: exp.Expr, names: Sequence[str]) -> exp.Expr:
    """A statement with some columns first, in that order; the others follow as they stood."""
    columns = {column.alias_or_name: column for column in statement.expressions}
    order = [*names, *(name for name in columns if name not in names)]
    group = statement.args.get("group")
    if group is not None:  # by position
        keys = [statement.expressions[int(place.name) - 1] for place in group.expressions]
        places = sorted(order.index(key.alias_or_name) + 1 for key in keys)
        group.set("expressions", [exp.Literal.number(place) for place in places])
    statement.set("expressions", [columns[name] for name in order])
    return statement


def lower_projections(
    bodies: Sequence[Projection],
    made: Sequence[Step],
    models: Sequence[str],
    definitions: Definitions,
    dialect: Dialect,
) -> tuple[list[exp.Select], list[exp.CTE]]:
    """A SELECT for each of some rows, and the steps that stand before all of them."""
    steps = Steps(dialect, definitions, models)
    for step in made:
        steps.add_level(step, _body(step, definitions, dialect, steps))
    return [RowBuilder(dialect, definitions, steps).project(body) for body in bodies], steps.steps


def _body(step: Step, definitions: Definitions, dialect: Dialect, steps: Steps) -> exp.Query:
    """The SELECT of a step that makes the rows of a model."""
    if isinstance(step.body, Projection):
        return RowBuilder(dialect, definitions, steps).project(step.body)
    if isinstance(step.body, Selected):
        return steps.selected(step.body)
    if isinstance(step.body, Matching):
        return MatchingBuilder(definitions, dialect, steps, step.model).select(step.body)
    return _Lowering(definitions, dialect, steps).result(step.body)


class _Lowering(Filling, Levelling):
    # --- the answer -----------------------------------------------------------------------------

    def result(self, result: Result) -> exp.Select:
        """The outermost SELECT: over the fact itself where that is all there is, else over the last step."""
        self.series.prepare(result.input)
        if any(tree.find(exp.Window) for tree in (*(c.tree for c in result.columns), *result.having)):
            select = self._over_windows(result, self.grouped(result.input))
        elif isinstance(result.input, Aggregate) and not (
            self._needs_state(result.input) or _derives(result) or isinstance(result.input.input, Sampled)
        ):
            select = self._over_rows(result, result.input)
        elif _is_plain(result):
            select = self.grouping(result.input)
            columns = {column.alias_or_name: column for column in select.expressions}
            names = [self.dialect.identifier(c.name).name for c in result.columns]
            select.set("expressions", [columns[name] for name in names])
        else:
            select = self._over_step(result, self.grouped(result.input))
        self._sort(select, result)
        return select

    def _over_rows(self, result: Result, aggregate: Aggregate) -> exp.Select:
        """Keys, metrics and HAVING straight over the rows."""
        rows = self._rows()
        # A HAVING may take the name of an output for the output, where it means a table or a column.
        outputs = {c.name.lower() for c in result.columns} if result.having else set()
        rows.scope.taken |= outputs
        rows.add(aggregate.input)
        keys = {k.name: k.tree for k in aggregate.keys}
        measures = {m.name: m for m in aggregate.measures}
        columns = []
        for column in result.columns:
            if not _has_measures(column.tree):
                value = rows.scope.translate(keys[column.tree.name].copy())
            else:
                value = self._metric(rows, column.tree, measures)
            columns.append(self.build.named(value, column.name))
        having = [self._metric(rows, tree, measures) for tree in result.having]
        rows.scope.simplify(hiding(aggregate.keys) | outputs)
        select = self.build.select(columns, rows.source, rows.joins, rows.where, group=len(keys))
        if having:
            select.set("having", exp.Having(this=every(having)))
        return select

    def _metric(self, rows: RowBuilder, tree: exp.Expr, measures: dict[str, Measure]) -> exp.Expr:
        """A metric with each measure written out as the aggregate it is."""
        if isinstance(tree, exp.Column):
            return rows.measure(measures[tree.name])
        filled = self.dialect.translate(tree.copy())
        for node in [n for n in columns_of(filled) if n.table == "#"]:
            filled = substitute(filled, node, rows.measure(measures[node.name]))
        return filled

    def _over_step(self, result: Result, step: str) -> exp.Select:
        """Metrics from the columns of a finished step."""
        columns = [self.build.named(self._from_step(c.tree), c.name) for c in result.columns]
        having = [self._from_step(tree) for tree in result.having]
        return self.build.select(columns, self.build.table(step), where=having)

    def _over_windows(self, result: Result, step: str) -> exp.Select:
        """Metrics that look at other groups: at all of them, so what is asked of an answer comes
        afterwards."""
        columns = [self.build.named(self._from_step(c.tree), c.name) for c in result.columns]
        if not result.having:
            return self.build.select(columns, self.build.table(step))
        taken = {column.name.lower() for column in result.columns}
        tests = [free_name("kept", taken) for _ in result.having]
        columns += [
            self.build.named(self._from_step(tree), name)
            for tree, name in zip(result.having, tests, strict=True)
        ]
        ranked = self.steps.add("ranked", self.build.select(columns, self.build.table(step)))
        outputs = [self.build.column(c.name) for c in result.columns]
        return self.build.select(
            outputs, self.build.table(ranked), where=[self.build.column(t) for t in tests]
        )

    def _from_step(self, tree: exp.Expr) -> exp.Expr:
        copy = tree.copy()
        for node in [n for n in columns_of(copy) if n.table == "#"]:
            node.set("table", None)
            node.this.set("quoted", False)
        return self.dialect.translate(copy)

    def _sort(self, select: exp.Select, result: Result) -> None:
        if result.order:
            keys = [self.dialect.ordered(self.build.column(name), desc, False) for name, desc in result.order]
            select.set("order", exp.Order(expressions=keys))
        if result.limit is not None:
            select.set("limit", exp.Limit(expression=exp.Literal.number(result.limit)))

    # --- groupings ------------------------------------------------------------------------------

    def grouping(self, node: Grouped) -> exp.Select:
        """The SELECT of a grouping; the steps that it reads from are there already."""
        match node:
            case Aggregate():
                return self._two_steps(node) if self._needs_state(node) else self._rows().group(node)
            case Align():
                return self._align(node)
            case Fill():
                return self._fill(node)
            case Everywhere():
                return EverywhereBuilder(self.dialect, self.steps, self._stacked).select(node)
            case Population():
                return self._population(node)
            case Triangle():
                return TriangleBuilder(self.dialect, self.steps, self.series.base).select(node)
            case Levelled():
                return self._levelled(node)
            case Running():
                return self.series.running(node)
            case Shifted():
                return self.series.shifted(node)

    def _population(self, population: Population) -> exp.Select:
        """Each row of the population with what was counted for it; where nothing was, counts and sums
        are 0."""
        names = [self.grouped(each) for each in population.inputs]
        rows = self._rows().add(population.rows)
        keys = [rows.scope.translate(key.tree.copy()) for key in population.keys]
        columns = [self.build.named(tree, k.name) for k, tree in zip(population.keys, keys, strict=True)]
        joins = []
        for each, name in zip(population.inputs, names, strict=True):
            on = [
                exp.EQ(this=tree.copy(), expression=self.build.column(key.name, name))
                for key, tree in zip(population.keys, keys, strict=True)
            ]
            joins.append(exp.Join(this=self.build.table(name), on=every(on), side="LEFT"))
            for measure in each.measures:
                value: exp.Expr = self.build.column(measure.name, name)
                if measure.zero or measure.sums:
                    value = self.dialect.call("coalesce", value, exp.Literal.number(0))
                columns.append(self.build.named(value, measure.name))
        return self.build.select(columns, rows.source, [*rows.joins, *joins], rows.where)


def _derives(result: Result) -> bool:
    """Whether the answer has columns that are known of its keys, or is chosen by them."""
    if any(node.table != "#" for tree in result.having for node in columns_of(tree)):
        return True
    return any(
        not isinstance(column.tree, exp.Column) and not _has_measures(column.tree)
        for column in result.columns
    )


def _has_measures(tree: exp.Expr) -> bool:
    return any(n.table == "#" for n in columns_of(tree))


def _is_plain(result: Result) -> bool:
    """Whether the answer is just the keys and measures of its grouping."""
    return not result.having and all(
        isinstance(c.tree, exp.Column) and c.tree.name == c.name for c in result.columns
    )


def _check_names(result: Result | Projection, dialect: Dialect) -> None:
    """Raise for output names that the target would cut; a cut name could collide with another."""
    limit = dialect.answers.identifier_limit
    long = [c.name for c in result.columns if len(c.name.encode()) > limit]
    if long:
        raise SemanticError(faults.identifier_too_long(name, limit, dialect.name) for name in long)
