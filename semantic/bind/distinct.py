"""Questions without metrics: the values that dimensions have, and whose rows tell them."""

from __future__ import annotations

from collections.abc import Iterator

from semantic import faults
from semantic.bind.calendars import calendar_of
from semantic.bind.definitions import Definitions
from semantic.bind.grain import is_grain
from semantic.bind.leaf import Leaf, Metric, leaf_column
from semantic.bind.paths import AXIS, SINCE, nowhere, reach
from semantic.bind.row import Row, call
from semantic.bind.texts import Reached
from semantic.bind.worded import Worded
from semantic.faults import Fault, SemanticError
from semantic.query import By, Query
from semantic.source import Span, Text
from semantic.spec import types as spec

Names = tuple[str, ...]


def misplaced(query: Query) -> Iterator[Fault]:
    """The parts that a question with or without metrics cannot have."""
    if query.metrics:
        if query.start is not None:
            yield faults.part_of_values("from", query.start.span)
        if query.extremes:
            yield faults.part_of_values("extremes", None)
        return
    for part in ("having", "top", "members", "fill"):
        if getattr(query, part):
            yield faults.part_of_metrics(part)
    if query.extremes and len(query.by) != 1:
        yield faults.extremes_of_one(len(query.by))


def home_of(definitions: Definitions, query: Query, worded: Worded) -> str:
    """The model whose rows tell the values: the one that is named, else the nearest one that reaches all
    of them."""
    models = definitions.catalog.models
    if query.start is not None:
        if query.start not in models:
            raise SemanticError([faults.unknown("model", query.start, list(models), query.start.span)])
        return str(query.start)
    paths = [str(by.path) for by in query.by]
    found = _distances(definitions, query, worded)
    if not found:
        errors = list(_unreached(definitions, query, worded)) or [faults.no_rows_of(paths)]
        raise SemanticError(errors)
    near = [name for name, distance in found.items() if distance == min(found.values())]
    if len(near) > 1:
        raise SemanticError([faults.several_rows_of(paths, near)])
    return near[0]


def _distances(definitions: Definitions, query: Query, worded: Worded) -> dict[str, int]:
    """How many joins lead from each model to all that is asked for, where they do."""
    found: dict[str, int] = {}
    for name in definitions.catalog.models:
        lengths: list[int] = []
        for by in query.by:
            meant = (_length(definitions, name, tuple(path.split("."))) for path in worded.all(str(by.path)))
            known = [length for length in meant if length is not None]
            if not known:
                break
            lengths.append(min(known))
        else:
            if query.time is None or definitions.time(name) is not None:
                found[name] = sum(lengths)
    return found


def _length(definitions: Definitions, model: str, names: Names) -> int | None:
    """How many joins lead from a model to a path; ``None`` where it is no path from there."""
    if names[0] == AXIS and AXIS not in definitions.catalog.models:
        return 0 if len(names) == 2 and definitions.time(model) is not None else None
    if len(names) == 1:
        return None
    for cut in (1, 2):
        walks = definitions.catalog.forward(model, names[:-cut]) if len(names) > cut else ()
        if walks and any(definitions.catalog.end(model, walk).dimension(names[-cut]) for walk in walks):
            period = is_grain(names[-1]) or calendar_of(definitions, names[-1]) is not None
            return min(map(len, walks)) if cut == 1 or period else None
    return None


def _unreached(definitions: Definitions, query: Query, worded: Worded) -> Iterator[Fault]:
    """What is wrong with paths that no model has at all."""
    for by in query.by:
        names, span = by.parts, by.path.span
        if not all(map(str.isidentifier, names)):
            yield faults.bad_path(by.path)
        elif names[0] == SINCE and SINCE not in definitions.catalog.models:
            yield faults.since_of_nothing(str(by.path), span)
        elif len(worded.all(str(by.path))) > 1:
            continue  # its paths lead somewhere, if not from one model
        elif len(names) == 1:
            for model in [*definitions.catalog.models][:1]:
                yield from _told(definitions, model, names, span)
        elif fault := nowhere(definitions, names, span):
            yield fault


def _told(definitions: Definitions, model: str, names: Names, span: Span | None) -> Iterator[Fault]:
    """What is said of a path, seen from a model."""
    try:
        reach(definitions, model, None, names, span, shared=False)
    except SemanticError as error:
        yield from error.faults


def extremes(
    home: str, time: Row | None, by: By, reached: Reached, told: spec.Dimension | None
) -> list[Metric]:
    """The least and the greatest value of a dimension, as aggregates over the rows of a model."""
    if reached.branch is not None:
        raise SemanticError([faults.no_extremes(str(by.path), "a row has several", by.path.span)])
    if reached.row.type == "boolean":
        raise SemanticError([faults.no_extremes(str(by.path), "it is true or false", by.path.span)])
    found = []
    for function in ("min", "max"):
        name = Text(f"{by.output}_{function}")
        leaf = Leaf(str(name), home, call(function, reached.row.tree.copy()), (), time, reached.row.type)
        given = spec.Metric(
            name=name,
            sql=by.path,
            unit=told.unit if told is not None else None,
            format=told.format if told is not None else None,
            span=by.path.span or Span("question", 1, 1),
        )
        tree = leaf_column(leaf.key)
        found.append(Metric(str(name), given, tree, {leaf.key: leaf}, reached.row.type))
    return found
