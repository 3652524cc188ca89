"""What a question means, in plain Python over lists of dicts.

It shares no code with the compiler and knows no SQL. Each aggregate is computed by itself, group by group,
from the rows that `groups` finds; modifiers look at the same rows in other ways (`windows`, `levels`, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from tests.reference import entities, levels, own_windows, retentions, windows
from tests.reference.calendar import CLOCK_GRAINS, GRAINS, ends, periods
from tests.reference.groups import home_of
from tests.reference.kept_periods import stays
from tests.reference.levels import places
from tests.reference.logic import truth
from tests.reference.moments import entered, holding, of_snapshots
from tests.reference.paths import Place, end_of, place
from tests.reference.pools import pool, present, value
from tests.reference.rows import read, read_at
from tests.reference.terms import (
    Atom,
    By,
    Key,
    Leaf,
    Level,
    Metric,
    Order,
    Path,
    Per,
    Question,
    Retention,
    Row,
    Seen,
    Test,
    Through,
    Top,
    Walk,
    World,
    mentioned,
)
from tests.reference.values import kept, valued

# --- the answer -------------------------------------------------------------------------------------


def answer(world: World, question: Question) -> list[Key]:
    """The rows of a question: its groups, in order, then its metrics."""
    if question.top is not None:
        question = replace(question, leading=_leading(world, question, question.top))
    atoms = list(dict.fromkeys(atom for metric in question.needed() for atom in metric.atoms()))
    found: dict[Atom, Mapping[Key, Any]] = {
        a: cells(world, question, a) for a in atoms if not _is_levelled(question, a)
    }
    others = found or {a: cells(world, question, a.atom) for a in atoms if isinstance(a, Seen)}
    keys = list(dict.fromkeys(key for values in others.values() for key in values))
    framed = [*keys, *(_framed(world, question, keys) if question.fill or question.members else ())]
    groups = dict.fromkeys(framed)
    beside = [atom for atom in atoms if _is_levelled(question, atom)]
    found |= {atom: _levelled(world, question, atom, set(groups)) for atom in beside}
    zero = question.fill or bool(question.members)

    def simple(metric: Metric, key: Key) -> Any:
        return valued(metric, {atom: values[key] for atom, values in found.items() if key in values}, zero)

    ranked = {
        metric: places(metric.op, metric.how, question.by, {k: simple(metric.parts[0], k) for k in groups})
        for metric in question.needed()
        if metric.op in ("rank", "cumulative") and isinstance(metric.how, Level)
    }

    def value(metric: Metric, key: Key) -> Any:
        return ranked[metric][key] if metric in ranked else simple(metric, key)

    there = [key for key in groups if stays(world, question, key)]
    shown = [k for k in there if all(kept(h, value(h.metric, k)) for h in question.having)]
    rows = [(*key, *(value(metric, key) for metric in question.metrics)) for key in shown]
    return _sorted(question, rows)[: question.limit]


def _leading(world: World, question: Question, top: Top) -> frozenset[Any]:
    """The values with the largest metric under the conditions of the question; ties go to the first."""
    known = Test("not", (Test("null", path=top.path),))
    by = By(top.path, "leading")
    whole = Question((top.metric,), (by,), (*question.where, known), question.period)
    ordered = replace(whole, order=(Order(top.metric.name, falling=True),), limit=top.count)
    return frozenset(key[0] for key in answer(world, ordered))


def cells(world: World, question: Question, atom: Atom) -> Mapping[Key, Any]:
    """An aggregate's value for every group in which it has a row."""
    match atom:
        case Leaf(at=str()):
            return holding(world, question, atom, own_periods)
        case Leaf(snapshots=tuple()):
            return of_snapshots(world, question, atom)
        case Retention():
            return retentions.cells(world, question, atom)
        case Seen(how=Level()):
            return _levelled(world, question, atom, None)
        case Per() if entities.looks_back(atom):
            return _of_entities(world, question, atom)
        case Seen():
            seen = windows.flat(atom)
            assert isinstance(seen, Seen)
            assert isinstance(seen.how, Through)
            if own_windows.tells(world, question, seen.how):
                return own_windows.cells(world, question, seen.atom, seen.how)
            return windows.cells(world, question, seen.atom, seen.how, own_periods)
    members: dict[Key, list[Any]] = {} if question.by else {(): []}
    for each in pool(world, question, atom):
        members.setdefault(each.key, []).append(each.what)
    return {k: value(world, atom, w) for k, w in members.items() if not k or present(world, atom, w)}


def _of_entities(world: World, question: Question, per: Per) -> Mapping[Key, Any]:
    """Values of entities through time, whose windows go on as long as the question does."""
    if windows.axis_of(question) is not None and question.until is None:
        question = replace(question, until=windows.last_period(world, question, own_periods))
    return entities.cells(world, question, per, cells)


