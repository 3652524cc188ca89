"""The question bound: every name an object, every expression typed, grain and fan-out settled.

All mistakes of a question end here, together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import Bound, Fact, Frame, Key, Leading
from semantic.bind.collected import Collected
from semantic.bind.definitions import Definitions
from semantic.bind.distinct import misplaced
from semantic.bind.everywhere import every_period
from semantic.bind.facts import facts_of
from semantic.bind.filling import filled
from semantic.bind.keys import bound_keys
from semantic.bind.leading import question_of_leading
from semantic.bind.leaf import Leaf
from semantic.bind.measured import Measured, as_seen, measured
from semantic.bind.members import all_members, population
from semantic.bind.metric import Metrics
from semantic.bind.one_meaning import time_of_rows, unlike_parts
from semantic.bind.outputs import derived, misnamed, ordered, renamed, told_by_another, under_asked_names
from semantic.bind.paths import nowhere
from semantic.bind.values import values_asked
from semantic.bind.worded import Worded
from semantic.faults import Fault
from semantic.query import By, Query


def bind(definitions: Definitions, metrics: Metrics, query: Query, frame: Frame | None = None) -> Bound:
    """Bind a question; raises `SemanticError` with every fault of it."""
    asked, found = Asked(definitions, query, Worded(definitions, query.paths), frame), Collected()
    found.add(asked.worded.faults())
    found.stop()
    if frame is None:
        found.add(misplaced(query) if query.metrics or query.by else [faults.no_metrics()])
        if not query.metrics:
            return values_asked(asked, found)
    return _Binding(asked, metrics, found).bound()


class _Binding:
    """One question with metrics, of which all faults are collected."""

    def __init__(self, asked: Asked, metrics: Metrics, found: Collected) -> None:
        self.asked = asked
        self.metrics = metrics
        self.found = found

    def bound(self) -> Bound:
        """The question as it was asked, over the keys and facts that its answer is made from."""
        query, found = self.asked.query, self.found
        defined = measured(self.metrics, query, found)
        found.add(misnamed(query))
        found.add(_filled_retention(query, defined.leaves.values()))
        order, unordered = ordered(query)
        found.add(unordered)
        longer = told_by_another(query, defined.leaves.values())
        inner = renamed(query, defined.leaves.values())
        asked = self.asked.asking(_with_keys(query, longer, inner))
        seen = as_seen(defined, asked)
        facts, leaves = facts_of(asked, seen.leaves, found)
        self._check(asked, replace(seen, leaves=leaves))
        found.stop()
        people = population(asked)
        keys = bound_keys(asked, facts, people, found)
        outputs = {name: by.output for by, name in inner.items()}
        top = self._leading(asked, facts, keys)
        fill, members = filled(asked, keys, found), all_members(asked, keys, facts, outputs, found)
        found.stop()
        axis = asked.along.axis
        kind = next((key.type for key in keys if axis is not None and key.name == axis.key), None)
        return Bound(
            query,
            keys,
            seen.metrics,
            facts,
            leaves,
            seen.having,
            order,
            fill,
            members,
            people,
            axis,
            (*(derived(asked, by) for by in longer), *under_asked_names(keys, outputs)),
            top,
            every_period(asked.definitions, asked.query, axis, kind, leaves.values()),
        )

    def _check(self, asked: Asked, seen: Measured) -> None:
        """What conditions and keys have against them."""
        found = self.found
        if not seen.leaves and asked.frame is None:
            found.add(_nowhere(asked))
            found.each(asked.query.where, lambda text: asked.definitions.parse(text, comments=False))
        for metric in seen.metrics:
            found.add(unlike_parts(asked, metric))
        found.add(time_of_rows(asked, seen.metrics))

    def _leading(self, asked: Asked, facts: tuple[Fact, ...], keys: tuple[Key, ...]) -> Leading | None:
        """The values that lead, as a question bound before this one."""
        top = asked.query.top
        wanted = [top] if top is not None else []
        for values in self.found.each(wanted, lambda top: question_of_leading(asked, top, facts, keys)):
            bound = bind(asked.definitions, self.metrics, values)
            return Leading(values.by[0].output, bound, wanted[0].others)
        return None


def _with_keys(query: Query, longer: tuple[By, ...], names: dict[By, str]) -> Query:
    """A question without the periods that others tell, its keys under the names that steps have for them."""
    kept = tuple(replace(by, name=names.get(by, by.name)) for by in query.by if by not in longer)
    return replace(query, by=kept)


def _filled_retention(query: Query, leaves: Iterable[Leaf]) -> list[Fault]:
    """Cells of a retention appear by its cohorts, and none beside."""
    if (query.fill or query.members) and any(leaf.retained is not None for leaf in leaves):
        return [faults.fill_of_retention("fill" if query.fill else "members")]
    return []


def _nowhere(asked: Asked) -> list[Fault]:
    """The keys that no model has, where no metric tells which facts are meant."""
    found = (nowhere(asked.definitions, _some(asked, by), by.path.span) for by in asked.query.by)
    return [fault for fault in found if fault is not None]


def _some(asked: Asked, by: By) -> tuple[str, ...]:
    """A path that a key can mean."""
    path = str(by.path)
    return tuple(min(asked.worded.all(path) - {path}, default=path).split("."))
