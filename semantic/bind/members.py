"""Rows that appear without any fact: the members of dimensions, and the rows of a population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from semantic import faults
from semantic.bind.asked import Asked
from semantic.bind.bound import Fact, Key, Members
from semantic.bind.calendars import is_period
from semantic.bind.collected import Collected
from semantic.bind.condition import Condition, conditions, merged
from semantic.bind.paths import question_paths
from semantic.bind.row import Row, columns_of, moved, walk_of
from semantic.expr import parse
from semantic.source import Text


def population(asked: Asked) -> Members | None:
    """The population of a model's question: its key, and the conditions that speak of it alone."""
    if asked.frame is None or asked.frame.of is None:
        return None
    model = asked.frame.of
    keys = tuple((by.output, asked.definitions.key_row(model, by.parts[-1])) for by in asked.query.by)
    where = [c for text in asked.query.where for c in _about(asked, model, text)]
    return Members(model, keys, merged(where))


def _about(asked: Asked, model: str, text: Text) -> tuple[Condition, ...]:
    """A condition, if the population alone can answer it."""
    definitions = asked.definitions
    names = [parse.names(column) for column in parse.columns(definitions.parse(text))]
    own = all(definitions.try_path(model, each, raw=True) is not None for each in names)
    resolve = question_paths(definitions, model, None, Text(""), raw=True)
    return conditions(definitions, model, text, resolve) if own else ()


def all_members(
    asked: Asked,
    keys: tuple[Key, ...],
    facts: tuple[Fact, ...],
    outputs: Mapping[str, str],
    found: Collected,
) -> tuple[Members, ...]:
    """Dimensions whose members all appear; ``outputs`` tells what a key is called in the answer."""
    if asked.query.members is False:
        return ()
    fact = _rows_found_in(facts[0])
    groups: dict[str, list[tuple[Key, Row]]] = {}
    for key in _chosen(asked, keys, outputs, found):
        reached = fact.keys[keys.index(key)]
        period = is_period(reached.row)  # those beyond the range would show nothing where there is something
        if period and asked.query.members is True:
            continue
        if period or reached.branch is not None or not reached.row.at:
            found.add([faults.no_members(key.path)])
            continue
        model = asked.catalog.end(fact.home, reached.row.at).name
        groups.setdefault(model, []).append((key, reached.row))
    return tuple(_members(model, pairs, fact) for model, pairs in groups.items())


def _rows_found_in(fact: Fact) -> Fact:
    """Of entities and of samples there are the rows that they are found in."""
    inner = fact.entities or fact.sampled
    return inner.facts[0] if inner is not None else fact


def _chosen(asked: Asked, keys: Iterable[Key], outputs: Mapping[str, str], found: Collected) -> list[Key]:
    """The keys whose members are asked for: all that are no periods, or those that are named."""
    names = asked.query.members
    if not isinstance(names, tuple):
        return [key for key in keys if key.grain is None] if names is True else []
    chosen: list[Key] = []
    for name in names:
        match = [key for key in keys if name in (key.path, outputs.get(key.name, key.name))]
        chosen += match
        if not match:
            found.add([faults.unknown("dimension of the question", name, [key.path for key in keys], None)])
    return chosen


def _members(model: str, pairs: list[tuple[Key, Row]], fact: Fact) -> Members:
    """The members of one model, of which the conditions on it choose."""
    at = pairs[0][1].at
    rows = tuple((key.name, _seen_from(model, row)) for key, row in pairs)
    where = tuple(
        Condition(model, moved(c.tree, lambda own: own[len(at) :]))
        for c in fact.chosen
        if not c.exists and all(walk_of(n)[: len(at)] == at for n in columns_of(c.tree))
    )
    return Members(model, rows, where)


def _seen_from(model: str, row: Row) -> Row:
    return Row(model, moved(row.tree, lambda own: own[len(row.at) :]), row.type)
