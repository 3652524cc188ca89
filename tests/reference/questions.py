"""Random questions of a world: only such as have one meaning for every fact that they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.calendar import CLOCK_GRAINS, CLOCK_PARTS, GRAINS, PARTS
from tests.reference.evaluate import axis, filled, filter_place, holds_for_a_time, home_of
from tests.reference.paths import Place, end_of, forward, joins, place
from tests.reference.terms import (
    By,
    Having,
    Leaf,
    Metric,
    Order,
    Parameter,
    Path,
    Question,
    Test,
    Unanswerable,
    Walk,
    World,
)
from tests.reference.worlds import FACTS, OFTEN, RARELY, SOMETIMES, VALUES, Draw

#: Ranges that begin and end on days that there are, and one long before them.
PERIODS = (
    (date(2024, 1, 1), date(2024, 12, 30)),
    (date(2023, 12, 31), date(2024, 3, 1)),
    (date(2023, 11, 30), date(2024, 1, 1)),
    (date(2021, 1, 1), date(2021, 3, 1)),
)
Kinds = tuple[TypeName, ...]
NUMBERS: Kinds = ("integer", "decimal", "float")
TIMES: Kinds = ("date", "timestamptz", "timestamp")
ANY: Kinds = (*NUMBERS, "text", "boolean", *TIMES)
#: Functions of one column, and the types that they take.
FUNCTIONS: dict[str, Kinds] = {
    "count": ANY,
    "sum": NUMBERS,
    "avg": NUMBERS,
    "min": (*NUMBERS, "text", "date", "timestamp"),
    "max": (*NUMBERS, "text", "date", "timestamp"),
    "count_distinct": ANY,
    "median": NUMBERS,
    "percentile_cont": NUMBERS,
    "percentile_disc": ("integer", "decimal", "text", "date"),
    "stddev_samp": NUMBERS,
    "stddev_pop": NUMBERS,
    "var_samp": NUMBERS,
    "var_pop": NUMBERS,
    "bool_and": ("boolean",),
    "bool_or": ("boolean",),
    "sum_distinct": NUMBERS,
    "avg_distinct": NUMBERS,
    "string_agg": ("text",),
}
#: Functions of two columns, and the types of each.
PAIRED: dict[str, tuple[Kinds, Kinds]] = {
    "sum_product": (("integer", "decimal"), ("integer", "decimal")),
    "count_distinct": (("text", "integer", "date", "boolean"), ("text", "integer", "decimal")),
    "covar_samp": (NUMBERS, NUMBERS),
    "covar_pop": (NUMBERS, NUMBERS),
}
#: The functions that everybody uses, and that other metrics are made of.
COMMON = ("count", "sum", "count", "sum", "avg", "min", "max", "count_distinct")
EXACT = ("count", "sum", "min", "max", "count_distinct")


@st.composite
def questions(draw: Draw, world: World) -> Question:
    """One to three metrics by up to three paths, with conditions that all of their facts can answer."""
    count = draw(st.sampled_from((1, 1, 2, 3)))
    metrics = tuple(draw(metrics_of(world, f"m{n}")) for n in range(1, count + 1))
    having = draw(_havings(world, metrics)) if draw(RARELY) else ()
    question = Question(metrics, having=having)
    question = replace(question, by=draw(_bys(world, question)), where=draw(_wheres(world, question)))
    if timed(world, question):
        question = replace(
            question, period=draw(st.sampled_from((*[None] * 9, *PERIODS[:3], *PERIODS[:3], *PERIODS)))
        )
    question = replace(question, fill=_can_fill(question) and draw(OFTEN))
    if can := _with_members(world, question):
        question = replace(question, members=draw(st.sampled_from(((), (), can, can[:1]))))
    whole: Question = draw(_cut(question))
    return whole


# --- metrics ----------------------------------------------------------------------------------------


@st.composite
def metrics_of(draw: Draw, world: World, name: str) -> Metric:
    """One aggregate, or now and then an operation on two."""
    op = draw(st.sampled_from((*[""] * 6, "/", "/", "-", "+", "known")))
    if not op:
        return Metric(name, draw(leaves(world, (*COMMON, *FUNCTIONS, *PAIRED, "arg_max"))))
    count = 1 if op == "known" else 2
    parts = [Metric(f"{name}_{'ab'[n]}", draw(leaves(world, COMMON, NUMBERS))) for n in range(count)]
    alike = len({_said_besides(part.leaf) for part in parts}) == 1
    return Metric(name, None, op, tuple(parts), inline=alike and draw(st.booleans()))


def _said_besides(leaf: Leaf | None) -> tuple[Any, ...]:
    assert leaf is not None
    return leaf.table, leaf.where, leaf.time


@st.composite
def leaves(
    draw: Draw, world: World, functions: Sequence[str], kinds: Kinds = ANY, *, plain: bool = False
) -> Leaf:
    """One aggregate of a fact: of its own columns or of its one side; ``plain`` without conditions."""
    table = draw(st.sampled_from([name for name in FACTS if name in world.tables]))
    leaf = Leaf(table, draw(st.sampled_from(functions)))
    leaf = replace(leaf, paths=draw(_arguments(world, leaf, kinds)))
    if not leaf.paths and leaf.function != "count":  # no column fits
        leaf = replace(leaf, function="count")
    if leaf.function.startswith("percentile"):
        leaf = replace(leaf, share=draw(st.sampled_from((0.5, 0.25, 0.75))))
    if not plain and draw(SOMETIMES):
        leaf = replace(leaf, where=draw(_filters(world, leaf)))
    if not plain and draw(RARELY):
        leaf = replace(leaf, within=draw(conditions(world, [(table,)], depth=1)))
    times = [c for c, kind in world.tables[table].columns.items() if kind in TIMES and c in ("day", "moment")]
    chosen = home_of(world, leaf) == (table, ()) and draw(RARELY)
    return replace(leaf, time=draw(st.sampled_from(times)) if chosen else None)


@st.composite
def _arguments(draw: Draw, world: World, leaf: Leaf, kinds: Kinds) -> tuple[Path, ...]:
    """The columns that a function is given."""
    if leaf.function == "arg_max":  # by the key, so that no two rows are the greatest
        return draw(_columns(world, leaf.table, ANY, near=True)), Path((leaf.table,), "id")
    paired = PAIRED.get(leaf.function)
    if paired is not None and (leaf.function not in FUNCTIONS or draw(SOMETIMES)):
        first, second = (draw(_columns(world, leaf.table, each)) for each in paired)
        return (first, second) if first and second else ()
    if leaf.function == "count" and draw(st.booleans()):
        return ()
    allowed = tuple(kind for kind in FUNCTIONS.get(leaf.function, ()) if kind in kinds)
    found = draw(_columns(world, leaf.table, allowed))
    return (found,) if found else ()


@st.composite
def _columns(draw: Draw, world: World, table: str, kinds: Kinds, *, near: bool = False) -> Path | None:
    """A column of some types: of the table itself, or (unless ``near``) of one that it leads to."""
    steps = draw(st.sampled_from([(table,)] * 2 + ([] if near else one_sides(world, table))))
    end = end_of(world, table, forward(world, table, steps)[0])
    columns = [c for c, kind in typed(world, end) if kind in kinds]
    return Path(steps, draw(st.sampled_from(columns))) if columns else None


@st.composite
def _filters(draw: Draw, world: World, leaf: Leaf) -> Test | None:
    found = [s for s in named(world) if _means(filter_place, world, leaf, Path(s, "kind"))]
    return draw(conditions(world, found)) if found else None


@st.composite
def _havings(draw: Draw, world: World, metrics: tuple[Metric, ...]) -> tuple[Having, ...]:
    """A condition on a metric that is not shown, of a fact that is."""
    leaf = draw(leaves(world, EXACT, NUMBERS))
    homes = [home_of(world, each)[0] for metric in metrics for each in metric.leaves()]
    if home_of(world, leaf)[0] not in homes:
        return ()
    return (Having(Metric("h1", leaf), draw(st.sampled_from((">", "<=", "null"))), draw(st.integers(-2, 2))),)


# --- what to group by -------------------------------------------------------------------------------


@st.composite
def _bys(draw: Draw, world: World, question: Question) -> tuple[By, ...]:
    """Up to three different paths that every fact can be grouped by, some under another name."""
    steps = answerable(world, question, shared=False)
    wishes = draw(st.sampled_from((1, 0, 1, 2, 2, 3)))
    paths: list[Path] = []
    for _ in range(wishes):
        if timed(world, question) and draw(st.booleans()):
            paths.append(draw(_time_paths(world, question)))
        elif steps:
            paths.append(draw(keys(world, draw(st.sampled_from(steps)))))
    return tuple(By(p, f"k{n}" if draw(RARELY) else None) for n, p in enumerate(dict.fromkeys(paths)))


@st.composite
def keys(draw: Draw, world: World, steps: Walk) -> Path:
    """A dimension, or a grain of one that is a time."""
    column, kind = draw(st.sampled_from(typed(world, last_of(world, steps))))
    if kind not in TIMES or (kind == "date" and draw(RARELY)):
        return Path(steps, column)
    return Path(steps, column, draw(_grains(clock=kind != "date")))


@st.composite
def _grains(draw: Draw, *, clock: bool) -> str:
    grains = (*GRAINS, *PARTS, *((*CLOCK_GRAINS, *CLOCK_PARTS) if clock else ()))
    found: str = draw(st.sampled_from(("month", "year", "month", "week", "quarter", *grains)))
    return found


@st.composite
def _time_paths(draw: Draw, world: World, question: Question) -> Path:
    kinds = [axis_type(world, leaf) for leaf in question.leaves()]
    return Path(("time",), "", draw(_grains(clock="date" not in kinds)))


def axis_type(world: World, leaf: Leaf) -> TypeName:
    """The type of a leaf's time."""
    at = axis(world, leaf)
    end = end_of(world, home_of(world, leaf)[0], at.walk)
    return world.tables[end].columns[at.path.column]


