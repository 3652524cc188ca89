"""Faults of questions and conditions in the words of another semantic layer."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either, meant, there_is
from semantic.source import Span


def foreign_template(text: str, span: Span | None) -> Fault:
    """A template that is none of the four calls."""
    hint = "Write {{ Dimension('entity__name') }}, {{ TimeDimension('metric_time', 'month') }}, " + (
        "{{ Entity('name') }} or {{ Metric('name', group_by=['entity']) }}, with texts in quotes."
    )
    return Fault("template", f"'{text}' is no template of a condition.", hint, span)


def template_argument(kind: str, argument: str, span: Span | None) -> Fault:
    """An argument of a template that is missing or no literal of its type."""
    expected = {
        "name": "a text such as 'listing__country'",
        "grain": "a text such as 'month'",
        "date_part": "a text such as 'dow'",
        "entity_path": "a list of texts such as ['listing']",
        "group_by": "a list of texts such as ['listing']",
        "descending": "true or false",
        "alias": "a text such as 'country'",
    }[argument]
    return Fault("template", f"'{argument}' of {kind}(…) must be {expected}.", "", span)


def two_grains(name: str, one: str, other: str, span: Span | None) -> Fault:
    """A grain in the name, and another one beside it."""
    return Fault("template", f"'{name}' is asked by '{one}' and by '{other}'.", "Name one of them.", span)


def no_such_grain(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """A grain that our language does not have."""
    return Fault("unknown", f"'{name}' is no grain here.", meant(name, known) or there_is(known), span)


def grain_of_no_time(name: str, grain: str, span: Span | None) -> Fault:
    """A grain of something that is no time."""
    message = f"'{name}' is no time, so it has no '{grain}'."
    return Fault("type", message, f"Leave out '{grain}'.", span)


def no_such_word(
    name: str, home: str, candidates: Sequence[str], near: Sequence[str], span: Span | None
) -> Fault:
    """A word that leads nowhere from ``home``; ``candidates`` would, by other entities."""
    if candidates:
        hint = f"Write {either(candidates[:5])}."
    else:
        hint = meant(name, near) or (there_is(near) if near else "")
    return Fault("unknown", f"'{name}' cannot be reached from {home}.", hint, span)


def ambiguous_word(name: str, home: str, paths: Sequence[str], span: Span | None) -> Fault:
    """A word that leads to several dimensions."""
    hint = f"Write the path that is meant: {either(paths)}."
    return Fault("ambiguous", f"'{name}' means several dimensions from '{home}'.", hint, span)


def metric_without_entity(name: str, span: Span | None) -> Fault:
    """A metric in a condition that does not say for each of what."""
    hint = f"Write {{{{ Metric('{name}', group_by=['entity']) }}}}."
    return Fault("template", f"The condition on '{name}' names no entity, or several.", hint, span)


def rows_are_no_question(name: str) -> Fault:
    """A view of the rows of a model, asked as if it were a question."""
    hint = f"'semantic views {name}' prints its statement."
    return Fault("unsupported", f"'{name}' shows the rows of a model, and asks nothing.", hint)


def two_ranges() -> Fault:
    """Two ways to say the range of time."""
    hint = "Write 'time', or 'start_time' and 'end_time'."
    return Fault("value", "The range of time is said twice.", hint)


def no_metric_by_entity(metric: str, entity: str, span: Span | None) -> Fault:
    """A condition on a metric for each entity that the metric's rows do not tell."""
    hint = "Name an entity of the model that the metric counts."
    return Fault("unsupported", f"'{metric}' cannot be had for each '{entity}'.", hint, span)


def time_of_moved(metric: str, condition: str, span: Span | None) -> Fault:
    """A condition on the time that is shown, beside a metric that sees other times than that."""
    message = f"'{condition}' is about times and rows at once, and '{metric}' shows rows at another time."
    hint = "Write what is about 'metric_time' as a condition of its own, joined by AND."
    return Fault("time", message, hint, span)


def bare_word(name: str, span: Span | None) -> Fault:
    """A word in SQL without the template that makes it one."""
    hint = f"Write {{{{ Dimension('{name}') }}}}."
    return Fault("unknown", f"'{name}' is no path of a dimension.", hint, span)


def alias_taken(alias: str, metric: str, kind: str) -> Fault:
    """A name for a metric in one question that something else has."""
    hint = f"Write another name behind '{metric} as …'."
    return Fault("value", f"'{alias}' is the name of a {kind} already.", hint)


def rows_not_grouped() -> Fault:
    """A question for rows one by one."""
    hint = (
        "Leave 'apply_group_by' out; a view with 'model' in the place of 'metrics' has the rows one by one."
    )
    return Fault("unsupported", "A question gives each group of values once.", hint)


def moved_apart(metric: str, offset: str, time: str) -> Fault:
    """An offset by periods that it does not lead between, for which two layers give different numbers."""
    hint = (
        "Ask by 'metric_time__day', or by periods that it leads between; or without MetricFlow's words "
        f"('time.{time}'), where whole periods are compared."
    )
    told = f"'{metric}' ({offset}) leads from no {time} to another: MetricFlow adds up days that were moved."
    return Fault("unsupported", told, hint)


def values_beside_time(time: str, other: str) -> Fault:
    """All periods with all values of a dimension, without a metric whose rows bring them together."""
    hint = (
        "Ask for each of them alone; or say whose rows tell which meet ('from: model', '--from model'); or "
        "ask a metric with 'fill' and 'members', which has every period with every value."
    )
    return Fault("unsupported", f"Nothing says which '{time}' meet which '{other}'.", hint)
