"""Conversions: base events that are followed by a later event of the same entity, as aggregates over
base events."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.computed import Counted, Following
from semantic.bind.definitions import Definitions
from semantic.bind.row import Row, call, conjunction
from semantic.bind.sensible import SHORT, check_like
from semantic.bind.timerange import day_of
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec.types import Conversion, Duration, TypeName

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Converted:
    """The columns of a base event that a conversion is told by: its time, when it was followed, and the last
    time that anything is known of."""

    time: Row
    at: exp.Expr
    last: exp.Expr | None
    kind: TypeName
    entity: exp.Expr
    later: exp.Expr | None = None  # how many later events there are, where these are counted


def converted(definitions: Definitions, spec: Conversion) -> Converted:
    """What a base event knows of the event that follows it."""
    here, there = base_time(definitions, spec), _time(definitions, spec.to, spec.to_time)
    kind: TypeName = "date" if "date" in (here.type, there.type) else "timestamp"
    times = _as(definitions, here, kind), _as(definitions, there, kind)
    keys = tuple(
        (definitions.key_row(spec.start, own).tree, definitions.key_row(spec.to, other).tree)
        for own, other in (spec.by, *spec.same)
    )
    check_like(definitions, (spec.start, spec.to), (spec.by, *spec.same))
    if kind == "date" and spec.within is not None and spec.within.unit in SHORT:
        home = str(spec.start if here.type == "date" else spec.to)
        raise SemanticError([faults.hours_of_days("within", str(spec.within), home, spec.span)])
    met = (
        _condition(definitions, spec.start, spec.from_filter),
        _condition(definitions, spec.to, spec.to_filter),
    )
    following = Following(str(spec.to), keys, times, spec.inclusive, spec.once, met=met)
    time, last, later = Row(here.model, times[0], kind, here.at), None, None
    if spec.counted == "later":
        counted = Counted(_within(spec, kind, _side("from"), _side("to")))
        number = replace(following, counted=counted)
        later = definitions.following(str(spec.start), f"{spec.to}_after{_flags(spec)}", number, "integer")
    at = later or definitions.following(str(spec.start), f"next_{spec.to}{_flags(spec)}", following, kind)
    if spec.within is not None and spec.immature != "count":
        last = _last(definitions, spec, following, kind)
    return Converted(time, at, last, kind, keys[0][0], later)


def counting(definitions: Definitions, spec: Conversion) -> list[exp.Expr]:
    """What a base event must be to count at all."""
    entity = definitions.key_row(spec.start, spec.by[0]).tree
    known = exp.Not(this=exp.Is(this=entity.copy(), expression=exp.Null()))
    own = _condition(definitions, spec.start, spec.from_filter)
    return [*([known] if spec.nobody == "skip" else []), *([own.copy()] if own is not None else [])]


def _condition(definitions: Definitions, model: Text, text: Text | None) -> exp.Expr | None:
    """A condition over one row of events."""
    if text is None:
        return None
    row = definitions.row(str(model), text)
    if row.type not in ("boolean", None):
        raise SemanticError([faults.not_boolean(row.type, text.span)])
    return row.tree


def _side(name: str) -> exp.Column:
    """Stands for the time of one of two events."""
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="@"))


def _worded(*texts: Text | None) -> list[str]:
    """Texts as parts of a name."""
    return ["_".join(_WORD.findall(text))[:30] for text in texts if text is not None]


def _flags(spec: Conversion) -> str:
    """What sets the following event of a conversion apart, so that its name does not depend on which of
    several conversions was asked for first."""
    same = [f"same_{own}" for own, _ in spec.same]
    flags = [name for name in ("inclusive", "once") if getattr(spec, name)]
    words = _worded(spec.from_time, spec.to_time, spec.from_filter, spec.to_filter)
    parts = [*same, *flags, *words]
    if spec.counted == "later" and spec.within is not None:
        parts.append(str(spec.within).replace(" ", "_"))
    return "".join(f"_{part}" for part in parts)


def base_time(definitions: Definitions, spec: Conversion) -> Row:
    """The time of base events, which is the axis of the metric."""
    return _time(definitions, spec.start, spec.from_time)


def _time(definitions: Definitions, model: Text, given: Text | None) -> Row:
    time = definitions.time(str(model), given)
    if time is None:
        raise SemanticError([faults.no_axis(str(model), model.span)])
    return time


def _as(definitions: Definitions, time: Row, kind: TypeName) -> exp.Expr:
    """The time of an event as a day, or as a local time."""
    if kind == "date":
        return grain.grained(time, "day", definitions.calendar).tree
    return grain.localised(time, definitions.calendar).tree.copy()


def _last(definitions: Definitions, spec: Conversion, following: Following, kind: TypeName) -> exp.Expr:
    """The end of what is known: a day that was given, or the time of the last event."""
    if spec.until is not None:
        day = day_of(definitions, spec.until)
        return (
            day
            if kind == "date"
            else call(
                "add_seconds_timestamp",
                call("timestamp_of_date", call("add_days_date", day, exp.Literal.number(1))),
                exp.Literal.number(-1),
            )
        )
    whole = Following(
        following.to, following.keys, following.times, False, False, last=True, met=following.met
    )
    wish = "_".join((f"last_of_{spec.to}", *_worded(spec.from_time, spec.to_time)))
    return definitions.following(str(spec.start), wish, whole, kind)


def told(spec: Conversion, found: Converted) -> tuple[exp.Expr, list[exp.Anonymous]]:
    """The metric as a tree over aggregates (columns ``#0``, ``#1``, …), and these aggregates."""
    done = _done(spec, found)
    mature = _mature(spec, found)
    counts: list[exp.Expr] = [done] if mature is None or spec.immature == "null" else [done, mature]
    inner = exp.Case(ifs=[exp.If(this=conjunction([c.copy() for c in counts]), true=exp.Literal.number(1))])
    if spec.value in ("median_days", "avg_days"):
        days = call("days_between", found.time.tree.copy(), found.at.copy())
        value = exp.Case(ifs=[exp.If(this=conjunction([c.copy() for c in counts]), true=days)])
        aggregates = [call("median" if spec.value == "median_days" else "avg", value)]
        tree: exp.Expr = _column(0)
    else:
        some = None if mature is None or spec.immature == "null" else mature
        aggregates = [
            _number(spec, found, inner, some),
            *([_all(spec, found, some)] if spec.value == "rate" else []),
        ]
        number = (
            call("coalesce", _column(0), exp.Literal.number(0)) if spec.counted == "later" else _column(0)
        )
        tree = call("safe_divide", number, _column(1)) if spec.value == "rate" else number
    if mature is not None and spec.immature == "null":
        aggregates.append(call("count", _one(exp.Not(this=exp.Paren(this=mature)))))
        whole = exp.EQ(this=_column(len(aggregates) - 1), expression=exp.Literal.number(0))
        tree = exp.Case(ifs=[exp.If(this=whole, true=tree)])
    return tree, aggregates


def _number(spec: Conversion, found: Converted, one: exp.Expr, some: exp.Expr | None) -> exp.Anonymous:
    """How many are counted as converted."""
    if spec.counted == "later":
        assert found.later is not None
        return call("sum", _where(some, found.later))
    if spec.counted == "entities":
        assert isinstance(one, exp.Case)
        return call("count_distinct", _where(one.args["ifs"][0].this, found.entity))
    return call("count", one)


def _all(spec: Conversion, found: Converted, some: exp.Expr | None) -> exp.Anonymous:
    """How many could be."""
    if spec.counted == "entities":
        return call("count_distinct", _where(some, found.entity))
    return call("count_rows") if some is None else call("count", _one(some))


def _where(condition: exp.Expr | None, value: exp.Expr) -> exp.Expr:
    if condition is None:
        return value.copy()
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())])