def _can_fill(question: Question) -> bool:
    """Whether the question has one path of periods, and these are not too many."""
    grains = [p.grain for p in question.paths if p.grain in (*GRAINS, *CLOCK_GRAINS)]
    fine = grains in (["minute"], ["second"]) or (grains == ["hour"] and question.period != PERIODS[2])
    return len(grains) == 1 and not (fine or (grains == ["hour"] and not _on_axis(question)))


def _on_axis(question: Question) -> bool:
    return question.paths[filled(question)].steps == ("time",)


def _with_members(world: World, question: Question) -> tuple[By, ...]:
    """The dimensions that every fact looks up."""
    homes = {home_of(world, leaf)[0]: None for leaf in question.leaves()}
    plain = [by for by in question.by if by.path.grain is None and by.path.steps != ("time",)]
    return tuple(by for by in plain if all(_looked_up(place(world, home, by.path)) for home in homes))


def _looked_up(at: Place) -> bool:
    return at.side is None and at.walk != ()


# --- conditions -------------------------------------------------------------------------------------


@st.composite
def _wheres(draw: Draw, world: World, question: Question) -> tuple[Test, ...]:
    steps = answerable(world, question)
    count = draw(st.sampled_from((0, 0, 0, 1, 1, 2))) if steps else 0
    found = [draw(conditions(world, steps)) for _ in range(count)]
    if timed(world, question) and draw(RARELY):
        found.append(Test("not", (Test("null", path=draw(_time_paths(world, question))),)))
    return tuple(found)


