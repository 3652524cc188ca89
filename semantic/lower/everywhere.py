"""Every period of a question: groups that are there, and periods that no group of a metric has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from semantic.bind.row import filled
from semantic.dialect import Dialect
from semantic.lower.build import Build, union_all
from semantic.lower.steps import Steps
from semantic.plan import Align, Everywhere, Measure

Stacked = Callable[[Align, int, str], exp.Select]


def names_of(node: Everywhere) -> list[str]:
    """The columns of every row."""
    return [*(key.name for key in node.keys), *(measure.name for measure in node.measures)]


class EverywhereBuilder:
    """Builds the SELECT with every period; ``stacked`` makes the rows of one part of several."""

    def __init__(self, dialect: Dialect, steps: Steps, stacked: Stacked) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self._stacked = stacked

    def select(self, node: Everywhere) -> exp.Select:
        """The groups, and the periods that some part has none of."""
        if isinstance(node.input, Align):
            return self._of_several(node, node.input)
        step = self.steps.grouped(node.input)
        periods = self._periods(node, step)
        columns = [
            self.build.named(self.build.column("period", periods), key.name)
            if key.name == node.spine.key
            else self.build.column(key.name, step)
            for key in node.keys
        ]
        columns += [self.build.column(measure.name, step) for measure in node.measures]
        return self.build.select(columns, self.build.table(periods), [self._join(node, step, periods)])

    def _of_several(self, node: Everywhere, align: Align) -> exp.Select:
        """The groups of all parts, stacked with the periods that they lack, and grouped again."""
        names = [self.steps.grouped(part) for part in align.inputs]
        selects = [self._part(node, align, n, name) for n, name in enumerate(names)]
        stack = self.steps.add("stacked", union_all(selects))
        periods = self._periods(node, stack)
        everything = self.build.select(
            [self.build.column(name) for name in names_of(node)], self.build.table(stack)
        )
        missing = [self._missing(node, names[place], periods) for place in node.parts]
        step = self.steps.add("framed", union_all([everything, *missing]))
        keys: list[exp.Expr] = [self.build.column(key.name) for key in node.keys]
        values = [self._picked(measure) for measure in node.measures]
        return self.build.select([*keys, *values], self.build.table(step), group=len(keys))

    def _part(self, node: Everywhere, align: Align, place: int, name: str) -> exp.Select:
        """The groups of a part; one that has every period has no others."""
        select = self._stacked(align, place, name)
        if place in node.parts:
            period = self.build.column(node.spine.key)
            known = exp.Not(this=exp.Is(this=period, expression=exp.Null()))
            select.set("where", exp.Where(this=known))
        return select

    def _missing(self, node: Everywhere, step: str, periods: str) -> exp.Select:
        """The periods that a part has no group of."""
        columns = [
            self.build.named(
                self.build.column("period", periods) if key.name == node.spine.key else exp.Null(), key.name
            )
            for key in node.keys
        ]
        columns += [self.build.named(exp.Null(), measure.name) for measure in node.measures]
        none = exp.Is(this=self.build.column(node.spine.key, step), expression=exp.Null())
        return self.build.select(
            columns, self.build.table(periods), [self._join(node, step, periods)], [none]
        )

    def _join(self, node: Everywhere, step: str, periods: str) -> exp.Join:
        own, period = self.build.column(node.spine.key, step), self.build.column("period", periods)
        return exp.Join(this=self.build.table(step), on=exp.EQ(this=own, expression=period), side="LEFT")

    def _picked(self, measure: Measure) -> exp.Expr:
        value = self.build.picked(measure)
        if measure.zero:
            value = self.dialect.call("coalesce", value, exp.Literal.number(0))
        return self.build.named(value, measure.name)

    # --- the periods ------------------------------------------------------------------------------

    def _periods(self, node: Everywhere, step: str) -> str:
        """The step with the periods that appear."""
        name = self._of_calendar(node, step) if node.calendar is not None else self._spine(node, step)
        if not node.tests:
            return name
        period = self.build.column("period")
        tests = [self.dialect.translate(filled(test, period)) for test in node.tests]
        return self.steps.add(
            "asked_periods", self.build.select([period], self.build.table(name), where=tests)
        )

    def _spine(self, node: Everywhere, step: str) -> str:
        start, end = (self._edge(node, step, pick) for pick in ("min", "max"))
        return self.steps.add("periods", self.dialect.call(node.spine.function, start, end))

    def _edge(self, node: Everywhere, step: str, pick: str) -> exp.Expr:
        """One end of the range that was asked for, else the first (last) period that was found."""
        moment = node.spine.start if pick == "min" else node.spine.end
        if moment is not None:
            return self.build.moment(moment, node.spine.type)
        found = self.dialect.call(pick, self.build.column(node.spine.key))
        return exp.Subquery(this=self.build.select([found], self.build.table(step)))

    def _of_calendar(self, node: Everywhere, step: str) -> str:
        """The periods of a calendar table, by their days."""
        assert node.calendar is not None
        known = self.steps.base(node.calendar)
        where = [self._after(node, known, step), self._before(node, known, step)]
        columns = [self.build.column("period")]
        return self.steps.add("periods", self.build.select(columns, self.build.table(known), where=where))

    def _after(self, node: Everywhere, known: str, step: str) -> exp.Expr:
        if node.spine.start is not None:
            start = self.build.moment(node.spine.start, "date")
            return exp.GTE(this=self.build.column("last_day"), expression=start)
        return exp.GTE(this=self.build.column("first_day"), expression=self._day(node, known, step, "min"))

    def _before(self, node: Everywhere, known: str, step: str) -> exp.Expr:
        if node.spine.end is not None:
            last = self.build.moment(node.spine.end - datetime.resolution, "date")
            return exp.LTE(this=self.build.column("first_day"), expression=last)
        return exp.LTE(this=self.build.column("first_day"), expression=self._day(node, known, step, "max"))

    def _day(self, node: Everywhere, known: str, step: str, pick: str) -> exp.Expr:
        """The first day of the first or last period that was found."""
        on = exp.EQ(
            this=self.build.column(node.spine.key, step), expression=self.build.column("period", "own")
        )
        join = exp.Join(this=self.build.table(step), on=on, kind="INNER")
        found = self.dialect.call(pick, self.build.column("first_day", "own"))
        return exp.Subquery(this=self.build.select([found], self.build.table(known, "own"), [join]))
