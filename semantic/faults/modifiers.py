"""Faults of metrics over time, over entities, of cohorts, and at levels."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either, meant, there_is
from semantic.source import Span


def modifier_without_metric(key: str, name: str, span: Span | None) -> Fault:
    """A window or an offset of nothing."""
    hint = "Define the metric without it, and write another one: {metric: that_one, " + key + ": …}."
    return Fault("missing", f"The metric '{name}' has '{key}' but no 'metric'.", hint, span)


def modifier_of_metric(key: str, name: str, span: Span | None) -> Fault:
    """Something that only a metric with SQL of its own can have."""
    hint = f"Write '{key}' where the other metric is defined."
    return Fault(
        "value", f"'{name}' is another metric seen through a modifier, so it has no '{key}'.", hint, span
    )


def nothing_seen_through(name: str, keys: Sequence[str], span: Span | None) -> Fault:
    """A metric that is another one unchanged."""
    hint = f"Say how to see it: with {either(keys)}."
    return Fault("missing", f"The metric '{name}' is another one without any modifier.", hint, span)


def two_windows(name: str, span: Span | None) -> Fault:
    """A metric with two windows."""
    return Fault("value", f"The metric '{name}' has both 'window' and 'to_date'.", "Keep one of them.", span)


def one_entity(what: str, span: Span | None) -> Fault:
    """A conversion or a retention of no entity, or of several."""
    hint = "Write one column, or {column here: column there}"
    hint += "; other equal columns stand under 'same'." if what == "conversion" else "."
    return Fault("value", f"A {what} is 'by' one entity.", hint, span)


def modifier_of_events(kind: str, key: str, name: str, span: Span | None) -> Fault:
    """Something that a conversion or a retention takes from its models, or that goes around it."""
    if key == "every_period":
        hint = "Leave it out; cells of cohorts that are known appear by themselves."
    elif key in ("model", "filter", "time", "per", "having", "not_additive_over", "at"):
        hint = "Make a model with 'query:' of the events that count, and name it here."
    else:
        hint = "Write another metric: {metric: " + f"{name}, {key}: …" + "}."
    return Fault("value", f"The {kind} '{name}' has no '{key}' of its own.", hint, span)


def two_modifiers(name: str, keys: Sequence[str], span: Span | None) -> Fault:
    """Modifiers of one metric whose order would matter."""
    told = " and ".join(f"'{key}'" for key in keys)
    hint = "Define one metric with the first, and another one of that metric with the second."
    return Fault("value", f"The metric '{name}' has both {told}.", hint, span)


def modifier_of_entities(key: str, name: str, span: Span | None) -> Fault:
    """Something that chooses rows, in a metric over entities."""
    hint = f"Write '{key}' where the metrics inside it are defined."
    return Fault("value", f"'{name}' is a metric over entities, so it has no '{key}'.", hint, span)


def modifier_of_moment(key: str, name: str, span: Span | None) -> Fault:
    """Another choice of rows beside the moment at which they hold."""
    hints = {"time": "The time of such a metric is its model's 'valid'.", "not_additive_over": "Keep one."}
    return Fault("value", f"'{name}' counts rows 'at' a moment, so it has no '{key}'.", hints[key], span)


def long_duration(what: str, length: str, span: Span | None) -> Fault:
    """A length of time that leaves the calendar."""
    hint = "Write a shorter one, or 'all' for a window without a start." if what == "'window'" else ""
    return Fault("limit", f"{what} is {length}; at most 100 years can be counted.", hint, span)


def no_length(what: str, length: str, span: Span | None) -> Fault:
    """A length of time that is none."""
    if what == "'offset'":
        hint = "Write '1 year' for the year before, '-1 year' for the year after."
        return Fault("value", f"{what} is {length}, which leads nowhere.", hint, span)
    hint = "Write how long it is, such as '3 months'; a window looks back by itself."
    hint = "Write how long after, such as '3 months'." if what == "'within'" else hint
    return Fault("value", f"{what} must be longer than nothing, not {length}.", hint, span)


def no_time_to_convert(span: Span | None) -> Fault:
    """A conversion at the very time of its base event, which does not count."""
    hint = "Write 'start: inclusive' for events at the same time, or a longer 'within'."
    return Fault("value", "No later event can follow within no time.", hint, span)


def end_of_nothing(span: Span | None) -> Fault:
    """The end of a time without limit."""
    return Fault("value", "'end' says nothing without 'within'.", "Add 'within', or leave it out.", span)


def each_of_later(span: Span | None) -> Fault:
    """How often later events count, where they are what is counted."""
    return Fault("value", "'each' says nothing here: each later event counts once.", "Leave it out.", span)


def days_of_counted(counted: str, span: Span | None) -> Fault:
    """The days until a conversion of what is no base event."""
    hint = "Leave 'counted' out, or take 'value: rate' or 'value: count'."
    return Fault("value", f"Days are told of base events, not of '{counted}'.", hint, span)


def until_nothing(key: str, span: Span | None) -> Fault:
    """A last day of the data that decides nothing."""
    hint = "Add 'within', or leave it out." if key == "within" else "Leave it out, or 'immature: count'."
    why = "no base event runs out of time" if key == "within" else "immature base events count anyway"
    return Fault("value", f"'until' says nothing here: {why}.", hint, span)


def average_per(span: Span | None) -> Fault:
    """An average of snapshots by entity."""
    hint = "Leave it out; an average takes in all snapshots of a period."
    return Fault("value", "'per' goes with the first or the last snapshot.", hint, span)


def no_key_of_cohort(model: str, column: str, span: Span | None) -> Fault:
    """A cohort in which an entity can have several rows."""
    hint = f"Make a model with 'query:' that has one row for each {column}, or declare it under 'unique:'."
    return Fault("fan-out", f"'{column}' is no key of the cohort '{model}'.", hint, span)


def no_metric_of_entity(name: str, span: Span | None) -> Fault:
    """A column in a metric over entities, which knows their metrics only."""
    hint = "Inside 'per' stand metrics: define one over that column, and name it here."
    return Fault("unknown", f"'{name}' is no metric, so no entity has a value of it.", hint, span)


def having_without_per(name: str, span: Span | None) -> Fault:
    """A condition on entities of a metric that has none."""
    hint = "Say with 'per:' for which entity, or write a condition on rows as 'filter:'."
    return Fault("missing", f"The metric '{name}' has 'having' but no 'per'.", hint, span)


def bad_entity(text: str, span: Span | None) -> Fault:
    """An entity that is no path."""
    return Fault("unknown", f"'{text}' is no path to an entity.", "Write 'model.column'.", span)


def many_entities(home: str, entity: str, span: Span | None) -> Fault:
    """An entity on a many side: a row would belong to several."""
    hint = "Choose an entity that each row has one of."
    return Fault("fan-out", f"A row of '{home}' has several '{entity}'.", hint, span)


def nested_entities(outer: str, inner: str, span: Span | None) -> Fault:
    """A metric over entities inside another."""
    hint = "Make a model with 'query:' of the inner one."
    return Fault("unsupported", f"A metric per '{inner}' stands inside one per '{outer}'.", hint, span)


def window_of_window(name: str, span: Span | None) -> Fault:
    """A window over a metric that has one."""
    hint = "Apply the window to the metric below it."
    return Fault("unsupported", f"The metric '{name}' is a window of a metric that has a window.", hint, span)


def unlike_offsets(one: str, other: str, span: Span | None) -> Fault:
    """Two offsets whose order would matter."""
    return Fault(
        "value",
        f"The offset '{other}' cannot be put on one of '{one}'.",
        "Write both in days or both in months; after 'to start of …' there is no other.",
        span,
    )


def window_without_time(name: str, through: str, span: Span | None) -> Fault:
    """A window where no period of the question tells its end."""
    hint = "Add 'time.day', 'time.month', … to 'by', or an end to 'time'."
    return Fault("time", f"'{name}' ({through}) needs a period to end with.", hint, span)


def offset_without_time(name: str, through: str, span: Span | None) -> Fault:
    """An offset where no period of the question tells from when."""
    hint = "Add 'time.day', 'time.month', … to 'by', or give 'time' a range."
    return Fault("time", f"'{name}' ({through}) needs a period to be offset from.", hint, span)


def two_axes(names: Sequence[str]) -> Fault:
    """Several periods of the axis beside a metric that looks along it."""
    told = ", ".join(names)
    hint = "Ask by one period, such as 'time.month', beside dimensions of other kinds."
    return Fault(
        "unsupported", f"A window or an offset goes along one period of 'time', not along {told}.", hint, None
    )


def unlike_snapshots(name: str, aggregate: str, span: Span | None) -> Fault:
    """A choice of snapshots for an aggregate whose parts do not add up."""
    hint = "Choose snapshots of a sum, a count, a minimum or a maximum; the first or last of an average, too."
    return Fault("unsupported", f"'{name}' is {aggregate}, whose snapshots cannot be chosen.", hint, span)


def no_calendar(model: str, span: Span | None) -> Fault:
    """A model with periods that has no row a day."""
    hint = "Give it the key of its day, of type date: 'primary_key: day'."
    return Fault("unsupported", f"'{model}' has periods, but no row a day.", hint, span)


def no_period(name: str, known: Sequence[str], span: Span | None) -> Fault:
    """A period that neither the calendar nor a table of the project has."""
    return Fault("unknown", f"There is no period '{name}'.", meant(name, known) or there_is(known), span)


def period_taken(name: str, span: Span | None) -> Fault:
    """A period of a calendar that another one is called, too."""
    hint = "Give the column another name, in the source or by a dimension."
    return Fault("duplicate", f"'{name}' is a period of time already.", hint, span)


def periods_without_end(name: str, span: Span | None) -> Fault:
    """A window along a calendar table beside an offset, without a range that says where both end."""
    hint = "Give a range with an end, such as '2024-01..2024-12'."
    return Fault(
        "unsupported", f"Where the window of '{name}' ends beside an offset is not said.", hint, span
    )


def periods_apart(name: str, through: str, axis: str | None, span: Span | None) -> Fault:
    """A window by periods of a calendar table along other periods."""
    along = f"along '{axis}'" if axis else "without periods"
    hint = "Ask by 'time.day' or a period of the same calendar, and count in that or in one that it lies in."
    return Fault("unsupported", f"'{name}' ({through}) cannot be seen {along}.", hint, span)


def no_validity(model: str, span: Span | None) -> Fault:
    """A metric at a moment over rows that hold for no interval."""
    hint = f"Give model '{model}' a 'valid: [from, to]'."
    return Fault("missing", f"The rows of '{model}' have no interval in which they hold.", hint, span)


def unlike_moment(name: str, moment: str, aggregate: str, span: Span | None) -> Fault:
    """A metric at a moment of an aggregate that cannot follow rows as they come and go."""
    hint = "Take a sum, a count, or a distinct count; a model with 'sql:' can choose some."
    return Fault("unsupported", f"'{name}' (at {moment}) cannot be computed for {aggregate}.", hint, span)


def moment_without_time(name: str, span: Span | None) -> Fault:
    """A metric at a moment where no period of the question tells which."""
    hint = "Add 'time.day', 'time.month', … to 'by', or an end to 'time'."
    return Fault("time", f"'{name}' needs a period to tell its moment.", hint, span)


def level_of_level(name: str, span: Span | None) -> Fault:
    """A level of a metric that has one."""
    hint = "Apply it to the metric below."
    return Fault("unsupported", f"The metric '{name}' is a level of a metric that has a level.", hint, span)


def level_of_nothing(name: str, path: str, span: Span | None) -> Fault:
    """A metric that is taken together over what is no dimension."""
    hint = "Write 'model.dimension' or 'time'; for an expression, define a dimension."
    return Fault("unknown", f"'{path}' of '{name}' is no path of a dimension.", hint, span)


def retention_without_since(name: str, period: str, span: Span | None) -> Fault:
    """A retention of a question that does not say after how long."""
    return Fault(
        "time", f"'{name}' needs the number of periods since.", f"Add 'since.{period}' to 'by'.", span
    )


def since_of_nothing(path: str, span: Span | None) -> Fault:
    """Periods since nothing."""
    hint = "It goes with metrics that have 'retention'."
    return Fault("time", f"'{path}' says nothing of the metrics of the question.", hint, span)


def retention_axis(name: str, path: str, period: str, span: Span | None) -> Fault:
    """A cohort by other periods than those that are counted."""
    return Fault(
        "time", f"'{name}' has no '{path}'.", f"Ask for 'time.{period}', the period of its cohorts.", span
    )


def retention_condition(name: str, span: Span | None) -> Fault:
    """A condition on a many side of a cohort."""
    hint = "Filter the cohort in a model with 'query:'."
    return Fault(
        "unsupported", f"A condition on a many side cannot choose the cohorts of '{name}'.", hint, span
    )


def retention_validity(name: str, span: Span | None) -> Fault:
    """A join along time from a cohort, whose later activities have other times."""
    hint = "Join 'at' a time of the cohort by its name, or make a model with 'query:' that has the column."
    return Fault("unsupported", f"'{name}' cannot be told by what is valid at a metric's time.", hint, span)


# --- along time ---------------------------------------------------------------------------------------


def hours_of_days(name: str, length: str, model: str, span: Span | None) -> Fault:
    """A length of hours of events that only have days."""
    hint = "Write it in days or more, or give the model a time of type timestamp."
    return Fault("type", f"'{name}' is {length}, but the time of '{model}' is a date.", hint, span)


def hours_along_days(name: str, length: str, period: str) -> Fault:
    """A window of hours where days or more are asked for."""
    hint = "Ask for 'time.hour' or less, or write the length in days or more."
    return Fault("time", f"'{name}' ({length}) cannot be told by '{period}'.", hint)


def months_along_hours(length: str, period: str) -> Fault:
    """A window of months over what counts once, where hours or less are asked for."""
    hint = "Ask for 'time.day' or more, or write the window in days."
    return Fault("unsupported", f"What counts once in {length} cannot be told by '{period}'.", hint)


def retention_along_time(name: str, through: str, span: Span | None) -> Fault:
    """A window or an offset of a retention, whose time is that of its cohorts."""
    hint = "Choose cohorts with 'time', or make a model with 'query:' of those that count."
    return Fault(
        "unsupported", f"'{name}' ({through}) is of a retention, which tells its periods.", hint, span
    )


def base_along_time(name: str, through: str, span: Span | None) -> Fault:
    """A window or an offset of a value that is the same in every period."""
    hint = "Write as 'base' the range of time that is meant."
    return Fault(
        "unsupported", f"'{name}' ({through}) is of a value that stands beside every period.", hint, span
    )


def window_of_snapshots(name: str, span: Span | None) -> Fault:
    """A window over chosen snapshots, which do not add up."""
    hint = "Ask for a longer period, such as 'time.quarter'; its first or last snapshot is chosen anew."
    return Fault("unsupported", f"The metric '{name}' is a window of chosen snapshots.", hint, span)


def window_of_moment(name: str, span: Span | None) -> Fault:
    """A window over what holds at a moment, which has no length."""
    hint = "Use 'at: during' for rows that hold at any time of a period, or an offset."
    return Fault("unsupported", f"The metric '{name}' is a window of what holds at a moment.", hint, span)


# --- of entities --------------------------------------------------------------------------------------


def value_of_no_entity(name: str, told: str, span: Span | None) -> Fault:
    """A metric inside 'per' that has no value for a single entity."""
    hint = "Make a model with 'query:' that has it as a column, and aggregate that."
    return Fault("unsupported", f"'{name}' is {told}, which is no value of a single entity.", hint, span)


def no_aggregate_of_entities(name: str, entity: str, span: Span | None) -> Fault:
    """A metric over entities that does not say what becomes of their values."""
    hint = "Write avg(…), median(…), sum(…) or count(*) over them, or leave 'per' out."
    return Fault("aggregate", f"Metric '{name}' aggregates nothing over '{entity}'.", hint, span)


# --- of events ----------------------------------------------------------------------------------------


def unlike_entities(
    names: Sequence[str], models: Sequence[str], kinds: Sequence[str], span: Span | None
) -> Fault:
    """An entity, or another property, that two models tell in unlike types."""
    here, there = (f"'{n}' of '{m}' is of type {k}" for n, m, k in zip(names, models, kinds, strict=True))
    message = f"{here}, and {there}."
    return Fault("type", message, "Name columns of one type: {column here: column there}, or cast one.", span)


def time_of_rows(name: str, span: Span | None) -> Fault:
    """A condition on the time axis, where a metric looks at rows of other periods, too."""
    hint = (
        "Bound the answer with 'time', such as time: 2024-01..2024-06, or choose its periods with 'having', "
        "such as time.month_of_year = 3; "
        "choose rows by a time dimension of their model, such as orders.ordered_at.month."
    )
    told = f"A condition on 'time' is of rows or of periods of the answer, and '{name}' sees rows of others."
    return Fault("time", told, hint, span)


def since_in_condition(path: str, span: Span | None) -> Fault:
    """The number of periods since an entry, as a condition on rows."""
    hint = "Put it into 'by', and into 'order' with a 'limit' where fewer are wanted."
    return Fault("time", f"'{path}' is no property of a row.", hint, span)


def fill_of_retention(part: str) -> Fault:
    """A fill of cells that nobody can know yet."""
    hint = "Every cell that is known appears by itself."
    return Fault("time", f"'{part}' would make cells of cohorts that are still to come.", hint)


def period_unknown(path: str, grain: str | None, own: bool, span: Span | None) -> Fault:
    """A condition on the periods of an answer that has none, or none that tell it; ``own`` is one of a
    calendar table."""
    asked = "is by no single period" if grain is None else f"is by 'time.{grain}'"
    finer = f"Ask by '{path}' itself." if own else "Ask by a period that lies in it, such as 'time.day'."
    return Fault("time", f"'{path}' is not known of a row of this answer, which {asked}.", finer, span)


def period_beside_metrics(path: str, span: Span | None) -> Fault:
    """A condition of an answer that is about its periods and about metrics."""
    hint = "Write what is about 'time' as a condition of its own."
    return Fault("aggregate", f"'{path}' is no metric, and stands in one condition with some.", hint, span)
