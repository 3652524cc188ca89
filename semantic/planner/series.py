"""Metrics seen along time: windows over a series of periods, and offsets to earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Axis, Fact
from semantic.bind.leaf import Through
from semantic.bind.lengths import shifts, source, step_of
from semantic.bind.nesting import SIZES, nests
from semantic.bind.row import Row, call
from semantic.plan import MERGED, Aggregate, Measure, Named, Running, Shifted, Spine, partial_column
from semantic.spec.types import Calendar, Duration, StartOf, TypeName


@dataclass(frozen=True)
class Base:
    """The fine periods of a window, and how many of them it takes (``None``: all since a reset)."""

    grain: str
    length: int | None


def base_of(through: Through, name: str) -> Base | None:
    """The periods that a window over periods of that grain is made of; ``None`` where none fit.

    >>> base_of(Through(Duration(28, "day")), "month"), base_of(Through(Duration(1, "year")), "quarter")
    (Base(grain='day', length=28), Base(grain='quarter', length=4))
    """
    family, size = SIZES[name]
    if through.to_date is not None:
        return Base(name if nests(name, through.to_date) else "day", None)
    if not isinstance(through.window, Duration):
        return Base(name, None)
    unit, each = SIZES[through.window.unit]
    length = each * through.window.count
    if unit == family and length % size == 0:
        return Base(name, length // size)
    if unit == "day" and family in ("day", "month"):
        return Base("day", length)
    if unit == family == "month":
        return Base("month", length)
    if unit == "day" and family == "second":
        return Base(name, length * 86_400 // size)
    return None


#: About how many of its units the unit of each family lasts, in days.
_DAYS = {"second": 1 / 86_400, "day": 1.0, "month": 30.0}


def family_of(name: str) -> str:
    """The unit that a grain is made of: second, day or month."""
    return SIZES[name][0]


def size_of(name: str) -> int:
    """How many units of its family a grain has."""
    return SIZES[name][1]


def overlaps(through: Through, name: str) -> float:
    """About how many windows of an answer see a row."""
    if not isinstance(through.window, Duration):
        return float("inf")
    (family, size), (unit, each) = SIZES[name], SIZES[through.window.unit]
    return through.window.count * each * _DAYS[unit] / (size * _DAYS[family])


def axis_row(fact: Fact, name: str, calendar: Calendar) -> Row:
    """The period of a fact's rows at a grain."""
    assert fact.time is not None
    return grain.grained(fact.time, name, calendar)


def running(
    aggregate: Aggregate,
    fact: Fact,
    axis: Axis,
    keys: tuple[Named, ...],
    name: str,
    calendar: Calendar,
    base: Base,
    extent: tuple[tuple[Aggregate, str], ...],
) -> Running:
    """A window over the fine series that ``aggregate`` is."""
    fine = partial_column(base.grain)
    kind = type_of(aggregate, base.grain)
    found = aggregate.measures[-1].name
    back = fact.through.shift
    same = base.grain == axis.grain
    period = fine if same else grain.grained(Row("", fine, kind), axis.grain, calendar).tree
    later = exp.Column(this=exp.Identifier(this="period"), table=exp.Identifier(this="@"))
    last: exp.Expr = later
    if back is not None:
        last = source_of(later, kind, back, axis.grain, calendar)
    if not same:
        after = moved(last, "date", Duration(1, step_of(axis.grain)))
        last = moved(after, "date", Duration(-1, step_of(base.grain)))
    reset = None
    if fact.through.to_date is not None and base.length is None:
        reset = grain.grained(Row("", fine, kind), fact.through.to_date, calendar).tree
    return Running(
        input=aggregate,
        name=name,
        keys=tuple(
            replace(k, tree=period) if k.name == axis.key else replace(k, tree=partial_column(k.name))
            for k in keys
        ),
        output=axis.key,
        axis=base.grain,
        found=found,
        extent=extent,
        spine=Spine(
            base.grain,
            base.grain,
            grain.spine_name(base.grain),
            kind,
            _source(axis, back, calendar),
            axis.end,  # ``last`` leads from the answer's last period back to its own
        ),
        last=last,
        length=base.length,
        reset=reset,
        ends=None if same else _ends(fine, kind, base.grain, axis.grain, calendar),
    )


def type_of(part: Aggregate | Running, name: str) -> TypeName:
    """The type of a key that is a period."""
    kind = next(key.type for key in part.keys if key.name == name)
    assert kind is not None
    return kind


def grained(tree: exp.Expr, kind: TypeName | None, name: str, calendar: Calendar) -> exp.Expr:
    """The longer period that a period lies in."""
    return grain.grained(Row("", tree, kind), name, calendar).tree


