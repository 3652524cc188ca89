"""Groups completed by a frame: periods and members without a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlglot import exp

from semantic.lower.aligning import Aligning
from semantic.lower.build import union_all
from semantic.plan import Align, Fill, Spine


class Filling(Aligning):
    """Stacks a frame of keys below the facts."""

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
