"""Groups beside the coarser ones that they lie in."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from semantic.lower.build import union_all
from semantic.lower.grouping import Grouping, class_of
from semantic.plan import Fill, Levelled, Measure, Part


class Levelling(Grouping):
    """Brings coarser groups up to finer ones."""

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
        told = [(measure, alias) for measure in beside]
        told += [(measure, step) for part, step in totals for measure in part.measures]
        filled = isinstance(node.input, Fill)
        columns += [self._attached(measure, step, filled=filled) for measure, step in told]
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

    def _attached(self, measure: Measure, step: str | None, *, filled: bool) -> exp.Expr:
        """A coarser group's value; over no rows a count is 0, and so is a sum that is filled."""
        value: exp.Expr = self.build.column(measure.name, step)
        if measure.zero or (filled and measure.sums):
            value = self.dialect.call("coalesce", value, exp.Literal.number(0))
        return self.build.named(value, measure.name)

    def _within(self, node: Levelled, part: Part, step: str, base: str, names: Sequence[str]) -> str:
        """Coarser groups stacked below the groups, then brought up to them by a window: NULL keys meet."""
        kept = {key.name for key in part.keys}
        fine: list[exp.Expr] = [self.build.column(name) for name in names]
        fine += [self.build.named(self._null(class_of(m.type)), m.name) for m in part.measures]
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