def _ends(fine: exp.Expr, kind: TypeName, base: str, name: str, calendar: Calendar) -> exp.Expr:
    """Whether a fine period is the last one of its longer period: the next one lies in another."""
    after = moved(fine, kind, Duration(1, step_of(base)))
    own = grain.grained(Row("", fine.copy(), kind), name, calendar).tree
    other = grain.grained(Row("", after, kind), name, calendar).tree
    return exp.NEQ(this=own, expression=other)


def moved(tree: exp.Expr, kind: TypeName, length: Duration) -> exp.Expr:
    """A time some calendar time later."""
    return call(f"add_{length.unit}s_{kind}", tree.copy(), exp.Literal.number(length.count))


def _source(axis: Axis, back: Duration | StartOf | None, calendar: Calendar) -> datetime | None:
    """The first period that is read: the one an offset before the first that is asked for."""
    if axis.start is None or back is None:
        return axis.start
    return source(axis.start, back, axis.grain, calendar)


def shifted(part: Aggregate | Running, fact: Fact, axis: Axis, name: str, calendar: Calendar) -> Shifted:
    """Groups under the periods that lie an offset after their own."""
    length = fact.through.shift
    assert length is not None
    kind = type_of(part, axis.key)
    own = partial_column(axis.key)
    period = later_of(own, kind, length, axis.grain, calendar)
    if shifts(length, axis.grain):
        before, latest = None, period
    else:
        before = source_of(partial_column("period"), kind, length, axis.grain, calendar)
        latest = latest_of(own, kind, length, axis.grain, calendar)
    spine = Spine(axis.key, axis.grain, grain.spine_name(axis.grain), kind, axis.start, axis.end)
    return Shifted(part, name, axis.key, period, before, latest, spine)


def source_of(
    period: exp.Expr, kind: TypeName, offset: Duration | StartOf, name: str, calendar: Calendar
) -> exp.Expr:
    """The period that another is given the value of."""
    if isinstance(offset, StartOf):
        before = grained(period, kind, offset.grain, calendar)
        return (
            before
            if kind == "date" and name == "day"
            else grained(_of_kind(before, kind), kind, name, calendar)
        )
    before = moved(period, kind, replace(offset, count=-offset.count))
    return before if shifts(offset, name) else grained(before, kind, name, calendar)


def _of_kind(day: exp.Expr, kind: TypeName) -> exp.Expr:
    """A day in the type of a period."""
    return day if kind == "date" else call("timestamp_of_date", day)


def later_of(
    period: exp.Expr, kind: TypeName, offset: Duration | StartOf, name: str, calendar: Calendar
) -> exp.Expr:
    """The first period that may be given the value of another."""
    if isinstance(offset, StartOf):
        return period.copy()
    later = moved(period, kind, offset)
    return later if shifts(offset, name) else grained(later, kind, name, calendar)


def latest_of(
    period: exp.Expr, kind: TypeName, offset: Duration | StartOf, name: str, calendar: Calendar
) -> exp.Expr:
    """The last period that is given the value of another."""
    if isinstance(offset, StartOf):
        own = grained(period, kind, offset.grain, calendar)
        end, kind = moved(own, "date", Duration(1, step_of(offset.grain))), "date"
    else:
        end = moved(moved(period, kind, Duration(1, step_of(name))), kind, offset)
    inside = moved(end, kind, Duration(-1, "day" if kind == "date" else "second"))
    return grained(inside, kind, name, calendar)


def exact(offset: Duration | StartOf | None, axis: Axis) -> bool:
    """Whether an offset is a step from every period of an answer to another."""
    return isinstance(offset, Duration) and shifts(offset, axis.grain)


def later(part: Aggregate, offset: Duration | StartOf | None, axis: Axis) -> Aggregate:
    """Rows grouped by the periods that lie an offset after their own."""
    assert isinstance(offset, Duration)
    kind = type_of(part, axis.key)
    keys = (replace(k, tree=moved(k.tree, kind, offset)) if k.name == axis.key else k for k in part.keys)
    return replace(part, keys=tuple(keys))


def whole(measure: Measure) -> Measure:
    """A measure put together from parts."""
    function = MERGED[str(measure.call.this)]
    return replace(measure, call=call(function, partial_column(measure.name)), where=None)


def found_measure(name: str) -> Measure:
    """The number of rows of a group: what tells a window without rows from one that adds up to nothing."""
    return Measure(name, call("count_rows"), None, "integer", zero=True, sums=True)
