"""Retention: cohorts by their period and by the periods since."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from semantic.bind import grain
from semantic.bind.bound import Cohorts, Fact, Key
from semantic.bind.condition import Condition, present
from semantic.bind.definitions import Definitions
from semantic.bind.nesting import SIZES
from semantic.bind.row import Row, call, rerooted
from semantic.bind.texts import Reached
from semantic.plan import Aggregate, Measure, Named, Spine, Triangle, free_name, partial_column
from semantic.planner.planning import Planning
from semantic.planner.rows import rows_grouped
from semantic.planner.series import moved
from semantic.spec.types import Duration, TypeName

_BETWEEN = {"day": "days", "month": "months", "quarter": "quarters", "year": "years"}


def triangle(planner: Planning, fact: Fact, found: Cohorts, name: str) -> Triangle:
    """The cells of a retention."""
    definitions, bound = planner.definitions, planner.bound
    entry = grain.grained(found.time, found.period, definitions.calendar)
    others = [(key, each) for key, each in zip(bound.keys, fact.keys, strict=True) if _is_other(key, found)]
    period = next((k.name for k in bound.keys if k.path == f"time.{found.period}"), found.period)
    names = dict.fromkeys((leaf.call.this, planner.names[leaf.key]) for leaf in fact.leaves)
    sizes = next((n for c, n in names if c == "count_rows"), None) or _unasked(planner, "cohort", fact)
    again = next((n for c, n in names if c != "count_rows"), None) or _unasked(planner, "active", fact)
    size = Measure(sizes, call("count_rows"), None, "integer", True, True)
    cohorts = _grouped(planner, found.cohorts, [*others, (_key(period, entry), Reached(entry))], ())
    active = _active(planner, fact, found, others, period, entry, again)
    kind = entry.type
    assert kind is not None
    spine = Spine(period, found.period, grain.spine_name(found.period), kind, None, None)
    return Triangle(
        cohorts=replace(cohorts, measures=(size,)),
        active=active,
        last=_last(planner, found),
        name=name,
        keys=tuple(Named(key.name, partial_column(key.name), key.type) for key in bound.keys),
        period=period,
        since=found.since,
        spine=spine,
        between=between(found.period, _side("from"), _side("to"), definitions),
        size=size,
        again=Measure(again, call("count", exp.Null()), None, "integer", True, True),
        mature=_mature(found.period, kind) if found.rolling else None,
    )


def _unasked(planner: Planning, wish: str, fact: Fact) -> str:
    """What a retention has that no metric asks for; others of the question have it, too."""
    number = [each for each in planner.bound.facts if each.retained is not None].index(fact)
    taken = {name.lower() for name in planner.names.values()}
    return free_name(wish if number == 0 else f"{wish}_{number + 1}", taken)


def _is_other(key: Key, found: Cohorts) -> bool:
    return key.name != found.since and key.path != f"time.{found.period}"


def _key(name: str, row: Row) -> Key:
    return Key(name, name, row.type, None, None)


def _side(name: str) -> exp.Column:
    return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this="@"))


def between(period: str, first: exp.Expr, later: exp.Expr, definitions: Definitions) -> exp.Expr:
    """The number of periods from one to another."""
    if period == "week":
        start = definitions.calendar.week_start
        stem = "sunday" if start == "sunday" else "monday"
        if start == "saturday":  # both are the first days of weeks
            days = call("days_between", first, later)
            return call("safe_int_divide", days, exp.Literal.number(7))
        return call(f"weeks_between_{stem}", first, later)
    return call(f"{_BETWEEN[period]}_between", first, later)


def _grouped(
    planner: Planning, fact: Fact, keys: list[tuple[Key, Reached]], where: tuple[Condition, ...]
) -> Aggregate:
    """Rows of a fact by some keys, without measures."""
    asked = tuple(key for key, _ in keys)
    by = "_".join(key.name for key in asked)
    step = planner.free(f"{fact.home}_by_{by}" if asked else f"{fact.home}_last")
    narrowed = replace(fact, keys=tuple(each for _, each in keys), where=(*fact.where, *where), leaves=())
    return rows_grouped(planner, narrowed, step, keys=asked)


def _active(
    planner: Planning,
    fact: Fact,
    found: Cohorts,
    others: list[tuple[Key, Reached]],
    period: str,
    entry: Row,
    again: str,
) -> Aggregate:
    """Those of a cohort that are active in a period, not before they entered it."""
    definitions = planner.definitions
    at = grain.grained(found.active_at, found.period, definitions.calendar)
    entered = rerooted(entry, found.activity, found.way)
    own = [(key, Reached(rerooted(each.row, found.activity, found.way))) for key, each in others]
    later = _key("active_period", at)
    conditions = [Condition(found.activity, exp.GTE(this=at.tree.copy(), expression=entered.tree.copy()))]
    if found.rolling:
        day, entry_day = (
            grain.grained(t, "day", definitions.calendar) for t in (found.active_at, found.time)
        )
        first = rerooted(entry_day, found.activity, found.way).tree
        at = Row(found.activity, _age(found.period, first, day.tree), "integer")
        later = _key(found.since, at)
        conditions = [Condition(found.activity, exp.GTE(this=day.tree.copy(), expression=first.copy()))]
    conditions += [
        Condition(found.activity, rerooted(Row(c.home, c.tree, "boolean"), found.activity, found.way).tree)
        for c in found.cohorts.where
    ]
    there = Fact(found.activity, (), (), (), None, fact.through, found.active_at)
    keys = [*own, (_key(period, entered), Reached(entered)), (later, Reached(at))]
    grouped = _grouped(planner, there, keys, tuple(conditions))
    leaf = next((leaf for leaf in fact.leaves if leaf.call.this != "count_rows"), None)
    entity = leaf.call if leaf is not None else call("count_rows")
    measure = Measure(again, entity, None, "integer", True, True)
    return replace(grouped, measures=(measure,))


def _last(planner: Planning, found: Cohorts) -> Aggregate:
    """The last period in which anything is known of any activity."""
    at = grain.grained(found.active_at, found.period, planner.definitions.calendar)
    there = Fact(found.activity, (), (), (), None)
    grouped = _grouped(planner, there, [], (present(found.activity, found.active_at),))
    day = grain.grained(found.active_at, "day", planner.definitions.calendar)
    measures = [Measure("period", call("max", at.tree), None, at.type, False, False)]
    if found.rolling:
        measures.append(Measure("day", call("max", day.tree), None, day.type, False, False))
    return replace(grouped, measures=tuple(measures))


def _age(period: str, entry: exp.Expr, day: exp.Expr) -> exp.Expr:
    """How many whole periods lie between an entry and a later day."""
    family, size = SIZES[period]
    if family == "day":
        whole: exp.Expr = call("days_between", entry.copy(), day.copy())
    else:
        months = call("months_between", entry.copy(), day.copy())
        reached = call("add_months_date", entry.copy(), months.copy())
        early = exp.LT(this=day.copy(), expression=reached)
        one = exp.Case(ifs=[exp.If(this=early, true=exp.Literal.number(1))], default=exp.Literal.number(0))
        whole = exp.Sub(this=months, expression=one)
    return whole if size == 1 else call("safe_int_divide", exp.Paren(this=whole), exp.Literal.number(size))


def _mature(period: str, kind: TypeName) -> exp.Expr:
    """Whether the last who may have entered a cohort had the whole of their period ``@age``."""
    family, size = SIZES[period]
    last = moved(moved(_side("from"), kind, Duration(1, period)), kind, Duration(-1, "day"))  # type: ignore[arg-type]
    older = exp.Paren(this=exp.Add(this=_side("age"), expression=exp.Literal.number(1)))
    length = older if size == 1 else exp.Mul(this=older, expression=exp.Literal.number(size))
    end = call(f"add_{family}s_date", last, length)
    return exp.LTE(this=end, expression=moved(_side("day"), kind, Duration(1, "day")))
