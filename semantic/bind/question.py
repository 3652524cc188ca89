"""The question bound: every name an object, every expression typed, grain and fan-out settled.

All mistakes of a question end here, together.
"""

from __future__ import annotations

from dataclasses import replace

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import Bound, Fact, Frame, Key, Leading
from semantic.bind.collected import Collected
from semantic.bind.definitions import Definitions
from semantic.bind.distinct import misplaced
from semantic.bind.everywhere import every_period
from semantic.bind.facts import Leaves, facts_of
from semantic.bind.filling import filled
from semantic.bind.keys import bound_keys
from semantic.bind.leading import question_of_leading
from semantic.bind.measured import Measured, as_seen, measured
from semantic.bind.members import all_members, population
from semantic.bind.metric import Metrics
from semantic.bind.one_meaning import time_of_rows, unlike_parts
from semantic.bind.outputs import derived, misnamed, ordered, renamed, told_by_another, under_asked_names
from semantic.bind.paths import nowhere
from semantic.bind.periods import kept_periods
from semantic.bind.values import values_asked
from semantic.bind.worded import Worded
from semantic.faults import Fault
from semantic.query import By, Query
from semantic.spec.types import TypeName


def bind(definitions: Definitions, metrics: Metrics, query: Query, frame: Frame | None = None) -> Bound:
    """Bind a question; raises `SemanticError` with every fault of it."""
    asked, found = Asked(definitions, query, Worded(definitions, query.paths), frame), Collected()
    found.add(asked.worded.faults())
    found.stop()
    if frame is None:
        found.add(misplaced(query) if query.metrics or query.by else [faults.no_metrics()])
        if not query.metrics:
            return values_asked(asked, found)
    return _measuring(metrics, asked, found)


def _measuring(metrics: Metrics, whole: Asked, found: Collected) -> Bound:
    """A question with metrics as it was asked, over the keys and facts that its answer is made from."""
    query = whole.query
    defined = measured(metrics, query, found)
    order = _columns(query, defined, found)
    longer = told_by_another(query, defined.leaves.values())
    inner = renamed(query, defined.leaves.values())
    asked = whole.asking(_with_keys(query, longer, inner))
    seen = as_seen(defined, asked)
    facts, leaves = facts_of(asked, seen.leaves, found)
    _check(asked, seen, leaves, found)
    found.stop()
    people = population(asked)
    keys = bound_keys(asked, facts, people, found)
    outputs = {name: by.output for by, name in inner.items()}
    top = _leading(metrics, asked, facts, keys, found)
    fill, members = filled(asked, keys, found), all_members(asked, keys, facts, outputs, found)
    found.stop()
    kind = _type_of_axis(asked, keys)
    return Bound(
        query=query,
        keys=keys,
        metrics=seen.metrics,
        facts=facts,
        leaves=leaves,
        having=(*seen.having, *kept_periods(asked.definitions, seen.of_time, asked.along.axis, kind)),
        order=order,
        fill=fill,
        members=members,
        population=people,
        axis=asked.along.axis,
        derived=(*(derived(asked, by) for by in longer), *under_asked_names(keys, outputs)),
        top=top,
        every=every_period(asked.definitions, asked.query, asked.along.axis, kind, leaves.values()),
    )


def _columns(query: Query, defined: Measured, found: Collected) -> tuple[tuple[str, bool], ...]:
    """The order of an answer, whose columns are named; cells of a retention appear by its cohorts alone."""
    found.add(misnamed(query))
    if (query.fill or query.members) and any(leaf.retained for leaf in defined.leaves.values()):
        found.add([faults.fill_of_retention("fill" if query.fill else "members")])
    order, unordered = ordered(query)
    found.add(unordered)
    return order


def _check(asked: Asked, seen: Measured, leaves: Leaves, found: Collected) -> None:
    """What conditions and keys have against them."""
    if not leaves and asked.frame is None:
        found.add(_nowhere(asked))
        found.each(asked.query.where, lambda text: asked.definitions.parse(text, comments=False))
    for metric in seen.metrics:
        found.add(unlike_parts(asked, metric))
    found.add(time_of_rows(asked, seen.metrics))


def _leading(
    metrics: Metrics, asked: Asked, facts: tuple[Fact, ...], keys: tuple[Key, ...], found: Collected
) -> Leading | None:
    """The values that lead, as a question bound before this one."""
    top = asked.query.top
    if top is None:
        return None
    for values in found.each([top], lambda top: question_of_leading(asked, top, facts, keys)):
        return Leading(values.by[0].output, bind(asked.definitions, metrics, values), top.others)
    return None


def _type_of_axis(asked: Asked, keys: tuple[Key, ...]) -> TypeName | None:
    """The type of the periods of an answer."""
    axis = asked.along.axis
    return next((key.type for key in keys if axis is not None and key.name == axis.key), None)


def _with_keys(query: Query, longer: tuple[By, ...], names: dict[By, str]) -> Query:
    """A question without the periods that others tell, its keys under the names that steps have for them."""
    kept = tuple(replace(by, name=names.get(by, by.name)) for by in query.by if by not in longer)
    return replace(query, by=kept)


def _nowhere(asked: Asked) -> list[Fault]:
    """The keys that no model has, where no metric tells which facts are meant."""
    found = (nowhere(asked.definitions, _some(asked, by), by.path.span) for by in asked.query.by)
    return [fault for fault in found if fault is not None]


def _some(asked: Asked, by: By) -> tuple[str, ...]:
    """A path that a key can mean."""
    path = str(by.path)
    return tuple(min(asked.worded.all(path) - {path}, default=path).split("."))
