"""Windows by the periods of a calendar table: which periods lie in which, by arithmetic on its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlglot import exp

from semantic.bind.row import filled
from semantic.dialect import Dialect
from semantic.lower.build import Build, every, union_all
from semantic.lower.steps import Steps
from semantic.plan import Aggregate, CalendarFrames

_SHOWN, _ENDING, _INSIDE = "shown", "ending", "inside"


class CalendarBuilder:
    """Builds the step with each period of an answer and the fine periods of its window."""

    def __init__(self, dialect: Dialect, steps: Steps, base: Callable[[Aggregate], str]) -> None:
        self.dialect = dialect
        self.build = Build(dialect)
        self.steps = steps
        self.base = base

    def step(self, node: CalendarFrames) -> str:
        """The step of a calendar's frames."""
        periods = self._numbered(node)
        ending = _ENDING if node.back is not None else _SHOWN
        joins = [self._join(periods, _ENDING, self._before(node))] if node.back is not None else []
        fine = self.build.column("period", ending)
        if node.window == "days" and node.days is not None:
            joins.append(self._join(self.base(node.days), _INSIDE, self._days(node, ending)))
            fine = self.build.column("calendar_day", _INSIDE)
        elif node.window != "own":
            joins.append(self._join(periods, _INSIDE, self._inside(node, ending)))
            fine = self.build.column("period", _INSIDE)
        shown: exp.Expr = self.build.column("period", _SHOWN)
        if node.whole is not None:
            shown = self.build.named(self.dialect.translate(filled(node.whole, shown)), "period")
        columns = [shown, self.build.named(fine, "fine")]
        source = self.build.table(periods, _SHOWN)
        return self.steps.add(node.name, self.build.select(columns, source, joins, self._asked(node, ending)))

    def _join(self, step: str, alias: str, on: list[exp.Expr]) -> exp.Join:
        return exp.Join(this=self.build.table(step, alias), on=every(on), kind="INNER")

    # --- the calendar ---------------------------------------------------------------------------

    def _numbered(self, node: CalendarFrames) -> str:
        """The periods of the calendar in order, with their place in the longer period that they lie in."""
        base = self.base(node.periods)
        columns: list[exp.Expr] = [self.build.column(n) for n in ("period", "first_day", "last_day")]
        columns.append(self.build.named(self._window("row_number", None), "number"))
        longer = any(measure.name == "parent" for measure in node.periods.measures)
        if longer:
            first = exp.Window(
                this=self.dialect.call("min", self.build.column("first_day")), partition_by=[self._parent()]
            )
            whole = exp.EQ(this=self._parent(), expression=self.build.column("parent_end"))
            lies = exp.Case(
                ifs=[exp.If(this=whole, true=first)]
            )  # a period that lies in several lies in none
            columns.append(self.build.named(lies, "parent_first"))
        step = self.steps.add(f"{node.name}_periods", self.build.select(columns, self.build.table(base)))
        if not longer:
            return step
        names = ("period", "first_day", "last_day", "number", "parent_first")
        outer: list[exp.Expr] = [self.build.column(name) for name in names]
        # Those that lie in none take no place among those that lie in one.
        place = self._window("row_number", self.build.column("parent_first"))
        outer.append(self.build.named(place, "position"))
        known = exp.Not(this=exp.Is(this=self.build.column("parent_first"), expression=exp.Null()))
        rank = exp.Case(ifs=[exp.If(this=known, true=self._window("dense_rank", None, "parent_first"))])
        outer.append(self.build.named(rank, "parent_number"))
        return self.steps.add(f"{node.name}_numbered", self.build.select(outer, self.build.table(step)))

    def _parent(self) -> exp.Expr:
        return self.build.column("parent")

    def _window(self, name: str, parent: exp.Expr | None, order: str = "first_day") -> exp.Expr:
        by = exp.Order(expressions=[self.dialect.ordered(self.build.column(order), False, False)])
        parts = [parent] if parent is not None else None
        return exp.Window(this=self.dialect.call(name), partition_by=parts, order=by)

    # --- which periods --------------------------------------------------------------------------

    def _before(self, node: CalendarFrames) -> list[exp.Expr]:
        """The period that ends the window of another."""
        assert node.back is not None
        how, count = node.back
        if how == "number":
            return [self._equal("number", _ENDING, "number", _SHOWN, count)]
        if how == "first":
            first = exp.EQ(this=self.build.column("position", _ENDING), expression=exp.Literal.number(1))
            return [self._equal("parent_number", _ENDING, "parent_number", _SHOWN, 0), first]
        return [
            self._equal("parent_number", _ENDING, "parent_number", _SHOWN, count),
            self._equal("position", _ENDING, "position", _SHOWN, 0),
        ]

    def _equal(self, name: str, alias: str, other: str, beside: str, less: int) -> exp.Expr:
        value: exp.Expr = self.build.column(other, beside)
        if less:
            kind = exp.Sub if less > 0 else exp.Add
            value = kind(this=value, expression=exp.Literal.number(abs(less)))
        return exp.EQ(this=self.build.column(name, alias), expression=value)

    def _inside(self, node: CalendarFrames, ending: str) -> list[exp.Expr]:
        """The periods of the window that ends with one."""
        number, last = self.build.column("number", _INSIDE), self.build.column("number", ending)
        found: list[exp.Expr] = [exp.LTE(this=number, expression=last)]
        if node.window == "parent":
            found.insert(0, self._equal("parent_number", _INSIDE, "parent_number", ending, 0))
        if node.window == "length":
            first = exp.Sub(this=last.copy(), expression=exp.Literal.number(node.length))
            found.append(exp.GT(this=number.copy(), expression=first))
        return found

    def _days(self, node: CalendarFrames, ending: str) -> list[exp.Expr]:
        """The days of the window that ends with a period."""
        assert node.start is not None
        day, last = self.build.column("calendar_day", _INSIDE), self.build.column("last_day", ending)
        start = filled(node.start, last)
        return [
            exp.GTE(this=day, expression=self.dialect.translate(start)),
            exp.LTE(this=day.copy(), expression=last),
        ]

    # --- which are shown ------------------------------------------------------------------------

    def _asked(self, node: CalendarFrames, ending: str) -> list[exp.Expr]:
        """The periods that meet the asked days, or those up to the last day that is known."""
        start, end = node.asked
        found: list[exp.Expr] = []
        if start is not None:
            found.append(
                exp.GTE(
                    this=self.build.column("last_day", _SHOWN), expression=self.build.moment(start, "date")
                )
            )
        if end is not None:
            last = self.build.moment(end - datetime.resolution, "date")
            found.append(exp.LTE(this=self.build.column("first_day", _SHOWN), expression=last))
        if node.lasts:
            known = exp.Subquery(this=self._last(node))
            found.append(exp.LTE(this=self.build.column("first_day", ending), expression=known))
        return found

    def _last(self, node: CalendarFrames) -> exp.Select:
        """The last day on which any fact has a row."""
        found = [
            self.build.select([self.build.column("last_day")], self.build.table(self.base(each)))
            for each in node.lasts
        ]
        alias = exp.TableAlias(this=self.dialect.identifier("last_days"))
        days = exp.Subquery(this=union_all(found), alias=alias)
        return self.build.select([self.dialect.call("max", self.build.column("last_day"))], days)