@st.composite
def conditions(draw: Draw, world: World, steps: Sequence[Walk], depth: int = 2) -> Test:
    """A condition over the columns of some tables."""
    op = draw(st.sampled_from(("leaf", "leaf", "leaf", "or", "or", "and", "not"))) if depth else "leaf"
    if op in ("and", "or"):
        return Test(
            op, (draw(conditions(world, steps, depth - 1)), draw(conditions(world, steps, depth - 1)))
        )
    if op == "not":
        return Test(op, (draw(conditions(world, steps, depth - 1)),))
    leaf: Test = draw(_comparisons(world, steps))
    return leaf


@st.composite
def _comparisons(draw: Draw, world: World, steps: Sequence[Walk]) -> Test:
    """A column compared with values, with another column, or with nothing."""
    at: Walk = draw(st.sampled_from(steps))
    column, kind = draw(st.sampled_from(typed(world, last_of(world, at))))
    path = Path(at, column)
    if kind in TIMES and (kind != "date" or draw(SOMETIMES)):
        path, kind = replace(path, grain=draw(st.sampled_from(("month", "iso_week", "year_of")))), "date"
    if path.grain == "year_of":
        return Test(draw(_operators()), path=path, values=(2024,))
    if kind == "boolean":
        return Test(draw(st.sampled_from(("is", "null"))), path=path)
    if draw(RARELY):
        other = draw(_alike(world, steps, kind))
        return Test(draw(_operators()), path=path, other=other or path)
    found: Test = draw(_with_values(path, kind))
    return found


@st.composite
def _alike(draw: Draw, world: World, steps: Sequence[Walk], kind: TypeName) -> Path | None:
    """Another column of the same type."""
    at: Walk = draw(st.sampled_from(steps))
    columns = [column for column, other in typed(world, last_of(world, at)) if other == kind]
    return Path(at, draw(st.sampled_from(columns))) if columns else None


def _operators() -> st.SearchStrategy[str]:
    return st.sampled_from(("=", "<>", "<", ">=", "<=", ">"))