def own_periods(world: World, question: Question, atom: Atom) -> list[date]:
    """The periods in which an aggregate has rows of its own."""
    at = windows.axis_of(question)
    assert at is not None
    if isinstance(atom, Leaf) and atom.at is not None:
        return entered(world, question, atom)
    if isinstance(atom, Retention):
        return []
    if isinstance(atom, Per) and entities.looks_back(atom):
        each = entities.of_each(question, atom)
        inner = [a for metric in each.metrics for a in metric.atoms()]
        return [day for a in inner for day in windows.extent(world, each, a, own_periods)]
    return [key[at] for key in cells(world, question, atom) if key[at] is not None]


def _is_levelled(question: Question, atom: Atom) -> bool:
    """Whether an aggregate has no groups of its own, but stands beside those of others."""
    if not isinstance(atom, Seen) or not isinstance(atom.how, Level):
        return False
    timed = any(path.steps == ("time",) for path in question.paths)
    return bool(atom.how.over) or (atom.how.base is not None and timed)


def _levelled(world: World, question: Question, atom: Atom, groups: set[Key] | None) -> Mapping[Key, Any]:
    assert isinstance(atom, Seen)
    assert isinstance(atom.how, Level)
    return levels.cells(world, question, atom.atom, atom.how, cells, groups or set())


def _sorted(question: Question, rows: list[Key]) -> list[Key]:
    """Rows by what was asked, then by their groups; NULLs come last whichever way."""
    outputs = [*(by.output for by in question.by), *(metric.name for metric in question.metrics)]
    asked = [(outputs.index(order.name), order.falling) for order in question.order]
    for at, falling in reversed([*asked, *((n, False) for n in range(len(question.by)))]):
        rows = sorted((r for r in rows if r[at] is not None), key=lambda r: r[at], reverse=falling) + [
            r for r in rows if r[at] is None
        ]
    return rows


# --- groups without facts ---------------------------------------------------------------------------


def _framed(world: World, question: Question, keys: list[Key]) -> list[Key]:
    """The groups that were asked for: periods, members, and what else was found, in every combination."""
    whole = _combined(world, question, keys)
    if question.fill and question.members:
        whole += _combined(world, replace(question, members=()), keys)
    return whole


def _combined(world: World, question: Question, keys: list[Key]) -> list[Key]:
    made: list[tuple[list[int], list[Key]]] = []
    if question.fill:
        at = filled(question)
        made.append(([at], [(p,) for p in _periods(world, question, at, [key[at] for key in keys])]))
    for group in _by_walk(world, question):
        made.append(([question.by.index(by) for by in group], _members(world, question, group)))
    rest = [at for at in range(len(question.by)) if not any(at in places for places, _ in made)]
    if rest:
        made.append((rest, list(dict.fromkeys(tuple(key[at] for at in rest) for key in keys))))
    places = [at for taken, _ in made for at in taken]
    every = (sum(parts, ()) for parts in product(*(values for _, values in made)))
    return [tuple(dict(zip(places, key, strict=True))[at] for at in range(len(question.by))) for key in every]


def filled(question: Question) -> int:
    """Which path of the question is of periods."""
    return next(n for n, path in enumerate(question.paths) if path.grain in (*GRAINS, *CLOCK_GRAINS))


def _periods(world: World, question: Question, at: int, found: list[Any]) -> list[Any]:
    """Every period of the range that was asked for, else from the first to the last that were found."""
    path, known = question.paths[at], [each for each in found if each is not None]
    assert path.grain is not None
    if question.period is not None and path.steps == ("time",):
        return list(periods(*ends(question.period, path.grain, world.calendar), path.grain, world.calendar))
    return list(periods(min(known), max(known), path.grain, world.calendar)) if known else []


def _by_walk(world: World, question: Question) -> list[list[By]]:
    """The dimensions whose members were asked for, those of one row together."""
    home, _ = home_of(world, question.leaves()[0])
    found: dict[Walk, list[By]] = {}
    for by in question.members:
        found.setdefault(place(world, home, by.path).walk, []).append(by)
    return list(found.values())


def _members(world: World, question: Question, group: list[By]) -> list[Key]:
    """The members of a dimension's table: its rows, as far as what was said of them alone holds."""
    home, _ = home_of(world, question.leaves()[0])
    walk = place(world, home, group[0].path).walk
    table = end_of(world, home, walk)
    tests = [t for whole in question.where for t in conjuncts(whole) if _alone(world, home, walk, t)]

    def value(row: Row, path: Path) -> Any:
        at = place(world, home, path)
        return read_at(world, table, row, Place(None, at.walk[len(walk) :], at.path))

    def stays(row: Row) -> bool:
        return all(truth(test, lambda path: value(row, path)) is True for test in tests)

    rows = [row for row in world.tables[table].rows if stays(row)]
    return [tuple(read(world, table, row, by.path.column, by.path.grain) for by in group) for row in rows]


def conjuncts(test: Test) -> list[Test]:
    """The parts of a condition that must all hold."""
    return [each for part in test.parts for each in conjuncts(part)] if test.op == "and" else [test]


def _alone(world: World, home: str, walk: Walk, test: Test) -> bool:
    """Whether a condition speaks of a dimension's row and what lies beyond it only."""
    places = [place(world, home, path) for path in mentioned(test)]
    return all(at.side is None and at.walk[: len(walk)] == walk for at in places)
