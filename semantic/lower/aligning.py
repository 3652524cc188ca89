"""Aggregates of several facts side by side."""

from __future__ import annotations

from sqlglot import exp

from semantic.lower.build import union_all
from semantic.lower.grouping import Grouping, class_of
from semantic.plan import Align, Measure


class Aligning(Grouping):
    """Stacks aggregates and groups them again, so that NULL keys meet NULL keys."""

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
        return exp.Null() if inputs == 2 else self._null(class_of(measure.type))
