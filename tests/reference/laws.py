"""Laws that answers obey whatever was asked: each draws questions of a world, and what must hold of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.reference.aggregates import ADDITIVE, COUNTS
from tests.reference.conditions import conditions
from tests.reference.engines import Asked, Rows
from tests.reference.groups import home_of
from tests.reference.logic import spelled_out
from tests.reference.metrics import EXACT, leaves
from tests.reference.names import NUMBERS, answerable, one_sides, timed
from tests.reference.questions import PERIODS, keys, questions
from tests.reference.terms import By, Key, Leaf, Metric, Order, Path, Question, Test, Walk, World
from tests.reference.worlds import Draw, worlds
from tests.shop import same

#: The values of each group.
Groups = dict[Key, tuple[Any, ...]]


@dataclass(frozen=True)
class Law:
    """Questions of one world, and whether their answers agree with each other."""

    asked: tuple[Asked, ...]
    holds: Callable[..., bool]


def law(world: World, questions: Iterable[Question], holds: Callable[..., bool]) -> Law:
    return Law(tuple(Asked(world, question) for question in questions), holds)


# --- sums -------------------------------------------------------------------------------------------


@st.composite
def parts_make_the_whole(draw: Draw) -> Law:
    """Sums and counts by one dimension more add up to those without it."""
    world, question = draw(_summed())
    more = By(draw(keys(world, draw(_one_sides(world, question)))), "more")
    width = len(question.by)

    def holds(whole: Rows, parts: Rows) -> bool:
        return _agree(_added(width, whole), _added(width, [(*r[:width], *r[width + 1 :]) for r in parts]))

    return law(world, (question, replace(question, by=(*question.by, more))), holds)


@st.composite
def a_condition_splits_in_three(draw: Draw) -> Law:
    """What holds, what does not, and what is unknown of a condition is all there is."""
    world, question = draw(_summed())
    test = draw(conditions(world, [draw(_one_sides(world, question))]))
    parts = [_where(question, part) for part in (test, _not(test), _unknown(test))]
    return law(world, (question, *parts), _first_is_the_sum(len(question.by)))


@st.composite
def times_add_up(draw: Draw) -> Law:
    """A range of time is what its two halves are together."""
    world, question = draw(_summed())
    assume(timed(world, question))
    (start, end), middle = PERIODS[0], draw(st.sampled_from((date(2024, 3, 1), date(2024, 2, 29))))
    asked = [replace(question, period=p) for p in ((start, end), (start, middle), (middle, end))]
    return law(world, asked, _first_is_the_sum(len(question.by)))


@st.composite
def _summed(draw: Draw) -> tuple[World, Question]:
    """A question for what can be added up, by what each row has one of."""
    world = draw(worlds())
    count = draw(st.integers(1, 2))
    question = Question(tuple(Metric(f"m{n}", draw(leaves(world, ADDITIVE))) for n in range(count)))
    if draw(st.booleans()):
        question = replace(question, by=(By(draw(keys(world, draw(_one_sides(world, question)))), "k"),))
    return world, question


@st.composite
def _one_sides(draw: Draw, world: World, question: Question) -> Walk:
    """A way to name what every fact has at most one of."""
    near = [one_sides(world, home_of(world, leaf)[0]) for leaf in question.leaves()]
    found = [steps for steps in answerable(world, question) if all(steps in each for each in near)]
    assume(found)
    chosen: Walk = draw(st.sampled_from(found))
    return chosen


def _first_is_the_sum(width: int) -> Callable[..., bool]:
    """Whether the first answer is the sum of the others."""
    return lambda whole, *parts: _agree(_added(width, whole), _added(width, *parts))


def _added(width: int, *answers: Rows) -> Groups:
    """Rows of equal groups, added up."""
    found: Groups = {}
    for row in (row for rows in answers for row in rows):
        key, values = row[:width], row[width:]
        found[key] = tuple(map(_plus, found[key], values)) if key in found else values
    return found


def _plus(left: Any, right: Any) -> Any:
    """A NULL adds nothing."""
    return right if left is None else left if right is None else left + right


# --- conditions -------------------------------------------------------------------------------------


@st.composite
def a_tautology_changes_nothing(draw: Draw) -> Law:
    """A condition that holds of everything leaves the answer as it is, also said of a many side."""
    world, question = draw(_plain())
    test = draw(_on_one_table(world, question))
    always = Test("or", (test, Test("or", (_not(test), _unknown(test)))))
    return law(world, (question, _where(question, always)), same)


@st.composite
def a_contradiction_leaves_nothing(draw: Draw) -> Law:
    """A condition that holds of nothing leaves no group, and of a total the values over no rows."""
    world, question = draw(_plain())
    test = draw(_on_one_table(world, question))
    never = Test("and", (test, Test("and", (_not(test), _not(_unknown(test))))))
    total = [tuple(map(_nothing, question.leaves()))]
    return law(world, (_where(question, never),), lambda rows: same(rows, [] if question.by else total))


@st.composite
def a_condition_on_a_group_picks_it(draw: Draw) -> Law:
    """A condition on what is grouped by leaves the groups for which it holds, as they are."""
    world, question = draw(_plain())
    key = draw(keys(world, draw(_one_sides(world, question))))
    question = replace(question, by=(By(key, "key"), *question.by))
    null = Test("null", path=key)

    def holds(every: Rows, unknown: Rows, known: Rows) -> bool:
        picked = [row for row in every if row[0] is None], [row for row in every if row[0] is not None]
        return same(picked[0], unknown) and same(picked[1], known)

    return law(world, (question, _where(question, null), _where(question, _not(null))), holds)


@st.composite
def _plain(draw: Draw) -> tuple[World, Question]:
    """A question for aggregates alone, without anything that adds rows or takes them away at the end."""
    world = draw(worlds())
    question = draw(questions(world))
    metrics = tuple(Metric(f"n{n}", leaf) for n, leaf in enumerate(question.leaves()))
    return world, Question(metrics, question.by, question.where, question.period)


@st.composite
def _on_one_table(draw: Draw, world: World, question: Question) -> Test:
    """A condition on one table, which may be a many side."""
    steps = answerable(world, question)
    assume(steps)
    test: Test = draw(conditions(world, [draw(st.sampled_from(steps))], depth=1))
    return test


def _where(question: Question, test: Test) -> Question:
    return replace(question, where=(*question.where, test))


def _not(test: Test) -> Test:
    return Test("not", (test,))


def _unknown(test: Test) -> Test:
    return Test("unknown", (test,))


def _nothing(leaf: Leaf) -> int | None:
    """The value over no rows."""
    return 0 if leaf.function in COUNTS else None


# --- what is asked for, and how ---------------------------------------------------------------------


@st.composite
def naming_has_no_order(draw: Draw) -> Law:
    """The order in which metrics, groups and conditions are named changes no value."""
    world, question = draw(_plain())
    metrics, by, where = question.metrics[::-1], question.by[::-1], question.where[::-1]
    width = len(by)

    def holds(one: Rows, other: Rows) -> bool:
        turned = [(*row[:width][::-1], *row[width:][::-1]) for row in other]
        return _agree(_groups(width, one), _groups(width, turned))

    return law(world, (question, replace(question, metrics=metrics, by=by, where=where)), holds)


@st.composite
def together_as_alone(draw: Draw) -> Law:
    """Metrics asked for together have the values that they have alone, or over no rows."""
    world, question = draw(_plain())
    alone = [replace(question, metrics=(metric,)) for metric in question.metrics]
    width, nothing = len(question.by), [(_nothing(leaf),) for leaf in question.leaves()]

    def holds(together: Rows, *each: Rows) -> bool:
        found = [_groups(width, rows) for rows in each]
        every = {key: None for groups in found for key in groups}
        expected = {key: sum(map(dict.get, found, [key] * len(found), nothing), ()) for key in every}
        return _agree(_groups(width, together), expected)

    return law(world, (question, *alone), holds)


@st.composite
def a_ratio_is_made_of_its_parts(draw: Draw) -> Law:
    """A ratio is what its numerator and its denominator, asked for apart, give."""
    world, question = draw(_plain())
    above, below = (Metric(f"part_{n}", draw(leaves(world, EXACT, NUMBERS))) for n in "ab")
    question = Question((Metric("ratio", None, "/", (above, below)),), by=draw(_common(world, above, below)))
    parts = [replace(question, metrics=(part,)) for part in (above, below)]
    width, nothing = len(question.by), [(_nothing(leaf),) for leaf in question.leaves()]

    def holds(ratios: Rows, over: Rows, under: Rows) -> bool:
        top, bottom = _groups(width, over), _groups(width, under)
        pairs = {key: (top.get(key, nothing[0]), bottom.get(key, nothing[-1])) for key in {**top, **bottom}}
        return _agree(_groups(width, ratios), {key: (_ratio(*a, *b),) for key, (a, b) in pairs.items()})

    return law(world, (question, *parts), holds)


def _ratio(above: Any, below: Any) -> float | None:
    return None if above is None or not below else float(above) / float(below)


@st.composite
def _common(draw: Draw, world: World, *metrics: Metric) -> tuple[By, ...]:
    """Something to group by, if the metrics have that in common."""
    steps = answerable(world, Question(metrics), shared=False)
    return (By(draw(keys(world, draw(st.sampled_from(steps))))),) if steps and draw(st.booleans()) else ()


@st.composite
def a_group_named_twice_is_there_twice(draw: Draw) -> Law:
    """Asked for under a second name, a group's value stands in a second column, and nothing else changes."""
    world, question = draw(_plain())
    assume(question.by)
    twice = replace(question, by=(*question.by, By(question.by[0].path, "again")))
    width = len(question.by)

    def holds(once: Rows, again: Rows) -> bool:
        return same([(*row[:width], row[0], *row[width:]) for row in once], again)

    return law(world, (question, twice), holds)


