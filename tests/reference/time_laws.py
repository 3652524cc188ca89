"""Laws of time, entities and levels: what windows, offsets, shares and cohorts are to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.calendar import add, first_day
from tests.reference.engines import Rows
from tests.reference.groups import home_of
from tests.reference.histories import histories
from tests.reference.laws import Law, law
from tests.reference.made import remade
from tests.reference.metrics import leaves
from tests.reference.modifiers import conversions, entity_of, events
from tests.reference.names import NUMBERS, one_sides, timed
from tests.reference.paths import end_of, forward
from tests.reference.questions import keys
from tests.reference.terms import (
    By,
    Having,
    Key,
    Leaf,
    Level,
    Made,
    Metric,
    Path,
    Per,
    Question,
    Retention,
    Table,
    Test,
    Through,
    World,
    spelled,
)
from tests.reference.worlds import Draw
from tests.shop import same_value

MONTH, QUARTER = (By(Path(("time",), "", grain)) for grain in ("month", "quarter"))
#: The value of each period and group.
Series = Mapping[tuple[date, Key], Any]


@st.composite
def a_window_is_the_sum_of_its_periods(draw: Draw) -> Law:
    """Three months of sums are the sums of three months."""
    world, metric, more = draw(_metric(("sum", "count")))
    window = _seen(metric, Through(window=(3, "month")))

    def holds(parts: Rows, windows: Rows) -> bool:
        single = _series(parts)
        return all(
            _equal(v or 0, _sum(single.get((add(p, -n, "month"), k)) for n in range(3)))
            for (p, k), v in _series(windows).items()
        )

    return law(world, _both(metric, window, (MONTH, *more)), holds)


@st.composite
def a_distinct_window_is_no_sum(draw: Draw) -> Law:
    """A window has no fewer distinct values than each of its months, and no more than all together."""
    world, metric, more = draw(_metric(("count_distinct",)))
    window = _seen(metric, Through(window=(3, "month")))

    def holds(parts: Rows, windows: Rows) -> bool:
        single = _series(parts)
        found = [
            (v, [single.get((add(p, -n, "month"), k), 0) for n in range(3)])
            for (p, k), v in _series(windows).items()
        ]
        return all(max(months) <= value <= sum(months) for value, months in found)

    return law(world, _both(metric, window, (MONTH, *more)), holds)


@st.composite
def to_date_ends_with_the_total(draw: Draw) -> Law:
    """In the last month of a quarter, the quarter to date is the whole quarter."""
    world, metric, more = draw(_metric(("sum", "count", "count_distinct", "min", "max", "avg")))
    so_far = _seen(metric, Through(to_date="quarter"))

    def holds(quarters: Rows, months: Rows) -> bool:
        whole = _series(quarters)
        last = {(p, k): v for (p, k), v in _series(months).items() if p.month % 3 == 0}
        return all(_equal(v, whole[first_day(p, "quarter", world.calendar), k]) for (p, k), v in last.items())

    return law(world, (Question((metric,), (QUARTER, *more)), Question((so_far,), (MONTH, *more))), holds)


@st.composite
def an_offset_moves_values(draw: Draw) -> Law:
    """What was so many months before, is the same values so many months later."""
    world, metric, more = draw(_metric(("sum", "count", "count_distinct", "max", "avg", "median")))
    months = draw(st.sampled_from((1, 2, 12, -1)))
    before = _seen(metric, Through(offset=(months, "month")))

    def holds(now: Rows, later: Rows) -> bool:
        moved = {(add(p, months, "month"), k): v for (p, k), v in _series(now).items()}
        return _agree(moved, _series(later))

    return law(world, _both(metric, before, (MONTH, *more)), holds)


@st.composite
def a_total_is_the_sum_of_its_parts(draw: Draw) -> Law:
    """A total over the values of a path is what the parts add up to; their shares add up to one."""
    world, metric, _ = draw(_metric(("sum", "count")))
    by = By(draw(_keys(world, metric)), "k")
    over = Level((spelled(by.path),))
    total = Metric("total", None, "seen", (metric,), how=over)
    share = Metric("share", None, "share", (metric,), how=over)

    def holds(rows: Rows) -> bool:
        periods = {row[0] for row in rows}
        return all(_whole([row[2:] for row in rows if row[0] == period]) for period in periods)

    return law(world, (Question((metric, total, share), (MONTH, by)),), holds)


def _whole(rows: list[tuple[Any, ...]]) -> bool:
    parts, totals, shares = zip(*rows, strict=True)
    known = [each for each in shares if each is not None]
    adds_up = all(_equal(each or 0, _sum(parts)) for each in totals)
    return adds_up and (not known or _equal(float(sum(known)), 1.0))


@st.composite
def those_before_and_those_that_are_new_are_all(draw: Draw) -> Law:
    """Everybody who ever came until a month came before it, or in it for the first time."""
    world, fact = draw(_fact())
    firsts = _with_firsts(world, fact)
    entity = Path((fact,), entity_of(fact))
    active = Metric("active", Leaf(fact, "count"))
    ever = Per(entity, "count", None, Having(active, ">", 0))
    until = _seen(Metric("ever", ever), Through(window="all"), "until")
    before = _seen(until, Through(offset=(1, "month")), "before")
    new = Metric("new", Leaf("firsts", "count"))

    def holds(rows: Rows) -> bool:
        known = [row[1:] for row in rows if row[0] is not None and row[1] is not None]
        return all(now == (earlier or 0) + fresh for now, earlier, fresh in known if now)

    return law(firsts, (Question((until, before, new), (MONTH,)),), holds)


@st.composite
def entities_add_up(draw: Draw) -> Law:
    """What all customers have together, is what there is of any customer."""
    world, fact = draw(_fact())
    who = Path((fact,), "customers_id")
    sizes = Leaf(fact, "sum", (Path((fact,), "size"),))
    each = Metric("all_of_them", Per(who, "sum", Metric("of_each", sizes)))
    known = Metric("of_any", replace(sizes, where=Test("not", (Test("null", path=who),))))
    how = draw(st.sampled_from((None, Through(offset=(1, "year")), Through(window=(1, "quarter")))))
    pair = (each, known) if how is None else (_seen(each, how, "together"), _seen(known, how, "any_of_them"))
    question = Question(pair, (MONTH,) if how is not None or draw(st.booleans()) else ())
    return law(world, (question,), lambda rows: all(_equal(row[-2] or 0, row[-1] or 0) for row in rows))


@st.composite
def once_is_no_more_than_many(draw: Draw) -> Law:
    """Where each later event counts once only, no more base events are followed by one."""
    world = draw(histories())
    assume(events(world))
    many = replace(draw(conversions(world)), once=False, value="count")
    metrics = [Metric(f"m{n}", each) for n, each in enumerate((many, replace(many, once=True)))]

    def holds(rows: Rows) -> bool:
        return all(each is None or each <= every for every, each in rows)

    return law(world, (Question(tuple(metrics)),), holds)


@st.composite
def everybody_is_there_at_the_beginning(draw: Draw) -> Law:
    """A cohort that is made by its first activity is whole at first, and never more than whole."""
    world, fact = draw(_fact())
    period = draw(st.sampled_from(("week", "month", "quarter")))
    retention = Retention("firsts", fact, ("customers_id", "customers_id"), period)
    by = tuple(By(Path((name,), "", period)) for name in ("time", "since"))
    question = Question((Metric("rate", retention),), by)

    def holds(rows: Rows) -> bool:
        return all(rate == 1 if since == 0 else 0 <= rate <= 1 for _, since, rate in rows)

    return law(_with_firsts(world, fact), (question,), holds)


# --- what they are made of --------------------------------------------------------------------------


@st.composite
def _metric(draw: Draw, functions: tuple[str, ...]) -> tuple[World, Metric, tuple[By, ...]]:
    """An aggregate with a time, and another path to group it by, sometimes."""
    world = draw(histories())
    leaf = draw(leaves(world, functions, NUMBERS))
    metric = Metric("now", leaf)
    assume(leaf.function in functions and timed(world, Question((metric,))))
    return world, metric, (By(draw(_keys(world, metric)), "k"),) if draw(st.booleans()) else ()


@st.composite
def _keys(draw: Draw, world: World, metric: Metric) -> Path:
    home, _ = home_of(world, metric.leaves()[0])
    path: Path = draw(keys(world, draw(st.sampled_from(one_sides(world, home)))))
    return path


@st.composite
def _fact(draw: Draw) -> tuple[World, str]:
    """A fact whose rows belong to customers."""
    world = draw(histories())
    facts = [name for name in events(world) if name in ("orders", "visits", "order_lines")]
    assume(facts)
    return world, draw(st.sampled_from(facts))


def _with_firsts(world: World, fact: str) -> World:
    """The world with a model of the first time of each customer in a fact."""
    axis = world.tables[fact].time
    assert axis is not None
    who = Path((fact,), "customers_id")
    known = tuple(Test("not", (Test("null", path=path),)) for path in (who, axis))
    made = Made(fact, None, (("first", Leaf(fact, "min", (axis,))),), (("customers_id", who),), known)
    end = end_of(world, fact, forward(world, fact, axis.steps)[0])
    columns: dict[str, TypeName] = {
        "customers_id": "integer",
        "first": world.tables[end].columns[axis.column],
    }
    table = Table(("customers_id",), columns, (), {}, Path(("firsts",), "first"), source=made)
    return remade(replace(world, tables={**world.tables, "firsts": table}))


def _seen(metric: Metric, how: Through, name: str = "seen") -> Metric:
    return Metric(name, None, "seen", (metric,), how=how)


def _both(metric: Metric, other: Metric, by: tuple[By, ...]) -> Iterable[Question]:
    return Question((metric,), by), Question((other,), by)


def _series(rows: Rows) -> Series:
    """Values by period and group; rows without a time are in no window and before nothing."""
    return {(row[0], row[1:-1]): row[-1] for row in rows if row[0] is not None}


def _sum(values: Iterable[Any]) -> Any:
    return sum(value for value in values if value is not None)


def _equal(left: Any, right: Any) -> bool:
    return same_value(left, right) or (
        left is not None and right is not None and abs(float(left) - float(right)) < 1e-9
    )


def _agree(left: Series, right: Series) -> bool:
    return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)


TIME_LAWS: tuple[Callable[[], st.SearchStrategy[Law]], ...] = (
    a_window_is_the_sum_of_its_periods,
    a_distinct_window_is_no_sum,
    to_date_ends_with_the_total,
    an_offset_moves_values,
    a_total_is_the_sum_of_its_parts,
    those_before_and_those_that_are_new_are_all,
    entities_add_up,
    once_is_no_more_than_many,
    everybody_is_there_at_the_beginning,
)
