"""Smaller worlds and questions, to show a failure in as few words as it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.reference.evaluate import Metric, Question, Test, World

Case = tuple[World, Question]


def smallest(world: World, question: Question, fails: Callable[[World, Question], bool]) -> Case:
    """Take away whatever can go while the case still fails."""
    case = (world, question)
    while (found := next((c for c in _smaller(*case) if fails(*c)), None)) is not None:
        case = found
    return case


def _smaller(world: World, question: Question) -> Iterator[Case]:
    for name, table in world.items():
        for index in range(len(table.rows)):
            rows = [*table.rows[:index], *table.rows[index + 1 :]]
            yield {**world, name: replace(table, rows=rows)}, question
    for smaller in _questions(question):
        yield world, smaller
    for name in world:
        yield {n: t for n, t in world.items() if n != name}, question
    for name, table in world.items():
        for role in table.joins:
            joins = {r: j for r, j in table.joins.items() if r != role}
            yield {**world, name: replace(table, joins=joins)}, question


def _questions(question: Question) -> Iterator[Question]:
    for index in range(len(question.by)):
        by = (*question.by[:index], *question.by[index + 1 :])
        yield replace(question, by=by, fill=question.fill and any(path.grain for path in by))
    for index, test in enumerate(question.where):
        for parts in ((), *_parts(test)):
            yield replace(question, where=(*question.where[:index], *parts, *question.where[index + 1 :]))
    for index, metric in enumerate(question.metrics):
        for parts in _metrics(metric, alone=len(question.metrics) == 1):
            yield replace(
                question, metrics=(*question.metrics[:index], *parts, *question.metrics[index + 1 :])
            )
    if question.period is not None:
        yield replace(question, period=None)
    if question.fill:
        yield replace(question, fill=False)
    if question.having:
        yield replace(question, having=())


def _parts(test: Test) -> Iterator[tuple[Test, ...]]:
    """A condition's own parts in its place."""
    for index, part in enumerate(test.parts):
        yield (part,)
        for (smaller,) in _parts(part):
            yield (replace(test, parts=(*test.parts[:index], smaller, *test.parts[index + 1 :])),)


def _metrics(metric: Metric, *, alone: bool) -> Iterator[tuple[Metric, ...]]:
    if not alone:
        yield ()
    if metric.ratio is not None:
        yield from ((part,) for part in metric.ratio)
    elif metric.leaf is not None and metric.leaf.where is not None:
        yield (replace(metric, leaf=replace(metric.leaf, where=None)),)
        for (part,) in _parts(metric.leaf.where):
            yield (replace(metric, leaf=replace(metric.leaf, where=part)),)
