"""Conversions: base events that are followed by a later event of the same entity, as aggregates over
base events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.definitions import Definitions, Following
from semantic.bind.row import Row, call, conjunction
from semantic.bind.sensible import SHORT, check_like
from semantic.bind.timerange import day_of
from semantic.faults import SemanticError
from semantic.source import Text
from semantic.spec.types import Conversion, Duration, TypeName


@dataclass(frozen=True)
class Converted:
    """The columns of a base event that a conversion is told by: its time, when it was followed, and the last
    time that anything is known of."""

    time: Row
    at: exp.Expr
    last: exp.Expr | None
    kind: TypeName


def converted(definitions: Definitions, spec: Conversion) -> Converted:
    """What a base event knows of the event that follows it."""
    here, there = _time(definitions, spec.start), _time(definitions, spec.to)
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
    following = Following(str(spec.to), keys, times, spec.inclusive, spec.once)
    at = definitions.following(str(spec.start), _called(spec), following, kind)
    last = None
    if spec.within is not None and spec.immature != "count":
        last = _last(definitions, spec, following, kind)
    return Converted(Row(here.model, times[0], kind, here.at), at, last, kind)


def _called(spec: Conversion) -> str:
    """What the time of the following event is called: told by what sets it apart, so that the name does not
    depend on which of several conversions was asked for first."""
    same = [f"same_{own}" for own, _ in spec.same]
    flags = [name for name in ("inclusive", "once") if getattr(spec, name)]
    return "_".join([f"next_{spec.to}", *same, *flags])


def _time(definitions: Definitions, model: Text) -> Row:
    time = definitions.time(str(model))
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
    whole = Following(following.to, following.keys, following.times, False, False, last=True)
    return definitions.following(str(spec.start), f"last_of_{spec.to}", whole, kind)


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
        everything = (
            call("count_rows") if mature is None or spec.immature == "null" else call("count", _one(mature))
        )
        aggregates = [call("count", inner), everything] if spec.value == "rate" else [call("count", inner)]
        tree = call("safe_divide", _column(0), _column(1)) if spec.value == "rate" else _column(0)
    if mature is not None and spec.immature == "null":
        aggregates.append(call("count", _one(exp.Not(this=exp.Paren(this=mature)))))
        whole = exp.EQ(this=_column(len(aggregates) - 1), expression=exp.Literal.number(0))
        tree = exp.Case(ifs=[exp.If(this=whole, true=tree)])
    return tree, aggregates


def _column(number: int) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=str(number), quoted=True))


def _one(condition: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=exp.Literal.number(1))])


def _done(spec: Conversion, found: Converted) -> exp.Expr:
    """Whether a base event was followed in time."""
    if spec.within is None:
        return exp.Not(this=exp.Is(this=found.at.copy(), expression=exp.Null()))
    return exp.LTE(this=found.at.copy(), expression=_ends(found, spec.within))


def _mature(spec: Conversion, found: Converted) -> exp.Expr | None:
    """Whether the time in which a base event could convert has run out."""
    if found.last is None or spec.within is None:
        return None
    return exp.LTE(this=_ends(found, spec.within), expression=found.last.copy())


def _ends(found: Converted, within: Duration) -> exp.Expr:
    kind = found.kind
    return call(f"add_{within.unit}s_{kind}", found.time.tree.copy(), exp.Literal.number(within.count))