@st.composite
def a_limit_cuts_the_end(draw: Draw) -> Law:
    """A limit leaves the first rows of the same answer."""
    world, question = draw(_plain())
    names = [by.output for by in question.by] + [m.name for m in question.metrics if _exact(m)]
    if names:
        question = replace(question, order=(Order(draw(st.sampled_from(names)), draw(st.booleans())),))
    limit = draw(st.integers(0, 3))
    return law(world, (question, replace(question, limit=limit)), lambda whole, cut: same(whole[:limit], cut))


def _exact(metric: Metric) -> bool:
    return metric.leaf is not None and metric.leaf.function in EXACT


@st.composite
def filling_only_adds(draw: Draw) -> Law:
    """Filled periods add rows in which nothing was counted or summed, and change no other."""
    world, question = draw(_summed())
    assume(timed(world, question))
    month = By(Path(("time",), "", draw(st.sampled_from(("month", "quarter", "week", "year")))))
    others = (by for by in question.by if by.path.grain is None)  # one period is filled, and no other
    question = replace(question, by=(*others, month))
    return law(world, (question, replace(question, fill=True)), _more(len(question.by)))


@st.composite
def members_only_add(draw: Draw) -> Law:
    """Members without a fact add rows in which nothing was counted or summed, and change no other."""
    world, question = draw(_summed())
    steps = draw(_one_sides(world, question))
    assume(all(steps[-1] != home_of(world, leaf)[0] for leaf in question.leaves()))
    member = By(Path(steps, "kind"), "member")
    question = replace(question, by=(*question.by, member))
    return law(world, (question, replace(question, members=(member,))), _more(len(question.by)))


