"""Random metrics: aggregates of a fact, and operations on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.reference.conditions import conditions
from tests.reference.groups import filter_place, home_of
from tests.reference.names import ANY, NUMBERS, TIMES, Kinds, means, named, one_sides, typed
from tests.reference.paths import end_of, forward
from tests.reference.terms import Having, Leaf, Metric, Path, Test, World
from tests.reference.worlds import FACTS, MADE, RARELY, SOMETIMES, Draw

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
    table = draw(st.sampled_from([name for name in (*FACTS, *MADE) if name in world.tables]))
    leaf = Leaf(table, draw(st.sampled_from(functions)))
    leaf = replace(leaf, paths=draw(_arguments(world, leaf, kinds)))
    if not leaf.paths and leaf.function != "count":  # no column fits
        leaf = replace(leaf, function="count")
    if leaf.function.startswith("percentile"):
        leaf = replace(leaf, share=draw(st.sampled_from((0.5, 0.25, 0.75))))
    if not plain and draw(SOMETIMES):
        leaf = replace(leaf, where=draw(_filters(world, leaf)))
    if not plain and draw(RARELY):
        leaf = replace(leaf, within=draw(conditions(world, [(table,), *one_sides(world, table)], depth=1)))
    times = [c for c, kind in world.tables[table].columns.items() if kind in TIMES and c in ("day", "moment")]
    chosen = times and home_of(world, leaf) == (table, ()) and draw(RARELY)
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
    found = [s for s in named(world) if means(filter_place, world, leaf, Path(s, "kind"))]
    return draw(conditions(world, found)) if found else None


@st.composite
def havings(draw: Draw, world: World, metrics: tuple[Metric, ...]) -> tuple[Having, ...]:
    """A condition on a metric that is not shown, of a fact that is."""
    leaf = draw(leaves(world, EXACT, NUMBERS))
    homes = [home_of(world, each)[0] for metric in metrics for each in metric.leaves()]
    if home_of(world, leaf)[0] not in homes:
        return ()
    return (Having(Metric("h1", leaf), draw(st.sampled_from((">", "<=", "null"))), draw(st.integers(-2, 2))),)