@st.composite
def _with_values(draw: Draw, path: Path, kind: TypeName) -> Test:
    op = draw(st.sampled_from(("=", "<>", "<>", "<", ">=", ">=", "null", "in", "in", "between")))
    if op == "null":
        null = Test(op, path=path)
        return null if draw(RARELY) else Test("not", (null,))
    known = [value for value in VALUES[kind] if value is not None]
    count = {"in": draw(st.integers(1, 4)), "between": 2}.get(op, 1)
    values = [draw(st.sampled_from(known)) for _ in range(count)]
    if op == "between":
        return Test(op, path=path, values=tuple(sorted(values)))
    if op != "in" and draw(RARELY):
        values = [_parameter(kind, values[0])]
    called = op == "=" and isinstance(values[0], Parameter) and draw(st.booleans())
    return Test(op, path=path, values=tuple(values), called=called)


def _parameter(kind: TypeName, value: Any) -> Parameter:
    """A parameter of the value's own, so that one of that name always says the same."""
    return Parameter(f"{kind}_{VALUES[kind].index(value)}", kind, value, VALUES[kind][0])


# --- order ------------------------------------------------------------------------------------------


@st.composite
def _cut(draw: Draw, question: Question) -> Question:
    """The question with an order of its own sometimes, and no more than a few rows."""
    names = [by.output for by in question.by]
    names += [m.name for m in question.metrics if m.leaf is not None and m.leaf.function in EXACT]
    chosen = st.lists(st.sampled_from(names), unique=True, max_size=2)
    order = draw(chosen) if names and draw(SOMETIMES) else ()
    falling = tuple(Order(name, draw(st.booleans())) for name in order)
    return replace(question, order=falling, limit=draw(st.sampled_from((*[None] * 14, 2, 1, 3, 5, 0))))


# --- what can be named ------------------------------------------------------------------------------


def typed(world: World, table: str) -> list[tuple[str, TypeName]]:
    """The columns and dimensions of a table that questions may name, with their types."""
    found = world.tables[table]
    names = [column for column in found.columns if not column.endswith(("id", "part", "_from", "_to"))]
    return [(name, type_of(world, table, name)) for name in (*names, *found.made)]


def type_of(world: World, table: str, name: str) -> TypeName:
    """The type of a column, or of a dimension that is made of one further on."""
    path = world.tables[table].made.get(name)
    if path is None:
        return world.tables[table].columns[name]
    if path.grain is not None:
        return "date"
    return type_of(world, end_of(world, table, forward(world, table, path.steps)[0]), path.column)


def named(world: World) -> list[Walk]:
    """The ways to name a row: a table, a role, or a table and a role of its."""
    roles = {role: None for name in world.tables for role in joins(world, name) if role not in world.tables}
    pairs = [(name, role) for name in world.tables for role in joins(world, name)]
    return [*((name,) for name in world.tables), *((role,) for role in roles), *pairs]


def last_of(world: World, steps: Walk) -> str:
    """The table in which the steps of a path end."""
    first, *roles = steps
    if first not in world.tables:
        first = next(joins(world, name)[first].target for name in world.tables if first in joins(world, name))
    return end_of(world, first, tuple(roles))


def one_sides(world: World, table: str) -> list[Walk]:
    """The ways to name a row that a table leads to."""
    return [steps for steps in named(world) if len(forward(world, table, steps)) == 1]


def answerable(world: World, question: Question, *, shared: bool = True) -> list[Walk]:
    """The ways to name a row that mean exactly one thing for every fact of the question.

    Many sides, and what held for a time, stand there more than once: where mistakes are made.
    """
    homes = list(dict.fromkeys(home_of(world, leaf)[0] for leaf in question.leaves()))
    probes = [(steps, Path(steps, "kind")) for steps in named(world)]
    good = [(s, p) for s, p in probes if all(_means(place, world, h, p, shared=shared) for h in homes)]
    return [
        steps for steps, probe in good for _ in range(_weight(world, homes[0], place(world, homes[0], probe)))
    ]


def _weight(world: World, home: str, at: Place) -> int:
    return 3 if at.side is not None or holds_for_a_time(world, home, at.walk) else 1


def timed(world: World, question: Question) -> bool:
    """Whether every fact of the question has a time."""
    return all(_means(axis, world, leaf) for leaf in question.leaves())


def _means(find: Callable[..., Any], *arguments: Any, **options: Any) -> bool:
    try:
        find(*arguments, **options)
    except Unanswerable:
        return False
    return True
