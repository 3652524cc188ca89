"""Windows over distinct values and over entities: what changes when, instead of rows met with periods.

A row counts from the period that it falls in until the first one whose window has left it behind. For a
window of N months before the end of each day ``p`` that is the first ``p`` with ``p + 1 day - N months``
after the row's day ``d``; months clamp to their last day, so it is the later of ``d + N months`` and
``(d + 1 day) + N months - 1 day``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.leaf import Leaf, Through
from semantic.bind.lengths import step_of
from semantic.bind.row import Row, call, conjunction
from semantic.bind.sensible import SHORT
from semantic.faults import SemanticError
from semantic.plan import Measure, known_of, partial_column
from semantic.planner.series import base_of, family_of, moved
from semantic.spec.types import Calendar, Duration, TypeName

#: What an entity's part of an outer aggregate is: of these, parts of all entities add up.
_ADDED = ("count_rows", "count", "sum")


def leaving(time: Row, name: str, through: Through, calendar: Calendar) -> exp.Expr:
    """The first period of a grain whose window has left a row of that time behind."""
    window = through.window
    assert isinstance(window, Duration)
    base = base_of(through, name)
    own = grain.grained(time, name, calendar)
    assert own.type is not None
    if base is not None and base.grain == name and base.length is not None:
        return moved(own.tree, own.type, Duration(base.length, step_of(name)))
    if name in SHORT:  # months are counted in days, whose end is no end of an hour
        raise SemanticError([faults.months_along_hours(str(window), f"time.{name}")])
    day = grain.grained(time, "day", calendar)
    return grain.grained(Row("", _day_after(day.tree, window), "date"), name, calendar).tree


def _day_after(day: exp.Expr, window: Duration) -> exp.Expr:
    """The first day whose window has left a day behind."""
    if window.unit in ("day", "week"):
        return moved(day, "date", window)
    plain = moved(day, "date", window)
    ended = moved(moved(moved(day, "date", Duration(1, "day")), "date", window), "date", Duration(-1, "day"))
    return call("greatest", plain, ended)


def holding(begin: Row, end: Row, moment: str, name: str, calendar: Calendar) -> tuple[Row, Row]:
    """The first period at whose moment an interval holds, and the first one after it.

    At its end a period has the intervals that began before that and go on at least until then; at its start
    those that had begun and go on beyond it; during it all that overlap it.
    """
    start, stop = grain.grained(begin, name, calendar), grain.grained(end, name, calendar)
    if moment == "period_start":
        start = _not_before(begin, start, name, calendar)
    if moment != "period_end":
        stop = _not_before(end, stop, name, calendar)
    return start, stop


def _not_before(time: Row, period: Row, name: str, calendar: Calendar) -> Row:
    """The first period that does not begin before a time: its own, if it begins with it, else the next."""
    assert period.type is not None
    local = grain.localised(time, calendar)
    first = period.tree if local.type == period.type else call("timestamp_of_date", period.tree.copy())
    exact = exp.EQ(this=local.tree.copy(), expression=first)
    after = moved(period.tree, period.type, Duration(1, step_of(name)))
    # Whatever is NULL has no period at all, and stays so.
    tree = exp.Case(ifs=[exp.If(this=exact, true=period.tree.copy())], default=after)
    return Row(period.model, tree, period.type, period.at)


def contribution(call_: exp.Anonymous, having: exp.Expr | None) -> exp.Expr:
    """What one entity adds to an aggregate over entities, in one of its states."""
    name, tests = str(call_.this), [] if having is None else [having]
    value: exp.Expr = exp.Literal.number(1)
    if name == "count":
        missing = exp.Is(this=call_.expressions[0].copy(), expression=exp.Null())
        tests.append(exp.Not(this=missing))
    if name == "sum":
        value = call("coalesce", call_.expressions[0].copy(), exp.Literal.number(0))
    if not tests:
        return value
    return exp.Case(ifs=[exp.If(this=conjunction(tests), true=value)], default=exp.Literal.number(0))


def known(measures: Sequence[Measure]) -> list[Measure]:
    """How many values each sum has, which tells a sum of nothing from one that came to 0."""
    return [
        replace(
            m,
            name=known_of(m.name),
            call=call("count", m.call.expressions[0].copy()),
            type="integer",
            zero=True,
        )
        for m in measures
        if str(m.call.this) == "sum"
    ]


def numbered(
    period: exp.Expr, name: str, kind: TypeName | None, length: int | None
) -> tuple[exp.Expr | None, exp.Expr | None, exp.Expr | None]:
    """The number of a period among all there are, the period that no longer sees it, and a period over
    its number."""
    if length is None:
        return None, None, None
    assert kind is not None
    family = family_of(name)
    start: exp.Expr = exp.Cast(this=exp.Literal.string("1970-01-01"), to=exp.DataType.build("date"))
    if family == "second":
        start = call("timestamp_of_date", start)
    number = call(f"{family}s_between", start, period.copy())
    dated = call(f"add_{family}s_{kind}", start.copy(), partial_column("number"))
    return number, moved(period, kind, Duration(length, step_of(name))), dated


def changed(measure: Measure, name: str) -> Measure:
    """The sum of the changes of a measure."""
    function = "sum" if str(measure.call.this) == "sum" else "total_count"
    return replace(measure, call=call(function, partial_column(name)), where=None)


def adds(leaf: Leaf) -> bool:
    """Whether what each entity adds to an outer aggregate makes the whole, and can be taken away again."""
    return str(leaf.call.this) in ("count_rows", "count") or (str(leaf.call.this) == "sum" and exact(leaf))


def exact(leaf: Leaf) -> bool:
    """Whether values that were added can be taken away without a trace: floats cannot."""
    return str(leaf.call.this) in _ADDED and leaf.type in ("integer", "decimal")
