"""The statement: groupings, alignment, filling, and the answer on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlglot import exp

from semantic import faults
from semantic.bind.definitions import Definitions
from semantic.bind.row import columns_of, substitute
from semantic.dialect import Dialect
from semantic.faults import SemanticError
from semantic.lower.build import Build, every, union_all
from semantic.lower.everywhere import EverywhereBuilder
from semantic.lower.matching import MatchingBuilder
from semantic.lower.rows import RowBuilder, counted_rows, hiding
from semantic.lower.series import SeriesBuilder
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
    Part,
    Population,
    Projection,
    Result,
    Running,
    Sampled,
    Selected,
    Shifted,
    Spine,
    Step,
    Triangle,
    free_name,
)
from semantic.spec.types import TypeName


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


class _Lowering:
    def __init__(self, definitions: Definitions, dialect: Dialect, steps: Steps) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        steps.grouped = self.grouped
        self.series = SeriesBuilder(dialect, steps, self._added)
        steps.base = self.series.base
        steps.frames = self.series.frames
        steps.samples = self.series.samples
        self.periods: str | None = None

    def _rows(self) -> RowBuilder:
        return RowBuilder(self.dialect, self.definitions, self.steps)

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

    # --- aggregates -----------------------------------------------------------------------------

    def grouped(self, node: Grouped) -> str:
        """The step that holds a grouping, by name; an aggregate that several read is made once."""
        return self.series.base(node) if isinstance(node, Aggregate) else self._added(node)

    def _added(self, node: Grouped) -> str:
        select = self.grouping(node)
        return self.steps.add(node.name, select)

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

    def _needs_state(self, aggregate: Aggregate) -> bool:
        return any(self._over_group(m) for m in aggregate.measures)

    def _over_group(self, measure: Measure) -> bool:
        """Whether the target has the aggregate as a window function only."""
        call = measure.call
        return self.dialect.template(str(call.this), len(call.expressions)).over_group is not None

    def _two_steps(self, aggregate: Aggregate) -> exp.Select:
        """Window calls beside the rows first, then the grouping over their results."""
        rows = self._rows().add(aggregate.input)
        trees = [k.tree for k in aggregate.keys]
        inner = {k.name: rows.scope.translate(k.tree.copy()) for k in aggregate.keys}
        outer: list[exp.Expr] = [self.build.column(k.name) for k in aggregate.keys]
        for measure in aggregate.measures:
            outer.append(self.build.named(self._state(rows, measure, trees, inner), measure.name))
        columns = [self.build.named(tree, name) for name, tree in inner.items()]
        step = self.steps.add(
            f"{aggregate.name}_rows", self.build.select(columns, rows.source, rows.joins, rows.where)
        )
        return self.build.select(outer, self.build.table(step), group=len(aggregate.keys))

    def _state(
        self, rows: RowBuilder, measure: Measure, keys: Sequence[exp.Expr], inner: dict[str, exp.Expr]
    ) -> exp.Expr:
        """An aggregate over columns that are added to those of each row."""
        call = counted_rows(measure)
        name, arguments = str(call.this), [rows.scope.translate(a) for a in call.expressions]
        template = self.dialect.template(name, len(arguments))
        if template.over_group is not None:
            window = template.over_group(arguments)
            over = window.find(exp.Window)
            assert over is not None
            over.set("partition_by", [rows.scope.translate(k.copy()) for k in keys] or None)
            inner[measure.name] = window
            return template.build([self.build.column(measure.name)])
        references = [
            a if a.find(exp.Column) is None else self._carried(a, measure, inner) for a in arguments
        ]
        return self.dialect.call(name, *references)

    def _carried(self, argument: exp.Expr, measure: Measure, inner: dict[str, exp.Expr]) -> exp.Expr:
        """A column of each row under its own name, or an expression under the measure's."""
        wish = argument.name if isinstance(argument, exp.Column) else measure.name
        name, number = wish, 2
        while name in inner and inner[name] != argument:
            name, number = f"{wish}_{number}", number + 1
        inner.setdefault(name, argument)
        return self.build.column(name)

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

    def _levelled(self, node: Levelled) -> exp.Select:
        """Each group beside the coarser ones: those without keys are one row, the others meet by a window."""
        base, own = self.grouped(node.input), list[exp.Expr]()
        names = [*(key.name for key in node.keys), *(measure.name for measure in node.input.measures)]
        beside: list[Measure] = []
        for part in (part for part in node.attached if part.keys):
            known = [*names, *(m.name for m in beside)]
            base = self._only(node, base, known, own) if own else base
            base, own = self._within(node, part, self._part(part), base, known), [self._is_fine()]
            beside += part.measures
        totals = [(part, self._part(part)) for part in node.attached if not part.keys]
        alias = base if totals else None
        columns: list[exp.Expr] = [self.build.column(name, alias) for name in names]
        columns += [self._attached(measure, alias) for measure in beside]
        columns += [self._attached(measure, step) for part, step in totals for measure in part.measures]
        joins = [exp.Join(this=self.build.single(step), kind="CROSS") for _, step in totals]
        return self.build.select(columns, self.build.table(base), joins, own)

    def _only(self, node: Levelled, step: str, names: Sequence[str], where: list[exp.Expr]) -> str:
        """The groups themselves, without the coarser ones that were stacked below them."""
        columns = [self.build.column(name) for name in names]
        return self.steps.add(
            f"{node.name}_up", self.build.select(columns, self.build.table(step), where=where)
        )

    def _is_fine(self) -> exp.Expr:
        return exp.EQ(this=self.build.column("fine"), expression=exp.Literal.number(1))

    def _part(self, part: Part) -> str:
        return self.grouped(part)

    def _attached(self, measure: Measure, step: str | None) -> exp.Expr:
        value: exp.Expr = self.build.column(measure.name, step)
        if measure.zero:
            value = self.dialect.call("coalesce", value, exp.Literal.number(0))
        return self.build.named(value, measure.name)

    def _within(self, node: Levelled, part: Part, step: str, base: str, names: Sequence[str]) -> str:
        """Coarser groups stacked below the groups, then brought up to them by a window: NULL keys meet."""
        kept = {key.name for key in part.keys}
        fine: list[exp.Expr] = [self.build.column(name) for name in names]
        fine += [self.build.named(self._null(_class(m.type)), m.name) for m in part.measures]
        fine.append(self.build.named(exp.Literal.number(1), "fine"))
        coarse: list[exp.Expr] = [
            self.build.column(name) if name in kept else self.build.named(exp.Null(), name) for name in names
        ]
        coarse += [self.build.column(m.name) for m in part.measures]
        coarse.append(self.build.named(exp.Literal.number(0), "fine"))
        stacked = self.steps.add(
            f"{node.name}_stacked",
            union_all(
                [
                    self.build.select(fine, self.build.table(base)),
                    self.build.select(coarse, self.build.table(step)),
                ]
            ),
        )
        up: list[exp.Expr] = [self.build.column(name) for name in names]
        partition = [self.build.column(key.name) for key in part.keys]
        for measure in part.measures:
            pick = "bool_or" if measure.type == "boolean" else "max"
            value = exp.Window(
                this=self.dialect.call(pick, self.build.column(measure.name)), partition_by=partition
            )
            up.append(self.build.named(value, measure.name))
        up.append(self.build.column("fine"))
        return self.steps.add(f"{node.name}_beside", self.build.select(up, self.build.table(stacked)))

    # --- alignment ------------------------------------------------------------------------------

    def _align(self, align: Align) -> exp.Select:
        """Aggregates side by side: stacked and grouped again, so that NULL keys meet."""
        names = self._parts(align)
        if not align.keys:
            return self._crossed(align, names)
        stacked = [self._stacked(align, index, name) for index, name in enumerate(names)]
        stack = self.steps.add("stacked", union_all(stacked))
        keys = [self.build.column(k.name) for k in align.keys]
        values = [self._picked(m, filled=False) for m in align.measures]
        return self.build.select([*keys, *values], self.build.table(stack), group=len(keys))

    def _parts(self, align: Align) -> list[str]:
        """The steps of the parts."""
        return [self._part(part) for part in align.inputs]

    def _crossed(self, align: Align, names: list[str]) -> exp.Select:
        """Totals stand in one row each."""
        values = [
            self.build.named(self.build.column(m.name, name), m.name)
            for i, name in zip(align.inputs, names, strict=True)
            for m in i.measures
        ]
        joins = [exp.Join(this=self.build.single(name), kind="CROSS") for name in names[1:]]
        return self.build.select(values, self.build.single(names[0]), joins)

    def _stacked(self, align: Align, index: int, name: str) -> exp.Select:
        own = {m.name for m in align.inputs[index].measures}
        columns: list[exp.Expr] = [self.build.column(k.name) for k in align.keys]
        for measure in align.measures:
            present = measure.name in own
            value = self.build.column(measure.name) if present else self._nothing(measure, len(align.inputs))
            columns.append(self.build.named(value, measure.name))
        return self.build.select(columns, self.build.table(name))

    def _picked(self, measure: Measure, *, filled: bool) -> exp.Expr:
        """The one value of a stacked measure; over no rows a count is 0, and so is a sum that is filled."""
        value = self.build.picked(measure)
        if measure.zero or (filled and measure.sums):
            value = self.dialect.call("coalesce", value, exp.Literal.number(0))
        return self.build.named(value, measure.name)

    def _nothing(self, measure: Measure, inputs: int) -> exp.Expr:
        """NULL in the place of another fact's measure; typed where the union could not tell."""
        return exp.Null() if inputs == 2 else self._null(_class(measure.type))

    def _null(self, kind: TypeName) -> exp.Expr:
        return exp.Cast(this=exp.Null(), to=self.dialect.type(kind))

    # --- filling --------------------------------------------------------------------------------

    def _fill(self, fill: Fill) -> exp.Select:
        """The facts with a frame of keys that have to appear stacked below, grouped again."""
        facts = self._facts_of(fill)
        if len(facts) > 1 and self._looks_back(fill):
            facts = [self._columns_of(fill, self.steps.add("stacked", union_all(facts)))]
        base = facts[0].args["from_"].this.name
        frames = [self._frame(fill, base)]
        if fill.spine is not None and fill.members:
            # What the facts have beyond the members (their NULL group) has every period as well.
            frames.append(self._frame(replace(fill, members=()), base))
        step = self.steps.add("framed", union_all([*facts, *frames]))
        keys = [self.build.column(k.name) for k in fill.keys]
        values = [self._picked(m, filled=True) for m in fill.measures]
        return self.build.select([*keys, *values], self.build.table(step), group=len(keys))

    def _facts_of(self, fill: Fill) -> list[exp.Select]:
        """The rows of every fact, with NULL for the measures of the others."""
        if not isinstance(fill.input, Align):
            return [self._columns_of(fill, self.grouped(fill.input))]
        names = self._parts(fill.input)
        return [self._stacked(fill.input, index, name) for index, name in enumerate(names)]

    def _columns_of(self, fill: Fill, step: str) -> exp.Select:
        names = [*(k.name for k in fill.keys), *(m.name for m in fill.measures)]
        return self.build.select([self.build.column(name) for name in names], self.build.table(step))

    def _looks_back(self, fill: Fill) -> bool:
        """Whether the frame depends on what the facts have: open ends, or keys that it does not make."""
        made = {c.name for members in fill.members for c in members.columns}
        made |= {fill.spine.key} if fill.spine else set()
        open_end = fill.spine is not None and (fill.spine.start is None or fill.spine.end is None)
        return (
            open_end
            or (fill.spine is not None and bool(fill.members))
            or any(k.name not in made for k in fill.keys)
        )

    def _frame(self, fill: Fill, base: str) -> exp.Select:
        """Every combination of periods, members, and what else the facts have; no measure."""
        sources: list[str] = []
        columns: dict[str, exp.Expr] = {}
        if fill.spine is not None:
            sources.append(self._periods(fill.spine, base))
            columns[fill.spine.key] = self.build.column("period", sources[-1])
        for members in fill.members:
            sources.append(self.steps.distinct(members, self._rows().distinct))
            columns |= {c.name: self.build.column(c.name, sources[-1]) for c in members.columns}
        rest = [k.name for k in fill.keys if k.name not in columns]
        if rest:
            picked = [self.build.column(name) for name in rest]
            select = self.build.select(picked, self.build.table(base), distinct=True)
            sources.append(self.steps.add("found_keys", select))
            columns |= {name: self.build.column(name, sources[-1]) for name in rest}
        joins = [exp.Join(this=self.build.table(name), kind="CROSS") for name in sources[1:]]
        outputs = [self.build.named(columns[k.name], k.name) for k in fill.keys]
        outputs += [self.build.named(exp.Null(), m.name) for m in fill.measures]
        return self.build.select(outputs, self.build.table(sources[0]), joins)

    def _periods(self, spine: Spine, base: str) -> str:
        """The step with the periods; every frame reads the same."""
        if self.periods is None:
            self.periods = self._spine(spine, base)
        return self.periods

    def _spine(self, spine: Spine, base: str) -> str:
        start = self._edge(spine, spine.start, "min", base)
        end = self._edge(spine, spine.end, "max", base)
        return self.steps.add("periods", self.dialect.call(spine.function, start, end))

    def _edge(self, spine: Spine, moment: datetime | None, pick: str, base: str) -> exp.Expr:
        """One end of a spine: a literal, or the first (last) period that was found."""
        if moment is not None:
            return self.build.moment(moment, spine.type)
        found = self.dialect.call(pick, self.build.column(spine.key))
        return exp.Subquery(this=self.build.select([found], self.build.table(base)))


def _class(kind: TypeName | None) -> TypeName:
    """The type of a NULL that fits beside values of a type: any number widens from an integer."""
    return kind if kind in ("text", "boolean", "date", "timestamp", "timestamptz") else "integer"


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