def _column(number: int) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=str(number), quoted=True))


def _one(condition: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=exp.Literal.number(1))])


def _done(spec: Conversion, found: Converted) -> exp.Expr:
    """Whether a base event was followed in time."""
    if spec.within is None:
        return exp.Not(this=exp.Is(this=found.at.copy(), expression=exp.Null()))
    within = _within(spec, found.kind, found.time.tree, found.at)
    assert within is not None
    return within


def _within(spec: Conversion, kind: TypeName, start: exp.Expr, end: exp.Expr) -> exp.Expr | None:
    """Whether a later event comes in time; what ends openly is counted back from it."""
    if spec.within is None:
        return None
    count = spec.within.count * (-1 if spec.open_end else 1)
    add = f"add_{spec.within.unit}s_{kind}"
    if spec.open_end:
        return exp.GT(this=start.copy(), expression=call(add, end.copy(), exp.Literal.number(count)))
    return exp.LTE(this=end.copy(), expression=call(add, start.copy(), exp.Literal.number(count)))


def _mature(spec: Conversion, found: Converted) -> exp.Expr | None:
    """Whether the time in which a base event could convert has run out."""
    if found.last is None or spec.within is None:
        return None
    return exp.LTE(this=_ends(found, spec.within), expression=found.last.copy())


def _ends(found: Converted, within: Duration) -> exp.Expr:
    kind = found.kind
    return call(f"add_{within.unit}s_{kind}", found.time.tree.copy(), exp.Literal.number(within.count))
