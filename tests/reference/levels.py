"""Aggregates at a level of their own: over all values of some paths, and without some conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.reference.terms import Atom, By, Key, Level, Path, Question, Test, World, mentioned, spelled

Cells = Mapping[Key, Any]


def cells(
    world: World,
    question: Question,
    atom: Atom,
    level: Level,
    of: Callable[[World, Question, Atom], Cells],
    groups: set[Key],
) -> Cells:
    """The level's value for each of the groups that there are."""
    dropped = [n for n, by in enumerate(question.by) if is_over(level, by.path)]
    whole = of(world, asked_of(question, level), atom)
    if not dropped:
        return whole
    every = {key: tuple(v for n, v in enumerate(key) if n not in dropped) for key in groups}
    return {key: whole[less] for key, less in every.items() if less in whole}


def asked_of(question: Question, level: Level) -> Question:
    """The question that the values of a level answer."""
    where = tuple(test for test in question.where if not _speaks_of(test, level.ignoring))
    by = tuple(by for by in question.by if not is_over(level, by.path))
    return replace(question, where=where, by=by, period=level.base or question.period)


def is_over(level: Level, path: Path) -> bool:
    """Whether a level goes over all values of a path, with or without a grain."""
    fixed = level.base is not None and path.steps == ("time",)
    return fixed or "all" in level.over or any(_named(path, each) for each in level.over)


def _named(path: Path, name: str) -> bool:
    return name in (spelled(path), spelled(replace(path, grain=None)))


def _speaks_of(test: Test, paths: tuple[str, ...]) -> bool:
    return any(_named(path, name) for path in mentioned(test) for name in paths)


def places(metric_op: str, level: Level, by: tuple[By, ...], values: Mapping[Key, Any]) -> Mapping[Key, Any]:
    """The rank of each group's value among the others, or the share of all that are not below it."""
    rest = [n for n, each in enumerate(by) if not is_over(level, each.path)]
    among: dict[Key, list[Key]] = {}
    for key in values:
        among.setdefault(tuple(key[n] for n in rest), []).append(key)
    ranked = _ranks if metric_op == "rank" else _shares
    return {
        key: each for keys in among.values() for key, each in ranked({k: values[k] for k in keys}).items()
    }


def _ranks(values: Mapping[Key, Any]) -> Mapping[Key, Any]:
    known = [v for v in values.values() if v is not None]
    return {k: 1 + (len(known) if v is None else sum(o > v for o in known)) for k, v in values.items()}


def _shares(values: Mapping[Key, Any]) -> Mapping[Key, Any]:
    """Sums from the largest value down, over the sum of all; the groups themselves settle ties."""

    def place(key: Key) -> Any:
        value = values[key]
        return (
            value is None,
            0 if value is None else -value,
            [(v is None, 0 if v is None else v) for v in key],
        )

    known = [v for v in values.values() if v is not None]
    whole, so_far, found = sum(known) if known else None, None, {}
    for key in sorted(values, key=place):
        value = values[key]
        so_far = so_far if value is None else value if so_far is None else so_far + value
        found[key] = float(so_far) / float(whole) if so_far is not None and whole else None
    return found
