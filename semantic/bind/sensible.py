"""What makes no sense together in a metric along time, over entities, or at a level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from semantic import faults
from semantic.bind.calendars import calendar_of, known_periods
from semantic.bind.definitions import Definitions
from semantic.bind.grain import GRAINS, PARTS, SECONDS, TIME_TYPES
from semantic.bind.leaf import Leaf, Metric, Through, facts_of
from semantic.bind.paths import AXIS, SINCE, reach
from semantic.faults import Fault, SemanticError
from semantic.source import Span, Text
from semantic.spec import types as spec

#: Units that a date cannot be moved by.
SHORT = tuple(SECONDS)
_LEVELS = ("total_over", "share_over", "rank_over", "cumulative_share_over")


def check_along_time(
    definitions: Definitions, leaf: Leaf, definition: spec.Metric, through: Through, span: Span | None
) -> None:
    """Raise where an aggregate cannot be seen through a window or an offset."""
    name = str(definition.name)
    found = (
        *_of_time(definitions, leaf, name, through, span),
        *_of_rows(leaf, name, through, span),
    )
    if found:
        raise SemanticError(found[:1])


def _of_time(
    definitions: Definitions, leaf: Leaf, name: str, through: Through, span: Span | None
) -> Iterator[Fault]:
    """What the time of the rows, and the periods that there are, have against it."""
    for period in (*through.own, *(start for start in _starts(through) if start in SHORT)):
        if calendar_of(definitions, period) is None:
            known = [grain for grain in GRAINS if grain not in SHORT]
            place = getattr(period, "span", None) or span
            yield faults.no_period(period, [*known, *known_periods(definitions)], place)
    for home, time in facts_of(definitions, leaf):
        if time is None:
            yield faults.no_axis(home, span)
        elif time.type == "date" and (short := _short(through)):
            yield faults.hours_of_days(name, short, home, span)


def _of_rows(leaf: Leaf, name: str, through: Through, span: Span | None) -> Iterator[Fault]:
    """What the choice of rows that an aggregate has already has against it."""
    if leaf.retained is not None:
        yield faults.retention_along_time(name, str(through) or "base", span)
    if leaf.level.base is not None and through:
        yield faults.base_along_time(name, str(through), span)
    if through.framed and (leaf.through.framed or leaf.sampled is not None):
        yield faults.window_of_window(name, span)
    if through.framed and leaf.chosen is not None:
        yield faults.window_of_snapshots(name, span)
    if through.framed and leaf.at is not None:
        yield faults.window_of_moment(name, span)


def _starts(through: Through) -> Iterator[str]:
    """The longer periods to whose start a window or an offset leads."""
    if through.to_date is not None:
        yield through.to_date
    if isinstance(through.offset, spec.StartOf):
        yield through.offset.grain


def check_samples(
    definitions: Definitions,
    definition: spec.Metric,
    sampled: spec.Sampled,
    tree: exp.Expr,
    leaves: Mapping[str, Leaf],
) -> None:
    """Raise where the periods of a grain have no values of a metric that others could be made of."""
    name, span = str(definition.name), sampled.span
    if sampled.each not in GRAINS and calendar_of(definitions, sampled.each) is None:
        known = [*GRAINS, *known_periods(definitions)]
        raise SemanticError([faults.no_period(sampled.each, known, sampled.each.span)])
    told = "a place among others" if tree.find(exp.Window) is not None else ""
    for leaf in leaves.values():
        if leaf.sampled is not None or leaf.retained is not None or leaf.level:
            kinds = {"sampled already": leaf.sampled, "a retention": leaf.retained}
            told = next((what for what, value in kinds.items() if value is not None), "taken at a level")
        for home, time in facts_of(definitions, leaf):
            if time is None:
                raise SemanticError([faults.no_axis(home, span)])
            if time.type == "date" and sampled.each in SHORT:
                raise SemanticError([faults.hours_of_days(name, f"each {sampled.each}", home, span)])
    if told:
        raise SemanticError([faults.sample_of_nothing(name, told, span)])


def _short(through: Through) -> str:
    """The window or offset that is shorter than any day."""
    for length in (through.window, through.offset):
        if isinstance(length, spec.Duration) and length.unit in SHORT:
            return str(length)
    return ""


def check_step(through: Through, leaf: Leaf, grain: str) -> None:
    """Raise for a window or an offset of hours along days, whose periods do not begin at any hour."""
    if (short := _short(through)) and grain not in SHORT:
        raise SemanticError([faults.hours_along_days(leaf.called, short, f"{AXIS}.{grain}")])


def check_entity_value(metric: Metric, span: Span | None) -> None:
    """Raise for a metric that no single entity has a value of."""
    told = next((why for leaf in metric.leaves.values() if (why := _of_no_entity(leaf))), "")
    if metric.tree.find(exp.Window) is not None:
        told = "a place among others"
    if told:
        raise SemanticError([faults.value_of_no_entity(metric.name, told, span)])


def _of_no_entity(leaf: Leaf) -> str:
    if leaf.retained is not None:
        return "a retention"
    if leaf.at is not None:
        return "counted at a moment"
    if leaf.chosen is not None:
        return "a choice of snapshots"
    if leaf.sampled is not None:
        return "a choice of samples"
    return "taken at a level" if leaf.level else ""


def check_entity(definitions: Definitions, entities: Iterable[Text]) -> str:
    """The model of an entity of which no metric tells the rows."""
    return next(iter([_home_of(definitions, entity) for entity in entities]))


def _home_of(definitions: Definitions, entity: Text) -> str:
    home, _, column = entity.partition(".")
    if not column:
        raise SemanticError([faults.bad_entity(str(entity), entity.span)])
    if home not in definitions.catalog.models:
        raise SemanticError([faults.unknown("model", home, list(definitions.catalog.models), entity.span)])
    return home


def check_like(
    definitions: Definitions, models: tuple[Text, Text], pairs: Iterable[tuple[Text, Text]]
) -> None:
    """Raise where two models tell an entity, or what else must be equal, in unlike types."""
    for own, other in pairs:
        here, there = definitions.key_row(models[0], own).type, definitions.key_row(models[1], other).type
        if here is not None and there is not None and here != there:
            raise SemanticError([faults.unlike_entities((own, other), models, (here, there), own.span)])


def check_interval(definitions: Definitions, model: str, span: Span | None) -> None:
    """Raise where the rows of a model hold for no interval of time."""
    valid = definitions.catalog.models[model].spec.valid
    if valid is None:
        raise SemanticError([faults.no_validity(model, span)])
    for bound in valid:
        kind = definitions.key_row(model, bound).type
        if kind is not None and kind not in TIME_TYPES:
            raise SemanticError([faults.no_time(str(bound), kind, bound.span)])


def check_calendar(definitions: Definitions, model: str) -> None:
    """Raise where the periods of a calendar are no columns, or are called like others."""
    own = definitions.catalog.models[model]
    taken, found = (*GRAINS, *PARTS), list[Fault]()
    for name in own.spec.periods:
        if name in taken or known_periods(definitions).count(name) > 1:
            found.append(faults.period_taken(str(name), name.span))
        elif own.declared and not (own.column(name) or own.dimension(name)):
            what = f"column of model '{model}'"
            found.append(faults.unknown(what, name, sorted(own.columns), name.span))
    if found:
        raise SemanticError(found)


def check_default_period(definitions: Definitions, definition: spec.Metric, leaves: Iterable[Leaf]) -> None:
    """Raise where the period that a metric is taken by is none, or shorter than its rows stand for."""
    name = definition.grain
    if name is None:
        return
    own = calendar_of(definitions, name) is not None
    if not own and name not in GRAINS:
        raise SemanticError([faults.no_period(name, [*GRAINS, *known_periods(definitions)], name.span)])
    for home, time in (each for leaf in leaves for each in facts_of(definitions, leaf)):
        if time is None:
            raise SemanticError([faults.no_axis(home, name.span)])
        if not own:
            definitions.grained(time, name, AXIS, name.span)


def check_no_place(definition: spec.Metric, tree: exp.Expr) -> None:
    """Raise for a level of a metric that is a place among others."""
    if tree.find(exp.Window) is not None:
        raise SemanticError([faults.level_of_level(definition.name, definition.name.span)])


def check_paths(definitions: Definitions, definition: spec.Metric, leaves: Iterable[Leaf]) -> None:
    """Raise for a level over something that the rows of a metric have not."""
    over = [path for key in _LEVELS for path in getattr(definition, key) if path != "all"]
    found: list[Fault] = []
    for leaf in leaves:
        for path in over:
            found += _unknown(definitions, leaf, definition, path, shared=False)
        for path in definition.ignoring:
            found += _unknown(definitions, leaf, definition, path, shared=True)
    if found:
        raise SemanticError(found)


def _unknown(
    definitions: Definitions, leaf: Leaf, definition: spec.Metric, path: Text, *, shared: bool
) -> list[Fault]:
    names = tuple(path.split("."))
    if not all(map(str.isidentifier, names)):
        return [faults.level_of_nothing(str(definition.name), str(path), path.span)]
    if names == (AXIS,) or names[0] == SINCE:
        return []
    try:
        for home, time in facts_of(definitions, leaf):
            reach(definitions, home, time, names, path.span, shared=shared)
    except SemanticError as error:
        return list(error.faults)
    return []
