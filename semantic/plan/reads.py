"""What a plan reads: the columns of models, from every corner of its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from semantic.bind.row import columns_of, walk_of
from semantic.catalog import Walk
from semantic.plan.answer import Body, Matching, Projection, Selected
from semantic.plan.chain import (
    WHOLE,
    Aggregate,
    Beside,
    CalendarFrames,
    Expanded,
    Filter,
    Frames,
    Lookup,
    Partial,
    Rows,
    Scan,
    Spread,
)
from semantic.plan.changing import Changes, Intervals, Snapshot, States
from semantic.plan.grouped import Align, Everywhere, Fill, Grouped, Groups, Levelled, Population, Sampled
from semantic.plan.running import Running, Shifted, Triangle


def columns_read(body: Body) -> Iterator[tuple[str, str]]:
    """The model and the name of every column of a model that is read."""
    if isinstance(body, Selected):
        for model, names, level in body.reads:
            yield from ((model, name) for name in (*names, "") if level is None)
        return
    if isinstance(body, Matching):
        own = [c.tree for c in body.columns] + [left for left, _ in body.keys] + [body.times[0]]
        here, there = ([tree] if tree is not None else [] for tree in body.met)
        yield from _read(body.base, own + here)
        yield from _read(body.other, [right for _, right in body.keys] + [body.times[1]] + there)
        return
    if isinstance(body, Projection):
        yield from _read(body.input, [c.tree for c in body.columns])
        return
    yield from _grouped_reads(body.input)


def _grouped_reads(node: Grouped) -> Iterator[tuple[str, str]]:
    match node:
        case Aggregate():
            yield from _aggregate_reads(node)
        case Fill():
            for members in node.members:
                yield from _read(members.input, [c.tree for c in members.columns])
        case Population():
            yield from _read(node.rows, [k.tree for k in node.keys])
    for each in _below(node):
        yield from _grouped_reads(each)


def _below(node: Grouped) -> Sequence[Grouped]:
    """The groupings that one is made from."""
    match node:
        case Aggregate():
            return ()
        case Everywhere():
            return (node.input,) if node.calendar is None else (node.input, node.calendar)
        case Running() | Shifted() | Fill():
            return (node.input,)
        case Triangle():
            return (node.cohorts, node.active, node.last)
        case Levelled():
            return (node.input, *node.attached)
        case Align() | Population():
            return node.inputs


def _aggregate_reads(node: Aggregate | Partial) -> Iterator[tuple[str, str]]:
    trees = [k.tree for k in node.keys]
    for measure in node.measures:
        trees += [measure.call] if measure.where is None else [measure.call, measure.where]
    yield from _read(node.input, trees)


def _read(rows: Rows, trees: Iterable[exp.Expr]) -> Iterator[tuple[str, str]]:
    """What some trees over a chain of rows read, and what the chain reads itself."""
    trees, models = list(trees), dict[Walk, str]()
    for node in _chain(rows):
        trees += _own_trees(node)
        models |= _own_models(node)
        yield from _inner_reads(node)
    for tree in trees:
        for column in columns_of(tree):
            if column.table.startswith("/") and walk_of(column) in models:
                yield models[walk_of(column)], column.name
    yield from ((model, "") for model in models.values())


def _chain(rows: Rows) -> Iterator[Rows]:
    """The nodes of a chain, down to the rows that it begins with."""
    while isinstance(rows, Lookup | Spread | Filter | Expanded | Beside):
        yield rows
        rows = rows.input
    yield rows


def _own_models(node: Rows) -> dict[Walk, str]:
    if isinstance(node, Scan | Lookup) and node.level == WHOLE:
        return {}  # what a policy looks at is no answer of anybody's question
    if isinstance(node, Scan):
        return {node.walk: node.model}
    return {node.walk: node.edge.target} if isinstance(node, Lookup) else {}


def _own_trees(node: Rows) -> list[exp.Expr]:
    """The trees over a chain that a node of it has."""
    match node:
        case Lookup():
            return [tree for pair in node.on for tree in pair] + list(node.validity)
        case Spread():
            return [outer for outer, _ in node.on]
        case Filter():
            outer = [tree for test in node.tests for match in test.matches for _, tree in match.on]
            return [test.tree for test in node.tests] + outer
        case Expanded():
            return [node.fine]
        case Beside():
            return [node.key]
    return []


def _inner_reads(node: Rows) -> Iterator[tuple[str, str]]:  # noqa: C901  # one case a kind
    """What a node reads beside its chain."""
    match node:
        case Partial():
            yield from _aggregate_reads(node)
        case Sampled():
            yield from _sampled_reads(node)
        case Groups() | Snapshot() | Intervals() | Changes():
            yield from _grouped_reads(node.input)
        case States():
            for each in node.inputs:
                yield from _grouped_reads(each)
        case Expanded():
            for each in _framed(node.frames):
                yield from _aggregate_reads(each)
        case Spread():
            yield from _read(node.bridge.input, [c.tree for c in node.bridge.columns])
        case Filter():
            for match in (match for test in node.tests for match in test.matches):
                yield from _read(match.rows, [inner for inner, _ in match.on])


def _sampled_reads(node: Sampled) -> Iterator[tuple[str, str]]:
    calendar = (node.calendar,) if node.calendar is not None else ()
    for each in (node.input, *calendar, *node.lasts):
        yield from _grouped_reads(each)


def _framed(frames: Frames | CalendarFrames) -> tuple[Aggregate, ...]:
    """What the periods of windows are found in."""
    if isinstance(frames, Frames):
        return (frames.extent,)
    return (frames.periods, *frames.lasts, *((frames.days,) if frames.days is not None else ()))
