"""Faults of what a definition or a question means."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, either, meant, shown, unknown
from semantic.source import Span


def ambiguous(path: str, spelled: Sequence[str], span: Span | None) -> Fault:
    """A path with several meanings."""
    return Fault("ambiguous", f"'{path}' can mean {either(spelled)}.", "Write one of these in full.", span)


def several_ways(model: str, path: str, ways: Sequence[str], span: Span | None) -> Fault:
    """A many side that a fact shares several dimensions with."""
    message = f"The rows of '{model}' meet those of '{path}' in several ways: {either(ways)}."
    return Fault("ambiguous", message, "Ask for a dimension of the model that both share.", span)


def cycle(what: str, chain: Sequence[str], span: Span | None) -> Fault:
    """A definition that uses itself."""
    by = "Ask another model in its 'query:'." if what == "model" else f"Define it by other {what}s."
    hint = f"Define one {what} of these without the others." if len(chain) > 2 else by
    return Fault("cycle", f"A {what} uses itself: {' → '.join(chain)}.", hint, span)


def type_unknown(name: str, span: Span | None) -> Fault:
    """A type is needed that nothing tells."""
    hint = "Declare it under 'columns:' of the source, or give the dimension a 'type:'."
    return Fault("type", f"The type of '{name}' is not known.", hint, span)


def no_grain(path: str, kind: str, grain: str, span: Span | None) -> Fault:
    """A grain of something that has none."""
    if kind == "date":
        return Fault("type", f"'{path}' is a date and has no '{grain}'.", "Ask for a day or more.", span)
    return Fault("type", f"'{path}' is of type {kind} and has no '{grain}'.", "", span)


def no_time(name: str, kind: str, span: Span | None) -> Fault:
    """A time axis that is no time."""
    hint = "A time axis is a date, a timestamp or a timestamptz."
    return Fault("type", f"The time axis '{name}' is of type {kind}.", hint, span)


def no_axis(model: str, span: Span | None) -> Fault:
    """A question over time to facts without any."""
    hint = f"Give model '{model}' a 'time:', or ask without 'time'."
    return Fault("time", f"The rows of '{model}' have no time axis.", hint, span)


def bad_axis(path: str, span: Span | None) -> Fault:
    """The shared axis without a grain."""
    return Fault(
        "time", f"'{path}' is no period of the time axis.", "Write 'time.day', 'time.month', ….", span
    )


def placeholder(text: str, span: Span | None) -> Fault:
    """A bind parameter in a definition."""
    hint = "Declare a parameter and write '{{ name }}'."
    return Fault("unsupported", f"'{text}' is a placeholder, which SQL here may not hold.", hint, span)


def parameter_value(name: str, kind: str, value: object, span: Span | None = None) -> Fault:
    """A value that does not fit its parameter."""
    return Fault("type", f"Parameter '{name}' takes a value of type {kind}, not {shown(value)}.", "", span)


def parameter_choice(name: str, value: object, values: Sequence[object]) -> Fault:
    """A value that its parameter does not offer."""
    return Fault("value", f"Parameter '{name}' takes {either(list(map(str, values)))}, not {shown(value)}.")


def parameter_shape(name: str, value: object) -> Fault:
    """A list or a mapping where one value is needed."""
    return Fault("type", f"Parameter '{name}' takes a single value, not {shown(value)}.")


def parameter_missing(name: str) -> Fault:
    """A parameter without default that nobody set."""
    hint = f"Give it with '--param {name}=…' or 'parameters={{…}}'."
    return Fault("missing", f"Parameter '{name}' has no value.", hint)


def not_boolean(kind: str, span: Span | None) -> Fault:
    """A condition that is no condition."""
    return Fault("type", f"A condition is needed here, and this is of type {kind}.", "", span)


def two_sides(models: Sequence[str], span: Span | None) -> Fault:
    """One comparison across two many sides."""
    names = " and ".join(f"'{m}'" for m in models)
    rows = f"rows of {names}" if len(models) > 1 else f"rows of {names} and of the metric's own"
    hint = "Compare each with a value of its own, joined by AND or OR."
    return Fault("fan-out", f"One comparison speaks of {rows} at once.", hint, span)


def too_entangled(models: Sequence[str]) -> Fault:
    """More alternatives over several many sides than can be written out."""
    names = " and ".join(f"'{m}'" for m in models)
    return Fault(
        "limit", f"The conditions on {names} have too many alternatives.", "Ask in several questions."
    )


def grouped_side(models: Sequence[str]) -> Fault:
    """An OR over many sides, one of which makes the groups."""
    names = " and ".join(f"'{m}'" for m in models)
    hint = "Join the conditions by AND, or group by something else."
    return Fault("fan-out", f"An OR over {names} cannot be split by the rows of one of them.", hint)


def back_over_validity(origin: str, target: str, span: Span | None) -> Fault:
    """A many side behind a validity interval."""
    message = f"'{origin}' joins '{target}' by a validity interval, which leads one way only."
    return Fault("fan-out", message, f"Ask for '{target}' from '{origin}' instead.", span)


def no_path(name: str, owners: Sequence[str], span: Span | None) -> Fault:
    """A bare name where a path is needed."""
    hint = f"Write {either(owners[:8])}." if owners else "Write 'model.dimension' or 'time.month'."
    return Fault("unknown", f"'{name}' is no path of a dimension.", hint, span)


def unknown_grain(name: str, grains: Sequence[str], parts: Sequence[str], span: Span | None) -> Fault:
    """A period or part of time that nobody has."""
    hint = meant(name, [*grains, *parts]) or unknown("", name, grains, None).hint
    return Fault("unknown", f"'{name}' is no grain or part of time.", hint, span)


def only_a_column(name: str, model: str, span: Span | None) -> Fault:
    """A column that questions are not offered."""
    hint = f"Declare it under 'dimensions:' of '{model}'."
    return Fault("unknown", f"'{name}' is a column, but no dimension of model '{model}'.", hint, span)


def metric_in_row(name: str, span: Span | None) -> Fault:
    """A metric where one row is looked at."""
    hint = "Filter by metrics with 'having'; in a definition, use the columns that it is made of."
    return Fault("aggregate", f"'{name}' is a metric, but this is about a single row.", hint, span)


def dimension_in_having(path: str, span: Span | None) -> Fault:
    """A dimension where metrics are compared."""
    return Fault("aggregate", f"'{path}' is no metric.", "Filter by dimensions with 'where'.", span)


def no_join(model: str, path: str, span: Span | None) -> Fault:
    """A path to a model that no join leads to."""
    hint = f"Declare the join under 'joins:' of '{model}'."
    return Fault("unreachable", f"No join of '{model}' leads to '{path}'.", hint, span)


def unreached(model: str, path: str, span: Span | None) -> Fault:
    """A dimension that a fact has no way to."""
    hint = f"Declare the join from '{model}', or ask for the metrics apart."
    return Fault("unreachable", f"The rows of '{model}' have no '{path}': no join leads there.", hint, span)


def chasm(model: str, path: str, shared: str, span: Span | None) -> Fault:
    """A dimension of another fact that only shares a dimension with this one."""
    message = f"The rows of '{model}' have no '{path}': the two only share '{shared}'."
    hint = (
        f"Group by a dimension of '{shared}' (joins of several models may have one role, by 'as:'), "
        f"or use '{path}' in 'where', which selects."
    )
    return Fault("chasm", message, hint, span)


def outside_aggregate(name: str, span: Span | None) -> Fault:
    """A column in a metric that no aggregate takes in."""
    hint = "Put it inside an aggregate such as sum(…), or name a metric."
    return Fault("aggregate", f"'{name}' stands outside any aggregate.", hint, span)


def no_aggregate(name: str, span: Span | None) -> Fault:
    """A metric that aggregates nothing."""
    return Fault(
        "aggregate", f"Metric '{name}' aggregates nothing.", "Use sum(…), count(*) or a metric.", span
    )


def nested_aggregate(span: Span | None) -> Fault:
    """An aggregate inside an aggregate."""
    return Fault("aggregate", "An aggregate stands inside another aggregate.", "", span)


def aggregate_in_question(text: str, span: Span | None) -> Fault:
    """An aggregate written into a question."""
    hint = "Name a metric; define one where none fits."
    return Fault("aggregate", f"A question may not hold the aggregate '{text}'.", hint, span)


def aggregate_in_row(text: str, span: Span | None) -> Fault:
    """An aggregate where one row is looked at."""
    hint = "Aggregates belong into metrics; 'having' filters by them."
    return Fault("aggregate", f"'{text}' aggregates, but this is about a single row.", hint, span)


def unused_modifier(key: str, metric: str, span: Span | None) -> Fault:
    """A filter or time axis on a metric that is made of others."""
    hint = f"Put '{key}' into the metrics that it is made of"
    hint += ", or write another one: {metric: " + f"{metric}, filter: …" + "}." if key == "filter" else "."
    return Fault("aggregate", f"'{key}' of '{metric}' can say nothing about other metrics.", hint, span)


def no_model(text: str, metric: str, paths: Sequence[str], span: Span | None) -> Fault:
    """An aggregate that could be over anything."""
    named = f" ('{paths[0]}')" if paths else ""
    hint = f"Give metric '{metric}' a 'model:', or write 'model.column'."
    return Fault("aggregate", f"It is not said over which rows '{text}'{named} runs.", hint, span)


def no_metrics() -> Fault:
    """A question that asks for nothing."""
    hint = "Name a metric, or in 'by' the dimensions whose values are wanted."
    return Fault("missing", "The question names no metric and no dimension.", hint)


def same_output(name: str) -> Fault:
    """Two output columns of one name."""
    hint = f"Rename one: 'path as other_name'. '{name}' may be asked for once."
    return Fault("duplicate", f"The question has two columns '{name}'.", hint)


def bad_output(name: str) -> Fault:
    """An output name that is no plain name."""
    return Fault("value", f"'{name}' is no name for a column.", "Use letters, digits and '_'.")


def mixed_types(path: str, kinds: Sequence[str]) -> Fault:
    """A path that means different types for different facts."""
    return Fault("type", f"'{path}' is of type {either(kinds)}, depending on the metric.")


def fill_needs_time(count: int) -> Fault:
    """A fill without exactly one series of periods."""
    message = "'fill' needs one period to fill, such as 'time.week'" + (f", not {count}." if count else ".")
    return Fault("time", message, "Put exactly one grain into 'by'.")


def fill_too_long(grain: str, count: int, limit: int) -> Fault:
    """A fill with more periods than a warehouse makes."""
    hint = "Ask for a coarser grain or a shorter time."
    return Fault("limit", f"'fill' would make {count:,} rows, one a {grain}; {limit:,} are allowed.", hint)


def no_members(path: str) -> Fault:
    """Members of something that has no table of its own."""
    hint = "Only dimensions of a joined model have members beyond the facts."
    return Fault("value", f"'{path}' has no members of its own.", hint)


def unmapped(model: str, relation: object) -> Fault:
    """A source that a project has yet to map."""
    name = getattr(relation, "name", model)
    hint = f"Map it: 'sources: {{{name}: {{table: …}}}}' in semantic.yml."
    return Fault("unmapped", f"The source '{name}' of model '{model}' stands for no table yet.", hint)


def bad_table(text: str, span: Span | None) -> Fault:
    """A table's name that cannot be read."""
    hint = "Write it as table, schema.table or catalog.schema.table, parts in double quotes where needed."
    return Fault("name", f"'{text}' is no name of a table.", hint, span)