def _more(width: int) -> Callable[[Rows, Rows], bool]:
    def holds(fewer: Rows, more: Rows) -> bool:
        found = {key: tuple(v or 0 for v in values) for key, values in _groups(width, fewer).items()}
        asked = _groups(width, more)
        nothing = [not any(values) for key, values in asked.items() if key not in found]
        return _agree({key: asked[key] for key in found if key in asked}, found) and all(nothing)

    return holds


# --- how it is written ------------------------------------------------------------------------------


@st.composite
def two_halves_are_a_table(draw: Draw) -> Law:
    """A model that puts its table together from two parts of it answers as the table does."""
    world, question = draw(_plain())
    return Law((Asked(world, question), Asked(world, question, halved=True)), same)


@st.composite
def the_authoring_dialect_says_the_same(draw: Draw) -> Law:
    """A project written in another dialect answers as the same in DuckDB's."""
    world, question = draw(_plain())
    simple = [
        metric for metric in question.metrics if metric.leaf and metric.leaf.function in (*EXACT, "avg")
    ]
    assume(simple)
    question = replace(
        question, metrics=tuple(map(_spelled_out, simple)), where=tuple(map(spelled_out, question.where))
    )
    authoring = draw(st.sampled_from(("postgres", "bigquery", "snowflake")))
    return Law((Asked(world, question), Asked(world, question, authoring)), same)


def _spelled_out(metric: Metric) -> Metric:
    assert metric.leaf is not None
    where, within = (test and spelled_out(test) for test in (metric.leaf.where, metric.leaf.within))
    return replace(metric, leaf=replace(metric.leaf, where=where, within=within))


# --- comparing --------------------------------------------------------------------------------------


def _groups(width: int, rows: Rows) -> Groups:
    return {row[:width]: row[width:] for row in rows}


def _agree(left: Groups, right: Groups) -> bool:
    """Whether two answers have the same values; a total over nothing may have no row."""
    if not left or not right:
        return not any(any(values) for values in (*left.values(), *right.values()))
    return left.keys() == right.keys() and all(same([left[key]], [right[key]]) for key in left)


LAWS = (
    parts_make_the_whole,
    a_condition_splits_in_three,
    times_add_up,
    a_tautology_changes_nothing,
    a_contradiction_leaves_nothing,
    a_condition_on_a_group_picks_it,
    naming_has_no_order,
    together_as_alone,
    a_ratio_is_made_of_its_parts,
    a_group_named_twice_is_there_twice,
    a_limit_cuts_the_end,
    filling_only_adds,
    members_only_add,
    two_halves_are_a_table,
    the_authoring_dialect_says_the_same,
)
