"""Sweeps: intervals, changes and states over time as window functions, never as rows met with periods."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from semantic.dialect import Dialect
from semantic.lower.build import Build, every, rows_before, union_all
from semantic.lower.states import StateBuilder, gains_and_losses
from semantic.lower.steps import Steps
from semantic.plan import Aggregate, Changes, Intervals, Snapshot, States

_ONE = exp.Literal.number(1)


class SweepBuilder:
    """Builds the steps of a sweep and names the last one; ``grouped`` makes the step of an aggregate."""

    def __init__(self, dialect: Dialect, steps: Steps, grouped: Callable[[Aggregate], str]) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self._grouped = grouped

    def step(self, node: Snapshot | Intervals | Changes | States) -> str:
        """The step that holds the rows of a node."""
        match node:
            case Snapshot():
                return self._snapshot(node)
            case Intervals():
                return self._intervals(node)
            case Changes():
                return self._changes(node)
            case States():
                return StateBuilder(self.dialect, self.steps, self._grouped).step(node)

    # --- snapshots --------------------------------------------------------------------------------

    def _snapshot(self, node: Snapshot) -> str:
        """The groups of the moment that counts, found by a window over all of them."""
        cells = self._grouped(node.input)
        moment = self.dialect.call("max" if node.last else "min", self.build.column(node.moment))
        parts = [self.build.column(name) for name in node.within]
        names = [*(k.name for k in node.input.keys), *(m.name for m in node.input.measures)]
        columns: list[exp.Expr] = [self.build.column(name) for name in names]
        columns.append(self.build.named(exp.Window(this=moment, partition_by=parts or None), "chosen"))
        found = self.steps.add(
            f"{node.input.name}_found", self.build.select(columns, self.build.table(cells))
        )
        kept = exp.EQ(this=self.build.column(node.moment), expression=self.build.column("chosen"))
        outputs = [self.build.column(name) for name in names]
        return self.steps.add(
            f"{node.input.name}_chosen", self.build.select(outputs, self.build.table(found), where=[kept])
        )

    # --- intervals --------------------------------------------------------------------------------

    def _intervals(self, node: Intervals) -> str:
        if node.overlapping:
            return self._islands(node)
        cells = self._grouped(node.input)
        partition = [*node.others, node.value]
        order = (node.enter, node.leave)
        before = self._window("lag", self.build.column(node.leave), partition, order)
        after = self._window("lead", self.build.column(node.enter), partition, order)
        names = [*node.others, node.enter, node.leave, node.value]
        columns: list[exp.Expr] = [self.build.column(name) for name in names]
        columns += [self.build.named(before, "before"), self.build.named(after, "after")]
        lasting = exp.LT(this=self.build.column(node.enter), expression=self.build.column(node.leave))
        met = self.steps.add(
            f"{node.input.name}_met", self.build.select(columns, self.build.table(cells), where=[lasting])
        )
        apart = exp.LT(this=self.build.column("before"), expression=self.build.column(node.enter))
        ended = exp.GT(this=self.build.column("after"), expression=self.build.column(node.leave))
        begin = self._change(node, met, node.enter, 1, "before", apart)
        end = self._change(node, met, node.leave, -1, "after", ended)
        return self.steps.add(f"{node.input.name}_ends", union_all([begin, end]))

    def _islands(self, node: Intervals) -> str:
        """Intervals of a value that may overlap and need not end: each begins an island, or goes on with one.

        An island ends where the next one begins, at the latest end before that; the last one at the latest of
        all, if all of its intervals end.
        """
        cells = self._grouped(node.input)
        lasting = every(
            [
                exp.LT(this=self.build.column(node.enter), expression=self.build.column(node.leave)),
                exp.Is(this=self.build.column(node.leave), expression=exp.Null()),
            ],
            exp.Or,
        )
        partition = [*node.others, node.value]
        endless = exp.Case(
            ifs=[
                exp.If(
                    this=exp.Is(this=self.build.column(node.leave), expression=exp.Null()),
                    true=exp.Literal.number(1),
                )
            ],
            default=exp.Literal.number(0),
        )
        before = rows_before()
        names = [*node.others, node.enter, node.leave, node.value]
        columns: list[exp.Expr] = [self.build.column(name) for name in names]
        latest = self.dialect.call("max", self.build.column(node.leave))
        open_ended = self.dialect.call("max", endless)
        parts = [self.build.column(name) for name in partition]
        order = (node.enter, node.leave)
        columns += [
            self.build.named(
                exp.Window(this=latest.copy(), partition_by=parts, order=self._order(order), spec=before),
                "before",
            ),
            self.build.named(
                exp.Window(
                    this=open_ended.copy(), partition_by=parts, order=self._order(order), spec=before.copy()
                ),
                "endless_before",
            ),
            self.build.named(exp.Window(this=latest, partition_by=parts), "latest"),
            self.build.named(exp.Window(this=open_ended, partition_by=parts), "endless"),
            self.build.named(
                exp.Window(
                    this=self.dialect.call("row_number"), partition_by=parts, order=self._order(order)
                ),
                "number",
            ),
        ]
        met = self.steps.add(
            f"{node.input.name}_met", self.build.select(columns, self.build.table(cells), where=[lasting])
        )
        first = exp.EQ(this=self.build.column("number"), expression=exp.Literal.number(1))
        gap = exp.LT(this=self.build.column("before"), expression=self.build.column(node.enter))
        ended = exp.EQ(this=self.build.column("endless_before"), expression=exp.Literal.number(0))
        apart = every([gap, ended])
        never = exp.EQ(this=self.build.column("endless"), expression=exp.Literal.number(0))
        selects = [
            self._moved(node, met, node.enter, 1, every([first, apart], exp.Or)),
            self._moved(node, met, "before", -1, apart.copy()),
            self._moved(node, met, "latest", -1, every([first.copy(), never])),
        ]
        return self.steps.add(f"{node.input.name}_ends", union_all(selects))

    def _change(
        self, node: Intervals, step: str, axis: str, sign: int, neighbour: str, apart: exp.Expr
    ) -> exp.Select:
        """The values that come in (or go out) at a period: those that no other interval meets there."""
        alone = exp.Is(this=self.build.column(neighbour), expression=exp.Null())
        return self._moved(node, step, axis, sign, every([alone, apart], exp.Or))

    def _moved(self, node: Intervals, step: str, axis: str, sign: int, where: exp.Expr) -> exp.Select:
        """Rows of a step as values that come in or go out."""
        one = _ONE.copy() if sign > 0 else exp.Neg(this=_ONE.copy())
        missing = exp.Is(this=self.build.column(node.value), expression=exp.Null())
        counted = exp.Case(ifs=[exp.If(this=missing, true=exp.Literal.number(0))], default=one.copy())
        columns: list[exp.Expr] = [self.build.column(name) for name in node.others]
        columns += [
            self.build.named(self.build.column(axis), node.enter),
            self.build.named(one, node.found),
            self.build.named(counted, node.counted),
        ]
        return self.build.select(columns, self.build.table(step), where=[where])

    # --- changes ----------------------------------------------------------------------------------

    def _changes(self, node: Changes) -> str:
        cells = self._grouped(node.input)
        names = [m.name for m in node.input.measures]
        return self.steps.add(
            f"{node.input.name}_moves",
            gains_and_losses(self.build, [(cells, names)], node.others, node.enter, node.leave, names),
        )

    def _window(self, name: str, value: exp.Expr, partition: Sequence[str], order: Sequence[str]) -> exp.Expr:
        parts = [self.build.column(each) for each in partition]
        return exp.Window(this=self.dialect.call(name, value), partition_by=parts, order=self._order(order))

    def _order(self, names: Sequence[str]) -> exp.Order:
        return exp.Order(
            expressions=[self.dialect.ordered(self.build.column(n), False, False) for n in names]
        )
