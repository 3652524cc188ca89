"""States of entities over time: what each of them has in a window, and what that changes for its group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from semantic.bind.row import filled
from semantic.dialect import Dialect
from semantic.lower.build import Build, every, union_all
from semantic.lower.steps import Steps
from semantic.plan import MERGED, Aggregate, Measure, States, known_of

#: A step, and the measures that it has.
Cells = tuple[str, list[Measure]]


class StateBuilder:
    """Builds the steps of states; ``grouped`` makes the step of an aggregate."""

    def __init__(self, dialect: Dialect, steps: Steps, grouped: Callable[[Aggregate], str]) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self._grouped = grouped

    def step(self, node: States) -> str:
        """What an entity's states add to its group when they begin, and take away when they end."""
        cells = [(self._grouped(each), list(each.measures)) for each in node.inputs]
        kept = [*node.others, *node.entity]
        order = node.enter
        if node.leave is not None:
            points = self._changing(node, cells, kept)
        elif node.number is not None:
            points, order = self._numbered(node, cells, kept), "number"
        else:
            points = self._together(node, cells, kept)
        measures = [measure for _, own in cells for measure in own]
        columns: list[exp.Expr] = [self.build.column(name) for name in (*node.others, order)]
        telling = {known_of(measure.name) for measure in measures}
        columns += [self._so_far(m, kept, node, order) for m in measures if m.name not in telling]
        columns.append(self.build.named(self._until(kept, node, order), "until"))
        states = self.steps.add(f"{node.name}_states", self.build.select(columns, self.build.table(points)))
        spans = self._spans(node, states, order)
        if node.number is not None:
            spans = self._dated(node, spans)
        return self.steps.add(f"{node.name}_steps", self._ends(node, spans, cells))

    # --- where a state may change -----------------------------------------------------------------

    def _together(self, node: States, cells: Sequence[Cells], kept: Sequence[str]) -> str:
        """What an entity has in each period, of every kind."""
        if len(cells) == 1:
            return cells[0][0]
        names = [measure.name for _, own in cells for measure in own]
        selects = [
            self.build.select(
                [*(self.build.column(n) for n in (*kept, node.enter)), *self._values(names, own)],
                self.build.table(step),
            )
            for step, own in cells
        ]
        return self.steps.add(f"{node.name}_points", union_all(selects))

    def _values(self, names: Sequence[str], own: Sequence[Measure]) -> list[exp.Expr]:
        mine = {measure.name for measure in own}
        return [self.build.column(n) if n in mine else self.build.named(exp.Null(), n) for n in names]

    def _numbered(self, node: States, cells: Sequence[Cells], kept: Sequence[str]) -> str:
        """Where an entity has rows, and where a window no longer sees them, by the number of the period.

        Numbers make cheap windows; each period is numbered once, and rows find theirs by equality.
        """
        names = [measure.name for _, own in cells for measure in own]
        selects = []
        for step, own in cells:
            numbers = self._numbers(node, step)
            number = self.build.column("number", numbers)
            selects.append(self._point(node, step, numbers, kept, number, self._values(names, own)))
            length = exp.Literal.number(_length(node))
            later = exp.Add(this=number.copy(), expression=length)
            gone = self._point(node, step, numbers, kept, later, self._values(names, []))
            if self.steps.end is not None:  # what leaves after the last period changes nothing any more
                left = self.build.column("period_left", numbers)
                gone.set("where", exp.Where(this=exp.LTE(this=left, expression=self.steps.end.copy())))
            selects.append(gone)
        return self.steps.add(f"{node.name}_points", union_all(selects))

    def _numbers(self, node: States, step: str) -> str:
        """Each period with its number, and the first one whose window has left it behind."""
        assert node.number is not None
        assert node.until is not None
        distinct = self.build.select([self.build.column(node.enter)], self.build.table(step), distinct=True)
        alias = exp.TableAlias(this=self.dialect.identifier("found_periods"))
        columns: list[exp.Expr] = [
            self.build.column(node.enter),
            self.build.named(self.build.over(node.number), "number"),
            self.build.named(self.build.over(node.until), "period_left"),
        ]
        source = exp.Subquery(this=distinct, alias=alias)
        return self.steps.add(f"{node.name}_numbers", self.build.select(columns, source))

    def _point(
        self,
        node: States,
        step: str,
        numbers: str,
        kept: Sequence[str],
        number: exp.Expr,
        values: Sequence[exp.Expr],
    ) -> exp.Select:
        columns: list[exp.Expr] = [self.build.column(name, step) for name in kept]
        columns += [self.build.named(number, "number"), *values]
        on = exp.EQ(
            this=self.build.column(node.enter, numbers), expression=self.build.column(node.enter, step)
        )
        join = exp.Join(this=self.build.table(numbers), on=on, kind="INNER")
        return self.build.select(columns, self.build.table(step), [join])

    def _dated(self, node: States, spans: str) -> str:
        """Spans between numbers as spans between periods."""
        assert node.dated is not None
        columns: list[exp.Expr] = [self.build.column(name) for name in node.others]
        for name, own in (("number", node.enter), ("until", "until")):
            tree = filled(node.dated, self.build.column(name))
            columns.append(self.build.named(self.dialect.translate(tree), own))
        columns += [self.build.column(each.name) for each in node.values]
        return self.steps.add(f"{node.name}_dated", self.build.select(columns, self.build.table(spans)))

    def _changing(self, node: States, cells: Sequence[Cells], kept: Sequence[str]) -> str:
        """What an entity gains and loses, put together by period."""
        owned = [(step, [m.name for m in own]) for step, own in cells]
        names = [name for _, own in owned for name in own]
        moves = self.steps.add(
            f"{node.name}_moves", gains_and_losses(self.build, owned, kept, node.enter, node.leave, names)
        )
        keys: list[exp.Expr] = [self.build.column(name) for name in (*kept, node.enter)]
        sums = [self.build.named(self.dialect.call("sum", self.build.column(name)), name) for name in names]
        return self.steps.add(
            f"{node.name}_changes",
            self.build.select([*keys, *sums], self.build.table(moves), group=len(keys)),
        )

    def _so_far(self, measure: Measure, kept: Sequence[str], node: States, order: str) -> exp.Expr:
        """A measure of an entity over its window; a sum of no value is NULL, a count of none 0."""
        merge = MERGED[str(measure.call.this)]
        whole = "sum" if merge == "total_count" else merge
        value: exp.Expr = self._in_state(
            self.dialect.call(whole, self.build.column(measure.name)), kept, node, order
        )
        if node.leave is not None and str(measure.call.this) == "sum":
            known = self.dialect.call("sum", self.build.column(known_of(measure.name)))
            some = exp.GT(this=self._in_state(known, kept, node, order), expression=exp.Literal.number(0))
            value = exp.Case(ifs=[exp.If(this=some, true=value)])
        if measure.zero:
            value = self.dialect.call("coalesce", value, exp.Literal.number(0))
        return self.build.named(value, measure.name)

    def _in_state(self, call: exp.Expr, kept: Sequence[str], node: States, order: str) -> exp.Window:
        """A call over the rows of an entity that its window sees."""
        kind = "RANGE" if node.preceding is not None else "ROWS"
        start = "UNBOUNDED" if node.preceding is None else exp.Literal.number(node.preceding)
        frame = exp.WindowSpec(kind=kind, start=start, start_side="PRECEDING", end="CURRENT ROW")
        return exp.Window(
            this=call, partition_by=self._parts(kept, node), order=self._in_order(order), spec=frame
        )

    def _parts(self, kept: Sequence[str], node: States) -> list[exp.Expr]:
        """What a state belongs to: an entity of a group, since the last reset."""
        reset = [self.build.over(node.reset)] if node.reset is not None else []
        return [*(self.build.column(name) for name in kept), *reset]

    def _in_order(self, order: str) -> exp.Order:
        """Periods, or their numbers; neither is ever NULL, and RANGE frames take NULLs only where they
        fall anyway."""
        natural = self.dialect.answers.null_ordering == "small"
        return exp.Order(expressions=[self.dialect.ordered(self.build.column(order), False, natural)])

    def _until(self, kept: Sequence[str], node: States, order: str) -> exp.Window:
        """The period at which the next state begins."""
        after = self.dialect.call("lead", self.build.column(order))
        return exp.Window(this=after, partition_by=self._parts(kept, node), order=self._in_order(order))

    def _spans(self, node: States, states: str, order: str) -> str:
        """What all entities of a group add from one period until another."""
        keys: list[exp.Expr] = [self.build.column(name) for name in (*node.others, order, "until")]
        sums = [self.build.named(self._added(each.tree), each.name) for each in node.values]
        endless = exp.Is(this=self.build.column("until"), expression=exp.Null())
        lasting = exp.LT(this=self.build.column(order), expression=self.build.column("until"))
        where = [every([endless, lasting], exp.Or), *(self.build.over(test) for test in node.tests)]
        if node.present is not None:
            where.append(exp.GT(this=self.build.over(node.present), expression=exp.Literal.number(0)))
        select = self.build.select([*keys, *sums], self.build.table(states), where=where, group=len(keys))
        return self.steps.add(f"{node.name}_spans", select)

    def _added(self, tree: exp.Expr) -> exp.Expr:
        """What entities add up to; where each of them adds 1, their number."""
        if isinstance(tree, exp.Literal):
            return self.dialect.call("count_rows")
        return self.dialect.call("sum", self.build.over(tree))

    def _ends(self, node: States, spans: str, cells: Sequence[Cells]) -> exp.Expr:
        """Each span as what it adds where it begins, and takes away where it ends; and where rows are at
        all."""
        names = [each.name for each in node.values]
        until = self.build.column("until")
        ended = [exp.Is(this=until.copy(), expression=exp.Not(this=exp.Null()))]
        selects = [
            self._end(node, spans, self.build.column(node.enter), names, 1),
            self._end(node, spans, until, names, -1, ended),
        ]
        if node.present is None:
            for step, _ in cells:
                counted, left = self._counted(node, step), self._left(node)
                selects.append(self._there(node, counted, self.build.column(node.enter), 1))
                selects += [self._there(node, counted, left, -1)] if left is not None else []
        return union_all(selects)

    def _end(
        self,
        node: States,
        spans: str,
        period: exp.Expr,
        names: Sequence[str],
        sign: int,
        where: Sequence[exp.Expr] = (),
    ) -> exp.Select:
        columns: list[exp.Expr] = [self.build.column(name) for name in node.others]
        columns.append(self.build.named(period, node.enter))
        columns += [self.build.named(_signed(self.build.column(name), sign), name) for name in names]
        if node.seen not in names:
            columns.append(self.build.named(exp.Literal.number(0), node.seen))
        return self.build.select(columns, self.build.table(spans), where=where)

    def _counted(self, node: States, step: str) -> str:
        """How many entities have rows, by the period in which they come in (and go out)."""
        names = [*node.others, node.enter, *((node.leave,) if node.leave is not None else ())]
        columns: list[exp.Expr] = [self.build.column(name) for name in names]
        columns.append(self.build.named(self.dialect.call("count_rows"), node.seen))
        select = self.build.select(columns, self.build.table(step), group=len(names))
        return self.steps.add(f"{node.name}_rows", select)

    def _there(self, node: States, counted: str, period: exp.Expr, sign: int) -> exp.Select:
        """How many entities come in (or go out) at a period."""
        columns: list[exp.Expr] = [self.build.column(name) for name in node.others]
        columns.append(self.build.named(period, node.enter))
        columns += [self.build.named(exp.Literal.number(0), each.name) for each in node.values]
        columns.append(self.build.named(_signed(self.build.column(node.seen), sign), node.seen))
        return self.build.select(columns, self.build.table(counted))

    def _left(self, node: States) -> exp.Expr | None:
        """The period that no longer sees a row."""
        if node.leave is not None:
            return self.build.column(node.leave)
        return self.build.over(node.until) if node.until is not None else None


def _length(node: States) -> int:
    """How many units of the number of a period its window has."""
    assert node.preceding is not None
    return node.preceding + 1


def _signed(tree: exp.Expr, sign: int) -> exp.Expr:
    return tree if sign > 0 else exp.Neg(this=tree)


def gains_and_losses(
    build: Build,
    cells: Sequence[tuple[str, list[str]]],
    kept: Sequence[str],
    enter: str,
    leave: str | None,
    names: Sequence[str],
) -> exp.Expr:
    """What each group gains when it comes in, and loses when it goes out."""
    selects = []
    for step, own in cells:
        for axis, sign in ((enter, 1), (leave, -1)):
            if axis is None:
                continue
            columns: list[exp.Expr] = [build.column(name) for name in kept]
            columns.append(build.named(build.column(axis), enter))
            for name in names:
                value: exp.Expr = build.column(name) if name in own else exp.Literal.number(0)
                if name in own and sign < 0:
                    value = exp.Neg(this=value)
                columns.append(build.named(value, name))
            selects.append(build.select(columns, build.table(step)))
    return union_all(selects)
