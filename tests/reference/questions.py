"""Random questions of a world: only such as have one meaning for every fact that they need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from tests.reference.calendar import CLOCK_GRAINS, CLOCK_PARTS, GRAINS, PARTS
from tests.reference.conditions import conditions
from tests.reference.evaluate import filled
from tests.reference.groups import home_of
from tests.reference.metrics import EXACT, havings, metrics_of
from tests.reference.names import TIMES, answerable, axis_type, last_of, timed, typed
from tests.reference.paths import Place, place
from tests.reference.terms import By, Leaf, Order, Path, Question, Test, Walk, World
from tests.reference.worlds import OFTEN, RARELY, SOMETIMES, Draw

#: Ranges that begin and end on days that there are, and one long before them.
PERIODS = (
    (date(2024, 1, 1), date(2024, 12, 30)),
    (date(2023, 12, 31), date(2024, 3, 1)),
    (date(2023, 11, 30), date(2024, 1, 1)),
    (date(2021, 1, 1), date(2021, 3, 1)),
)


@st.composite
def questions(draw: Draw, world: World) -> Question:
    """One to three metrics by up to three paths, with conditions that all of their facts can answer."""
    count = draw(st.sampled_from((1, 1, 2, 3)))
    metrics = tuple(draw(metrics_of(world, f"m{n}")) for n in range(1, count + 1))
    having = draw(havings(world, metrics)) if draw(RARELY) else ()
    question = Question(metrics, having=having)
    question = replace(question, by=draw(_bys(world, question)), where=draw(wheres(world, question)))
    if timed(world, question):
        question = replace(
            question, period=draw(st.sampled_from((*[None] * 9, *PERIODS[:3], *PERIODS[:3], *PERIODS)))
        )
    question = replace(question, fill=can_fill(question) and draw(OFTEN))
    if can := with_members(world, question):
        question = replace(question, members=draw(st.sampled_from(((), (), can, can[:1]))))
    whole: Question = draw(ordered(question))
    return whole


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


def can_fill(question: Question) -> bool:
    """Whether the question has one path of periods, and these are not too many."""
    grains = [p.grain for p in question.paths if p.grain in (*GRAINS, *CLOCK_GRAINS)]
    fine = grains in (["minute"], ["second"]) or (grains == ["hour"] and question.period != PERIODS[2])
    return len(grains) == 1 and not (fine or (grains == ["hour"] and not _on_axis(question)))


def _on_axis(question: Question) -> bool:
    return question.paths[filled(question)].steps == ("time",)


def with_members(world: World, question: Question) -> tuple[By, ...]:
    """The dimensions that every fact looks up."""
    homes = {home_of(world, leaf)[0]: None for leaf in question.leaves()}
    plain = [by for by in question.by if by.path.grain is None and by.path.steps != ("time",)]
    return tuple(by for by in plain if all(_looked_up(place(world, home, by.path)) for home in homes))


def _looked_up(at: Place) -> bool:
    return at.side is None and at.walk != ()


# --- what is left, and in which order ---------------------------------------------------------------


@st.composite
def wheres(draw: Draw, world: World, question: Question) -> tuple[Test, ...]:
    steps = answerable(world, question)
    count = draw(st.sampled_from((0, 0, 0, 1, 1, 2))) if steps else 0
    found = [draw(conditions(world, steps)) for _ in range(count)]
    if timed(world, question) and draw(RARELY):
        found.append(Test("not", (Test("null", path=draw(_time_paths(world, question))),)))
    return tuple(found)


@st.composite
def ordered(draw: Draw, question: Question) -> Question:
    """The question with an order of its own sometimes, and no more than a few rows."""
    names = [by.output for by in question.by]
    names += [m.name for m in question.metrics if isinstance(m.leaf, Leaf) and m.leaf.function in EXACT]
    chosen = st.lists(st.sampled_from(names), unique=True, max_size=2)
    order = draw(chosen) if names and draw(SOMETIMES) else ()
    falling = tuple(Order(name, draw(st.booleans())) for name in order)
    return replace(question, order=falling, limit=draw(st.sampled_from((*[None] * 14, 2, 1, 3, 5, 0))))
