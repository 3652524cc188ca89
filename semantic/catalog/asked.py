"""Models made from questions: their columns, their keys, and the populations that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from semantic import faults
from semantic.catalog.naming import same_but_for_case
from semantic.faults import Fault
from semantic.source import Text
from semantic.spec import types


def asked(model: types.Model, models: Mapping[str, types.Model], found: list[Fault]) -> types.Model:
    """A model made from a question with its columns and its key: what is grouped by, then the metrics."""
    query = model.query
    if query is None:
        return model
    found += _question_faults(model, query, models)
    names = [output(path) for path in query.by] or _population_key(query, models)
    outputs = [*names, *(metric.name for metric in query.metrics)]
    columns = tuple(types.Column(name=name, type=None, span=query.span) for name in outputs)
    return replace(model, columns=columns, primary_key=model.primary_key or tuple(names))


def _population_key(
    query: types.Question, models: Mapping[str, types.Model], seen: tuple[str, ...] = ()
) -> list[Text]:
    """The key of the population, whose rows the question is about."""
    population = models.get(str(query.of))
    if population is None or population.name in seen:
        return []
    own, question = list(population.primary_key), population.query
    if own or question is None:
        return own
    seen = (*seen, str(population.name))
    return [output(path) for path in question.by] or _population_key(question, models, seen)


def _question_faults(
    model: types.Model, query: types.Question, models: Mapping[str, types.Model]
) -> Iterator[Fault]:
    """What can be said against a model's question before any SQL is parsed."""
    for name in (query.start, query.of, *(metric.model for metric in query.metrics)):
        if name is not None and name not in models:
            yield faults.unknown("model", name, list(models), name.span)
    if query.start is not None and not query.by:
        yield faults.query_without_by(query.start.span)
    if query.of is not None and query.of in models:
        yield from _population_faults(model, query.of, query, models)
    if query.window is not None:
        yield from _window_faults(query.window)
    outputs = [*(output(path) for path in query.by), *(m.name for m in query.metrics)]
    yield from same_but_for_case(outputs)
    for index, name in enumerate(outputs):
        if name in outputs[:index]:
            yield replace(faults.same_output(name), span=name.span)


def _population_faults(
    model: types.Model, of: Text, query: types.Question, models: Mapping[str, types.Model]
) -> Iterator[Fault]:
    """A population has a key of its own, and is not made from itself."""
    if query.by:
        yield faults.population_grouped(of, query.by[0].span)
    if chain := _populations(model, models):
        yield faults.cycle("model", [*chain, chain[0]], models[chain[0]].name.span)
    elif not _population_key(query, models):
        yield faults.population_without_key(of, of.span)


def _populations(model: types.Model, models: Mapping[str, types.Model]) -> list[str]:
    """The way from a population to itself, if there is one."""
    chain = [str(model.name)]
    while (question := models[chain[-1]].query) is not None and question.of in models:
        chain.append(str(question.of))
        if chain[-1] in chain[:-1]:
            return ring(chain[:-1]) if chain[-1] == chain[0] else []
    return []


def ring(chain: list[str]) -> list[str]:
    """Those that need each other, the same from wherever they are entered.

    >>> ring(["c", "a", "b"])
    ['a', 'b', 'c']
    """
    first = chain.index(min(chain))
    return [*chain[first:], *chain[:first]]


def _window_faults(window: types.Until) -> Iterator[Fault]:
    if (window.last is not None and (window.until is None or window.start is not None)) or (
        window.last is None and window.start is None and window.until is None
    ):
        yield faults.window_bounds(window.span)
    elif window.last is not None and (
        window.last.count < 1 or window.last.unit in ("second", "minute", "hour")
    ):
        yield faults.window_length(str(window.last), window.span)


def output(path: Text) -> Text:
    """The column that a path of a model's question becomes: its own name, or the path with underscores."""
    whole, _, name = path.partition(" as ")
    chosen = name.strip() or whole.strip().replace(".", "_")
    return Text(chosen, path.file, path.starts)
