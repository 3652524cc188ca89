"""Random conditions over the columns of some tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from semantic.spec.types import TypeName
from tests.reference.names import TIMES, last_of, typed
from tests.reference.terms import Parameter, Path, Test, Walk, World
from tests.reference.worlds import RARELY, SOMETIMES, VALUES, Draw


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
    other = draw(_alike(world, steps, kind)) if draw(RARELY) else None
    found: Test = draw(_with_a_column(path, other, kind) if other else _with_values(path, kind))
    return found


@st.composite
def _alike(draw: Draw, world: World, steps: Sequence[Walk], kind: TypeName) -> Path | None:
    """Another column of the same type."""
    at: Walk = draw(st.sampled_from(steps))
    columns = [column for column, other in typed(world, last_of(world, at)) if other == kind]
    return Path(at, draw(st.sampled_from(columns))) if columns else None


@st.composite
def _with_a_column(draw: Draw, path: Path, other: Path, kind: TypeName) -> Test:
    if draw(SOMETIMES):
        return Test("between", path=path, other=other, values=(draw(st.sampled_from(VALUES[kind][:2])),))
    return Test(draw(_operators()), path=path, other=other)


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
