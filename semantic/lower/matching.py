"""Two streams of events in one: what follows what, by window functions."""

from __future__ import annotations

from sqlglot import exp

from semantic.bind.definitions import Definitions
from semantic.bind.row import columns_of, substitute
from semantic.dialect import Dialect
from semantic.lower.build import Build, every, rows_before, union_all
from semantic.lower.rows import RowBuilder
from semantic.lower.steps import Steps
from semantic.plan import Matching, Named, free_name


class MatchingBuilder:
    """Builds the step with base events and the events that follow them."""

    def __init__(self, definitions: Definitions, dialect: Dialect, steps: Steps, name: str) -> None:
        self.definitions = definitions
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self.name = name
        # The columns of both streams: when an event happened, whether it is a base event, the next one
        # of these.
        self.happened = self.base = self.next_base = ""
        self.keys: list[str] = []

    def select(self, node: Matching) -> exp.Select:
        """The base events with the columns that the windows over both streams add."""
        taken = {c.name.lower() for c in node.columns} | {n.lower() for n in (node.at, node.last) if n}
        keys = self.keys = [free_name("entity", taken) for _ in node.keys]
        self.happened, self.base = free_name("happened", taken), free_name("base", taken)
        self.next_base = free_name("next_base", taken)
        events = self.steps.add(
            f"{self.name}_events", union_all([self._base(node, keys), self._other(node, keys)])
        )
        inner = self._inner(node, keys)
        columns: list[exp.Expr] = [
            self.build.column(name) for name in dict.fromkeys((*inner.values(), self.base))
        ]
        if node.at is not None:
            columns.append(self.build.named(self._next(node, keys, later=True), node.at))
        if node.once:
            columns.append(self.build.named(self._next(node, keys, later=False), self.next_base))
        if node.last is not None:
            latest = self.build.select(
                [self.dialect.call("max", self.build.column(self.happened))], self.build.table(events)
            )
            columns.append(self.build.named(exp.Subquery(this=latest), node.last))
        if node.many is not None:
            return self._counted(node, events, inner, keys, columns)
        met = self.steps.add(f"{self.name}_followed", self.build.select(columns, self.build.table(events)))
        outputs = [self.build.named(self.build.column(own), name) for name, own in inner.items()]
        if node.at is not None:
            outputs.append(self.build.named(self._kept(node, node.at), node.at))
        outputs += [self.build.column(node.last)] if node.last is not None else []
        return self.build.select(outputs, self.build.table(met), where=[self._is_base()])

    def _counted(
        self, node: Matching, events: str, inner: dict[str, str], keys: list[str], columns: list[exp.Expr]
    ) -> exp.Select:
        """Base events with the number of those that come after them and before the next base event."""
        taken = {column.alias_or_name.lower() for column in columns} | {key.lower() for key in keys}
        turn, before = free_name("turn", taken), free_name("before", taken)
        more = [self.build.column(name) for name in (*keys, self.happened) if name not in inner.values()]
        numbered = self.build.select(
            [
                *columns, *more,
                self.build.named(self._so_far(node, keys, "count", exp.Literal.number(1)), turn),
                self.build.named(self._so_far(node, keys, "max", self.build.column(self.happened)), before),
            ],
            self.build.table(events),
        )  # fmt: skip
        turns = self.steps.add(f"{self.name}_turns", numbered)
        fits: list[exp.Expr] = [exp.EQ(this=self.build.column(self.base), expression=exp.Literal.number(0))]
        if node.fits is not None:
            fits.append(self._fits(node.fits, before))
        count = self.dialect.call(
            "count", exp.Case(ifs=[exp.If(this=every(fits), true=exp.Literal.number(1))])
        )
        parts = [self.build.column(name) for name in (*keys, turn)]
        columns = [self.build.column(name) for name in dict.fromkeys((*inner.values(), self.base))]
        columns += [self.build.column(node.last)] if node.last is not None else []
        assert node.many is not None
        columns.append(self.build.named(exp.Window(this=count, partition_by=parts), node.many))
        met = self.steps.add(f"{self.name}_followed", self.build.select(columns, self.build.table(turns)))
        outputs = [self.build.named(self.build.column(own), name) for name, own in inner.items()]
        alone = exp.EQ(this=self.build.column(self.base), expression=exp.Literal.number(1))
        own = exp.Case(
            ifs=[exp.If(this=alone, true=self.build.column(node.many))], default=exp.Literal.number(0)
        )
        outputs.append(self.build.named(own, node.many))
        outputs += [self.build.column(node.last)] if node.last is not None else []
        return self.build.select(outputs, self.build.table(met), where=[self._is_base()])

    def _so_far(self, node: Matching, keys: list[str], function: str, value: exp.Expr) -> exp.Expr:
        """An aggregate of the base events up to each event."""
        wanted = exp.EQ(this=self.build.column(self.base), expression=exp.Literal.number(1))
        inner = self.dialect.call(function, exp.Case(ifs=[exp.If(this=wanted, true=value)]))
        parts = [self.build.column(key) for key in keys]
        order = self._order(node, backwards=False)
        return exp.Window(this=inner, partition_by=parts, order=order, spec=_until())

    def _fits(self, fits: exp.Expr, before: str) -> exp.Expr:
        """A condition over the times of a later event and of the base event before it."""
        tree = fits.copy()
        names = {"from": before, "to": self.happened}
        for node in columns_of(tree):
            tree = substitute(tree, node, exp.Column(this=self.dialect.identifier(names[node.name])))
        return self.dialect.translate(tree)

    def _inner(self, node: Matching, keys: list[str]) -> dict[str, str]:
        """Where each column of the base events is found in both streams: some are their time or their
        entity."""
        known = {left: key for key, (left, _) in zip(keys, node.keys, strict=True)}
        known[node.times[0]] = self.happened
        return {c.name: known.get(c.tree, c.name) for c in node.columns}

    def _own(self, node: Matching, keys: list[str]) -> list[Named]:
        """The columns that only base events have."""
        inner = self._inner(node, keys)
        return [column for column in node.columns if inner[column.name] == column.name]

    def _is_base(self) -> exp.Expr:
        least = exp.Literal.number(1)
        return exp.GTE(this=self.build.column(self.base), expression=least)

    def _flag(self, met: exp.Expr | None, flag: int, otherwise: int, rows: RowBuilder) -> exp.Expr:
        """Whether an event is one of its stream, or only stands in it."""
        number = exp.Literal.number(flag)
        if met is None:
            return number
        return exp.Case(
            ifs=[exp.If(this=rows.scope.translate(met.copy()), true=number)],
            default=exp.Literal.number(otherwise),
        )

    def _kept(self, node: Matching, at: str) -> exp.Expr:
        """The next event, unless a nearer base event has it."""
        if not node.once:
            return self.build.column(at)
        compare = exp.GT if node.inclusive else exp.GTE
        alone = exp.Is(this=self.build.column(self.next_base), expression=exp.Null())
        nearest = compare(this=self.build.column(self.next_base), expression=self.build.column(at))
        return exp.Case(ifs=[exp.If(this=every([alone, nearest], exp.Or), true=self.build.column(at))])

    def _base(self, node: Matching, keys: list[str]) -> exp.Select:
        rows = RowBuilder(self.dialect, self.definitions, self.steps).add(node.base)
        own = self._own(node, keys)
        columns = [self.build.named(rows.scope.translate(c.tree.copy()), c.name) for c in own]
        columns += [
            self.build.named(rows.scope.translate(left.copy()), key)
            for key, (left, _) in zip(keys, node.keys, strict=True)
        ]
        columns.append(self.build.named(rows.scope.translate(node.times[0].copy()), self.happened))
        columns.append(self.build.named(self._flag(node.met[0], 1, 2, rows), self.base))
        return self.build.select(columns, rows.source, rows.joins, rows.where)

    def _other(self, node: Matching, keys: list[str]) -> exp.Select:
        """The later events; those of no entity or of no time follow nothing."""
        rows = RowBuilder(self.dialect, self.definitions, self.steps).add(node.other)
        own = self._own(node, keys)
        columns: list[exp.Expr] = [self.build.named(exp.Null(), c.name) for c in own]
        known = []
        for key, (_, right) in zip(keys, node.keys, strict=True):
            tree = rows.scope.translate(right.copy())
            known.append(tree.copy())
            columns.append(self.build.named(tree, key))
        time = rows.scope.translate(node.times[1].copy())
        known.append(time.copy())
        columns += [
            self.build.named(time, self.happened),
            self.build.named(self._flag(node.met[1], 0, -1, rows), self.base),
        ]
        present = [exp.Is(this=tree, expression=exp.Not(this=exp.Null())) for tree in known]
        return self.build.select(columns, rows.source, rows.joins, [*rows.where, *present])

    def _next(self, node: Matching, keys: list[str], *, later: bool) -> exp.Expr:
        """The time of the next event of one stream after each event."""
        wanted = exp.EQ(this=self.build.column(self.base), expression=exp.Literal.number(0 if later else 1))
        time = exp.Case(ifs=[exp.If(this=wanted, true=self.build.column(self.happened))])
        parts = [self.build.column(key) for key in keys]
        if self.dialect.answers.next_value == "ignore_nulls":
            first = exp.IgnoreNulls(this=exp.FirstValue(this=time))
            return exp.Window(
                this=first, partition_by=parts, order=self._order(node, backwards=False), spec=_after()
            )
        least = self.dialect.call("min", time)
        # A frame that only grows is cheap on every target; one that shrinks is not.
        return exp.Window(
            this=least, partition_by=parts, order=self._order(node, backwards=True), spec=rows_before()
        )

    def _order(self, node: Matching, *, backwards: bool) -> exp.Order:
        """Events in time; at one time a later event comes first where it does not count, and last where
        it does."""
        last = node.inclusive != backwards
        inner = self._inner(node, self.keys)
        ties = [inner[name] for name in node.ties if inner[name] == name]  # the entity is the same anyway
        return exp.Order(
            expressions=[
                self.dialect.ordered(self.build.column(self.happened), backwards, backwards),
                self.dialect.ordered(self.build.column(self.base), last, False),
                *(self.dialect.ordered(self.build.column(name), backwards, backwards) for name in ties),
            ]
        )


def _until() -> exp.WindowSpec:
    """All rows up to the current one."""
    return exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")


def _after() -> exp.WindowSpec:
    """All rows after the current one."""
    return exp.WindowSpec(
        kind="ROWS",
        start=exp.Literal.number(1),
        start_side="FOLLOWING",
        end="UNBOUNDED",
        end_side="FOLLOWING",
    )
