"""The cells of a retention: every cohort at every age that is known, with those of it that are active."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from semantic.bind.row import columns_of, substitute
from semantic.dialect import Dialect
from semantic.lower.build import Build, union_all
from semantic.lower.steps import Steps
from semantic.plan import Aggregate, Triangle


class TriangleBuilder:
    """Builds the steps of a triangle; ``base`` makes the step of an aggregate."""

    def __init__(self, dialect: Dialect, steps: Steps, base: Callable[[Aggregate], str]) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self.base = base

    def select(self, node: Triangle) -> exp.Select:
        """The cells: cohorts beside the periods since, stacked with activity and grouped, so NULL keys
        meet."""
        cohorts, active = self.base(node.cohorts), self.base(node.active)
        stacked = self.steps.add(
            f"{node.name}_stacked", union_all([self._ages(node, cohorts), self._active(node, active)])
        )
        keys = [*self._others(node), node.period, node.since]
        columns: list[exp.Expr] = [self.build.column(name) for name in keys]
        for measure in node.measures:
            largest = self.dialect.call("max", self.build.column(measure.name))
            columns.append(self.build.named(largest, measure.name))
        cells = self.steps.add(
            f"{node.name}_cells", self.build.select(columns, self.build.table(stacked), group=len(keys))
        )
        known = exp.Is(this=self.build.column(node.size.name), expression=exp.Not(this=exp.Null()))
        return self._asked(node, cells, known)

    def _asked(self, node: Triangle, cells: str, known: exp.Expr) -> exp.Select:
        """The cells by the keys that are asked for; without the period, all cohorts that are old enough."""
        again = self.dialect.call("coalesce", self.build.column(node.again.name), exp.Literal.number(0))
        keys: list[exp.Expr] = [self.build.column(key.name) for key in node.keys]
        if any(key.name == node.period for key in node.keys):
            outputs = [*keys, self.build.column(node.size.name), self.build.named(again, node.again.name)]
            return self.build.select(outputs, self.build.table(cells), where=[known])
        sums = [
            self.build.named(
                self.dialect.call("total_count", self.build.column(node.size.name)), node.size.name
            ),
            self.build.named(self.dialect.call("total_count", again), node.again.name),
        ]
        return self.build.select([*keys, *sums], self.build.table(cells), where=[known], group=len(keys))

    def _others(self, node: Triangle) -> list[str]:
        return [key.name for key in node.cohorts.keys if key.name != node.period]

    def _ages(self, node: Triangle, cohorts: str) -> exp.Select:
        """Each cohort at each age, up to the last period in which anyone is active."""
        last = self.base(node.last)
        first = exp.Subquery(
            this=self.build.select(
                [self.dialect.call("min", self.build.column(node.period))], self.build.table(cohorts)
            )
        )
        end = exp.Subquery(this=self.build.select([self.build.column("period")], self.build.table(last)))
        periods = self.steps.add(f"{node.name}_periods", self.dialect.call(node.spine.function, first, end))
        own = self.build.column(node.period, cohorts)
        at = self.build.column("period", periods)
        columns: list[exp.Expr] = [
            self.build.column(name, cohorts) for name in (*self._others(node), node.period)
        ]
        columns.append(self.build.named(self._between(node, own, at), node.since))
        columns.append(self.build.column(node.size.name, cohorts))
        columns.append(self.build.named(exp.Null(), node.again.name))
        on = exp.GTE(this=at.copy(), expression=own.copy())
        join = exp.Join(this=self.build.table(periods), on=on, kind="INNER")
        where = []
        if node.mature is not None:
            day = exp.Subquery(this=self.build.select([self.build.column("day")], self.build.table(last)))
            age = self._between(node, own, at)
            where = [self._filled(node.mature, {"from": own, "age": age, "day": day})]
        return self.build.select(columns, self.build.table(cohorts), [join], where)

    def _active(self, node: Triangle, active: str) -> exp.Select:
        columns: list[exp.Expr] = [self.build.column(name) for name in (*self._others(node), node.period)]
        since: exp.Expr = self.build.column(node.since)
        if node.mature is None:
            since = self._between(node, self.build.column(node.period), self.build.column("active_period"))
        columns.append(self.build.named(since, node.since))
        columns.append(self.build.named(exp.Null(), node.size.name))
        columns.append(self.build.column(node.again.name))
        return self.build.select(columns, self.build.table(active))

    def _between(self, node: Triangle, first: exp.Expr, later: exp.Expr) -> exp.Expr:
        """The number of periods from one to another."""
        return self._filled(node.between, {"from": first, "to": later})

    def _filled(self, tree: exp.Expr, values: Mapping[str, exp.Expr]) -> exp.Expr:
        """A tree over marks, with values of this statement in their places."""
        copy = tree.copy()
        for column in columns_of(copy):
            copy = substitute(copy, column, exp.Placeholder(this=column.name))
        translated = self.dialect.translate(copy)
        for mark in list(translated.find_all(exp.Placeholder)):
            mark.replace(values[mark.name].copy())
        return translated
