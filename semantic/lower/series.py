"""Series of periods: windows as window functions over periods without gaps, and offsets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlglot import exp

from semantic.bind.row import columns_of, filled, substitute
from semantic.dialect import Dialect
from semantic.lower.build import Build, every, union_all
from semantic.lower.calendars import CalendarBuilder
from semantic.lower.steps import Steps
from semantic.plan import (
    MERGED,
    Aggregate,
    Align,
    CalendarFrames,
    Changes,
    Everywhere,
    Expanded,
    Fill,
    Frames,
    Grouped,
    Groups,
    Intervals,
    Levelled,
    Measure,
    PlanError,
    Rows,
    Running,
    Sampled,
    Shifted,
    Spine,
    States,
    known_of,
    partial_column,
)

_PERIOD = partial_column("period")


class SeriesBuilder:
    """Builds the steps of windows and offsets; ``grouped`` makes the step of a grouping."""

    def __init__(self, dialect: Dialect, steps: Steps, grouped: Callable[[Grouped], str]) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self._grouped = grouped
        self._made: dict[str, tuple[Aggregate, str]] = {}
        self._last: str | None = None

    def base(self, aggregate: Aggregate) -> str:
        """The step of an aggregate, made once."""
        known = self._made.get(aggregate.name)
        if known is None:
            known = self._made[aggregate.name] = (aggregate, self._grouped(aggregate))
        elif known[0] is not aggregate and known[0] != aggregate:
            raise PlanError(f"two aggregates are called {aggregate.name}")
        return known[1]

    # --- the last period --------------------------------------------------------------------------

    def prepare(self, whole: Grouped) -> None:
        """Where no end was asked for, every window of an answer goes on to the last period that any part
        has."""
        windows = list(_windows(whole))
        if all(window.spine.end is not None for window, _ in windows):
            return
        found = [self._last_of(*each) for each in _extents(whole, windows[0][1])]
        if len(found) > 1:
            alias = exp.TableAlias(this=self.dialect.identifier("last_periods"))
            periods = exp.Subquery(this=union_all(found), alias=alias)
            last = self.build.named(self.dialect.call("max", self.build.column("period")), "period")
            found = [self.build.select([last], periods)]
        self._last = self.steps.add("last_period", found[0])

    def _last_of(self, aggregate: Aggregate, tree: exp.Expr) -> exp.Select:
        """The last of the answer's periods in which a part has rows."""
        last = self.build.named(self.dialect.call("max", self.build.over(tree)), "period")
        return self.build.select([last], self.build.table(self.base(aggregate)))

    # --- windows ----------------------------------------------------------------------------------

    def running(self, node: Running) -> exp.Select:
        """The series of a window: periods without gaps, the window over them, then what is asked for."""
        self.steps.end = self._end(node)
        base = self.base(node.input)
        self.steps.end = None
        dense = self.steps.add(f"{node.name}_series", self._dense(node, base))
        measures = [self._framed(node, m) for m in node.input.measures if m.name != node.found]
        rows = self.build.named(
            self._window(node, self.dialect.call("sum", self.build.column(node.found))), node.found
        )
        keys: list[exp.Expr] = [self.build.column(k.name) for k in node.input.keys]
        windows = self.steps.add(
            f"{node.name}_windows", self.build.select([*keys, *measures, rows], self.build.table(dense))
        )
        where: list[exp.Expr] = [exp.GT(this=self.build.column(node.found), expression=exp.Literal.number(0))]
        where += self._asked(node)
        outputs = [self.build.named(self.build.over(k.tree), k.name) for k in node.keys]
        names = {m.name for m in node.input.measures}
        outputs += [self._told(m, names) for m in node.measures]
        return self.build.select(outputs, self.build.table(windows), where=where)

    def _told(self, measure: Measure, names: set[str]) -> exp.Expr:
        """A measure of a window; a sum of which no value is known is NULL."""
        value = self.build.column(measure.name)
        if known_of(measure.name) not in names:
            return value
        some = exp.GT(this=self.build.column(known_of(measure.name)), expression=exp.Literal.number(0))
        return self.build.named(exp.Case(ifs=[exp.If(this=some, true=value)]), measure.name)

    def _asked(self, node: Running) -> list[exp.Expr]:
        """The fine periods that end a period of the answer, from its first one on."""
        found = [self.build.over(node.ends)] if node.ends is not None else []
        if node.spine.start is not None:
            period = next(self.build.over(k.tree) for k in node.keys if k.name == node.output)
            start = self.build.moment(node.spine.start, node.spine.type)
            found.append(exp.GTE(this=period, expression=start))
        return found

    def _dense(self, node: Running, base: str) -> exp.Select:
        """Every period from the first one found, with the measures of those that have rows."""
        periods = self._periods(node, base)
        others = [k.name for k in node.input.keys if k.name != node.axis]
        names = [*(m.name for m in node.input.measures)]
        if not others:
            on = exp.EQ(
                this=self.build.column(node.axis, base), expression=self.build.column("period", periods)
            )
            join = exp.Join(this=self.build.table(base), on=on, side="LEFT")
            columns = [self.build.named(self.build.column("period", periods), node.axis)]
            columns += [self.build.column(name, base) for name in names]
            return self.build.select(columns, self.build.table(periods), [join])
        stacked = self.steps.add(
            f"{node.name}_framed",
            union_all([self._all(node, base, periods), self._frame(node, base, periods)]),
        )
        keys: list[exp.Expr] = [self.build.column(k.name) for k in node.input.keys]
        values = [self.build.named(self.build.picked(m), m.name) for m in node.input.measures]
        return self.build.select([*keys, *values], self.build.table(stacked), group=len(keys))

    def _all(self, node: Running, base: str, periods: str) -> exp.Select:
        columns: list[exp.Expr] = [
            *(self.build.column(key.name) for key in node.input.keys),
            *(self.build.column(measure.name) for measure in node.input.measures),
        ]
        where: list[exp.Expr] = []
        if isinstance(
            node.input.input, Intervals | Changes | States
        ):  # what goes out may do so after the end
            last = self.dialect.call("max", self.build.column("period"))
            end = exp.Subquery(this=self.build.select([last], self.build.table(periods)))
            where.append(exp.LTE(this=self.build.column(node.axis), expression=end))
        return self.build.select(columns, self.build.table(base), where=where)

    def _frame(self, node: Running, base: str, periods: str) -> exp.Select:
        """Every period for every combination of the other keys, without measures."""
        others = [self.build.column(k.name) for k in node.input.keys if k.name != node.axis]
        groups = self.steps.add(
            f"{node.name}_groups", self.build.select(others, self.build.table(base), distinct=True)
        )
        columns: list[exp.Expr] = []
        for key in node.input.keys:
            column = (
                self.build.column("period", periods)
                if key.name == node.axis
                else self.build.column(key.name, groups)
            )
            columns.append(self.build.named(column, key.name))
        columns += [self.build.named(exp.Null(), m.name) for m in node.input.measures]
        cross = exp.Join(this=self.build.table(periods), kind="CROSS")
        return self.build.select(columns, self.build.table(groups), [cross])

    def _periods(self, node: Running, base: str) -> str:
        """The step with the periods of a window, from the first one that has rows to the last one asked
        for."""
        axis = self.build.column(node.axis)
        first = exp.Subquery(this=self.build.select([self.dialect.call("min", axis)], self.build.table(base)))
        return self.steps.add("periods", self.dialect.call(node.spine.function, first, self._end(node)))

    def _end(self, node: Running) -> exp.Expr:
        """The last fine period of a series."""
        copy = node.last.copy()
        later = [column for column in columns_of(copy) if column.table == "@"]
        if self._last is None:
            assert node.spine.end is not None
            end = exp.Placeholder(this="end")
            for column in later:
                copy = substitute(copy, column, end)
            return self._at_end(copy, self.build.moment(node.spine.end, node.spine.type))
        for column in later:
            column.set("table", None)
        tree = self.dialect.translate(copy)
        return exp.Subquery(this=self.build.select([tree], self.build.table(self._last)))

    def _at_end(self, tree: exp.Expr, literal: exp.Expr) -> exp.Expr:
        translated = self.dialect.translate(tree)
        if isinstance(translated, exp.Placeholder):
            return literal
        for node in list(translated.find_all(exp.Placeholder)):
            node.replace(literal.copy())
        return translated

    def _framed(self, node: Running, measure: Measure) -> exp.Expr:
        """A measure over the window: parts added up again."""
        merge = MERGED[str(measure.call.this)]
        whole = "sum" if merge == "total_count" else merge
        value = self._window(node, self.dialect.call(whole, self.build.column(measure.name)))
        if merge == "total_count":
            value = exp.Cast(this=value, to=self.dialect.type("integer"))
        return self.build.named(value, measure.name)

    def _window(self, node: Running, call: exp.Expr) -> exp.Expr:
        parts: list[exp.Expr] = [self.build.column(k.name) for k in node.input.keys if k.name != node.axis]
        parts += [self.build.over(node.reset)] if node.reset is not None else []
        order = exp.Order(expressions=[self.dialect.ordered(self.build.column(node.axis), False, False)])
        start = "UNBOUNDED" if node.length is None else exp.Literal.number(node.length - 1)
        frame = exp.WindowSpec(kind="ROWS", start=start, start_side="PRECEDING", end="CURRENT ROW")
        return exp.Window(this=call, partition_by=parts or None, order=order, spec=frame)

    # --- frames -----------------------------------------------------------------------------------

    def frames(self, node: Frames | CalendarFrames) -> str:
        """The step with each period and the fine periods of its window."""
        if isinstance(node, CalendarFrames):
            return CalendarBuilder(self.dialect, self.steps, self.base).step(node)
        base = self.base(node.extent)
        begun = self._bound(node.spine, node.spine.start) or self._found(base, "min", node.begun)
        end = self._bound(node.spine, node.spine.end) or self._found(self._last_step(), "max", _PERIOD)
        periods = self.steps.add(f"{node.name}_periods", self.dialect.call(node.spine.function, begun, end))
        first = self._found(base, "min", partial_column(node.axis))
        last = self._found(periods, "max", node.last)
        fines = self.steps.add(f"{node.name}_fine", self.dialect.call(node.fines.function, first, last))
        return self.steps.add(node.name, self._framing(node, periods, fines))

    def _framing(self, node: Frames, periods: str, fines: str) -> exp.Select:
        fine = self.build.column("period", fines)
        on: list[exp.Expr] = []
        if node.first is not None:
            on.append(exp.GTE(this=fine, expression=self._of_period(node.first, periods)))
        on.append(exp.LTE(this=fine.copy(), expression=self._of_period(node.last, periods)))
        join = exp.Join(this=self.build.table(fines), on=every(on), kind="INNER")
        columns = [self.build.column("period", periods), self.build.named(fine.copy(), "fine")]
        return self.build.select(columns, self.build.table(periods), [join])

    def _of_period(self, tree: exp.Expr, periods: str) -> exp.Expr:
        """A tree over a period of the answer."""
        return self.dialect.translate(filled(tree, self.build.column("period", periods)))

    def _bound(self, spine: Spine, moment: datetime | None) -> exp.Expr | None:
        return self.build.moment(moment, spine.type) if moment is not None else None

    def _last_step(self) -> str:
        assert self._last is not None
        return self._last

    # --- samples ----------------------------------------------------------------------------------

    def samples(self, node: Sampled) -> str:
        """The step with the shorter periods that count for longer ones."""
        before = self._last
        if node.lasts:
            self._last = self.steps.add(f"last_{node.moment}", self._last_of_calendar(node))
        elif before is not None and node.calendar is None:
            last = self.build.named(self.build.over(filled(node.last, _PERIOD)), "period")
            select = self.build.select([last], self.build.table(before))
            self._last = self.steps.add(f"last_{node.moment}", select)
        step = self.steps.grouped(node.input)
        self._last = before
        if node.calendar is not None:
            step = self.steps.add(f"{node.name}_days", self._in_calendar(node, node.calendar, step))
        return step if node.pick == "average" else self._sampled(node, step)

    def _sampled(self, node: Sampled, step: str) -> str:
        """The groups of the first or last of the shorter periods, found by a window over all of them."""
        pick = self.dialect.call("max" if node.pick == "last" else "min", self.build.column(node.moment))
        parts = [*(self.build.column(name) for name in node.within), self.build.over(node.period)]
        names = [*(k.name for k in node.input.keys), *(m.name for m in node.input.measures)]
        names += ["period"] if node.calendar is not None else []
        columns: list[exp.Expr] = [self.build.column(name) for name in names]
        columns.append(self.build.named(exp.Window(this=pick, partition_by=parts), "chosen"))
        found = self.steps.add(f"{node.name}_found", self.build.select(columns, self.build.table(step)))
        kept = exp.EQ(this=self.build.column(node.moment), expression=self.build.column("chosen"))
        outputs = [self.build.column(name) for name in names]
        select = self.build.select(outputs, self.build.table(found), where=[kept])
        return self.steps.add(f"{node.name}_{node.pick}", select)

    def _in_calendar(self, node: Sampled, calendar: Aggregate, step: str) -> exp.Select:
        """Groups of days, each with the period of a calendar table that its day lies in."""
        days = self.base(calendar)
        names = [*(k.name for k in node.input.keys), *(m.name for m in node.input.measures)]
        columns: list[exp.Expr] = [self.build.column(name, step) for name in names]
        columns.append(self.build.column("period", days))
        day, own = self.build.column("calendar_day", days), self.build.column(node.moment, step)
        join = exp.Join(this=self.build.table(days), on=exp.EQ(this=day, expression=own), kind="INNER")
        return self.build.select(columns, self.build.table(step), [join])

    def _last_of_calendar(self, node: Sampled) -> exp.Select:
        """The last day of the period with the last day on which any fact has a row."""
        assert node.calendar is not None
        days = self.base(node.calendar)
        found = [
            self.build.select([self.build.column("last_day")], self.build.table(self.base(each)))
            for each in node.lasts
        ]
        alias = exp.TableAlias(this=self.dialect.identifier("last_days"))
        rows = exp.Subquery(this=union_all(found), alias=alias)
        latest = exp.Subquery(
            this=self.build.select([self.dialect.call("max", self.build.column("last_day"))], rows)
        )
        until = exp.LTE(this=self.build.column("calendar_day"), expression=latest)
        day = self.dialect.call("max", self.build.column("calendar_day"))
        known = exp.Subquery(this=self.build.select([day], self.build.table(days), where=[until]))
        same = exp.EQ(
            this=self.build.column("period", "own"), expression=self.build.column("period", "other")
        )
        join = exp.Join(this=self.build.table(days, "other"), on=same, kind="INNER")
        where = exp.EQ(this=self.build.column("calendar_day", "other"), expression=known)
        last = self.dialect.call("max", self.build.column("calendar_day", "own"))
        columns = [self.build.named(last, "period")]
        return self.build.select(columns, self.build.table(days, "own"), [join], [where])

    # --- offsets ----------------------------------------------------------------------------------

    def shifted(self, node: Shifted) -> exp.Select:
        """Groups under later periods."""
        below = node.input
        step = self.base(below) if isinstance(below, Aggregate) else self._grouped(below)
        if node.earlier is not None:
            return self._looked_back(node, step, node.earlier)
        outputs = [
            self.build.named(
                self.build.over(node.period) if k.name == node.axis else self.build.column(k.name), k.name
            )
            for k in node.keys
        ]
        outputs += [self.build.column(m.name) for m in node.measures]
        return self.build.select(outputs, self.build.table(step))

    def _looked_back(self, node: Shifted, step: str, earlier: exp.Expr) -> exp.Select:
        """Each period with the groups of its earlier one, which several periods may share."""
        low, high = self._found(step, "min", node.period), self._found(step, "max", node.latest)
        spine = self.dialect.call(node.spine.function, low, high)
        periods = self.steps.add(f"{node.name}_periods", spine)
        source = self.build.over(earlier)
        mapped = self.steps.add(
            f"{node.name}_earlier",
            self.build.select(
                [self.build.column("period"), self.build.named(source, "earlier")], self.build.table(periods)
            ),
        )
        on = exp.EQ(this=self.build.column("earlier", mapped), expression=self.build.column(node.axis, step))
        outputs = [
            self.build.named(self.build.column("period", mapped), k.name)
            if k.name == node.axis
            else self.build.column(k.name, step)
            for k in node.keys
        ]
        outputs += [self.build.column(m.name, step) for m in node.measures]
        where = self._within(node, self.build.column("period", mapped))
        join = exp.Join(this=self.build.table(step), on=on, kind="INNER")
        return self.build.select(outputs, self.build.table(mapped), [join], where)

    def _found(self, step: str, pick: str, tree: exp.Expr) -> exp.Expr:
        """The first or last later period that could have one of the periods that were found."""
        moved = self.dialect.call(pick, self.build.over(tree))
        return exp.Subquery(this=self.build.select([moved], self.build.table(step)))

    def _within(self, node: Shifted, period: exp.Expr) -> list[exp.Expr]:
        """The periods that were asked for."""
        found: list[exp.Expr] = []
        for bound, comparison in ((node.spine.start, exp.GTE), (node.spine.end, exp.LTE)):
            if bound is not None:
                literal = self.build.moment(bound, node.spine.type)
                found.append(comparison(this=period.copy(), expression=literal))
        return found


