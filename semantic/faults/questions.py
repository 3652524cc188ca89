"""Faults in the shape of a question."""

from __future__ import annotations

from collections.abc import Sequence

from semantic.faults.base import Fault, quoted, shown
from semantic.source import Span


def bad_path(text: str) -> Fault:
    """An expression, or a part of one, where a path is needed."""
    hint = "Write 'model.dimension' or 'time.month'; for an expression, define a dimension."
    return Fault("value", f"'{text}' is no path of a dimension.", hint)


def bad_top(text: str) -> Fault:
    """A top that names no number, no dimension, or no metric."""
    hint = "Write '5 products.name by sales', or '5 products.name by sales else rest'."
    return Fault("value", f"'{text}' is no top of a dimension by a metric.", hint)


def top_of_nothing(path: str) -> Fault:
    """A top of something that the question does not group by, or that is no text of each row."""
    return Fault(
        "unsupported",
        f"A top needs a dimension of text that the question groups by; '{path}' is none.",
        "Add it to 'by', or take the top of another dimension of the question.",
    )


def top_with_members() -> Fault:
    """A top of values beside members without facts."""
    hint = "Leave out 'members', or ask without 'top'."
    return Fault("unsupported", "A question cannot show the top of a dimension and all its members.", hint)


def bad_order(text: str) -> Fault:
    """A sort direction that is none."""
    return Fault("value", f"'{text}' is no order.", "Write 'name', '-name', 'name asc' or 'name desc'.")


def bad_time(text: str) -> Fault:
    """A time range that cannot be read."""
    hint = "Write periods such as 2024, 2024-Q1, 2024-03, 2024-W09 or 2024-03-15, joined by '..'."
    return Fault("value", f"'{text}' is no time range.", hint)


def empty_time(text: str) -> Fault:
    """A time range that ends before it starts."""
    return Fault("value", f"The time range '{text}' ends before it starts.")


def far_time() -> Fault:
    """A time range beyond what every warehouse can hold."""
    hint = "Leave a side open instead: '2024..' or '..2024'."
    return Fault("value", "A time range lies between the years 1000 and 9998.", hint)


def zoned_time() -> Fault:
    """A bound that is an instant, where local time is meant."""
    return Fault("type", "A time range is in local time.", "Leave out the time zone of its bounds.")


def bad_part(part: str, value: object, expected: str) -> Fault:
    """A part of a question of the wrong type."""
    return Fault("type", f"'{part}' of a question must be {expected}, not {shown(value)}.")


def bad_json(reason: str) -> Fault:
    """A question that is no JSON object."""
    return Fault("syntax", f"The question is no JSON object: {reason}.")


def word_taken(word: str, kind: str) -> Fault:
    """A word of a question that is the name of something already."""
    hint = "Give the paths another name, and the column its name with 'as'."
    return Fault("ambiguous", f"'{word}' of 'paths' is the name of a {kind} already.", hint)


def word_of_axis(word: str, path: str) -> Fault:
    """A word for the time axis, which needs none."""
    hint = f"Write '{path}', which is every metric's own time already."
    return Fault("value", f"'{word}' cannot stand for the time axis.", hint)


def word_unreached(word: str, home: str, paths: Sequence[str], span: Span | None) -> Fault:
    """A word none of whose paths leads somewhere from a model."""
    message = f"'{word}' means nothing for '{home}': it reaches none of {quoted(paths)}."
    return Fault("unreached", message, f"Add a path that begins with '{home}', or ask without it.", span)


def unlike_parts(metric: str, condition: str, here: str, there: str, span: Span | None) -> Fault:
    """A condition that chooses rows of one part of a metric, and something else for another part."""
    what = f"'{condition}' chooses other things of '{here}' than of '{there}'."
    hint = "Ask the parts of the metric by themselves, or filter by a dimension of what both join."
    return Fault("unlike", f"'{metric}' would compare unlike things: {what}", hint, span)


def too_fine(model: str, path: str, grain: str, asked: str, span: Span | None) -> Fault:
    """A period that a time is too coarse for."""
    told = f"'{path}'" if "." in path else f"'{path}' of '{model}'"
    whole = grain.replace("_", " ")
    whole = f"an {whole}" if whole == "hour" else f"a {whole}"
    message = f"{told} stands for {whole}, which '{path}.{asked}' would take apart."
    return Fault("time", message, f"Ask by '{path}.{grain}', or by longer periods.", span)


def overlapping(metric: str, offset: str, span: Span | None) -> Fault:
    """What entities had before is asked beside a range that is longer than the offset."""
    message = f"The range is longer than {offset}, so '{metric}' would look at days of the range itself."
    return Fault("overlap", message, "Add a period of 'time' to 'by', or ask for a shorter range.", span)