def wrong_dimension_type(name: str, declared: str, given: str, span: Span | None) -> Fault:
    """A dimension that says to be what its SQL is not."""
    hint = f"Leave out 'type:', or write CAST(… AS {declared.upper()})."
    return Fault("type", f"Dimension '{name}' is declared {declared}, but its SQL is {given}.", hint, span)


def lonely_role(role: str, model: str, why: str, span: Span | None) -> Fault:
    """A role that no path could name."""
    return Fault("name", f"The join of '{model}' in the role '{role}' cannot be named: {why}.",
                 "Give it another name with 'as:'.", span)  # fmt: skip


def not_a_select(span: Span | None) -> Fault:
    """A statement that reads nothing."""
    return Fault("syntax", "A model's SQL must be one SELECT.", "", span)


def identifier_too_long(name: str, limit: int, dialect: str) -> Fault:
    """A name that a target would cut."""
    message = f"The name '{name}' has {len(name.encode())} bytes; {dialect} keeps {limit}."
    return Fault("identifier", message, "Give it a shorter name with 'path as name'.")


def column_in_window(name: str, span: Span | None) -> Fault:
    """A day of a definition that depends on the row."""
    hint = "Write a day such as 2024-05-31, a parameter of type date, or current_date."
    return Fault("value", f"'{name}' is no day that is the same for all rows.", hint, span)


def far_day(text: str, span: Span | None) -> Fault:
    """A day beyond what every warehouse can count from."""
    return Fault("value", f"'{text}' is no day between the years 1000 and 9800.", "Write a nearer one.", span)


def no_day(text: str, span: Span | None) -> Fault:
    """An end of a window that is no day."""
    hint = "Write a day such as 2024-05-31, or a parameter of type date."
    return Fault("type", f"'{text}' is no day.", hint, span)


def identifier_character(name: str, character: str, dialect: str) -> Fault:
    """A name that nothing in a target can have."""
    message = f"The name '{name}' holds '{character}', which no name in {dialect} can."
    return Fault("identifier", message, "Read the column under another name in a source with 'sql:'.")