def _windows(node: Grouped) -> Iterator[tuple[Running | Frames, str]]:
    """The windows of a part, those inside its groups included, each with the key that is the answer's
    period."""
    match node:
        case Running():
            yield node, node.output
        case Shifted() | Fill() | Everywhere():
            yield from _windows(node.input)
        case Levelled():
            for part in (node.input, *node.attached):
                yield from _windows(part)
        case Align():
            for part in node.inputs:
                yield from _windows(part)
        case Aggregate():
            yield from _windows_of(node.input)


def _windows_of(rows: Rows) -> Iterator[tuple[Running | Frames, str]]:
    """The windows below some rows."""
    match rows:
        case Expanded(frames=Frames()):
            assert isinstance(rows.frames, Frames)
            yield rows.frames, rows.frames.output
        case Groups():
            yield from _windows(rows.input)
        case Sampled() if rows.calendar is None:
            yield from ((window, rows.output) for window, _ in _windows(rows.input))


def _extents(node: Grouped, axis: str) -> Iterator[tuple[Aggregate, exp.Expr]]:
    """Where the rows of a part are found, and the answer's period over the columns there."""
    match node:
        case Running():
            period = next(k.tree for k in node.keys if k.name == node.output)
            yield from ((each, _renamed(period, column)) for each, column in node.extent)
        case Shifted():
            for each, tree in _extents(node.input, axis):
                yield each, filled(node.latest, tree)
        case Fill() | Everywhere():
            yield from _extents(node.input, axis)
        case Levelled():
            for part in (node.input, *node.attached):
                yield from _extents(part, axis)
        case Align():
            for part in node.inputs:
                yield from _extents(part, axis)
        case Aggregate():
            yield from _extents_of(node, axis)


def _extents_of(node: Aggregate, axis: str) -> Iterator[tuple[Aggregate, exp.Expr]]:
    if isinstance(node.input, Expanded) and isinstance(node.input.frames, Frames):
        yield node.input.frames.extent, node.input.frames.shown
    elif isinstance(node.input, Groups) and any(_windows(node.input.input)):
        yield from _extents(node.input.input, axis)
    elif isinstance(node.input, Sampled) and node.input.calendar is not None:
        return  # its days are no periods of the answer
    elif isinstance(node.input, Sampled):
        found = _extents(node.input.input, node.input.moment)
        yield from ((each, filled(node.input.period, tree)) for each, tree in found)
    elif any(key.name == axis for key in node.keys):
        yield node, partial_column(axis)


def _renamed(tree: exp.Expr, name: str) -> exp.Expr:
    """A tree over one column as the same tree over another."""
    return filled(tree, partial_column(name))
