"""The columns of an answer: their names, their order, and those that are told by others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from semantic import faults
from semantic.bind import grain
from semantic.bind.asked import Asked
from semantic.bind.bound import Key
from semantic.bind.inner import is_inner
from semantic.bind.leaf import Leaf
from semantic.bind.meant import is_path
from semantic.bind.nesting import follows, nests
from semantic.bind.paths import AXIS
from semantic.bind.row import Row
from semantic.faults import Fault
from semantic.query import By, Query
from semantic.spec.types import TypeName

Derived = tuple[Key, exp.Expr]


def misnamed(query: Query) -> Iterator[Fault]:
    """Columns that are called alike, or by no name."""
    names = [by.output for by in query.by] + [str(metric) for metric in query.metrics]
    counted = Counter(name.lower() for name in names)
    for name in {n.lower(): n for n in reversed(names) if counted[n.lower()] > 1}.values():
        yield faults.same_output(name)
    for by in query.by:
        if is_path(by) and not by.output.isidentifier():
            yield faults.bad_output(by.output)


def ordered(query: Query) -> tuple[tuple[tuple[str, bool], ...], list[Fault]]:
    """The order asked for, with the keys behind it so that ties are settled; and what it cannot be by."""
    if query.order == ():
        return (), []
    keys: Sequence[By] = () if query.extremes else query.by
    outputs = _sortable(query, keys)
    asked: dict[str, bool] = {}
    found: list[Fault] = []
    for item in query.order or ():
        if item.name in outputs:
            asked.setdefault(outputs[item.name], item.descending)
        else:
            found.append(faults.unknown("column of the question", item.name, list(outputs), None))
    for key in keys:
        asked.setdefault(key.output, False)
    return tuple(asked.items()), found


def _sortable(query: Query, keys: Sequence[By]) -> dict[str, str]:
    """The columns of an answer by what a person may call them."""
    ends = [f"{by.output}_{end}" for by in query.by[: query.extremes] for end in ("min", "max")]
    named = {key.output: key.output for key in keys} | {str(key.path): key.output for key in keys}
    return named | {end: end for end in ends} | {str(metric): str(metric) for metric in query.metrics}


def told_by_another(query: Query, leaves: Iterable[Leaf]) -> tuple[By, ...]:
    """The periods of a question that are known of its finest one, where metrics are seen along that."""
    if not any(_along_time(leaf) for leaf in leaves):
        return ()
    axes = [by for by in query.by if by.parts[0] == AXIS and len(by.parts) == 2]
    if not all(grain.is_grain(by.parts[1]) for by in axes):
        return ()
    periods = [by for by in axes if by.parts[1] in grain.GRAINS]
    finest = next((by for by in periods if all(follows(o.parts[1], by.parts[1]) for o in axes)), None)
    return tuple(by for by in axes if by is not finest) if finest is not None else ()


def _along_time(leaf: Leaf) -> bool:
    """Whether an aggregate looks beyond its own period, or an entity's value does."""
    inner = leaf.per.leaves.values() if leaf.per is not None else ()
    beyond = bool(leaf.through) or bool(leaf.sampled) or leaf.every
    return beyond or leaf.at is not None or any(map(_along_time, inner))


def renamed(query: Query, leaves: Iterable[Leaf]) -> dict[By, str]:
    """The keys whose names the steps in between use for themselves, with other names."""
    if not any(leaf.between for leaf in leaves):
        return {}
    return {by: f"{by.output}_key" for by in query.by if is_inner(by.output)}


def derived(asked: Asked, by: By) -> Derived:
    """A longer period as what is known of the axis."""
    axis, last = asked.along.axis, by.parts[-1]
    assert axis is not None
    kind: TypeName = "date" if nests("day", axis.grain) else "timestamp"
    row = Row("", exp.Column(this=exp.Identifier(this=axis.key)), kind)
    found = grain.grained(row, last, asked.definitions.calendar)
    whole = last if last in grain.GRAINS else None
    return Key(by.output, str(by.path), found.type, whole, None), found.tree


def under_asked_names(keys: Iterable[Key], names: Mapping[str, str]) -> Iterator[Derived]:
    """Renamed keys under the names that were asked for."""
    for key in keys:
        if key.name in names:
            yield replace(key, name=names[key.name]), exp.Column(this=exp.Identifier(this=key.name))
